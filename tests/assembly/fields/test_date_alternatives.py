"""Dates that a page leaves open say how else they can be read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Field


def date_of(*lines: Sequence[Word]) -> Field[datetime.date]:
    found = assemble(*page_of(lines), LABELS).date
    assert found
    return found


def test_nothing_on_the_page_says_which_comes_first() -> None:
    date = date_of([("03/04/2018", "date")])
    assert date.value == datetime.date(2018, 4, 3)
    assert date.alternatives == [datetime.date(2018, 3, 4)]
    assert date.model_dump(mode="json")["alternatives"] == ["2018-03-04"]


@pytest.mark.parametrize(
    "evident",
    [
        [("25/04/2018", "date")],  # no month 25
        [("04/04/2018", "date")],  # the same either way
        [("15/11/40", "date")],  # no day 40
        [("3", "date"), ("APR", "date"), ("2018", "date")],
        [("2018-04-03", "date")],
        [("03.04.2018", "date")],  # dots are day first everywhere
    ],
)
def test_some_dates_leave_nothing_open(evident: list[Word]) -> None:
    date = date_of(evident)
    assert date.alternatives == []
    assert "alternatives" not in date.model_dump(mode="json")


@pytest.mark.parametrize(
    "sign",
    [
        [("Austin,", ""), ("TX", ""), ("78701", "")],
        [("KUALA", ""), ("LUMPUR", "")],
        [("Due:", ""), ("28/04/2018", "date", 0.6)],  # another date tells
    ],
)
def test_the_page_may_say_which_comes_first(sign: list[Word]) -> None:
    assert date_of([("03/04/2018", "date")], sign).alternatives == []


CANADA: list[Word] = [("CALGARY", ""), ("AB", ""), ("T2P", ""), ("1J9", "")]


def test_a_canadian_year_of_two_digits_may_stand_in_front() -> None:
    date = date_of([("15/11/16", "date")], CANADA)
    assert date.value == datetime.date(2015, 11, 16)
    assert date.alternatives == [datetime.date(2016, 11, 15)]
    assert date.confidence < 0.7


def test_without_a_country_a_year_in_front_is_the_rarer_reading() -> None:
    date = date_of([("15/11/16", "date")])
    assert date.value == datetime.date(2016, 11, 15)
    assert date.alternatives == [datetime.date(2015, 11, 16)]
    assert date.confidence < 0.9


def test_all_readings_are_named_the_likeliest_first() -> None:
    date = date_of([("10/11/12", "date")])
    assert date.value == datetime.date(2012, 11, 10)
    assert date.alternatives == [datetime.date(2012, 10, 11), datetime.date(2010, 11, 12)]


@pytest.mark.parametrize(
    "told",
    [
        [("Mon", ""), ("15/11/16", "date")],  # the 15th of November 2016 is a Tuesday
        [("15/11/16", "date"), ("LUNDI", "")],
        [("15/11/16", "date"), ("Nov", ""), ("16,", ""), ("2015", "")],
        [("15/11/16", "date"), ("2015-11-16", "")],
    ],
)
def test_what_settles_a_year_in_front(told: list[Word]) -> None:
    date = date_of(told, CANADA)
    assert date.value == datetime.date(2015, 11, 16)


def test_an_ambiguous_date_is_to_be_reviewed() -> None:
    rest: list[list[Word]] = [[("KEDAI", "merchant_name")], [("TOTAL", ""), ("5.00", "total")]]
    settled = assemble(*page_of([*rest, [("25/04/2018", "date")]]), LABELS)
    assert not settled.needs_review
    open_to_doubt = assemble(*page_of([*rest, [("03/04/2018", "date")]]), LABELS)
    assert open_to_doubt.date and open_to_doubt.date.confidence > 0.5
    assert open_to_doubt.needs_review
