import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.times import parse_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("14:33", "14:33"),
        ("9:05", "09:05"),
        ("14:33:07", "14:33:07"),
        ("2:33 PM", "14:33"),
        ("2:33PM", "14:33"),
        ("02:33:07 p.m.", "14:33:07"),
        ("12:05 AM", "00:05"),
        ("12:05 PM", "12:05"),
        ("2:33P", "14:33"),
        ("14h30", "14:30"),
        ("14.33", "14:33"),
        ("1433", "14:33"),
        ("Time: 14:33", "14:33"),
        ("25/12/201814:33", "14:33"),
        ("25.12.2018 14:33", "14:33"),
        ("1O:O5", "10:05"),
        ("14 : 33", "14:33"),
        ("3 PM", "15:00"),
    ],
)
def test_shapes(text: str, time: str) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize("text", ["", "25:10", "12:75", "TOTAL", "25.12.2018"])
def test_no_time(text: str) -> None:
    assert parse_time(text) is None


@given(st.text(max_size=30))
def test_never_crashes_and_is_always_a_time(text: str) -> None:
    time = parse_time(text)
    assert time is None or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?", time, re.ASCII)


@given(st.times(), st.sampled_from(["%H:%M", "%I:%M %p", "%I:%M%p", "%H.%M"]))
def test_printed_times_come_back(time: datetime.time, form: str) -> None:
    assert parse_time(time.strftime(form)) == time.strftime("%H:%M")
