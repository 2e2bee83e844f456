"""How tills print what was bought: one arrangement a till, drawn from many."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipeline.data.synthetic.content import Item
from pipeline.data.synthetic.rows import Cell, Part, Row, centre, left, plain, right
from pipeline.data.synthetic.till import Till


@dataclass(frozen=True, slots=True)
class Printed:
    """An item and the rows that show it."""

    item: Item
    rows: tuple[Row, ...]

    @property
    def description(self) -> str:
        """As printed, all its lines."""
        parts = [part for row in self.rows for cell in row.cells for part in cell.parts]
        return " ".join(part.text for part in parts if part.label == "item_description")

    @property
    def columns(self) -> frozenset[str]:
        """Which of the item's columns are on the paper: ``description``, ``total``..."""
        labels = {part.label for row in self.rows for cell in row.cells for part in cell.parts}
        return frozenset(
            label.removeprefix("item_") for label in labels if label and label.startswith("item_")
        )


class ItemPrinter:
    """Prints the items of one receipt, all in one arrangement."""

    def __init__(self, till: Till) -> None:
        self.till, self.style = till, till.style
        rng = till.rng
        self.code = f"{'#' * rng.choice([3, 4, 5, 6, 8, 12, 13])}{rng.choice(['', '', '-', '.'])}"
        self.times = rng.choice(till.country.words["each"])
        self.quantity_mark = rng.choice(["", "", "", "x", "X", " x", "PC", " PCS", " Stk", "EA"])
        self.codes_after = till.chance(0.15)
        self.prints_ones = till.chance(0.7)
        self.numbered = till.chance(0.06)
        self.indent = rng.choice([0.0, 0.04, 0.08, 0.12, 0.3])
        self.arrangement = rng.choices(
            list(ARRANGEMENTS), weights=[weight for _, weight in ARRANGEMENTS.values()]
        )[0]
        self.table = _table(till) if self.arrangement == "table" else ()
        self.headings = till.chance(0.08)
        self.has_heads = till.chance(0.8 if self.table else 0.3)
        self.number = 0

    def heads(self) -> list[Row]:
        """The heads of the columns, where the till prints them."""
        if not self.has_heads:
            return []
        if self.table:
            cells = [self._head(column, at) for column, at in self.table]
            return [Row(tuple(sorted(cells, key=lambda cell: cell.at)))]
        heads = [left(plain(self.till.word("item"))), right(plain(self.till.word("amount")))]
        if self.arrangement == "quantity_first":
            heads = [left(plain(self.till.word("qty"))), left(*heads[0].parts, at=0.12), heads[1]]
        elif self.till.chance(0.4):
            heads.insert(1, right(plain(self.till.word("qty")), at=0.7))
        return [Row(tuple(heads))]

    def print(self, item: Item) -> Printed:
        self.number += 1
        if item.extra:
            return Printed(item, tuple(self._extra(item)))
        above = item.note or (self.till.word("heading") if self._starts_group() else "")
        note = [Row((self.till.rng.choice([left, centre])(plain(above)),))] if above else []
        draw: Callable[[ItemPrinter, Item], Iterator[Row]] = ARRANGEMENTS[self.arrangement][0]
        return Printed(item, (*note, *draw(self, item), *self._discount(item)))

    def _starts_group(self) -> bool:
        return self.headings and (self.number == 1 or self.till.chance(0.2))

    # --- cells ------------------------------------------------------------------------

    def total(self, item: Item, at: float = 1.0) -> Cell:
        amount = self.till.amount(item.total, "item_total", self.style.marks_items)
        if not (self.style.flags and self.till.chance(0.85)):
            return right(amount, at=at)
        codes = self.till.country.tax_codes
        if self.till.country.tax_letters and self.till.sale.taxes and item.rate < 3:
            codes = (self.till.country.tax_letters[item.rate % len(self.till.country.tax_letters)],)
        flag = self.till.rng.choice(codes)
        if self.style.flag_glued:
            return right(Part(amount.text + flag, amount.label), at=at)
        return right(amount, plain(flag), at=at)

    def description(self, item: Item) -> list[Part]:
        parts = [Part(self.till.print(item.description), "item_description")]
        if self.style.codes:
            code = plain(self._code())
            parts = [*parts, code] if self.codes_after else [code, *parts]
        if self.numbered:
            parts.insert(0, plain(f"{self.number}."))
        return parts

    def _code(self) -> str:
        return "".join(str(self.till.rng.randrange(10)) if c == "#" else c for c in self.code)

    def quantity(self, item: Item, suffix: str = "") -> Part:
        digits = f"{item.quantity:f}".replace(".", self.till.country.decimal)
        return Part(f"{digits}{item.unit or suffix}", "item_quantity")

    def unit_price(self, item: Item, before: str = "") -> Part:
        part = self.till.amount(item.unit_price, "item_unit_price", self.style.marks_items)
        return Part(before + part.text, part.label)

    def shows_quantity(self, item: Item) -> bool:
        return item.quantity != 1 or self.prints_ones

    # --- rows beside the item's own ---------------------------------------------------

    def _extra(self, item: Item) -> Iterator[Row]:
        name = left(Part(self.till.print(item.description), "item_description"), at=self.indent)
        yield Row((name, self.total(item)) if item.total or self.till.chance(0.1) else (name,))

    def _discount(self, item: Item) -> Iterator[Row]:
        if item.discount:
            key = left(plain(self.till.word("item_discount")), at=self.indent)
            amount = self.till.amount(-item.discount, "discount", self.style.marks_items)
            yield Row((key, right(amount)))

    # --- arrangements -----------------------------------------------------------------

    def one_line(self, item: Item) -> Iterator[Row]:
        parts = self.description(item)
        if item.quantity != 1:
            choice = self.till.rng.random()
            if choice < 0.35:
                parts.insert(0, self.quantity(item, self.quantity_mark))
            elif choice < 0.5:
                parts.append(self.quantity(item, "x"))
            else:
                parts += [self.quantity(item), plain(self.times), self.unit_price(item)]
        yield Row((left(*parts), self.total(item)))

    def quantity_first(self, item: Item) -> Iterator[Row]:
        if not self.shows_quantity(item):
            yield Row((left(*self.description(item), at=0.1), self.total(item)))
            return
        quantity = left(self.quantity(item, self.quantity_mark))
        yield Row((quantity, left(*self.description(item), at=0.1), self.total(item)))

    def quantity_price_line(self, item: Item) -> Iterator[Row]:
        """``2 Radler 3,50 7,00``"""
        each = [plain("à")] if self.times in ("à", "á") else []
        price = right(*each, self.unit_price(item, "@" if self.times == "@" else ""), at=0.76)
        yield Row(
            (
                left(self.quantity(item, self.quantity_mark)),
                left(*self.description(item), at=0.1),
                price,
                self.total(item),
            )
        )

    def columns(self, item: Item) -> Iterator[Row]:
        """A table whose columns the till has chosen."""
        named = left(*self.description(item))
        cells = [self._cell(column, at, item) for column, at in self.table]
        numbers = [
            cell for cell, (column, _) in zip(cells, self.table, strict=True) if column != "item"
        ]
        if len(item.description) > 18 or self.style.codes:
            rows = [Row((named,)), Row(tuple(numbers))]
            yield from reversed(rows) if self.codes_after and self.till.chance(0.1) else rows
        else:
            yield Row(tuple(cells))

    def _cell(self, column: str, at: float, item: Item) -> Cell:
        match column:
            case "item":
                return left(*self.description(item), at=at)
            case "qty":
                return right(self.quantity(item), at=at)
            case "price":
                return right(self.unit_price(item), at=at)
            case "disc":
                return right(plain(self.till.rng.choice(["0.00", "0%", "0", "-"])), at=at)
            case "tax":
                net = item.total * Decimal("0.06")
                return right(self.till.amount(net.quantize(Decimal("0.01")), None), at=at)
            case _:
                return self.total(item, at)

    def _head(self, column: str, at: float) -> Cell:
        keys = {"disc": "disc_column", "total": "amount", "tax": "tax"}
        word = plain(self.till.word(keys.get(column, column)))
        return left(word, at=at) if column == "item" else right(word, at=at)

    def product(self, item: Item) -> list[Part]:
        """``2 x 3.50``, ``1 PC @ 5.00`` or ``0.432 kg 2.99/kg``"""
        if item.unit:
            tail = self.till.rng.choice(self.till.country.words["per_kg"]).strip()
            return [self.quantity(item), plain(self.times), self.unit_price(item), plain(tail)]
        glued = self.till.chance(0.3)
        if glued and self.times in ("x", "X", "@", "*"):
            if self.till.chance(0.5):
                return [self.quantity(item, self.times), self.unit_price(item)]
            return [self.quantity(item), self.unit_price(item, self.times)]
        return [self.quantity(item, self.quantity_mark), plain(self.times), self.unit_price(item)]

    def product_below(self, item: Item) -> Iterator[Row]:
        if item.quantity == 1 and not self.prints_ones:
            yield Row((left(*self.description(item)), self.total(item)))
            return
        yield Row((left(*self.description(item)),))
        yield Row((left(*self.product(item), at=self.indent), self.total(item)))

    def product_above(self, item: Item) -> Iterator[Row]:
        if item.quantity != 1:
            yield Row((left(*self.product(item), at=self.indent),))
        yield Row((left(*self.description(item)), self.total(item)))

    def total_then_product(self, item: Item) -> Iterator[Row]:
        """The amount beside the description, the product explained below."""
        yield Row((left(*self.description(item)), self.total(item)))
        if item.quantity != 1:
            yield Row((left(*self.product(item), at=max(self.indent, 0.08)),))

    def code_above(self, item: Item) -> Iterator[Row]:
        yield Row((left(plain(self._code())),))
        name = left(Part(self.till.print(item.description), "item_description"))
        yield Row((name, self.total(item)))

    def code_and_product_below(self, item: Item) -> Iterator[Row]:
        """``MILK 1L`` over ``9556091 2 @ 3.50 7.00``"""
        yield Row((left(Part(self.till.print(item.description), "item_description")),))
        yield Row((left(plain(self._code()), *self.product(item)), self.total(item)))

    def wrapped(self, item: Item) -> Iterator[Row]:
        """A description of two or three lines; the amount on the first or last or below."""
        words = self.till.print(item.description).split()
        if len(words) < 3:
            yield from self.one_line(item)
            return
        cuts = [
            0,
            *sorted(
                self.till.rng.sample(
                    range(1, len(words)), k=min(len(words) - 1, 1 + (len(words) > 4))
                )
            ),
            len(words),
        ]
        texts = [" ".join(words[a:b]) for a, b in itertools.pairwise(cuts)]
        where = self.wrap_at
        for number, text in enumerate(texts):
            part = Part(text, "item_description", number > 0)
            start = (
                [self.quantity(item, self.quantity_mark)]
                if number == 0 and item.quantity != 1
                else []
            )
            cells = [left(*start, part, at=self.indent if number else 0.0)]
            if number == where or (where == -1 and number == len(texts) - 1):
                cells.append(self.total(item))
            yield Row(tuple(cells))
        if where == -2:
            yield Row((self.total(item),))

    @property
    def wrap_at(self) -> int:
        return {0: 0, 1: -1, 2: -2}[len(self.code) % 3]

    def amount_first(self, item: Item) -> Iterator[Row]:
        amount = self.till.amount(item.total, "item_total", self.style.marks_items)
        yield Row((left(amount), left(*self.description(item), at=0.25)))

    def far_quantity(self, item: Item) -> Iterator[Row]:
        """``Nasi Goreng x2 50.000``"""
        quantity = right(
            self.quantity(item) if self.till.chance(0.5) else self._times_quantity(item), at=0.68
        )
        cells = [left(*self.description(item)), quantity, self.total(item)]
        if not self.shows_quantity(item):
            del cells[1]
        yield Row(tuple(cells))

    def _times_quantity(self, item: Item) -> Part:
        part = self.quantity(item)
        return Part(f"x{part.text}", part.label)

    def no_amounts(self, item: Item) -> Iterator[Row]:
        """Quantity below with the unit price, and no line total beside a single one."""
        yield Row((left(*self.description(item)),))
        cells = [
            left(self.unit_price(item), at=self.indent),
            right(self._times_quantity(item), at=0.6),
        ]
        yield Row((*cells, self.total(item)))


def _table(till: Till) -> tuple[tuple[str, float], ...]:
    """Columns in the order in which they stand, each with its place."""
    orders = [
        "item qty price total",
        "item qty price total",
        "qty item price total",
        "item price qty total",
        "qty price total item",
        "item qty price disc total",
        "item price qty disc total",
        "item qty price tax total",
        "item qty total",
        "qty item total",
    ]
    columns = till.rng.choice(orders).split()
    width = till.rng.uniform(0.13, 0.19)
    places: dict[str, float] = {}
    if columns[-1] == "item":
        return (("qty", 0.08), ("price", 0.28), ("total", 0.5), ("item", 0.55))
    numbers = [column for column in columns if column != "item"]
    if columns[0] == "qty":
        places["qty"], places["item"] = 0.07, 0.11
        numbers.remove("qty")
    else:
        places["item"] = 0.0
    for place, column in enumerate(reversed(numbers)):
        places[column] = 1.0 - place * width
    return tuple((column, places[column]) for column in columns)


ARRANGEMENTS: dict[str, tuple[Callable[[ItemPrinter, Item], Iterator[Row]], float]] = {
    "one_line": (ItemPrinter.one_line, 3),
    "quantity_first": (ItemPrinter.quantity_first, 3),
    "quantity_price_line": (ItemPrinter.quantity_price_line, 1.5),
    "table": (ItemPrinter.columns, 4),
    "product_below": (ItemPrinter.product_below, 2.5),
    "product_above": (ItemPrinter.product_above, 1.5),
    "total_then_product": (ItemPrinter.total_then_product, 1.5),
    "code_above": (ItemPrinter.code_above, 0.7),
    "code_and_product_below": (ItemPrinter.code_and_product_below, 1.5),
    "wrapped": (ItemPrinter.wrapped, 1.5),
    "amount_first": (ItemPrinter.amount_first, 0.3),
    "far_quantity": (ItemPrinter.far_quantity, 1.2),
    "no_amounts": (ItemPrinter.no_amounts, 0.8),
}
