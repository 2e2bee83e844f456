"""Loyalty programmes and savings, which are no discount, and payments without an amount."""

from __future__ import annotations

from dataclasses import replace

from pipeline.synthetic.content.catalog import lines
from pipeline.synthetic.content.prices import money
from pipeline.synthetic.layout.line_patterns import line_word, pattern_cells
from pipeline.synthetic.layout.payments import method_parts
from pipeline.synthetic.layout.rows import Row, centre, left, plain, right
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till

_PAID = {"payment_method", "payment_amount", "cash", "change", "card_last4"}


def points_lines(till: Till, sections: Sections) -> Sections:
    """Points and balances above the footer or below the sums; none has a label."""
    known = lines("points_lines", till.country.language)
    has_edges = till.chance(0.4)
    rows = tuple(
        Row(tuple(pattern_cells(till, pattern, {}, {}, has_edges)))
        for pattern in till.rng.sample(known, k=till.rng.choice([1, 2, 2, 3, 4, 6]))
    )
    if till.chance(0.25):
        return replace(sections, summary=(*sections.summary, *rows))
    return replace(sections, footer=(*rows, *sections.footer))


def savings_row(till: Till, sections: Sections) -> Sections:
    """What the customer saved, among the sums like a discount, but without a label."""
    sale, rng = till.sale, till.rng
    share = money(abs(sale.total) * rng.randint(2, 30) / 100, till.country)
    saved = till.amount(sale.all_discounts or share, None, till.chance(0.4))
    key = line_word(till, "savings")
    row = till.amount_row(key, saved)
    if till.chance(0.3):
        row = Row((rng.choice([left, centre])(plain(key), saved),))
    totals = [n for n, row in enumerate(sections.summary) if "total" in row.labels]
    at = totals[-1] + 1 if totals and till.chance(0.5) else len(sections.summary)
    return replace(sections, summary=(*sections.summary[:at], row, *sections.summary[at:]))


def payment_without_amount(till: Till, sections: Sections) -> Sections:
    """What was paid by, alone on its line, if no payment is printed: words for cash have no
    label."""
    sale = till.sale
    printed = {label for row in sections.summary for label in row.labels}
    if printed & _PAID or sale.cash is not None or sale.cards:
        return sections
    is_card = bool(sections.slip) or till.chance(0.6)
    means = method_parts(till, 0)[0] if is_card else plain(till.word("cash"))
    form = till.rng.random()
    key = plain(line_word(till, "paid_by") + till.rng.choice([":", ":", " :", ""]))
    if form < 0.5:
        row = Row((left(key, means),))
    elif form < 0.7:
        row = Row((left(key), right(means)))
    else:
        row = Row((till.rng.choice([left, left, centre, right])(means),))
    return replace(sections, summary=(*sections.summary, row))
