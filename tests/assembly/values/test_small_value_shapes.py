"""Times, quantities and phone numbers shape by shape."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.phones import normalise_phone
from pipeline.assembly.values.quantities import parse_quantity
from pipeline.assembly.values.times import parse_time

TIMES = [
    ("17:43", "17:43"),
    ("12:58PM", "12:58"),
    ("15:14:22", "15:14:22"),
    ("7:23:34P", "19:23:34"),
    ("11h05", "11:05"),
    ("18:10A1", "18:10"),
    ("19:13-R", "19:13"),
    ("2:51:35p", "14:51:35"),
    ("10:03am", "10:03"),
    ("12:00 AM", "00:00"),
    ("1O:30", "10:30"),
    ("l4:22", "14:22"),
    ("14.33", "14:33"),
    ("6:53PM)", "18:53"),
    ("1422", "14:22"),
    ("14 : 22", "14:22"),
    ("8 PM", "20:00"),
    ("20:30 Uhr", "20:30"),
    ("24:10", None),
    ("3:05 p.m.", "15:05"),
    ("25/12/2018 14:33", "14:33"),
    ("25/12/201814:33", "14:33"),
    ("05.11.1318:30Uhr", "18:30"),
    ("2018-03-1812:11", "12:11"),
    ("12.03.18 14.33", "14:33"),
    ("23/07/13", None),
    ("25.12.2018", None),
    ("12:31TM", "12:31"),
    ("10:43:21AM", "10:43:21"),
    ("13:45 PM", "13:45"),
    ("14:22:75", "14:22"),
    ("hello", None),
    ("12.03.18", None),
    ("15.3.20", None),
]
QUANTITIES = [
    ("2", "2"),
    ("2x", "2"),
    ("x2", "2"),
    ("0.456kg", "0.456"),
    ("1,5 l", "1.5"),
    ("2 @", "2"),
    ("1.00", "1"),
    ("1x29.98", "1"),
    ("(3@10.00)", "3"),
    ("10.875@", "10.875"),
    ("1Prs", "1"),
    ("(S@60.00)", "5"),
    ("QTY:2", "2"),
    ("2 X 3.50", "2"),
    ("-1", "-1"),
    ("1.000", "1"),
    ("l x", "1"),
    ("3 l", "3"),
    ("1X", "1"),
    (".5", "0.5"),
    ("1O", "10"),
    ("0.5 kg x 3.20", "0.5"),
]
PHONES = [
    ("(02)87787300", "0287787300"),
    ("#(609)-298-4650", "6092984650"),
    ("Tel:+60 3-7726 1234 Fax: 123", "+60377261234"),
    ("+49 (0)30 1234567", "+49301234567"),
    ("O3-1234567", "031234567"),
    ("Tel.02/79310339", "0279310339"),
    ("(901)388-6150 21705", "9013886150"),
    ("5 410-837-1600", "4108371600"),
    ("+1 410.837.1600", "+14108371600"),
    ("+52 664-681-7654", "+526646817654"),
    ("AccuracyMatters,", None),
    ("21 555 41 01 / 21 555 48 08", "215554101"),
    ("215554101 215554808", "215554101"),
    ("215554101 - 21 555 48 08", "215554101"),
    ("1234567890 1234567", None),
]


@pytest.mark.parametrize(("text", "time"), TIMES)
def test_time(text: str, time: str | None) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize(("text", "quantity"), QUANTITIES)
def test_quantity(text: str, quantity: str) -> None:
    assert parse_quantity(text) == Decimal(quantity)


@pytest.mark.parametrize(("text", "number"), PHONES)
def test_phone(text: str, number: str | None) -> None:
    assert normalise_phone(text) == number


@given(st.text(max_size=30))
def test_never_crash(text: str) -> None:
    parse_time(text)
    parse_quantity(text)
    normalise_phone(text)


@given(st.times())
def test_both_clocks_read_back(time) -> None:  # type: ignore[no-untyped-def]
    short = time.strftime("%H:%M")
    assert parse_time(short) == short
    assert parse_time(time.strftime("%I:%M %p")) == short
