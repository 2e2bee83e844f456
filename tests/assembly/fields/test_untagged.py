"""Dates, times and tax numbers that no tag names."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from receipt_pages import LABELS, Word, page_of, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents

TAGGED: list[Word] = [("Total", ""), ("12.00", "total")]


def contents_of(*lines: Sequence[str]) -> Contents:
    words: list[list[Word]] = [[(word, "") for word in line] for line in lines]
    return assemble(*page_of([*words, TAGGED]), LABELS)


def test_the_only_date_and_time_are_taken_with_the_taggers_probability_of_them() -> None:
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
    "line",
    ["Valid until: 11:31", "Parkdauer : 01:41", "Departs 20:03:01", "Salida: 21:57",
     "Trip time: 5:09", "Kitchen closes 18:30", "Collect after 17:10", "Ritduur 8:28"],
)  # fmt: skip
def test_durations_and_times_of_other_things_are_no_time(line: str) -> None:
    assert contents_of(line.split()).time is None


@pytest.mark.parametrize(
    "line",
    ["Your VAT No: GB998984368", "Customer VAT No GB998984368", "Cust: GB998984368",
     "Cust. : GB998984368", "Bill to GB998984368"],
)  # fmt: skip
def test_the_buyers_tax_number_is_not_the_merchants(line: str) -> None:
    assert contents_of(["£", "VAT"], line.split()).merchant_tax_id is None
    own = contents_of(["£", "VAT"], ["VAT", "No", "GB998984368"])
    assert own.merchant_tax_id and own.merchant_tax_id.value == "998984368"


@pytest.mark.parametrize(
    "hours", [["Mo-Sa", "17:00-24:00"], ["10:00", "-", "19:00"], ["2012-11-25T12:05:18.000Z"]]
)
def test_opening_hours_and_technical_stamps_are_no_time(hours: Sequence[str]) -> None:
    assert contents_of(hours).time is None


@pytest.mark.parametrize(
    ("line", "time"),
    [
        (["Le", "07/12/2024", "a", "19h05"], "19:05"),
        (["Le", "07/12/2024", "à", "14H05"], "14:05"),
        (["07/12/2024", "-", "21", "h", "10"], "21:10"),
        (["Ticket", "0042", "8h07", "Caisse", "2"], "08:07"),
        (["le", "3", "fevrier", "2025,", "12h00"], "12:00"),
        (["07-12-2024", "14u30"], "14:30"),
        (["07.12.2024", "14.30", "Uhr"], "14:30"),
        (["2024-12-07", "-", "09:15"], "09:15"),
        (["07/12/2024", "to", "Ann,", "09:15"], "09:15"),
        (["10-Jun-202209:58:37"], "09:58:37"),
        (["le", "05.11.24", "a", "08H12"], "08:12"),
    ],
)
def test_ways_to_write_a_time(line: Sequence[str], time: str) -> None:
    found = contents_of(line)
    assert found.time and found.time.value == time


@pytest.mark.parametrize(
    "hours",
    [
        ["de", "9h30", "à", "19h00"],
        ["ouvert", "9h", "-", "19h30"],
        ["von", "8:00", "bis", "20:00"],
        ["9am", "to", "5:30pm"],
        ["COMTE", "2", "h", "99"],
        ["3h120"],
    ],
)
def test_more_that_is_no_time(hours: Sequence[str]) -> None:
    assert contents_of(hours).time is None


def test_of_several_times_the_one_beside_the_date_is_taken() -> None:
    found = contents_of(["Tisch", "offen", "seit", "18:02"], ["07.12.2024", "19:40"])
    assert found.time and found.time.value == "19:40"


def test_a_time_glued_to_a_tagged_date_is_found() -> None:
    page, tags = page_of([[("10-Jun-202209:58:37", "date")], TAGGED])
    found = assemble(page, tags, LABELS)
    assert found.date and found.date.value == datetime.date(2022, 6, 10)
    assert found.time and found.time.value == "09:58:37"


PORTUGAL = ["Rua Nova 3", "8005-334 Faro", "TOTAL 5.50{total}"]


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["N/CONTRIBUINTE:123456789"], "123456789"),
        (["NIPC 123 456 789", "NIF: 123456789"], "123456789"),
        (["NIF 123456780"], None),  # wrong check digit
        (["Telef. 123456789"], None),
        (["NIF 123456789", "NIF 999999990"], None),  # whose is which?
        (["NIF 123456789", "NIF 999999990{receipt_number}"], "123456789"),
    ],
)
def test_the_only_tax_number_is_taken(lines: Sequence[str], number: str | None) -> None:
    found = assemble(*typed_page([*PORTUGAL, *lines]), LABELS).merchant_tax_id
    assert (found and found.value) == number
