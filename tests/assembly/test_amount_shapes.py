"""Amounts shape by shape, and what a formatter of each convention prints."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.amounts import Convention, infer_convention, parse_amount

SHAPES = [
    ("1,234.50", Convention.POINT, "1234.5"),
    ("1.234,50", Convention.COMMA, "1234.5"),
    ("1'234.50", Convention.POINT, "1234.5"),
    ("1 234,50", Convention.COMMA, "1234.5"),
    ("¥1,200", Convention.WHOLE, "1200"),
    ("Rp 45.000", Convention.WHOLE, "45000"),
    ("45.000", Convention.COMMA, "45000"),
    ("12,90", Convention.COMMA, "12.9"),
    ("-2.50", Convention.POINT, "-2.5"),
    ("2.50-", Convention.POINT, "-2.5"),
    ("(2.50)", Convention.POINT, "-2.5"),
    ("$ 12 .99", Convention.POINT, "12.99"),
    ("RM9.00", Convention.POINT, "9"),
    ("I2.50", Convention.POINT, "12.5"),
    ("1O.00", Convention.POINT, "10"),
    ("23,40 A", Convention.COMMA, "23.4"),
    ("5.00SR", Convention.POINT, "5"),
    ("$12.99T", Convention.POINT, "12.99"),
    ("*9.90", Convention.POINT, "9.9"),
    ("-$2.50", Convention.POINT, "-2.5"),
    ("$-2.50", Convention.POINT, "-2.5"),
    ("-Rp 34,363", Convention.WHOLE, "-34363"),
    ("8.59-A", Convention.POINT, "8.59"),
    (".87", Convention.POINT, ".87"),
    ("$.90", Convention.POINT, ".9"),
    ("12.-", Convention.POINT, "12"),
    ("5,--", Convention.COMMA, "5"),
    ("5,-", Convention.COMMA, "5"),
    ("12.--", Convention.POINT, "12"),
    ("1.2O", Convention.POINT, "1.2"),
    ("PB1 10% 1,818", Convention.WHOLE, "1818"),
    ("(S@60.00)", Convention.POINT, "60"),
    ("(2@12.00)", Convention.POINT, "12"),
    ("1x29.98", Convention.POINT, "29.98"),
    ("1,23,456.00", Convention.POINT, "123456"),
    ("16 170", Convention.WHOLE, "16170"),
    ("$14:20", Convention.POINT, "14.2"),
    ("Rp.500", Convention.WHOLE, "500"),
    ("12.99B", Convention.POINT, "12.99"),
    ("12.OO", Convention.POINT, "12"),
    ("S12.50", Convention.POINT, "12.5"),
    ("12.S0", Convention.POINT, "12.5"),
    ("1B.50", Convention.POINT, "18.5"),
    ("0", Convention.POINT, "0"),
    ("1.899", Convention.POINT, "1.899"),
    ("35000.00", Convention.WHOLE, "35000"),
    ("2,352,460", Convention.WHOLE, "2352460"),
    ("Rp. 35. 000", Convention.WHOLE, "35000"),
    ("- 2.50", Convention.POINT, "-2.5"),
    ("2.50 -", Convention.POINT, "-2.5"),
    ("SalesTax11.80", Convention.POINT, "11.8"),
    ("+9.50USD", Convention.POINT, "9.5"),
    ("3. 12.50", Convention.POINT, "12.5"),
    ("9. 00", Convention.POINT, "9"),
    ("45.000,00", Convention.COMMA, "45000"),
    ("Discount: -9,545", Convention.WHOLE, "-9545"),
    ("12·50", Convention.POINT, "12.5"),
    ("5.00 %", Convention.POINT, None),
    ("hello", Convention.POINT, None),
    ("12.03.2018", Convention.POINT, None),
    ("A1 12.50", Convention.POINT, "12.5"),
    ("12.50 A1", Convention.POINT, "12.5"),
    ("GST 6% 1.20", Convention.POINT, "1.2"),
    ("1.50 x 2", Convention.POINT, "1.5"),
    ("EUR11,50", Convention.COMMA, "11.5"),
    ("AMOUNT:$58.92", Convention.POINT, "58.92"),
    ("5.00-SR", Convention.POINT, "5"),
    ("1,234,50", Convention.COMMA, "1234.5"),
    ("Total (incl. GST) 12.50", Convention.POINT, "12.5"),
    ("(RM) 12.50", Convention.POINT, "12.5"),
    ("TOTAL-12.50", Convention.POINT, "12.5"),
    ("(12.50)T", Convention.POINT, "-12.5"),
]


@pytest.mark.parametrize(("text", "convention", "value"), SHAPES)
def test_shape(text: str, convention: Convention, value: str | None) -> None:
    assert parse_amount(text, convention) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("texts", "currency", "convention"),
    [
        (["45.000", "23.000"], None, Convention.WHOLE),
        (["12,90", "1.234,50"], None, Convention.COMMA),
        (["23.000", "50.000", "1.00"], "IDR", Convention.WHOLE),
        (["10.00 %", "45.000"], "IDR", Convention.WHOLE),
        (["1.899", "12.50", "60.00"], None, Convention.POINT),
        (["1.500", "2.250", "3.750"], "KWD", Convention.POINT),
        (["12.03.18", "12,90"], None, Convention.COMMA),
        (["100"], "EUR", Convention.COMMA),
    ],
)
def test_the_page_decides(texts: list[str], currency: str | None, convention: Convention) -> None:
    assert infer_convention(texts, currency) is convention


@given(st.decimals(min_value=0, max_value=9_999_999, places=2))
def test_reads_back_what_formatters_print(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text, convention in [
        (english, Convention.POINT),
        (english.replace(",", "'"), Convention.POINT),
        (f"RM{english}", Convention.POINT),
        (f"$ {english} T", Convention.POINT),
        (german, Convention.COMMA),
        (german.replace(".", " "), Convention.COMMA),
        (f"{german} € A", Convention.COMMA),
    ]:
        assert parse_amount(text, convention) == amount, text
    for text in (f"-{english}", f"{english}-", f"({english})", f"-$ {english}"):
        assert parse_amount(text, Convention.POINT) == -amount, text


@given(st.integers(0, 99_999_999), st.sampled_from(",."))
def test_whole_amounts_have_groups_only(amount: int, separator: str) -> None:
    assert parse_amount(f"{amount:,}".replace(",", separator), Convention.WHOLE) == amount


@given(st.text(max_size=30), st.sampled_from(list(Convention)))
def test_never_crashes(text: str, convention: Convention) -> None:
    value = parse_amount(text, convention)
    assert value is None or value.is_finite()
    infer_convention([text], None)
