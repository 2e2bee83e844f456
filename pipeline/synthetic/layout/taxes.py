"""Generate taxes: lines among the sums, tables of rates, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.synthetic.content.sale import Tax
from pipeline.synthetic.layout.rows import Part, Row, left, plain, right
from pipeline.synthetic.layout.till import Till

_RATE = re.compile(r"\S*\d(?:[.,]\d+)?\s?%\S*")
_RATE_AT_END = re.compile(rf"{_RATE.pattern}|(?<= )\d+(?:[.,]\d+)?$")


def tax_lines(till: Till, mark: bool) -> Iterator[Row]:
    sale = till.sale
    if sale.included and sale.taxes and till.chance(0.25):
        yield till.amount_row(till.word("net"), till.amount(sale.net, "subtotal", mark))
    for place, tax in enumerate(sale.taxes):
        key = _labelled(_tax_name(till, place, tax), place)
        net = []
        if till.chance(0.08):
            net = [right(till.amount(tax.net, "tax_net", row=place), at=0.7)]
        row = till.amount_row(key, till.amount(tax.amount, "tax", mark, place))
        yield Row((row.cells[0], *net, *row.cells[1:]), row.style)


def tax_table(till: Till) -> Iterator[Row]:
    """Rates with net, tax and gross."""
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
        cells = [left(*_labelled_rate(_rate_name(till, place, tax), place))]
        values = {
            "net": till.amount(tax.net, "tax_net", row=place),
            "tax": till.amount(tax.amount, "tax", row=place),
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


def tax_sentences(till: Till) -> Iterator[Row]:
    """``19% MwSt: 2,06 Netto: 10,84``: the tax table in words."""
    for place, tax in enumerate(till.sale.taxes):
        key, net = _labelled(_tax_name(till, place, tax), place), plain(till.word("net") + ":")
        amounts = (
            till.amount(tax.amount, "tax", row=place),
            till.amount(tax.net, "tax_net", row=place),
        )
        parts = [*key, amounts[0], net, amounts[1]]
        if till.chance(0.4):
            parts = [net, amounts[1], *key, amounts[0]]
        yield Row((left(*parts),))


def _tax_name(till: Till, place: int, tax: Tax) -> str:
    """The tax's key word, mostly with its rate."""
    country = till.country
    rate, long_rate = _rate(till, tax)
    if country.split_tax and not till.sale.included:
        name = country.split_tax[place % len(country.split_tax)]
    else:
        named = [
            word
            for word in country.words["tax"]
            if not re.search(r"\d", word) or rate in re.findall(r"\d+(?:[.,]\d+)?", word)
        ]
        name = till.style.apply(till.rng.choice(named))
    has_digit = bool(re.search(r"\d", name))
    name = till.tax_names.setdefault(place, name)  # the same wherever the tax is printed
    if has_digit:
        return name
    forms = ["", f" {rate}%", f" ({rate}%)", f" {rate} %", f" @{rate}%", f" {long_rate}%"]
    form = till.rng.choice(forms)
    return name if re.search(r"\d", name) else name + form


def _rate(till: Till, tax: Tax) -> tuple[str, str]:
    """A rate in its shortest form, and with two decimals at least."""
    point, rate = till.country.decimal, Decimal(tax.rate)
    long_rate = f"{rate:.2f}" if rate == round(rate, 2) else tax.rate
    return tax.rate.replace(".", point), long_rate.replace(".", point)


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


def _labelled(text: str, place: int) -> list[Part]:
    """A tax's name and its rate, of the tax with this number."""
    match = _RATE.search(text)
    if match is None:
        return [Part(text, "tax_name", row=place)]
    name, rest = text[: match.start()].strip(), text[match.end() :].strip()
    parts = [Part(name, "tax_name", row=place)] if name else []
    parts.append(Part(match[0], "tax_rate", row=place))
    return [*parts, *([plain(rest)] if rest else [])]


def _labelled_rate(text: str, place: int) -> list[Part]:
    """A rate in a table, with what the table calls it: a letter is no name."""
    match = _RATE_AT_END.search(text)
    if match is None:
        return [plain(text)]
    parts = [text[: match.start()].strip(), text[match.end() :].strip()]
    before, behind = ([plain(part)] if part else [] for part in parts)
    return [*before, Part(match[0], "tax_rate", row=place), *behind]
