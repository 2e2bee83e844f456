"""Public holidays of a whole country, from the package `holidays`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from pipeline.install import needs

_YEARS = 64  # country and year, of which the days are kept


def holiday_name(country: str, day: date) -> str | None:
    """The name of the holiday; ``None`` on other days and in countries that are not known.

    Args:
        country: ISO 3166 code.

    Raises:
        ConfigError: the package is not installed.
    """
    name = _days(country, day.year).get(day)
    return None if name is None else str(name)


@lru_cache(maxsize=_YEARS)
def _days(country: str, year: int) -> Any:
    with needs("policies need the package holidays", "audit"):
        import holidays
    try:
        return holidays.country_holidays(country, years=year)
    except NotImplementedError:
        return {}
