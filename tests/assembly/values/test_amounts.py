from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.amounts import NumberFormat, infer_number_format, parse_amount

POINT, COMMA, WHOLE = NumberFormat.POINT, NumberFormat.COMMA, NumberFormat.WHOLE


@pytest.mark.parametrize(
    ("text", "number_format", "value"),
    [
        ("1,234.50", POINT, "1234.50"),
        ("1.234,50", COMMA, "1234.50"),
        ("1'234.50", POINT, "1234.50"),
        ("1’234.50", POINT, "1234.50"),
        ("1 234,50", COMMA, "1234.50"),
        ("¥1,200", WHOLE, "1200"),
        ("¥1,200", POINT, "1200"),
        ("Rp 45.000", WHOLE, "45000"),
        ("Rp.45.000,-", WHOLE, "45000"),
        ("1.250.000", WHOLE, "1250000"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("0.456", WHOLE, "0.456"),
        ("12,90", COMMA, "12.90"),
        ("12,90", POINT, "12.90"),
        ("-2.50", POINT, "-2.50"),
        ("2.50-", POINT, "-2.50"),
        ("(2.50)", POINT, "-2.50"),
        ("-$2.50", POINT, "-2.50"),
        ("$-2.50", POINT, "-2.50"),
        ("RM-2.50", POINT, "-2.50"),
        ("-R$22,55", COMMA, "-22.55"),
        ("- R$ 22,55", COMMA, "-22.55"),
        ("-US$ 3.50", POINT, "-3.50"),
        ("358.000₫-", WHOLE, "-358000"),
        ("6,90 €-", COMMA, "-6.90"),
        ("0,09zł-", COMMA, "-0.09"),
        ("1 240 FT-", WHOLE, "-1240"),
        ("8.59-A", POINT, "8.59"),
        ("(*204,90)", COMMA, "-204.90"),
        ("(2*3,50)", COMMA, "3.50"),
        ("93,00,-", COMMA, "93.00"),
        ("PRE-R$ 4.50", POINT, "4.50"),
        ("12-AB", POINT, "12"),
        ("$ 12 .99", POINT, "12.99"),
        ("12. 99", POINT, "12.99"),
        ("RM9.00", POINT, "9.00"),
        ("I2.50", POINT, "12.50"),
        ("1O.00", POINT, "10.00"),
        ("1.OO", POINT, "1.00"),
        ("23,40 A", COMMA, "23.40"),
        ("5.00SR", POINT, "5.00"),
        ("$12.99T", POINT, "12.99"),
        ("*9.90", POINT, "9.90"),
        ("EURO 5,00", COMMA, "5.00"),
        ("GST 6% 0.60", POINT, "0.60"),
        ("12", POINT, "12"),
        (".50", POINT, "0.50"),
        ("１２.50", POINT, "12.50"),
        ("1.234.50", POINT, "1234.50"),
    ],
)
def test_shapes(text: str, number_format: NumberFormat, value: str) -> None:
    assert parse_amount(text, number_format) == Decimal(value)


@pytest.mark.parametrize("text", ["", "TOTAL", "6%", "-", "$", "9555021506129384"])
def test_no_amount(text: str) -> None:
    assert parse_amount(text, POINT) is None


@pytest.mark.parametrize(
    ("texts", "currency", "number_format"),
    [
        (["45.000", "12.500", "57.500"], None, WHOLE),
        (["45,000", "1,250,000"], None, WHOLE),
        (["1,234", "5.00", "12.90"], None, POINT),
        (["1.234", "5,00", "12,90"], None, COMMA),
        (["12,90"], "USD", COMMA),
        (["12", "7"], "EUR", COMMA),
        (["12", "7"], "IDR", WHOLE),
        (["12", "7"], None, POINT),
        (["1.459", "23.10", "40.00", "50.00"], None, POINT),  # a fuel price among amounts
        (["45.000", "12.500", "9.00"], "IDR", WHOLE),  # a slip among thousands
        (["10.889", "3.399", "37.01"], "USD", POINT),  # litres and their price
        (["10,889", "3,399", "37,01"], "EUR", COMMA),
        (["10.889", "3.399", "37.01"], None, WHOLE),
        ([], None, POINT),
    ],
)
def test_convention_of_the_page(
    texts: list[str], currency: str | None, number_format: NumberFormat
) -> None:
    assert infer_number_format(texts, currency) is number_format


@given(st.text(max_size=40), st.sampled_from(NumberFormat))
def test_never_crashes(text: str, number_format: NumberFormat) -> None:
    parse_amount(text, number_format)
    infer_number_format([text], None)


@given(st.decimals("0", "999999999", places=2), st.booleans(), st.sampled_from(["", "RM", "$ "]))
def test_formatted_amounts_come_back(value: Decimal, negative: bool, symbol: str) -> None:
    value = -value if negative and value else value
    printed = f"{'-' if value < 0 else ''}{symbol}{abs(value):,.2f}"
    assert parse_amount(printed, POINT) == value
    swapped = printed.translate(str.maketrans(",.", ".,"))
    assert parse_amount(swapped, COMMA) == value


@given(st.integers(0, 999_999_999))
def test_whole_amounts_come_back(value: int) -> None:
    assert parse_amount(f"Rp {value:,}".replace(",", "."), WHOLE) == value
