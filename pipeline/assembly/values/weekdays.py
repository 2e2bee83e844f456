"""Names of weekdays in the languages of CLDR, as tills print them beside a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from pipeline.world import cldr

# What tills print and CLDR lacks.
_OTHER_NAMES = {"TUES": 1, "THUR": 3, "THURS": 3, "TOR": 3, "SONNABEND": 5}
_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,12})[\s.,]*$")
_BEHIND = re.compile(r"^[\s,(]*([^\W\d_]{3,12})(?![^\W\d_])")


def weekday_beside(before: str, behind: str) -> int | None:
    """The weekday named before or after a date, 0 for Monday.

    Both texts in capitals without accents.
    """
    for match in (_BEFORE.search(before), _BEHIND.match(behind)):
        if match and match[1] in _weekdays():
            return _weekdays()[match[1]]
    return None


@cache
def _weekdays() -> Mapping[str, int]:
    return {**cldr.weekdays(), **_OTHER_NAMES}
