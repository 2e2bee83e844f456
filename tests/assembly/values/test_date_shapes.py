"""Dates shape by shape."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.dates import DateOrder, parse_date

SHAPES = [
    ("08/02/10", "2010-02-08"),
    ("30-DEC-2016", "2016-12-30"),
    ("27Dec´16", "2016-12-27"),
    ("06/08-2013", "2013-08-06"),
    ("25Dec13", "2013-12-25"),
    ("04NOV'17", "2017-11-04"),
    ("DECEMBER2016", None),
    ("Jul19'14", "2014-07-19"),
    ("09/13/15,", "2015-09-13"),
    ("FRI23-10-92", "1992-10-23"),
    ("Jul.30'11", "2011-07-30"),
    ("05.11.13", "2013-11-05"),
    ("0ct25'14", "2014-10-25"),
    ("JUL09,2008", "2008-07-09"),
    ("3CLOSED23Nov17", "2017-11-23"),
    ("Feb11.2012", "2012-02-11"),
    ("JULY20,2011", "2011-07-20"),
    ("Friday2Mar2018", "2018-03-02"),
    ("2017-02-12", "2017-02-12"),
    ("jeudi23juin2016", "2016-06-23"),
    ("17JUL89", "1989-07-17"),
    ("NOVEMBER 13,2010", "2010-11-13"),
    ("20180304", "2018-03-04"),
    ("25032018", "2018-03-25"),
    ("11.02.18", "2018-02-11"),
    ("OCT 3, 2016", "2016-10-03"),
    ("02.O3.2020", "2020-03-02"),
    ("25/12/2018 14:33", "2018-12-25"),
    ("12 MAR'19", "2019-03-12"),
    ("2019年3月12日", "2019-03-12"),
    ("Date:25/12/2018", "2018-12-25"),
    ("25/12/201814:33", "2018-12-25"),
    ("Datum05.11.1318:30Uhr", "2013-11-05"),
    ("3. März 2020", "2020-03-03"),
    ("12 de marzo de 2019", "2019-03-12"),
    ("1er mars 2019", "2019-03-01"),
    ("13 Agustus 2019", "2019-08-13"),
    ("l2/03/18", "2018-03-12"),
    ("(06/12/2016)", "2016-12-06"),
    ("14/JUN/2017", "2017-06-14"),
    ("hello", None),
    ("12/032018", "2018-03-12"),
    ("1203/2018", "2018-03-12"),
    ("12.03 2018", "2018-03-12"),
    ("2018/0312", "2018-03-12"),
    ("03/252018", "2018-03-25"),
    ("12/2018", None),
    ("12 0CT 2018", "2018-10-12"),
    ("Friday, Hay 26, 2017", "2017-05-26"),
    ("12 DFC 19", "2019-12-12"),
    ("12 JUI 2018", None),  # June or July
    ("SAT 12 2018", None),
    ("SUN 12 18", None),
    ("12 PM 2018", None),
    ("1-01-3-01-009563", None),
    ("1504-04-2012-3080-7", None),
    ("25-12-2018-14:33", "2018-12-25"),
    ("31 12 2019 45", "2019-12-31"),
    ("12/25/2018", "2018-12-25"),
    ("9 août 2019", "2019-08-09"),
    ("2018-03-1812:11", "2018-03-18"),
    ("24 MAR 18 12:30", "2018-03-24"),
    ("15/05/2018 8:12", "2018-05-15"),
    ("2016 May 21", "2016-05-21"),
    ("3 de mayo del 2019", "2019-05-03"),
    ("March 3rd, 2019", "2019-03-03"),
    ("2nd of May 2019", "2019-05-02"),
    ("25 / 12 / 2018", "2018-12-25"),
    ("2O18-03-12", "2018-03-12"),
    ("12/O3/20l8", "2018-03-12"),
    ("31/12/99", "1999-12-31"),
    ("12-MAR-19", "2019-03-12"),
    ("Inv 004 25/12/18", "2018-12-25"),
    ("3 fév. 2019", "2019-02-03"),
    ("Tgl 01-Agu-2019", "2019-08-01"),
    ("5EP 12 2014", "2014-09-12"),
    ("Thu 12 Mar 2020", "2020-03-12"),
    ("12 Mar, 2020", "2020-03-12"),
    ("Sunday, March 15, 2020 10:22 AM", "2020-03-15"),
    ("201903121433", "2019-03-12"),
    ("12/3", None),
    ("1/2/3", None),
    ("2018.3.5", "2018-03-05"),
    ("15.3.2020, 12:30", "2020-03-15"),
]
FORMATS = (
    "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y",
    "%d%b%Y", "%d %b '%y", "%d/%m/%Y14:33", "Date:%d/%m/%Y",
)  # fmt: skip


@pytest.mark.parametrize(("text", "iso"), SHAPES)
def test_shape(text: str, iso: str | None) -> None:
    date = parse_date(text, DateOrder.DAY_FIRST)
    assert (date.isoformat() if date else None) == iso


def test_order_decides_only_where_both_are_possible() -> None:
    assert parse_date("03/04/18", DateOrder.MONTH_FIRST) == datetime.date(2018, 3, 4)
    assert parse_date("25/04/18", DateOrder.MONTH_FIRST) == datetime.date(2018, 4, 25)


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2049, 12, 31)), st.sampled_from(FORMATS))
def test_reads_back_what_formatters_print(date: datetime.date, form: str) -> None:
    assert parse_date(date.strftime(form), DateOrder.DAY_FIRST) == date


@given(st.text(max_size=30), st.sampled_from(list(DateOrder)))
def test_never_crashes(text: str, order: DateOrder) -> None:
    parse_date(text, order)
