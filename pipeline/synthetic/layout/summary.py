"""Generate the summary: subtotal, discounts, taxes, tip, total (often repeated), payment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.synthetic.content.sale import Tax, format_amount
from pipeline.synthetic.layout.rows import Part, Row, centre, left, plain, right
from pipeline.synthetic.layout.till import Till


def summary_rows(till: Till) -> Iterator[Row]:
    """From the subtotal to the tax table."""
    sale, style = till.sale, till.style
    mark = style.marks_items or till.chance(0.4)
    table = bool(sale.taxes) and till.chance(till.country.tabled / (1 if sale.included else 4))
    draw_table = _tax_table if till.chance(0.85) else _tax_sentences
    yield from _before_tax(till, mark)
    if not sale.included and not (table and till.chance(0.5)):
        yield from _tax_lines(till, mark)
    if sale.tip:
        yield till.amount_row(till.word("tip"), till.amount(sale.tip, "tip", mark))
    yield from _totals(till, mark)
    if sale.included and not table and till.chance(0.3):
        yield from _tax_lines(till, mark)
    yield from _payment(till, mark)
    if table:
        yield from draw_table(till)
    elif sale.included and till.chance(0.6):
        yield from _tax_lines(till, mark)


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
        yield till.amount_row(till.word("service"), till.amount(sale.service, None, mark))


def _categories(till: Till, mark: bool) -> Iterator[Row]:
    """The sums of two kinds of products; no label covers such sums."""
    part = (till.sale.before_discount / 3).quantize(till.sale.before_discount)
    for amount in (part, till.sale.before_discount - part):
        yield till.amount_row(till.word("category"), till.amount(amount, None, mark))


def _tax_lines(till: Till, mark: bool) -> Iterator[Row]:
    sale = till.sale
    if sale.included and sale.taxes and till.chance(0.25):
        yield till.amount_row(till.word("net"), till.amount(sale.net, "subtotal", mark))
    for place, tax in enumerate(sale.taxes):
        key = _tax_name(till, place, tax)
        net = [right(till.amount(tax.net, None), at=0.7)] if till.chance(0.08) else []
        row = till.amount_row(key, till.amount(tax.amount, "tax", mark))
        yield Row((row.cells[0], *net, *row.cells[1:]), row.style)


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
        yield till.amount_row(till.word("rounding"), till.amount(sale.rounding, None, mark))
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


def _payment(till: Till, mark: bool) -> Iterator[Row]:
    sale = till.sale
    if sale.cash is None:
        if till.chance(0.7):
            label = "total" if till.country.card_is_total else None
            yield till.amount_row(till.word("card"), till.amount(sale.total, label, mark))
            if till.chance(0.3):
                yield till.plain_row(_card_number(till), "left")
            if till.chance(0.12):
                yield till.amount_row(
                    till.word("change"), till.amount(sale.total * 0, "change", mark)
                )
        return
    yield till.amount_row(till.word("cash"), till.amount(sale.cash, "cash", mark))
    if sale.change is not None:
        style = "bold" if till.chance(0.1) else "normal"
        yield till.amount_row(till.word("change"), till.amount(sale.change, "change", mark), style)


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


def _tax_table(till: Till) -> Iterator[Row]:
    """Rates with net, tax and gross: only the tax amounts are labelled."""
    country, sale = till.country, till.sale
    heads = till.country.words["tax_table"]
    order = till.rng.choice(
        ["net tax gross", "net tax gross", "net tax", "tax net gross", "gross tax net"]
    )
    columns = order.split()
    places = [1.0 - 0.22 * place for place in reversed(range(len(columns)))]
    names = dict(
        zip(
            ("rate", "net", "tax", "gross"),
            [till.style.apply(head) for head in heads],
            strict=False,
        )
    )
    if till.chance(0.85):
        cells = [left(plain(names["rate"]))]
        cells += [
            right(plain(names.get(c, till.word("amount"))), at=p)
            for c, p in zip(columns, places, strict=True)
        ]
        yield Row(tuple(cells))
    taxes = [*sale.taxes]
    for place, tax in enumerate(taxes):
        cells = [left(plain(_rate_name(till, place, tax)))]
        values = {
            "net": till.amount(tax.net, None),
            "tax": till.amount(tax.amount, "tax"),
            "gross": till.amount(tax.net + tax.amount, None),
        }
        cells += [right(values[c], at=p) for c, p in zip(columns, places, strict=True)]
        yield Row(tuple(cells))
    if till.chance(0.3) and not country.split_tax:
        net = sum((tax.net for tax in taxes), sale.tax * 0)
        values = {
            "net": till.amount(net, None),
            "tax": till.amount(sale.tax, "tax"),
            "gross": till.amount(net + sale.tax, "total" if net + sale.tax == sale.total else None),
        }
        cells = [left(plain(till.word("total")))]
        cells += [right(values[c], at=p) for c, p in zip(columns, places, strict=True)]
        yield Row(tuple(cells))


def _tax_sentences(till: Till) -> Iterator[Row]:
    """``19% MwSt: 2,06 Netto: 10,84``: the tax table in words."""
    for tax in till.sale.taxes:
        key, net = plain(_tax_name(till, 0, tax)), plain(till.word("net") + ":")
        parts = [key, till.amount(tax.amount, "tax"), net, till.amount(tax.net, None)]
        if till.chance(0.4):
            parts = [net, till.amount(tax.net, None), key, till.amount(tax.amount, "tax")]
        yield Row((left(*parts),))


def _tax_name(till: Till, place: int, tax: Tax) -> str:
    """The tax's key word, mostly with its rate."""
    country = till.country
    rate, long_rate = _rate(till, tax)
    if country.split_tax and not till.sale.included:
        name = country.split_tax[place % len(country.split_tax)]
    else:
        named = [
            word for word in country.words["tax"] if not re.search(r"\d", word) or rate in word
        ]
        name = till.style.apply(till.rng.choice(named))
    if re.search(r"\d", name):
        return name
    forms = ["", f" {rate}%", f" ({rate}%)", f" {rate} %", f" @{rate}%", f" {long_rate}%"]
    return name + till.rng.choice(forms)


def _rate(till: Till, tax: Tax) -> tuple[str, str]:
    """A rate in its shortest form, and with two decimals."""
    point = till.country.decimal
    return tax.rate.replace(".", point), f"{Decimal(tax.rate):.2f}".replace(".", point)


def _rate_name(till: Till, place: int, tax: Tax) -> str:
    rate, long_rate = _rate(till, tax)
    if own := till.country.rate_names:
        return till.rng.choice(own).format(rate=rate)
    letters = till.country.tax_letters
    letter = letters[place % len(letters)]
    forms = [
        *(f"{letter} {rate}%", f"{letter}= {long_rate}%", f"{rate}%", f"{long_rate}%"),
        *(f"{letter}: {rate} %", f"{letter} {long_rate}"),
    ]
    return till.rng.choice(forms)


def slip_rows(till: Till) -> Iterator[Row]:
    """A card slip, on the same paper: the amount again, and lines to add a tip by hand."""
    rng, sale = till.rng, till.sale
    if sale.cash is not None or not till.chance(till.country.slips * 2):
        return
    lines = [till.plain_row(till.word("slip_lines"), "center") for _ in range(rng.randint(0, 3))]
    for _ in range(rng.randint(1, 7)):
        number = rng.choice(
            [till.digits(4, 12), "A0000000031010", "000", _card_number(till), "CHIP"]
        )
        pair = till.key_value(till.word("slip"), plain(number))
        lines.append(
            Row((left(*pair),)) if till.chance(0.7) else Row((left(pair[0]), right(*pair[1:])))
        )
    rng.shuffle(lines)
    yield from lines
    if till.chance(0.8):
        yield till.amount_row(
            till.word("slip_amount"), till.amount(sale.total, "total", till.chance(0.6))
        )
    if till.country.tips > 0.15 and not sale.tip and till.chance(0.4):
        blank = rng.choice(["________", "_________", "$______", ".........", "____.__"])
        yield till.amount_row(till.word("tip_blank"), plain(blank))
        yield till.amount_row(till.word("total_blank"), plain(blank))


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
