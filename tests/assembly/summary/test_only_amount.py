"""A receipt with one amount: it is the total, whatever it is called or tagged as."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents

HEAD = ["BRISA{merchant_name}", "2019-03-24{date}"]


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page([*HEAD, *lines]), LABELS)


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        (["Classe:{d} 1{q} Taxa: 1,35{t} €"], "1.35"),
        (["CARTAO ****1299/04", "COMPRA 73,80 €"], "73.80"),
        (["Retido: EUR 0.00", "Valor: EUR 5.70"], "5.70"),
        (["Wash & Dry", "Paid $7.25{cash}"], "7.25"),
        (["Fare{d} 32.50{t}"], "32.50"),
        (["Betrag 8,00{subtotal} EUR"], "8"),
        (["ADULT TICKET", "$6.75", "Card $6.75"], "6.75"),
        (["Cena 25,00{tax} Kč"], "25"),
        (["Capital Social: 75.000,00 €", "Classe: 1 Taxa: 0,35{t} €"], "0.35"),
        (["SAS au capital de 150.000,00 €", "Prix 4,50 €"], "4.50"),
        (["Cap. Soc. 10.000,00 €", "Corsa 12,00 €"], "12"),
    ],
)
def test_the_only_amount_is_the_total(lines: Sequence[str], total: str) -> None:
    found = read(lines)
    assert found.total and found.total.value == Decimal(total)
    assert (found.subtotal, found.tax) == (None, None)


@pytest.mark.parametrize(
    "lines",
    [
        ["Subtotal: 79.17{subtotal}", "TIP", "TOTAL"],
        ["VAT 20% 1.00{tax}"],
        ["Change 3.00{change}"],
        ["Tip 3.00{tip}"],
        ["Discount 3.00{discount}"],
        ["Total qty: 2.00"],
        pytest.param(
            ["Balance 0.00"],
            marks=pytest.mark.xfail(
                strict=False, reason="near the threshold: depends on the fitted weights"
            ),
        ),
        ["BREAD{d} 5.00{t}", "MILK{d} 7.00{t}"],
    ],
)
def test_nothing_else_is_one(lines: Sequence[str]) -> None:
    assert read(lines).total is None


def test_it_stays_the_price_of_the_only_item() -> None:
    found = read(["Premium wash{d} 18.00{t}"])
    assert found.total and found.total.value == 18
    assert [item.total.value for item in found.items if item.total] == [18]
    assert all(check.ok for check in found.checks)


def test_two_items_of_one_price_have_another_total() -> None:
    assert read(["TEA{d} 2.00{t}", "TEA{d} 2.00{t}"]).total is None
