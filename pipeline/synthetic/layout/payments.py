"""Generate payments: cash and change, cards with their masked numbers, the card slip."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.synthetic.layout.rows import Part, Row, left, plain, right
from pipeline.synthetic.layout.till import Till


def payment_rows(till: Till, mark: bool) -> Iterator[Row]:
    """Cash and change, or one card or several."""
    sale = till.sale
    if sale.cards:
        yield from _several(till, mark)
        return
    if sale.cash is None:
        if till.chance(0.7):
            label = "total" if till.country.card_is_total else "payment_amount"
            yield till.amount_row(method_parts(till, 0), till.amount(sale.total, label, mark, 0))
            if till.chance(0.3):
                yield Row((left(card_part(till, 0)),))
            if till.chance(0.12):
                yield till.amount_row(
                    till.word("change"), till.amount(sale.total * 0, "change", mark)
                )
        return
    yield till.amount_row(till.word("cash"), till.amount(sale.cash, "cash", mark, 0))
    if sale.change is not None:
        style = "bold" if till.chance(0.1) else "normal"
        yield till.amount_row(till.word("change"), till.amount(sale.change, "change", mark), style)


def _several(till: Till, mark: bool) -> Iterator[Row]:
    """Each means of payment with its part; numbers of cards beside them or below."""
    sale = till.sale
    parts: list[Decimal] = [*([] if sale.cash is None else [sale.cash]), *sale.cards]
    number_at = till.rng.choice(["beside", "below", "none"])
    for place, amount in enumerate(parts):
        if place == 0 and sale.cash is not None:
            yield till.amount_row(till.word("cash"), till.amount(amount, "cash", mark, 0))
            continue
        key = method_parts(till, place)
        if number_at == "beside":
            key = [*key, card_part(till, place)]
        yield till.amount_row(key, till.amount(amount, "payment_amount", mark, place))
        if number_at == "below":
            yield Row((left(card_part(till, place)),))


def method_parts(till: Till, place: int) -> list[Part]:
    """What the payment with this number was made by."""
    return [Part(till.word("card"), "payment_method", row=place)]


def card_part(till: Till, place: int) -> Part:
    """The masked number of its card."""
    return _as_card(till, place, _card_number(till))


def _as_card(till: Till, place: int, number: str) -> Part:
    """The masked number of a payment's card, the same wherever it is printed."""
    last = till.last_digits.setdefault(place, number[-4:])
    return Part(number[:-4] + last, "card_last4", row=place)


def _card_number(till: Till) -> str:
    last = till.digits(4, 4)
    return till.rng.choice(
        [
            f"XXXXXXXXXXXX{last}",
            f"**** **** **** {last}",
            f"############{last}",
            f"...{last}",
            f"xxxx{last}",
        ]
    )


def slip_rows(till: Till) -> Iterator[Row]:
    """A card slip, on the same paper: the amount again, and lines to add a tip by hand."""
    rng, sale = till.rng, till.sale
    if sale.cash is not None or sale.cards or not till.chance(till.country.slips * 2):
        return
    lines = [till.plain_row(till.word("slip_lines"), "center") for _ in range(rng.randint(0, 3))]
    for _ in range(rng.randint(1, 7)):
        number = rng.choice(
            [till.digits(4, 12), "A0000000031010", "000", card := _card_number(till), "CHIP"]
        )
        value = _as_card(till, 0, card) if number is card else plain(number)
        pair = till.key_value(till.word("slip"), value)
        lines.append(
            Row((left(*pair),)) if till.chance(0.7) else Row((left(pair[0]), right(*pair[1:])))
        )
    rng.shuffle(lines)
    yield from lines
    if till.chance(0.8):
        yield till.amount_row(
            till.word("slip_amount"), till.amount(sale.total, "total", till.chance(0.6), 0)
        )
    if till.country.tips > 0.15 and not sale.tip and till.chance(0.4):
        blank = rng.choice(["________", "_________", "$______", ".........", "____.__"])
        yield till.amount_row(till.word("tip_blank"), plain(blank))
        yield till.amount_row(till.word("total_blank"), plain(blank))
