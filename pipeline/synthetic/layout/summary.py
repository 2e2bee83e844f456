"""Generate the summary: subtotal, discounts, taxes, tip, total (often repeated), payment."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.synthetic.content.prices import format_amount
from pipeline.synthetic.layout.payments import payment_rows
from pipeline.synthetic.layout.rows import Part, Row, centre, left, plain, right
from pipeline.synthetic.layout.taxes import tax_lines, tax_sentences, tax_table
from pipeline.synthetic.layout.till import Till


def summary_rows(till: Till) -> Iterator[Row]:
    """From the subtotal to the tax table."""
    sale, style = till.sale, till.style
    mark = style.marks_items or till.chance(0.4)
    table = bool(sale.taxes) and till.chance(till.country.tabled / (1 if sale.included else 4))
    draw_table = tax_table if till.chance(0.85) else tax_sentences
    yield from _before_tax(till, mark)
    if not sale.included and not (table and till.chance(0.5)):
        yield from tax_lines(till, mark)
    if sale.tip:
        yield till.amount_row(till.word("tip"), till.amount(sale.tip, "tip", mark))
    yield from _totals(till, mark)
    if sale.included and not table and till.chance(0.3):
        yield from tax_lines(till, mark)
    yield from payment_rows(till, mark)
    if table:
        yield from draw_table(till)
    elif sale.included and till.chance(0.6):
        yield from tax_lines(till, mark)


def _before_tax(till: Till, mark: bool) -> Iterator[Row]:
    sale = till.sale
    shows = 0.75 if sale.taxes and not sale.included else 0.35
    if till.chance(0.12):
        yield till.plain_row(f"{till.word('count')} {len(sale.items)}", "left")
    if till.chance(0.05):
        yield from _categories(till, mark)
    if till.chance(shows):
        yield till.amount_row(
            till.word("subtotal"), till.amount(sale.before_discount, "subtotal", mark)
        )
    if sale.discount:
        value = sale.discount if till.style.minus == "none" else -sale.discount
        key, rate = till.word("discount"), sale.discount_rate
        percent = till.rng.choice(["", "", f" {rate}%", f" ({rate}%)", f" -{rate}%"])
        yield till.amount_row(key + percent, till.amount(value, "discount", mark))
    elif till.chance(0.08):
        yield till.amount_row(till.word("discount"), till.amount(sale.discount, "discount", mark))
    if sale.service:
        yield till.amount_row(
            till.word("service"), till.amount(sale.service, "service_charge", mark)
        )


def _categories(till: Till, mark: bool) -> Iterator[Row]:
    """The sums of two kinds of products; no label covers such sums."""
    part = (till.sale.before_discount / 3).quantize(till.sale.before_discount)
    for amount in (part, till.sale.before_discount - part):
        yield till.amount_row(till.word("category"), till.amount(amount, None, mark))


def _totals(till: Till, mark: bool) -> Iterator[Row]:
    sale, rng = till.sale, till.rng
    marked = mark or till.chance(0.5)
    total = till.amount(sale.total, "total", marked)
    style = rng.choice(["large", "bold", "bold", "normal", "normal", "normal"])
    if sale.rounding or (till.country.rounds and till.chance(0.15)):
        if till.chance(0.3):
            before = till.amount(
                sale.total - sale.rounding, "total" if not sale.rounding else None, mark
            )
            yield till.amount_row(till.word("total"), before)
        yield till.amount_row(till.word("rounding"), till.amount(sale.rounding, "rounding", mark))
    key = till.word("total")
    if till.style.spaced_total:
        key = " ".join(key)
    if till.chance(0.06):
        yield Row((left(plain(key)),), style)
        yield Row((right(total),), style)
    elif till.chance(0.1):
        count = plain(f"{len(sale.items)} {till.word('count')}")
        yield Row((left(count), right(plain(key), total)), style)
    else:
        yield till.amount_row(key, total, style)
    for _ in range(rng.choice([0, 0, 0, 0, 0, 0, 1, 1, 2])):
        yield till.amount_row(till.word("total"), total, rng.choice(["large", "normal", "bold"]))


def suggestion_rows(till: Till) -> Iterator[Row]:
    """``18% = $4.20``: suggested tips; none of them is one."""
    if till.country.tips < 0.15 or not till.chance(0.15):
        return
    yield till.plain_row(till.word("suggested"), "center")
    form = till.rng.choice(
        ["{rate}% = {tip}", "{rate}%: {tip}", "{rate}% ({tip})", "{rate}% {tip} "]
    )
    for rate in till.rng.choice([(15, 18, 20), (18, 20, 22), (10, 15, 20), (20, 25)]):
        tip = format_amount((till.sale.total * rate / 100).quantize(till.sale.total), till.country)
        text = form.format(rate=rate, tip=till.style.mark_before + tip)
        yield Row((centre(*(Part(word) for word in text.split())),))
