"""Payments whose amount or card only a card slip prints."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.items import item_counts
from pipeline.receipt import Payment
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_further, draw_receipt
from pipeline.tagging.types import Tags

GOODS = ["SHOP{merchant_name}", "MILK{d} 4.00{t}", "BREAD{d} 2.00{t}", "TOTAL 6.00{total}"]


def payments(lines: Sequence[str]) -> list[Payment]:
    return assemble(*typed_page(lines), LABELS).payments


def only(lines: Sequence[str]) -> tuple[str | None, Decimal | None, str | None]:
    (one,) = payments(lines)
    return (
        one.method and one.method.value,
        one.amount and one.amount.value,
        one.card_last4 and one.card_last4.value,
    )


SLIPS_ALONE = {
    "amount below": ["VISA{payment_method}", "XXXXXXXXXXXX1234{card_last4}", "SALE 6.00{total}"],
    "amount above": [
        *("AID A0000000031010", "SALE 6.00{total}", "VISA{payment_method}"),
        *("XXXXXXXXXXXX1234{card_last4}", "AUTH CODE 473161"),
    ],
    "amount between": ["VISA{payment_method}", "AMOUNT 6.00{total}", "...1234{card_last4}"],
    "beside": ["VISA{payment_method} XXXXXXXXXXXX1234{card_last4} 6.00{total}"],
    "printed again": [
        *("VISA{payment_method} ...1234{card_last4}", "PURCHASE 6.00{total}", "TOTAL 6.00{total}")
    ],
    "codes between": [
        *("VISA{payment_method}", "CARD: ...1234{card_last4}", "AID A0000000031010"),
        *("AUTH CODE 473161", "APPROVED", "SALE 6.00{total}", "APPROVED 00"),
    ],
}


@pytest.mark.parametrize("lines", SLIPS_ALONE.values(), ids=SLIPS_ALONE)
def test_a_slip_alone_prints_the_amount_of_its_payment(lines: Sequence[str]) -> None:
    assert only(["SHOP{merchant_name}", *lines]) == ("VISA", Decimal(6), "1234")


SLIPS_BELOW = {
    "amount below": ["VISA{payment_method}", "...1234{card_last4}", "Sale amount 6.00{total}"],
    "amount above": [
        *("TERMINAL 75371764", "TRACE 781236", "AMOUNT 6.00{total}", "PIN VERIFIED"),
        *("VISA{payment_method} ...1234{card_last4}",),
    ],
    "method above": [
        *("VISA{payment_method}", "-----", "TERMINAL 75371764", "...1234{card_last4}"),
        *("KAUF 6.00{total}",),
    ],
    "another name": [
        *("VISA{payment_method}", "-----", "MAESTRO{payment_method} ...1234{card_last4}"),
        *("AMOUNT 6.00{total}",),
    ],
    "name below": [
        *("VISA{payment_method}", "-----", "...1234{card_last4}", "AUTH 210189"),
        *("VISA{|payment_method} DEBIT{payment_method}", "KAUF 6.00{total}"),
    ],
}


@pytest.mark.parametrize("lines", SLIPS_BELOW.values(), ids=SLIPS_BELOW)
def test_a_slip_below_the_receipt_prints_the_amount(lines: Sequence[str]) -> None:
    assert only([*GOODS, *lines]) == ("VISA", Decimal(6), "1234")


@pytest.mark.parametrize(
    "lines",
    [
        ["Paid by: VISA{payment_method}"],
        ["Balance due 6.00{total}", "VISA{payment_method}"],
        ["VISA{payment_method}", "AMOUNT 5.00{total}"],
    ],
)
def test_without_a_slip_no_amount_is_printed(lines: Sequence[str]) -> None:
    assert only([*GOODS, *lines]) == ("VISA", None, None)


def test_a_tickets_amount_is_not_that_of_a_slip() -> None:
    lines = ["Zone M", "6.00{total}", "VISA{payment_method} ...1234{card_last4}", "Exit in 15 min"]
    assert only(["SHOP{merchant_name}", *lines]) == ("VISA", None, "1234")


NAMED_OTHERWISE = {
    "before the number": "V{payment_method} PAY{payment_method} ****1234{card_last4}",
    "behind it": "****1234{card_last4} MAESTRO{payment_method}",
    "on lines of their own": "MAESTRO{payment_method}\n****1234{card_last4}",
    "the number first": "****1234{card_last4}\nMAESTRO{payment_method}",
    "a name in two parts": "V{payment_method} PAY{|payment_method} ****1234{card_last4}",
    "the same name": "Girocard{payment_method} ****1234{card_last4}",
}


@pytest.mark.parametrize("slip", NAMED_OTHERWISE.values(), ids=NAMED_OTHERWISE)
def test_the_card_of_the_only_payment(slip: str) -> None:
    lines = [*GOODS, "Girocard{payment_method} 6.00{payment_amount}", "-----", *slip.split("\n")]
    assert only([*lines, "AMOUNT 6.00{total}"]) == ("Girocard", Decimal(6), "1234")


def test_of_two_payments_none_gets_a_card_by_another_name() -> None:
    lines = [
        "VISA{payment_method} 4.00{payment_amount}",
        "AMEX{payment_method} 2.00{|payment_amount}",
    ]
    found = payments([*GOODS, *lines, "-----", "MAESTRO{payment_method} ****1234{card_last4}"])
    assert [one.card_last4 for one in found] == [None, None]


@pytest.mark.parametrize(
    "key", ["Mastercard Tendered", "VISA TENDER", "Debit Received", "EFTPOS Tendered", "AMEX Paid"]
)
def test_what_a_card_paid_is_no_cash(key: str) -> None:
    words = " ".join(f"{word}{{payment_method}}" for word in key.split())
    contents = assemble(*typed_page([*GOODS, f"{words} 6.00{{total}}"]), LABELS)
    assert contents.cash is None
    assert contents.total and contents.total.value == 6
    (one,) = contents.payments
    assert one.method and one.method.value == key


def is_right(page: AnnotatedPage) -> bool:
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    found = item_counts(assemble(page.page, tags, LABELS), page, LABELS)["payments.strict"]
    return found.correct == found.predicted == found.true


@pytest.mark.parametrize("seed", [61008, 61042, 61060, 61097, 61155])
def test_drawn_slips(seed: int) -> None:
    assert is_right(annotated_page(draw_further(seed)))


def test_cards_of_drawn_receipts() -> None:
    pages = [annotated_page(draw_receipt(seed)) for seed in range(61_000, 61_060)]
    with_cards = [
        page for page in pages if any("card_last4" in row for row in page.tables["payments"])
    ]
    assert with_cards
    assert all(map(is_right, with_cards))
