"""The file of CLDR is what its script writes, and dates in all its languages are read."""

from __future__ import annotations

import datetime
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from pipeline.accents import plain_capitals
from pipeline.assembly.values.dates import parse_date
from pipeline.assembly.values.weekdays import weekday_beside
from pipeline.world import cldr, currencies
from pipeline.world.countries import countries

MONTHS, WEEKDAYS = cldr.languages("months"), cldr.languages("weekdays")
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2029, 12, 31))


def test_the_file_is_what_the_script_writes(project: Path) -> None:
    script = SourceFileLoader("write_cldr", str(project / "scripts" / "write_cldr"))
    module = ModuleType("write_cldr")
    module.__file__ = script.path
    script.exec_module(module)
    written = (project / "pipeline" / "world" / "cldr.json").read_text(encoding="utf-8")
    assert written == module.content()
    assert len(written) < 60_000


def means(language: str, month: int) -> bool:
    """Whether the month's name is one word that no earlier language uses for another month."""
    name = plain_capitals(format_date(datetime.date(2018, month, 1), "MMMM", locale=language))
    return cldr.months().get(re.sub(r"^DE |^D[’']", "", name)) == month


@given(st.sampled_from(MONTHS), DAYS)
def test_a_date_with_the_name_of_its_month_is_read(language: str, day: datetime.date) -> None:
    for form in ("d MMMM y", "d MMMM, y", "y LLLL d", "dd/MMMM/y"):
        text = format_date(day, form, locale=language)
        if means(language, day.month):
            assert parse_date(text) == day, text


@given(
    st.sampled_from([x for x in MONTHS if x in {*cldr.COMMON_LANGUAGES, "pl", "cs", "hu", "tr"}]),
    DAYS,
)
def test_short_names_of_months_are_read(language: str, day: datetime.date) -> None:
    text = format_date(day, "d MMM y", locale=language)
    assert parse_date(text) == day, text


@given(
    st.sampled_from("en de fr es it nl id ms sv da nb fi pl cs hu ro tr pt vi ko ja zh".split()),
    DAYS,
)
def test_dates_as_a_language_writes_them_in_full_are_read(
    language: str, day: datetime.date
) -> None:
    for form in ("long", "full"):
        text = format_date(day, form, locale=language)
        assert parse_date(text) == day, text


def test_months_that_are_not_known_by_name_are_few() -> None:
    """They mean what the language that comes first means: listopad is Polish and Czech, not
    Croatian; Irish ones of two words are missing."""
    wrong = {
        (language, month)
        for language in MONTHS
        for month in range(1, 13)
        if not means(language, month)
    }
    assert wrong == {("hr", 10), ("rw", 7), ("ga", 9), ("ga", 10)}


def test_short_names_of_rarer_languages_need_a_year_of_four_digits() -> None:
    assert parse_date("2 LED 2018") == datetime.date(2018, 1, 2)
    assert parse_date("2 LED 12") is None
    assert parse_date("5 PAX 12 MAY 2018") == datetime.date(2018, 5, 12)


@pytest.mark.parametrize("language", WEEKDAYS)
def test_weekdays_of_all_languages_are_known(language: str) -> None:
    day = datetime.date(2018, 1, 1)
    for number in range(7):
        name = plain_capitals(
            format_date(day + datetime.timedelta(number), "EEEE", locale=language)
        )
        if name.isalpha() and len(name) <= 12:
            assert weekday_beside(f"{name} ", "") in (number, cldr.weekdays().get(name))


def test_what_currencies_look_like() -> None:
    assert [currencies.decimals(code) for code in ("JPY", "EUR", "KWD", "XXX")] == [0, 2, 3, 2]
    assert [currencies.decimal_mark(code) for code in ("EUR", "GBP", "XXX")] == [",", ".", "."]
    signs = currencies.currencies_of_signs()
    assert signs["$"][0] == "USD"
    assert set(signs["kr"]) == {"SEK", "NOK", "DKK"}
    assert signs["€"] == ("EUR",)
    assert signs["R"] == ("ZAR",)
    assert [
        bool(re.match(currencies.sign_pattern(), text)) for text in ("R12.50", "R 12", "R12", "RX")
    ] == [True, False, False, False]


def test_a_country_is_recognised_by_its_own_name() -> None:
    assert {"SUISSE", "SVIZZERA", "SCHWEIZ"} <= countries()["CH"].places
    assert "TURKIYE" in countries()["TR"].places
