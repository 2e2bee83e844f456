from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.canonical import canonical
from pipeline.assembly.values.phones import normalise_phone
from pipeline.assembly.values.quantities import parse_quantity
from pipeline.labels import ValueType


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", "2"), ("2x", "2"), ("x2", "2"), ("X 2", "2"), ("0.456kg", "0.456"), ("1,5 l", "1.5"),
     ("2 @", "2"), ("1.000", "1"), ("I x", "1"), ("1O", "10"), ("2PCS", "2"), ("-1", "-1")],
)  # fmt: skip
def test_shapes(text: str, value: str) -> None:
    assert parse_quantity(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "x", "PCS"])
def test_no_quantity(text: str) -> None:
    assert parse_quantity(text) is None


@given(st.text(max_size=30))
def test_never_crashes(text: str) -> None:
    parse_quantity(text)
    normalise_phone(text)
    for value_type in ValueType:
        canonical(text, value_type)


@given(st.decimals("0", "9999", places=3), st.sampled_from(["{}", "{}kg", "x{}", "{} @", "{} x"]))
def test_printed_quantities_come_back(value: Decimal, form: str) -> None:
    assert parse_quantity(form.format(value)) == value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Tel: 03-1234 5678", "0312345678"),
        ("+60 (3) 1234-5678", "+60312345678"),
        ("+49 (0)30 123456", "+4930123456"),
        ("(555) 123-4567 / 9", "5551234567"),
        ("12345", None),
        ("TEL", None),
    ],
)
def test_phones(text: str, number: str | None) -> None:
    assert normalise_phone(text) == number


@pytest.mark.parametrize(
    ("text", "value_type", "comparable"),
    [
        ("$12.5", ValueType.AMOUNT, "12.50"),
        ("RM 1,234.50", ValueType.AMOUNT, "1234.50"),
        ("45.000", ValueType.AMOUNT, "45000.00"),
        ("0,780", ValueType.AMOUNT, "0.78"),
        ("0.065", ValueType.AMOUNT, "0.065"),
        ("12.5000", ValueType.AMOUNT, "12.50"),
        ("03/04/2018", ValueType.DATE, "2018-04-03"),
        ("12/25/2018", ValueType.DATE, "2018-12-25"),
        ("2:33:10 PM", ValueType.TIME, "14:33:10"),
        ("+60 3-1234 567", ValueType.PHONE, "6031234567"),
        ("2.000 x", ValueType.QUANTITY, "2"),
        ("  A \n B ", ValueType.TEXT, "A B"),
        ("  ", ValueType.TEXT, None),
        ("none", ValueType.AMOUNT, None),
    ],
)
def test_canonical(text: str, value_type: ValueType, comparable: str | None) -> None:
    assert canonical(text, value_type) == comparable
