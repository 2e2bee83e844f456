import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.dates import DateOrder, parse_date

DAY, MONTH = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("25/12/2018", "2018-12-25"),
        ("25-12-18", "2018-12-25"),
        ("25.12.2018", "2018-12-25"),
        ("03/04/2018", "2018-04-03"),
        ("12/25/2018", "2018-12-25"),
        ("2018-12-25", "2018-12-25"),
        ("2018/12/25 14:33", "2018-12-25"),
        ("20190312", "2019-03-12"),
        ("201903121433", "2019-03-12"),
        ("12032019", "2019-03-12"),
        ("Date:25/12/2018", "2018-12-25"),
        ("25/12/201814:33", "2018-12-25"),
        ("25/12/1814:33", "2018-12-25"),
        ("02.O3.2020", "2020-03-02"),
        ("I2/03/2020", "2020-03-12"),
        ("12 MAR'19", "2019-03-12"),
        ("12 MAR 2019", "2019-03-12"),
        ("12MAR19", "2019-03-12"),
        ("12-Mar-2019", "2019-03-12"),
        ("12 0CT 2019", "2019-10-12"),
        ("March 12, 2019", "2019-03-12"),
        ("Mar 3rd, 2019", "2019-03-03"),
        ("Tue 1st May 2018", "2018-05-01"),
        ("12. März 2019", "2019-03-12"),
        ("12. Dezember 2019", "2019-12-12"),
        ("12 février 2019", "2019-02-12"),
        ("12 août 2019", "2019-08-12"),
        ("12 de enero de 2019", "2019-01-12"),
        ("12 luglio 2019", "2019-07-12"),
        ("12 mei 2019", "2019-05-12"),
        ("12 Agustus 2019", "2019-08-12"),
        ("12 Ogos 2019", "2019-08-12"),
        ("12 Disember 2019", "2019-12-12"),
        ("31 12 2019", "2019-12-31"),
    ],
)
def test_shapes(text: str, iso: str) -> None:
    assert parse_date(text, DAY) == datetime.date.fromisoformat(iso)


@pytest.mark.parametrize(
    "text", ["", "14:33", "32/13/2019", "MARKET 12", "1,234.50", "12 MAR 14:33"]
)
def test_no_date(text: str) -> None:
    assert parse_date(text, DAY) is None


def test_month_first() -> None:
    assert parse_date("03/04/2018", MONTH) == datetime.date(2018, 3, 4)
    assert parse_date("25/12/2018", MONTH) == datetime.date(2018, 12, 25)
    assert parse_date("03.04.2018", MONTH) == datetime.date(2018, 4, 3), "dots: day first"


@given(st.text(max_size=40), st.sampled_from(DateOrder))
def test_never_crashes(text: str, order: DateOrder) -> None:
    parse_date(text, order)


@given(
    st.dates(datetime.date(1975, 1, 1), datetime.date(2060, 12, 31)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%y", "%d-%m-%Y %H:%M", "%Y-%m-%d", "%d %b %Y", "%B %d, %Y",
                     "%d%b%y", "%Y%m%d", "%d/%m/%Y%H:%M"]),
)  # fmt: skip
def test_printed_dates_come_back(date: datetime.date, form: str) -> None:
    printed = datetime.datetime.combine(date, datetime.time(14, 33)).strftime(form)
    if form == "%d.%m.%y" and 2000 <= date.year < 2008 <= 2000 + date.day:
        return  # 08.01.01 is taken for 2008: see the next test
    if form != "%Y%m%d" or date.year >= 2000:
        assert parse_date(printed, DAY) == date


def test_a_two_digit_year_in_front_is_seen_where_the_other_reading_is_too_old() -> None:
    assert parse_date("23/08/04", DAY) == datetime.date(2023, 8, 4)
    assert parse_date("12/08/24", DAY) == datetime.date(2024, 8, 12)


@given(st.dates(datetime.date(1975, 1, 1), datetime.date(2060, 12, 31)))
def test_american_dates_come_back(date: datetime.date) -> None:
    assert parse_date(date.strftime("%m/%d/%Y"), MONTH) == date
