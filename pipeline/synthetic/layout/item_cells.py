"""The cells of an item's lines, in one till's style of quantities, codes, prices and flags."""

from __future__ import annotations

from decimal import Decimal

from pipeline.synthetic.content.sale import Item
from pipeline.synthetic.layout.rows import Cell, Part, left, plain, right
from pipeline.synthetic.layout.till import Till

# Orders of a table's columns as tills have them; the common ones stand more than once.
_TABLES = (
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
)
Columns = tuple[tuple[str, float], ...]


class ItemCells:
    """Formats parts and cells of items in one till's style.

    Attributes:
        times: between quantity and unit price, such as ``x`` or ``@``.
        quantity_mark: after a quantity without a unit, such as ``x`` or ``PC``.
        prints_ones: a quantity of 1 is printed too.
        indent: of lines below an item's first, as a share of the width.
        columns: of a table, each with its place as a share of the width.
    """

    def __init__(self, till: Till) -> None:
        self.till, self.style = till, till.style
        rng = till.rng
        self.times = rng.choice(till.country.words["each"])
        self.quantity_mark = rng.choice(["", "", "", "x", "X", " x", self.till.word("units")])
        self._widest = rng.choice([14, 18, 22, 26, 40, 60])
        self.prints_ones = till.chance(0.7)
        self.indent = rng.choice([0.0, 0.04, 0.08, 0.12, 0.3])
        self.columns = _place_columns(till, rng.choice(_TABLES).split())
        self.codes_after = till.chance(0.15)
        self._code_length = rng.choice([3, 4, 5, 6, 8, 12, 13])
        self._code_end = rng.choice(["", "", "-", "."])
        self._numbered = till.chance(0.06)
        self._number = 0
        self._flags_are_rates = till.sale.is_by_rate and till.chance(0.3)

    def total(self, item: Item, at: float = 1.0) -> Cell:
        """The line total, with a tax flag where the till prints them."""
        amount = self.till.amount(item.total, "item_total", self.style.marks_items)
        if not (self.style.flags and self.till.chance(0.85)):
            return right(amount, at=at)
        flag = self._flag(item)
        if self.style.flag_joined and not self._flags_are_rates:
            return right(Part(amount.text + flag, amount.label), at=at)
        return right(amount, plain(flag), at=at)

    def _flag(self, item: Item) -> str:
        letters = self.till.country.tax_letters
        if self._flags_are_rates:
            rate = self.till.sale.taxes[item.rate].rate
            return f"{rate.replace('.', self.till.country.decimal)}%"
        if letters and self.till.sale.taxes:
            return letters[item.rate % len(letters)]
        return self.till.rng.choice(self.till.country.tax_codes)

    def name(self, item: Item) -> Part:
        """The description, cut off at the width of the till's column."""
        text = self.till.style.apply(item.description)[: self._widest].strip()
        return Part(text, "item_description")

    def description(self, item: Item) -> list[Part]:
        """The description with code and number, where the till prints them."""
        parts = [self.name(item)]
        if self.style.codes:
            parts = [*parts, self.code()] if self.codes_after else [self.code(), *parts]
        if self._numbered:
            self._number += 1
            parts.insert(0, plain(f"{self._number}."))
        return parts

    def code(self) -> Part:
        digits = self.till.digits(self._code_length, self._code_length)
        return Part(digits + self._code_end, "item_code")

    def quantity(self, item: Item, suffix: str = "", before: str = "") -> Part:
        digits = f"{item.quantity:f}".replace(".", self.till.country.decimal)
        whole = item.quantity == int(item.quantity)
        return Part(f"{before}{digits}{item.unit or (suffix if whole else '')}", "item_quantity")

    def unit_price(self, item: Item, before: str = "") -> Part:
        part = self.till.amount(item.unit_price, "item_unit_price", self.style.marks_items)
        return Part(before + part.text, part.label)

    def product(self, item: Item) -> list[Part]:
        """``2 x 3.50``, ``1 PC @ 5.00`` or ``0.432 kg x 2.99 /kg``"""
        if item.unit:
            tail = self.till.rng.choice(self.till.country.words["per_kg"]).strip()
            return [self.quantity(item), plain(self.times), self.unit_price(item), plain(tail)]
        if len(self.times) == 1 and self.times.isascii() and self.till.chance(0.3):
            if self.till.chance(0.5):
                return [self.quantity(item, self.times), self.unit_price(item)]
            return [self.quantity(item), self.unit_price(item, self.times)]
        return [self.quantity(item, self.quantity_mark), plain(self.times), self.unit_price(item)]

    def fits_column(self, item: Item) -> bool:
        """Whether a table has room for the description beside its numbers."""
        ends = [at for column, at in self.columns if column != "item"]
        start = dict(self.columns)["item"]
        room = (min([at for at in ends if at > start], default=1.2) - start) * 38 - 6
        return len(self.name(item).text) + 10 * self.style.codes <= room

    def shows_quantity(self, item: Item) -> bool:
        return item.quantity != 1 or self.prints_ones

    def cell(self, column: str, at: float, item: Item) -> Cell:
        """A table's cell; only quantities, prices and amounts have labels."""
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
                share = (item.total * Decimal("0.06")).quantize(item.total)
                return right(self.till.amount(share, None), at=at)
            case _:
                return self.total(item, at)

    def head(self, column: str, at: float) -> Cell:
        """The heading of a table's column."""
        keys = {"disc": "disc_column", "total": "amount"}
        word = plain(self.till.word(keys.get(column, column)))
        return left(word, at=at) if column == "item" else right(word, at=at)


def _place_columns(till: Till, columns: list[str]) -> Columns:
    if columns[-1] == "item":
        return (("qty", 0.08), ("price", 0.28), ("total", 0.5), ("item", 0.55))
    width = till.rng.uniform(0.13, 0.19)
    places = {"item": 0.0}
    numbers = [column for column in columns if column != "item"]
    if columns[0] == "qty":
        places = {"qty": 0.07, "item": 0.11}
        numbers.remove("qty")
    for place, column in enumerate(reversed(numbers)):
        places[column] = 1.0 - place * width
    return tuple((column, places[column]) for column in columns)
