"""Amounts shape by shape, and what a formatter of each number format prints."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.amounts import NumberFormat, infer_number_format, parse_amount

SHAPES = [
    ("1,234.50", NumberFormat.POINT, "1234.5"),
    ("1.234,50", NumberFormat.COMMA, "1234.5"),
    ("1'234.50", NumberFormat.POINT, "1234.5"),
    ("1 234,50", NumberFormat.COMMA, "1234.5"),
    ("¥1,200", NumberFormat.WHOLE, "1200"),
    ("Rp 45.000", NumberFormat.WHOLE, "45000"),
    ("45.000", NumberFormat.COMMA, "45000"),
    ("12,90", NumberFormat.COMMA, "12.9"),
    ("-2.50", NumberFormat.POINT, "-2.5"),
    ("2.50-", NumberFormat.POINT, "-2.5"),
    ("(2.50)", NumberFormat.POINT, "-2.5"),
    ("$ 12 .99", NumberFormat.POINT, "12.99"),
    ("RM9.00", NumberFormat.POINT, "9"),
    ("I2.50", NumberFormat.POINT, "12.5"),
    ("1O.00", NumberFormat.POINT, "10"),
    ("23,40 A", NumberFormat.COMMA, "23.4"),
    ("5.00SR", NumberFormat.POINT, "5"),
    ("$12.99T", NumberFormat.POINT, "12.99"),
    ("*9.90", NumberFormat.POINT, "9.9"),
    ("-$2.50", NumberFormat.POINT, "-2.5"),
    ("$-2.50", NumberFormat.POINT, "-2.5"),
    ("-Rp 34,363", NumberFormat.WHOLE, "-34363"),
    ("8.59-A", NumberFormat.POINT, "8.59"),
    (".87", NumberFormat.POINT, ".87"),
    ("$.90", NumberFormat.POINT, ".9"),
    ("12.-", NumberFormat.POINT, "12"),
    ("5,--", NumberFormat.COMMA, "5"),
    ("5,-", NumberFormat.COMMA, "5"),
    ("12.--", NumberFormat.POINT, "12"),
    ("1.2O", NumberFormat.POINT, "1.2"),
    ("PB1 10% 1,818", NumberFormat.WHOLE, "1818"),
    ("(S@60.00)", NumberFormat.POINT, "60"),
    ("(2@12.00)", NumberFormat.POINT, "12"),
    ("1x29.98", NumberFormat.POINT, "29.98"),
    ("1,23,456.00", NumberFormat.POINT, "123456"),
    ("16 170", NumberFormat.WHOLE, "16170"),
    ("$14:20", NumberFormat.POINT, "14.2"),
    ("Rp.500", NumberFormat.WHOLE, "500"),
    ("12.99B", NumberFormat.POINT, "12.99"),
    ("12.OO", NumberFormat.POINT, "12"),
    ("S12.50", NumberFormat.POINT, "12.5"),
    ("12.S0", NumberFormat.POINT, "12.5"),
    ("1B.50", NumberFormat.POINT, "18.5"),
    ("0", NumberFormat.POINT, "0"),
    ("1.899", NumberFormat.POINT, "1.899"),
    ("35000.00", NumberFormat.WHOLE, "35000"),
    ("2,352,460", NumberFormat.WHOLE, "2352460"),
    ("Rp. 35. 000", NumberFormat.WHOLE, "35000"),
    ("- 2.50", NumberFormat.POINT, "-2.5"),
    ("2.50 -", NumberFormat.POINT, "-2.5"),
    ("SalesTax11.80", NumberFormat.POINT, "11.8"),
    ("+9.50USD", NumberFormat.POINT, "9.5"),
    ("3. 12.50", NumberFormat.POINT, "12.5"),
    ("9. 00", NumberFormat.POINT, "9"),
    ("45.000,00", NumberFormat.COMMA, "45000"),
    ("Discount: -9,545", NumberFormat.WHOLE, "-9545"),
    ("12·50", NumberFormat.POINT, "12.5"),
    ("5.00 %", NumberFormat.POINT, None),
    ("hello", NumberFormat.POINT, None),
    ("12.03.2018", NumberFormat.POINT, None),
    ("A1 12.50", NumberFormat.POINT, "12.5"),
    ("12.50 A1", NumberFormat.POINT, "12.5"),
    ("GST 6% 1.20", NumberFormat.POINT, "1.2"),
    ("1.50 x 2", NumberFormat.POINT, "1.5"),
    ("EUR11,50", NumberFormat.COMMA, "11.5"),
    ("AMOUNT:$58.92", NumberFormat.POINT, "58.92"),
    ("5.00-SR", NumberFormat.POINT, "5"),
    ("1,234,50", NumberFormat.COMMA, "1234.5"),
    ("Total (incl. GST) 12.50", NumberFormat.POINT, "12.5"),
    ("(RM) 12.50", NumberFormat.POINT, "12.5"),
    ("TOTAL-12.50", NumberFormat.POINT, "12.5"),
    ("(12.50)T", NumberFormat.POINT, "-12.5"),
]


@pytest.mark.parametrize(("text", "number_format", "value"), SHAPES)
def test_shape(text: str, number_format: NumberFormat, value: str | None) -> None:
    assert parse_amount(text, number_format) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("texts", "currency", "number_format"),
    [
        (["45.000", "23.000"], None, NumberFormat.WHOLE),
        (["12,90", "1.234,50"], None, NumberFormat.COMMA),
        (["23.000", "50.000", "1.00"], "IDR", NumberFormat.WHOLE),
        (["10.00 %", "45.000"], "IDR", NumberFormat.WHOLE),
        (["1.899", "12.50", "60.00"], None, NumberFormat.POINT),
        (["1.500", "2.250", "3.750"], "KWD", NumberFormat.POINT),
        (["12.03.18", "12,90"], None, NumberFormat.COMMA),
        (["100"], "EUR", NumberFormat.COMMA),
    ],
)
def test_the_page_decides(
    texts: list[str], currency: str | None, number_format: NumberFormat
) -> None:
    assert infer_number_format(texts, currency) is number_format


@given(st.decimals(min_value=0, max_value=9_999_999, places=2))
def test_reads_back_what_formatters_print(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text, number_format in [
        (english, NumberFormat.POINT),
        (english.replace(",", "'"), NumberFormat.POINT),
        (f"RM{english}", NumberFormat.POINT),
        (f"$ {english} T", NumberFormat.POINT),
        (german, NumberFormat.COMMA),
        (german.replace(".", " "), NumberFormat.COMMA),
        (f"{german} € A", NumberFormat.COMMA),
    ]:
        assert parse_amount(text, number_format) == amount, text
    for text in (f"-{english}", f"{english}-", f"({english})", f"-$ {english}"):
        assert parse_amount(text, NumberFormat.POINT) == -amount, text


@given(st.integers(0, 99_999_999), st.sampled_from(",."))
def test_whole_amounts_have_groups_only(amount: int, separator: str) -> None:
    assert parse_amount(f"{amount:,}".replace(",", separator), NumberFormat.WHOLE) == amount


@given(st.text(max_size=30), st.sampled_from(list(NumberFormat)))
def test_never_crashes(text: str, number_format: NumberFormat) -> None:
    value = parse_amount(text, number_format)
    assert value is None or value.is_finite()
    infer_number_format([text], None)
