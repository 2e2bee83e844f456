"""Facts of the Unicode Common Locale Data Repository (CLDR), written by ``scripts/write_cldr``.

Names are in capitals without accents.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("cldr.json")
COMMON_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "id", "ms")
"""Of most receipts. Where two languages mean different months by a name, theirs is right."""


@cache
def _content() -> Mapping[str, Mapping[str, Any]]:
    content: Mapping[str, Mapping[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def months(languages: Collection[str] | None = None) -> dict[str, int]:
    """Month by name, 1 to 12, in these languages or in all."""
    return {name: month + 1 for name, month in _numbers("months", languages).items()}


def weekdays(languages: Collection[str] | None = None) -> dict[str, int]:
    """Weekday by name, 0 for Monday, in these languages or in all."""
    return _numbers("weekdays", languages)


def _numbers(key: str, languages: Collection[str] | None) -> dict[str, int]:
    """Where languages differ, the one that stands first in the file is believed."""
    found: dict[str, int] = {}
    for language, by_number in _content()[key].items():
        if languages is None or language in languages:
            for number, names in enumerate(by_number):
                for name in names.split():
                    found.setdefault(name, number)
    return found


def country(code: str) -> Mapping[str, Any]:
    """``languages``, ``names``, ``alpha3`` (ISO 3166 code), ``decimal`` and ``group``, as far as
    they are known."""
    found: Mapping[str, Any] = _content()["countries"].get(code, {})
    return found


def currency_signs(code: str) -> Sequence[str]:
    """What is printed for the currency, besides its code."""
    found: Sequence[str] = _content()["currencies"].get(code, {}).get("signs", ())
    return found


def currency_digits(code: str) -> int:
    """The decimals of its amounts; 2 for unknown ones."""
    digits: int = _content()["currencies"].get(code, {}).get("digits", 2)
    return digits


def languages(key: str) -> list[str]:
    """The languages whose ``months`` or ``weekdays`` are known, in the order of belief."""
    return list(_content()[key])
