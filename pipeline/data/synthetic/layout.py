"""How a sale stands on paper: header, items, summary and footer as rows of cells.

Each receipt draws its own ``Style`` once, and then follows it throughout, as tills do.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipeline.data.synthetic.content import Item, Sale, spell
from pipeline.data.synthetic.locales import Country
from pipeline.data.synthetic.merchants import Merchant
from pipeline.data.synthetic.rows import Cell, Part, Row, centre, left, plain, right


@dataclass(frozen=True, slots=True)
class Style:
    """One till's habits.

    Attributes:
        mark_before, mark_after: the currency around amounts; ``marks_items`` also on items.
        items: which of the item layouts.
        summary_right: whether key words stand at the left and amounts at the right edge.
        glued: how often a key word and its value are one token.
    """

    mark_before: str
    mark_after: str
    marks_items: bool
    items: str
    header_row: bool
    codes: bool
    flag: str
    header_anchor: str
    key_at: float
    glued: float
    separator: str
    upper: bool


ITEM_LAYOUTS = ("one_line", "quantity_first", "table", "product_below", "product_above", "wrapped")


def draw_style(rng: random.Random, country: Country) -> Style:
    """A till's habits."""
    return Style(
        mark_before=rng.choice(country.before),
        mark_after=rng.choice(country.after),
        marks_items=rng.random() < 0.35,
        items=rng.choice(ITEM_LAYOUTS),
        header_row=rng.random() < 0.45,
        codes=rng.random() < 0.25,
        flag=rng.choice(["", "", "", "A", "T", "SR", "B", "*", "F"]),
        header_anchor=rng.choice(["center", "center", "center", "left"]),
        key_at=rng.choice([0.0, 0.0, 0.0, 0.15, 0.35, 0.5]),
        glued=rng.choice([0.0, 0.0, 0.1, 0.5]),
        separator=rng.choice(["-", "=", "*", "", "- -", "."]),
        upper=rng.random() < 0.3,
    )


class Layout:
    """One receipt's rows, from top to bottom."""

    def __init__(
        self,
        rng: random.Random,
        country: Country,
        style: Style,
        merchant: Merchant,
        sale: Sale,
        when: datetime,
    ) -> None:
        self.rng, self.country, self.style = rng, country, style
        self.merchant, self.sale, self.when = merchant, sale, when
        self.date_text = when.strftime(rng.choice(country.dates))
        self.time_text = when.strftime(rng.choice(country.times))
        if rng.random() < 0.3:
            self.date_text = self.date_text.upper()
        self.has_date = rng.random() < 0.96
        self.has_time = self.has_date and rng.random() < 0.75

    def rows(self) -> list[Row]:
        date_on_top = self.rng.random() < 0.65
        rows = [*self._header()]
        if date_on_top:
            rows += self._reference()
        rows += [*self._rule(), *self._items(), *self._rule(), *self._summary(), *self._rule()]
        if not date_on_top:
            rows += self._reference()
        return [*rows, *self._footer()]

    def word(self, key: str) -> str:
        word = self.rng.choice(self.country.words[key])
        return word.upper() if self.style.upper else word

    # --- header ---------------------------------------------------------------------

    def _anchored(self, *parts: Part) -> Cell:
        return centre(*parts) if self.style.header_anchor == "center" else left(*parts)

    def _header(self) -> Iterator[Row]:
        rng = self.rng
        if rng.random() < 0.1:
            yield Row((self._anchored(plain(self.word("title"))),))
        big = rng.choice(["large", "large", "bold", "normal"])
        for number, line in enumerate(self.merchant.name_lines):
            parts = [Part(line, "merchant_name", number > 0)]
            last = number == len(self.merchant.name_lines) - 1
            if last and self.merchant.registration and rng.random() < 0.5:
                parts.append(plain(self.merchant.registration))
                yield Row((self._anchored(*parts),), big)
                continue
            yield Row((self._anchored(*parts),), big)
            if last and self.merchant.registration:
                yield Row((self._anchored(plain(self.merchant.registration)),))
        if rng.random() < 0.1:
            yield Row(
                (
                    self._anchored(
                        plain(
                            rng.choice(
                                ["Since 1987", "Quality you trust", "Branch 12", "Open 24 hours"]
                            )
                        )
                    ),
                )
            )
        for number, line in enumerate(self.merchant.address_lines):
            yield Row((self._anchored(Part(line, "merchant_address", number > 0)),))
        yield from self._contact()
        if rng.random() < 0.5:
            register = rng.choice(["GST", "VAT", "Tax", "USt-IdNr", "NPWP", "ABN"])
            key = rng.choice(["No:", "ID:", "Reg"])
            tax_number = f"{register} {key} {rng.randrange(10**8, 10**12)}"
            yield Row((self._anchored(plain(tax_number)),))
        if rng.random() < 0.25:
            yield Row((centre(plain(self.word("title"))),), "bold")

    def _contact(self) -> Iterator[Row]:
        if not self.merchant.phone:
            return
        key = self.word("phone") if self.rng.random() < 0.85 else ""
        cell_parts = self._keyed(key, Part(self.merchant.phone, "merchant_phone"))
        if self.rng.random() < 0.3:
            fax = f"{self.word('fax')} {self.merchant.phone[:-2]}{self.rng.randrange(10, 99)}"
            if self.rng.random() < 0.6:
                yield Row((self._anchored(*cell_parts, plain(fax)),))
                return
            yield Row((self._anchored(*cell_parts),))
            yield Row((self._anchored(plain(fax)),))
            return
        yield Row((self._anchored(*cell_parts),))

    def _keyed(self, key: str, value: Part) -> list[Part]:
        """A key word and its value; glued, the whole token carries the value's label."""
        if not key:
            return [value]
        if self.rng.random() < self.style.glued:
            return [Part(key.replace(" ", "") + value.text, value.label)]
        return [plain(key), value]

    def _reference(self) -> Iterator[Row]:
        rng = self.rng
        number = plain(
            f"{self.word('number')} {rng.choice(['', 'A', 'CS'])}{rng.randrange(10, 10**6)}"
        )
        cashier = plain(
            f"{self.word('cashier')} {rng.choice(['ANNA', 'Tom', '04', 'Siti', 'M. Weber'])}"
        )
        if rng.random() < 0.7:
            yield Row((left(number),))
        date = self._keyed(
            self.word("date") if rng.random() < 0.6 else "", Part(self.date_text, "date")
        )
        time = self._keyed(
            self.word("time") if rng.random() < 0.3 else "", Part(self.time_text, "time")
        )
        if self.has_date and self.has_time:
            arrangement = rng.choice(["together", "edges", "lines", "time_first"])
            if arrangement == "together":
                yield Row((left(*date, *time),))
            elif arrangement == "time_first":
                yield Row((left(*time, *date),))
            elif arrangement == "edges":
                yield Row((left(*date), right(*time)))
            else:
                yield Row((left(*date),))
                yield Row((left(*time),))
        elif self.has_date:
            yield Row((left(*date), right(number)) if rng.random() < 0.3 else (left(*date),))
        if rng.random() < 0.5:
            yield Row((left(cashier),))

    # --- items ----------------------------------------------------------------------

    def amount(self, value: Decimal, label: str | None, mark: bool) -> Part:
        text = spell(value, self.country)
        if mark:
            text = f"{self.style.mark_before}{text}{self.style.mark_after}"
        return Part(text, label)

    def _items(self) -> Iterator[Row]:
        style = self.style
        if style.header_row:
            yield self._column_heads()
        draw: Callable[[Item], Iterator[Row]] = getattr(self, f"_item_{style.items}")
        for item in self.sale.items:
            yield from draw(item)
            if item.discount:
                yield Row(
                    (
                        left(plain(self.word("discount")), at=0.08),
                        right(self.amount(-item.discount, "discount", style.marks_items)),
                    )
                )
        if self.rng.random() < 0.2:
            yield Row((left(plain(f"{self.word('count')} {len(self.sale.items)}")),))

    def _column_heads(self) -> Row:
        heads = [left(plain(self.word("item"))), right(plain(self.word("amount")))]
        if self.style.items == "table":
            heads[1:1] = [
                right(plain(self.word("qty")), at=0.58),
                right(plain(self.word("price")), at=0.8),
            ]
        elif self.style.items == "quantity_first":
            heads = [
                left(plain(self.word("qty"))),
                left(plain(self.word("item")), at=0.12),
                heads[1],
            ]
        return Row(tuple(heads))

    def _line_total(self, item: Item) -> Cell:
        parts = [self.amount(item.total, "item_total", self.style.marks_items)]
        if self.style.flag and self.rng.random() < 0.8:
            parts.append(plain(self.style.flag))
        return right(*parts)

    def _description(self, item: Item) -> list[Part]:
        parts = [Part(item.description, "item_description")]
        if self.style.codes:
            parts.insert(
                0, plain(str(self.rng.randrange(10**3, 10 ** self.rng.choice([4, 6, 12]))))
            )
        return parts

    def _quantity(self, item: Item, suffix: str = "") -> Part:
        digits = f"{item.quantity:f}".replace(".", self.country.decimal)
        return Part(f"{digits}{item.unit}{suffix}", "item_quantity")

    def _unit_price(self, item: Item) -> Part:
        return self.amount(item.unit_price, "item_unit_price", self.style.marks_items)

    def _item_one_line(self, item: Item) -> Iterator[Row]:
        parts = self._description(item)
        if item.quantity != 1:
            mark = self.rng.choice(["x", " x", ""])
            if self.rng.random() < 0.5:
                parts.insert(0, self._quantity(item, mark.strip()))
            else:
                parts += [
                    self._quantity(item),
                    plain(self.rng.choice(["x", "@", "X"])),
                    self._unit_price(item),
                ]
        yield Row((left(*parts), self._line_total(item)))

    def _item_quantity_first(self, item: Item) -> Iterator[Row]:
        yield Row(
            (
                left(self._quantity(item)),
                left(*self._description(item), at=0.12),
                self._line_total(item),
            )
        )

    def _item_table(self, item: Item) -> Iterator[Row]:
        numbers = (
            right(self._quantity(item), at=0.58),
            right(self._unit_price(item), at=0.8),
            self._line_total(item),
        )
        if len(item.description) > 18 or self.style.codes:
            yield Row((left(*self._description(item)),))
            yield Row(numbers)
        else:
            yield Row((left(*self._description(item)), *numbers))

    def _product(self, item: Item) -> Cell:
        times = self.rng.choice(["x", "X", "@", "*", "x @"])
        return left(self._quantity(item), plain(times), self._unit_price(item), at=0.06)

    def _item_product_below(self, item: Item) -> Iterator[Row]:
        if item.quantity == 1 and self.rng.random() < 0.5:
            yield Row((left(*self._description(item)), self._line_total(item)))
            return
        yield Row((left(*self._description(item)),))
        yield Row((self._product(item), self._line_total(item)))

    def _item_product_above(self, item: Item) -> Iterator[Row]:
        if item.quantity != 1:
            yield Row((self._product(item),))
        yield Row((left(*self._description(item)), self._line_total(item)))

    def _item_wrapped(self, item: Item) -> Iterator[Row]:
        """The amount stands on the description's last line."""
        words = item.description.split()
        if len(words) < 3:
            yield Row((left(*self._description(item)), self._line_total(item)))
            return
        yield Row((left(Part(" ".join(words[:-1]), "item_description")),))
        rest = left(Part(words[-1], "item_description", True), at=0.04)
        yield Row((rest, self._line_total(item)))

    # --- summary --------------------------------------------------------------------

    def _line(self, key: str, value: Part, style: str = "normal") -> Row:
        if self.style.key_at == 0.0 and self.rng.random() < self.style.glued * 0.4:
            return Row(
                (left(Part(key.replace(" ", "") + value.text.replace(" ", ""), value.label)),),
                style,
            )
        return Row((left(plain(key), at=self.style.key_at), right(value)), style)

    def _summary(self) -> Iterator[Row]:
        rng, sale, style = self.rng, self.sale, self.style
        mark = style.marks_items or rng.random() < 0.4
        if rng.random() < (0.75 if sale.taxes and not sale.included else 0.4):
            yield self._line(
                self.word("subtotal"), self.amount(sale.subtotal + sale.discount, "subtotal", mark)
            )
        if sale.discount:
            sign = rng.choice([-1, -1, 1])
            yield self._line(
                self.word("discount"), self.amount(sign * sale.discount, "discount", mark)
            )
        if sale.service:
            yield self._line(self.word("service"), self.amount(sale.service, None, mark))
        if not sale.included:
            yield from self._tax_lines(mark)
        if sale.tip:
            yield self._line(self.word("tip"), self.amount(sale.tip, "tip", mark))
        if sale.rounding:
            yield self._line(self.word("rounding"), self.amount(sale.rounding, None, mark))
        total = self.amount(sale.total, "total", mark or rng.random() < 0.5)
        yield self._line(self.word("total"), total, rng.choice(["large", "bold", "normal"]))
        yield from self._payment(mark)
        if sale.included:
            yield from self._tax_lines(mark)

    def _tax_lines(self, mark: bool) -> Iterator[Row]:
        for rate, amount in self.sale.taxes:
            percent = self.rng.choice([f" {rate}%", f" ({rate}%)", f" {rate} %", ""])
            yield self._line(self.word("tax") + percent, self.amount(amount, "tax", mark))

    def _payment(self, mark: bool) -> Iterator[Row]:
        sale, rng = self.sale, self.rng
        if sale.cash is None:
            if rng.random() < 0.7:
                yield self._line(self.word("card"), self.amount(sale.total, None, mark))
                yield Row((left(plain(f"XXXXXXXXXXXX{rng.randrange(1000, 9999)}")),))
            return
        yield self._line(self.word("cash"), self.amount(sale.cash, "cash", mark))
        if sale.change is not None:
            yield self._line(self.word("change"), self.amount(sale.change, "change", mark))

    # --- the rest -------------------------------------------------------------------

    def _rule(self) -> Iterator[Row]:
        if self.style.separator and self.rng.random() < 0.7:
            yield Row((left(plain((self.style.separator * 40)[: self.rng.randint(20, 38)])),))

    def _footer(self) -> Iterator[Row]:
        rng = self.rng
        if rng.random() < 0.3:
            saved = spell(self.sale.total / 10, self.country)
            yield Row((centre(plain(f"{self.word('saved')} {saved}")),))
        if rng.random() < 0.2:
            yield Row((centre(plain(" ".join(self.merchant.name_lines))),))
        if rng.random() < 0.2:
            yield Row(
                (
                    centre(
                        plain(
                            f"www.{rng.choice(['shop', 'store', 'bistro'])}{rng.randrange(99)}.com"
                        )
                    ),
                )
            )
        for _ in range(rng.randint(0, 2)):
            yield Row((centre(plain(self.word("thanks"))),))
        if rng.random() < 0.2:
            yield Row((centre(plain(str(rng.randrange(10**10, 10**13)))),))
