"""Times of day, 12 or 24 hours, as ``HH:MM`` or ``HH:MM:SS``."""

from __future__ import annotations

import re
import unicodedata

_HALF = r"\s*((?:[AP]\.?\s?M\.?|[AP])(?![A-Z]))?"
_COLON = re.compile(
    rf"([0-9]{{1,2}})\s?[:;HU]\s?([0-5][0-9])(?:\s?[:;.]\s?([0-5][0-9]))?(?![0-9]){_HALF}"
)
_POINT = re.compile(rf"(?<![0-9.,])([0-9]{{1,2}})\.([0-5][0-9])()(?!\.?[0-9]|,){_HALF}")
_RUN = re.compile(rf"^\D*([0-9]{{2}})([0-5][0-9])([0-5][0-9])?(?!\d){_HALF}\D*$")
_HOUR = re.compile(r"(?<![0-9:.])([0-9]{1,2})()()\s?([AP]\.?M\.?)(?![A-Z])")


def parse_time(text: str) -> str | None:
    """The first possible time in ``text``, or ``None``."""
    text = unicodedata.normalize("NFKC", text).upper()
    text = re.sub(r"(?<![A-Z])O(?=[0-9:])|(?<=[0-9:])O(?![A-Z])", "0", text)
    text = re.sub(r"(?<![A-Z])[IL|](?=[0-9:])|(?<=[0-9:])[IL|](?![A-Z])", "1", text)
    for pattern in (_COLON, _POINT, _RUN, _HOUR):
        for match in pattern.finditer(text):
            time = _time(*match.groups())
            if time is not None:
                return time
    return None


def _time(hour: str, minute: str, second: str | None, half: str | None) -> str | None:
    hours = int(hour)
    if hours > 23:
        return None
    if half and hours <= 12:
        hours = hours % 12 + (12 if half.startswith("P") else 0)
    return f"{hours:02}:{minute or '00'}" + (f":{second}" if second else "")
