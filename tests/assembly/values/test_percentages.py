"""Rates printed as percentages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.values.percentages import only_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("VAT 20 % 3.54", "0.2"),
        ("TVA 5,5% HT 8,60 TVA 0,47", "0.055"),
        ("19,00 %  26,52  5,04  19,0%", "0.19"),
        ("7% 19%", None),
        ("8.25", None),
        ("100%", None),
    ],
)
def test_the_only_rate(text: str, rate: str | None) -> None:
    assert only_rate(text) == (None if rate is None else Decimal(rate))


@given(st.decimals(0, 99, places=2), st.sampled_from(["", " "]), st.sampled_from(".,"))
def test_any_printed_rate_is_found(rate: Decimal, space: str, mark: str) -> None:
    assert only_rate(f"TAX {str(rate).replace('.', mark)}{space}% 12.50") == rate / 100


@given(st.text("0123456789.,% ", max_size=20))
def test_any_text_has_one_rate_or_none(text: str) -> None:
    rate = only_rate(text)
    assert rate is None or 0 <= rate < 1
