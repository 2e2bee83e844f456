"""Evidence for the order of a page's dates, and how sure it leaves one."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.date_order import ANYWHERE, OrderWeights, infer_date_orders
from pipeline.assembly.values.dates import DateOrder, interpretations, numeric_dates, parse_date
from pipeline.assembly.values.weekdays import weekday_beside
from pipeline.world.countries import countries

DAY, MONTH, YEAR = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST, DateOrder.YEAR_FIRST


def usual_in(country: str | None) -> OrderWeights:
    if country is None:
        return ANYWHERE
    return {DateOrder(one): w for one, w in countries()[country].date_orders.items()}


@pytest.mark.parametrize(
    ("lines", "country", "order"),
    [
        (["03/04/2018"], "US", MONTH),
        (["03/04/2018"], "MY", DAY),
        (["03/04/2018"], None, DAY),
        (["25/12/2018"], "US", DAY),
        (["03/04/2018", "25/04/2018"], "US", DAY),
        (["12/25/2018"], None, MONTH),
        (["12/25/2018"], "MY", MONTH),
        (["16/11/15"], "JP", YEAR),
        (["16/11/15", "15/02/30"], "CA", DAY),  # no 30 February
        (["Thursday 04/05/18"], None, MONTH),  # 5 April; 4 May was a Friday, 18 May 2004 a Tuesday
        (["04/05/2018 VEN"], None, DAY),
        (["12/04/18", "Valid until 10 April 2018"], "CA", MONTH),
        (["03/04/18", "printed 2018-03-04 12:00"], None, MONTH),
        (["16/11/15", "11/15/2016"], "CA", YEAR),
    ],
)
def test_likeliest_order(lines: list[str], country: str | None, order: DateOrder) -> None:
    assert infer_date_orders(lines, usual_in(country)).ranked[0] is order


def test_a_date_printed_twice_says_no_more_than_once() -> None:
    once = infer_date_orders(["Thu 04/05/18"], ANYWHERE)
    assert infer_date_orders(["Thu 04/05/18"] * 3, ANYWHERE) == once


def test_dots_speak_against_a_year_in_front() -> None:
    slashed = infer_date_orders(["15/11/16"], ANYWHERE).probabilities("15/11/16")
    dotted = infer_date_orders(["15.11.16"], ANYWHERE).probabilities("15.11.16")
    assert dotted[datetime.date(2016, 11, 15)] > 0.95 > slashed[datetime.date(2016, 11, 15)]


def test_numbers_that_are_no_dates_say_nothing() -> None:
    nothing = infer_date_orders([], ANYWHERE)
    assert (
        infer_date_orders(["1-01-4-18-011129", "3 12 19", "12.50", "TEL 03.12.18.55.20"], ANYWHERE)
        == nothing
    )


@pytest.mark.parametrize("text", ["3 APR 2018", "2018/04/03", "12,50", "", "32/13/18"])
def test_nothing_is_left_open(text: str) -> None:
    assert interpretations(text) == {}
    assert infer_date_orders([text], ANYWHERE).probabilities(text) == {}


def test_a_french_tuesday_is_no_month() -> None:
    assert parse_date("MAR. 15/11/2016", DAY) == datetime.date(2016, 11, 15)
    assert parse_date("Mar 15/11/16", DAY) == datetime.date(2016, 11, 15)


def test_weekdays() -> None:
    assert weekday_beside("DATE: MIERCOLES, ", "") == 2
    assert weekday_beside("", " (SUNDAY) 14:05") == 6
    assert weekday_beside("SALMON ", " MONEY") is None


@pytest.mark.parametrize(
    "lines", [["FRI 04/03/2020", "04/03/2020"], ["04/03/2020", "04/03/2020 FRI"]]
)
def test_a_weekday_beside_any_of_equal_dates_counts(lines: list[str]) -> None:
    assert infer_date_orders(lines, ANYWHERE).ranked[0] is MONTH


@given(
    st.dates(datetime.date(2008, 1, 1), datetime.date(2031, 12, 31)),
    st.sampled_from([("%d/%m/%y", DAY), ("%m/%d/%y", MONTH), ("%y/%m/%d", YEAR)]),
)
def test_the_printed_day_is_among_the_interpretations(
    date: datetime.date, form: tuple[str, DateOrder]
) -> None:
    printed = date.strftime(form[0])
    assert interpretations(printed)[form[1]] == date
    assert parse_date(printed, form[1]) == date
    probabilities = infer_date_orders([printed], ANYWHERE).probabilities(printed)
    assert sum(probabilities.values()) == pytest.approx(1)


@given(st.lists(st.text("0123456789/-. ABMONTUE", max_size=25), max_size=5))
def test_any_lines_leave_each_order_a_weight(lines: list[str]) -> None:
    orders = infer_date_orders(lines, ANYWHERE)
    assert set(orders.ranked) == set(DateOrder)
    for line in lines:
        assert all(date.interpretations for date in numeric_dates(line))
        orders.probabilities(line)
