"""Taxes and payments: one entry each, in whatever way and however often they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.labels import LabelSet
from pipeline.receipt import Contents, TableRow

BREAD = "BREAD{d} 6.00{t}"


def read(lines: Sequence[str], labels: LabelSet = LABELS) -> Contents:
    return assemble(*typed_page(lines), labels)


def values(rows: Sequence[TableRow]) -> list[dict[str, Any]]:
    return [
        {
            name: str(field.value) if isinstance(field.value, Decimal) else field.value
            for name, field in row
            if field is not None
        }
        for row in rows
    ]


TAXES = {
    "one line": (
        ["TOTAL 6.00{total}", "VAT{tax_name} 20%{tax_rate} 1.00{tax}"],
        [{"name": "VAT", "rate": "20", "amount": "1.00"}],
    ),
    "a table": (
        [
            "TOTAL 6.00{total}",
            "RATE NET TAX GROSS",
            "A 20%{tax_rate} 3.00{tax_net} 0.60{tax} 3.60",
            "B 5%{tax_rate} 2.29{tax_net} 0.11{tax} 2.40",
        ],
        [
            {"rate": "20", "net": "3.00", "amount": "0.60"},
            {"rate": "5", "net": "2.29", "amount": "0.11"},
        ],
    ),
    "a table and its total": (
        [
            "TOTAL 6.00{total}",
            "TAX 0.71{tax}",
            "20,0{tax_rate} 3.00{tax_net} 0.60{tax}",
            "5,0{tax_rate} 2.29{tax_net} 0.11{tax}",
            "TOTAL 0.71{tax} 6.00{total}",
        ],
        [
            {"rate": "20", "net": "3.00", "amount": "0.60"},
            {"rate": "5", "net": "2.29", "amount": "0.11"},
        ],
    ),
    "in the sums and in a table": (
        [
            "VAT{tax_name} 1.00{tax}",
            "TOTAL 6.00{total}",
            "20%{tax_rate} 5.00{tax_net} 1.00{tax} 6.00",
        ],
        [{"name": "VAT", "rate": "20", "net": "5.00", "amount": "1.00"}],
    ),
    "two of equal amount": (
        [
            "CGST{tax_name} 2.5%{tax_rate} 0.14{tax} SGST{tax_name} 2.5%{tax_rate} 0.14{tax}",
            "TOTAL 6.28{total}",
        ],
        [
            {"name": "CGST", "rate": "2.5", "amount": "0.14"},
            {"name": "SGST", "rate": "2.5", "amount": "0.14"},
        ],
    ),
    "the amount below": (
        ["TOTAL 6.00{total}", "VAT{tax_name} 20%{tax_rate}", "           1.00{tax}"],
        [{"name": "VAT", "rate": "20", "amount": "1.00"}],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), TAXES.values(), ids=TAXES)
def test_taxes(lines: Sequence[str], expected: list[dict[str, str]]) -> None:
    contents = read([BREAD, *lines])
    assert values(contents.taxes) == expected
    assert contents.tax and contents.tax.value == sum(Decimal(tax["amount"]) for tax in expected)
    assert all(check.ok for check in contents.checks)
    assert not contents.needs_review or contents.merchant_name is None


def test_a_tax_that_does_not_fit_its_rate_fails_its_check() -> None:
    contents = read([BREAD, "TOTAL 6.00{total}", "20%{tax_rate} 5.00{tax_net} 1.20{tax}"])
    assert [(check.rule, check.ok) for check in contents.checks] == [
        ("taxes[0]: net*rate=amount", False)
    ]


DEBIT = "DEBIT{payment_method} CARD{payment_method}"
CARD = "************9797{card_last4}"
PAYMENTS = {
    "cash": (
        ["CASH 10.00{cash}", "CHANGE 4.00{change}"],
        [{"method": "cash", "amount": "10.00"}],
    ),
    "a card, its number below": (
        ["VISA{payment_method} 6.00{payment_amount}", CARD],
        [{"method": "VISA", "amount": "6.00", "card_last4": "9797"}],
    ),
    "the total beside a card": (
        ["VISA{payment_method} 6.00{total}"],
        [{"method": "VISA", "amount": "6.00"}],
    ),
    "cash and card": (
        ["CASH 2.00{cash}", f"{DEBIT} {CARD} 4.00{{payment_amount}}"],
        [
            {"method": "cash", "amount": "2.00"},
            {"method": "DEBIT CARD", "amount": "4.00", "card_last4": "9797"},
        ],
    ),
    "again on the slip": (
        ["VISA:{payment_method} 6.00{payment_amount}", "SALE 6.00{payment_amount}", CARD],
        [{"method": "VISA", "amount": "6.00", "card_last4": "9797"}],
    ),
    "a card alone": (["Mastercard{payment_method}"], [{"method": "Mastercard"}]),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), PAYMENTS.values(), ids=PAYMENTS)
def test_payments(lines: Sequence[str], expected: list[dict[str, str]]) -> None:
    contents = read([BREAD, "TOTAL 6.00{total}", *lines])
    assert values(contents.payments) == expected
    assert all(check.ok for check in contents.checks)


NAMED = {
    "Modo de Pagamento: Numerário": "Numerário",
    "Pagamento: MULTIBANCO": "MULTIBANCO",
    "Card Type: Visa": "Visa",
    "Zahlart: EC-Karte": "EC-Karte",
    "Numerário..........": "Numerário",
    "A DINHEIRO": "A DINHEIRO",
    "* CONTANTI *": "CONTANTI",
    "Carte bancaire": "Carte bancaire",
    "CASH": "CASH",
    "Pago por Cartao de Debito": "Cartao de Debito",
    "PAID BY CARD": "CARD",
    "Efectivo": "Efectivo",
    "KARTA PŁATNICZA": "KARTA PŁATNICZA",
}


@pytest.mark.parametrize(("line", "method"), NAMED.items())
def test_a_means_of_payment_without_an_amount(line: str, method: str) -> None:
    assert values(read([BREAD, "TOTAL 6.00{total}", line]).payments) == [{"method": method}]


@pytest.mark.parametrize(
    "lines",
    [
        ["CONTACTLESS", BREAD, "TOTAL 6.00{total}"],  # a heading
        [BREAD, "TOTAL 6.00{total}", "No refunds in cash"],
        [BREAD, "TOTAL 6.00{total}", "MAKRO CASH & CARRY"],
        [BREAD, "TOTAL 6.00{total}", "Visa, Mastercard"],
        [BREAD, "TOTAL 6.00{total}", "Paid by 12 cards"],
        [BREAD, "TOTAL 6.00{total}", "Tel 555: cash"],
        [BREAD, "TOTAL 6.00{total}", "Pague com o Cartão Universo"],
        [BREAD, "TOTAL 6.00{total}", "VISA", "Cash"],  # which of them?
    ],
)
def test_other_lines_with_such_names_are_no_payment(lines: Sequence[str]) -> None:
    assert read(lines).payments == []


def test_what_is_tagged_counts_before_what_is_only_named() -> None:
    contents = read([BREAD, "TOTAL 6.00{total}", "VISA{payment_method} 6.00{total}", "CASH"])
    assert values(contents.payments) == [{"method": "VISA", "amount": "6.00"}]


@pytest.mark.parametrize(
    ("lines", "rounding"),
    [
        (["Rounding 0.02{rounding}", "TOTAL 6.60{total}"], "-0.02"),
        (["Rounding -0.02{rounding}", "TOTAL 6.60{total}"], "-0.02"),
        (["Rounding 0.03{rounding}", "TOTAL 6.65{total}"], "0.03"),
    ],
)
def test_rounding_gets_the_sign_with_which_the_sums_hold(
    lines: Sequence[str], rounding: str
) -> None:
    contents = read([BREAD, "Subtotal 6.00{subtotal}", "Service 0.62{service_charge}", *lines])
    assert contents.service_charge and contents.service_charge.value == Decimal("0.62")
    assert contents.rounding and contents.rounding.value == Decimal(rounding)


def test_codes_and_discounts_of_items() -> None:
    lines = [
        "9556091{item_code}",
        "BREAD{d} 6.00{t}",
        "Rabatt -1.00{item_discount}",
        "4711-{item_code} MILK{d} 2.00{t}",
        "TOTAL 7.00{total}",
    ]
    contents = read(lines)
    assert values(contents.items) == [
        {"code": "9556091", "description": "BREAD", "discount": "1.00", "total": "6.00"},
        {"code": "4711", "description": "MILK", "total": "2.00"},
    ]
    assert contents.discount and contents.discount.value == 1


NUMBERS = [
    ("Berlin USt-IdNr. DE136695976{merchant_tax_id}", "DE136695976", True),
    ("Berlin USt-IdNr.:DE136695978{merchant_tax_id}", "DE136695978", False),
    ("Berlin St.Nr. 12/345/67890{merchant_tax_id}", "1234567890", None),
    ("GST No. 000123456789{merchant_tax_id}", "000123456789", None),
]


@pytest.mark.parametrize(("line", "number", "valid"), NUMBERS)
def test_tax_numbers_are_checked(line: str, number: str, valid: bool | None) -> None:
    found = read([line, "Bon-Nr.:A-0012{receipt_number}", "SUMME EUR 6,00{total}"])
    assert found.merchant_tax_id and found.receipt_number
    assert (found.merchant_tax_id.value, found.merchant_tax_id.valid) == (number, valid)
    assert found.receipt_number.value == "A-0012"


def test_a_label_set_without_the_new_labels_gives_none_of_their_fields() -> None:
    items = [LABELS[name] for name in ("item_description", "item_total")]
    sums = [
        LABELS[name].model_copy(update={"table": None, "column": None})
        for name in ("tax", "total", "cash")
    ]
    plain = LabelSet(name="plain", labels=(*items, *sums))
    contents = read(
        [BREAD, "VAT 20% 1.00{tax}", "TOTAL 6.00{total}", "CASH 6.00{cash}", "Rounding 0.00"],
        plain,
    )
    assert values(contents.items) == [{"description": "BREAD", "total": "6.00"}]
    assert contents.tax and contents.tax.value == 1
    assert (contents.taxes, contents.payments) == ([], [])
    for name in ("merchant_tax_id", "receipt_number", "service_charge", "rounding"):
        assert getattr(contents, name) is None
