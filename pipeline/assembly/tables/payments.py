"""The list of payments: one entry for each means of payment."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from pipeline.assembly.summary.options import CASH, Option
from pipeline.assembly.tables.named_payment import named_payment
from pipeline.assembly.tables.paid_totals import slip_amount, totals_beside_methods
from pipeline.assembly.tables.rows import Row
from pipeline.assembly.tables.table_rows import (
    AMOUNT,
    METHOD,
    Chosen,
    by_distance,
    fields_of,
    first,
    table_rows,
    text_of,
    with_rest,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.labels import Role, Table
from pipeline.receipt import Field, Payment

CARD = "card_last4"


def payment_list(
    tagged: TaggedPage, cash: Option, total: Decimal | None, change: Decimal | None
) -> list[Payment]:
    """The payments, top to bottom.

    A method or a card's number on a line of its own belongs to the nearest payment that lacks it.
    An amount that is printed again, as on a card slip, counts once unless the sum needs it. The
    only payment without an amount gets the total that its card slip prints. Where nothing is
    tagged, a line that only names a means of payment is one without an amount.

    Args:
        cash, total, change: the record's.
    """
    rows = table_rows(Table.PAYMENTS, tagged, Chosen(CASH, cash), totals_beside_methods(tagged))
    paid = [row for row in rows if AMOUNT in row.columns]
    loose = [row for row in rows if AMOUNT not in row.columns]
    if not paid:
        paid, loose = loose[:1], loose[1:]
    for row in loose:
        if home := _home(row, [r for r in paid if _implied_method(r, tagged) is None]):
            known = home.columns
            home.cells.extend(cell for cell in row.cells if cell.column not in known)
    if len(paid) == 1 and AMOUNT not in paid[0].columns:
        paid = [Row([*paid[0].cells, *slip_amount(paid[0], total, tagged)])]
    due = None if total is None else total + abs(change or ZERO)
    if not paid:
        return [one for one in (named_payment(tagged),) if one]
    return [_payment(row, tagged) for row in _once(paid, due)]


def _home(loose: Row, paid: Sequence[Row]) -> Row | None:
    """The payment to which a row without an amount belongs: of those that lack its columns the
    nearest above, else the nearest below; none for a card that a payment has already.

    The number of a card belongs to the only payment by another name, too: a slip calls `VISA` what
    the till calls `Card`.

    Args:
        paid: without cash, which has no card.
    """
    if CARD in loose.columns and text_of(loose, CARD) in {text_of(row, CARD) for row in paid}:
        return None
    free = [row for row in paid if not row.columns & loose.columns]
    if not free and len(paid) == 1 and CARD in loose.columns - paid[0].columns:
        return paid[0]
    above = [row for row in free if row.top <= loose.top]
    return next(iter(by_distance(loose, above or free)), None)


def _implied_method(row: Row, tagged: TaggedPage) -> str | None:
    """The means of payment that the amount's label says: ``cash``."""
    amount = first(row, AMOUNT)
    if amount is None or METHOD in row.columns:
        return None
    label = tagged.label_set[amount.span.label]
    return label.name if label.table is Table.PAYMENTS and label.role is Role.SUMMARY else None


def _once(rows: Sequence[Row], due: Decimal | None) -> list[Row]:
    """The rows without repetitions, unless all of them add up to what is due."""
    if due is not None and abs(sum((_amount(row) for row in rows), ZERO) - due) <= CENT:
        return list(rows)
    kept: list[Row] = []
    for row in rows:
        same = next((n for n, other in enumerate(kept) if _repeats(row, other)), None)
        if same is None:
            kept.append(row)
        else:
            kept[same] = with_rest(kept[same], row)
    return kept


def _repeats(row: Row, other: Row) -> bool:
    cards = text_of(row, CARD), text_of(other, CARD)
    return _amount(row) == _amount(other) and ("" in cards or cards[0] == cards[1])


def _amount(row: Row) -> Decimal:
    return row.amount(AMOUNT) or ZERO


def _payment(row: Row, tagged: TaggedPage) -> Payment:
    fields: dict[str, Any] = fields_of(row, Payment.model_fields)
    method = _implied_method(row, tagged)
    if method is not None:
        amount = fields[AMOUNT]
        derived = Field[str](
            value=method, text=amount["text"], confidence=amount["confidence"], boxes=[]
        )
        fields[METHOD] = derived.model_dump()
    return Payment.model_validate(fields)
