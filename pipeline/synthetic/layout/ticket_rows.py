"""Generate a ticket as labelled rows: a receipt with one amount.

The amount is the ``total``, whatever announces it: a key word such as ``Fare`` or ``Paid``, the
good that it pays, or nothing. The good is a line item without a price of its own. Few tickets have
a total below the price of the good: then the price is ``item_total``, as on other receipts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.synthetic.content.tickets import TICKETS
from pipeline.synthetic.layout.bookkeeping import receipt_number_rows, tax_id_rows
from pipeline.synthetic.layout.header import date_rows, header_rows, reference_rows
from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.payments import card_part, method_parts
from pipeline.synthetic.layout.receipt_rows import PrintedReceipt
from pipeline.synthetic.layout.rows import Part, Row, centre, left, plain, right
from pipeline.synthetic.layout.taxes import tax_lines
from pipeline.synthetic.layout.ticket_lines import describing_rows
from pipeline.synthetic.layout.till import Till

_STYLES = ("large", "bold", "bold", "normal", "normal", "normal")


def print_ticket(till: Till) -> PrintedReceipt:
    """Header, lines that describe what was paid for, the amount, and what may stand around it."""
    header = [*header_rows(till)]
    header += tax_id_rows(till, header)
    reference = reference_rows(till) if till.chance(0.4) else [*date_rows(till)]
    reference += receipt_number_rows(till, reference)
    lines = [*describing_rows(till)]
    arrange = till.rng.choices(list(_ARRANGEMENTS), weights=list(_ARRANGEMENTS.values()))[0]
    good, amount = arrange(till)
    if till.chance(0.5):
        lines, reference = reference, lines
    if till.chance(0.3):
        body = [*good, *lines, *till.separator_rows(), *amount]
    else:
        body = [*lines, *good, *till.separator_rows(), *amount]
    body += [*_beside(till), *till.separator_rows()]
    rows = [*header, *till.separator_rows()]
    rows += [*body, *reference] if till.chance(0.25) else [*reference, *body]
    rows += _end(till)
    items = (PrintedItem(till.sale.items[0], (*good, *amount)),)
    return PrintedReceipt(tuple(rows), items if items[0].columns else ())


def _key(till: Till) -> str:
    """What announces the amount: a word of the trade, of all tickets, or seldom of all receipts."""
    own = TICKETS[till.kind].total
    return till.word(till.rng.choice([own, own, own, "ticket_total", "ticket_total", "total"]))


def _amount(till: Till, mark: bool) -> Part:
    """The amount; if marked, with a currency even where the till prints none on its prices."""
    part = till.amount(till.sale.total, "total", mark)
    if not mark:
        return part
    country, style = till.country, till.style
    if not style.mark_before and not style.mark_after:
        before = [sign for sign in country.before if sign.strip()]
        after = [sign for sign in country.after if sign.strip()]
        signs = [f"{sign}{part.text}" for sign in before] + [f"{part.text}{a}" for a in after]
        return replace(part, text=till.rng.choice(signs or [f"{country.currency} {part.text}"]))
    if style.mark_before.strip() and till.chance(0.25):
        bare = part.text.removeprefix(style.mark_before)
        return replace(part, text=f"{style.mark_before} {bare}")
    return part


def _good(till: Till) -> list[Part]:
    """The good with its quantity, if there are several or the till prints it always."""
    item = till.sale.items[0]
    name = Part(till.style.apply(item.description), "item_description")
    if item.quantity == 1 and not till.chance(0.15):
        return [name]
    quantity = f"{item.quantity:f}"
    if till.chance(0.5):
        return [Part(f"{quantity}x", "item_quantity"), name]
    return [Part(quantity, "item_quantity"), *([plain("x")] if till.chance(0.4) else []), name]


def _good_rows(till: Till, share: float) -> list[Row]:
    if not till.chance(share):
        return []
    return [Row((till.rng.choice([left, left, centre])(*_good(till)),))]


_Rows = tuple[list[Row], list[Row]]


def _announced(till: Till) -> _Rows:
    """The good, if it is printed, and the amount beside its key word or below it."""
    rng, style = till.rng, till.rng.choice(_STYLES)
    good, amount = _good_rows(till, 0.5), _amount(till, till.chance(0.75))
    place = rng.random()
    if place < 0.5:
        return good, [till.amount_row(_key(till), amount, style)]
    cell = rng.choice([centre, centre, left])
    if place < 0.75:
        return good, [Row((cell(plain(_key(till))),)), Row((cell(amount),), style)]
    return good, [Row((cell(*till.key_value(_key(till), amount)),), style)]


def _on_the_good(till: Till) -> _Rows:
    """The amount on the line of the good, which has no other."""
    good, amount = _good(till), _amount(till, till.chance(0.5))
    style = till.rng.choice(_STYLES)
    if till.chance(0.25):
        return [Row((till.rng.choice([left, centre])(*good, amount),), style)], []
    return [Row((left(*good), right(amount, at=till.style.value_at)), style)], []


def _bare(till: Till) -> _Rows:
    """The amount on a line of its own that nothing announces."""
    good, amount = _good_rows(till, 0.7), _amount(till, till.chance(0.9))
    return good, [Row((till.rng.choice([centre, left, right])(amount),), till.rng.choice(_STYLES))]


def _summed(till: Till) -> _Rows:
    """The price of the good, and below it the total."""
    mark = till.chance(0.5)
    price = till.amount(till.sale.total, "item_total", till.style.marks_items)
    total = till.amount_row(till.word("total"), _amount(till, mark), till.rng.choice(_STYLES))
    return [Row((left(*_good(till)), right(price, at=till.style.value_at)))], [total]


_ARRANGEMENTS: dict[Callable[[Till], _Rows], float] = {
    _announced: 5,
    _on_the_good: 2,
    _bare: 2,
    _summed: 1,
}


def _beside(till: Till) -> Iterator[Row]:
    """A line of the tax that the amount includes, and of the card that it was paid by."""
    if till.sale.taxes and till.chance(0.25):
        has_amount = till.chance(0.5)
        for row in tax_lines(till, mark=False):
            if has_amount:
                yield from [row] if "tax" in row.labels else []
            else:
                yield from _without_amount(till, row)
    if till.chance(0.3):
        number = [card_part(till, 0)] if till.chance(0.4) else []
        yield Row((till.rng.choice([left, left, centre])(*method_parts(till, 0), *number),))


def _without_amount(till: Till, row: Row) -> Iterator[Row]:
    """``MwSt 19%``: the row's tax and rate alone, which no label covers without the amount."""
    parts = [part for part in row.cells[0].parts if part.label in ("tax_name", "tax_rate")]
    if any(part.label == "tax_rate" for part in parts):
        yield till.plain_row(" ".join(part.text for part in parts), "left")


def _end(till: Till) -> Iterator[Row]:
    """Advice and thanks, a barcode, the number of a machine."""
    rng = till.rng
    words = [*till.country.words["ticket_end"], *till.country.words["thanks"][:4]]
    cell = rng.choice([centre, centre, left])
    for line in rng.sample(words, k=min(len(words), rng.choice([0, 1, 1, 2, 2, 3]))):
        yield Row((cell(plain(till.style.apply(line))),))
    if till.chance(0.2):
        yield till.plain_row(rng.choice(["", "*", "#"]) + till.digits(8, 22), "center")
