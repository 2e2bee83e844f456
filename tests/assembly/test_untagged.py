"""Dates and times that no tag names."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents

TAGGED: list[Word] = [("Total", ""), ("12.00", "total")]


def contents_of(*lines: Sequence[str]) -> Contents:
    words: list[list[Word]] = [[(word, "") for word in line] for line in lines]
    return assemble(*page_of([*words, TAGGED]), LABELS)


def test_the_only_date_and_time_are_taken_with_half_the_confidence() -> None:
    found = contents_of(["25/04/2018", "14:33"])
    assert found.date and found.date.value == datetime.date(2018, 4, 25)
    assert found.time and found.time.value == "14:33"
    assert found.date.confidence < 0.5
    assert found.time.confidence < 0.5


def test_the_same_date_and_time_twice_are_one() -> None:
    found = contents_of(["25/04/2018", "14:33"], ["25.04.18", "14:33:07"])
    assert found.date and found.date.value == datetime.date(2018, 4, 25)
    assert found.time and found.time.value == "14:33"


def test_of_two_none_is_taken() -> None:
    found = contents_of(["25/04/2018", "14:33"], ["26/04/2018", "14:35"])
    assert (found.date, found.time) == (None, None)


def test_a_tagged_one_counts_alone() -> None:
    page, tags = page_of([[("25/04/2018", "date"), ("26/04/2018", "")], TAGGED])
    found = assemble(page, tags, LABELS)
    assert found.date and found.date.value == datetime.date(2018, 4, 25)


def test_what_is_tagged_as_something_else_is_left() -> None:
    line: list[Word] = [("25/04/2018", "date"), ("14:33", "date")]
    assert assemble(*page_of([line, TAGGED]), LABELS).time is None


@pytest.mark.parametrize(
    "line",
    [
        ["RETURN", "BY", "08", "Dec", "2014"],
        ["Rückgabe", "bis", "26.05.2020"],
        ["EXP", "Date", "Jan", "20,", "2025"],
        ["No.", "1-01-04-18-011129"],
        ["25/04/1918"],
        ["TSE-Start:", "2012-11-25T12:05:18.000Z"],
    ],
)
def test_no_day_of_a_purchase(line: Sequence[str]) -> None:
    assert contents_of(line).date is None


@pytest.mark.parametrize(
    "hours", [["Mo-Sa", "17:00-24:00"], ["10:00", "-", "19:00"], ["2012-11-25T12:05:18.000Z"]]
)
def test_opening_hours_and_technical_stamps_are_no_time(hours: Sequence[str]) -> None:
    assert contents_of(hours).time is None
