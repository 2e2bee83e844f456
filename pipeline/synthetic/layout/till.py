"""A till that prints one receipt: its amounts, key words, dates and rows, in one print style."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from pipeline.synthetic.content.people import given_name
from pipeline.synthetic.content.prices import format_amount
from pipeline.synthetic.content.receipt_content import ReceiptContent
from pipeline.synthetic.layout.print_style import draw_style
from pipeline.synthetic.layout.rows import Cell, Part, Row, centre, left, plain, right


class Till:
    """Prints one receipt: holds the random source, the content and the print style, and makes
    rows and cells of them."""

    def __init__(
        self, rng: random.Random, content: ReceiptContent, more: random.Random | None = None
    ) -> None:
        """``more``: the source of what only tills of shops with good books print, ``None`` for
        the others; all else is the same without it."""
        self.more = more
        self.rng, self.country, self.kind = rng, content.country, content.kind
        self.merchant, self.sale, self.when = content.merchant, content.sale, content.when
        self.style = draw_style(rng, self.country)
        self.english_dates = rng.random() < 0.5
        self.date_text = self._cased(self.format_date(self.when))
        self.time_text = self.when.strftime(rng.choice(self.country.times))
        self.last_digits: dict[int, str] = {}
        self.tax_names: dict[int, str] = {}
        self.has_date = rng.random() < 0.96
        self.has_time = self.has_date and rng.random() < 0.78

    def format_date(self, day: datetime) -> str:
        """A date in one of the country's formats, month and weekday in its language or English."""
        pattern = self.rng.choice(self.country.dates)
        if not self.english_dates:
            month = self.country.words["months"][day.month - 1]
            weekday = self.country.words["days"][day.weekday()]
            names = {"%B": month, "%b": month[:3], "%A": weekday, "%a": weekday[:2]}
            for directive, name in names.items():
                pattern = pattern.replace(directive, name)
        return day.strftime(pattern)

    def _cased(self, text: str) -> str:
        return text.upper() if self.rng.random() < 0.3 else text

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def word(self, key: str) -> str:
        """A key word, in the till's case and alphabet."""
        return self.style.apply(self.rng.choice(self.country.words[key]))

    def word_among(self, key: str, among: str) -> tuple[str, bool]:
        """A key word likewise, and whether it is one of another list as well."""
        word = self.rng.choice(self.country.words[key])
        return self.style.apply(word), word in self.country.words[among]

    def person(self) -> str:
        name = given_name(self.rng, self.country.locale)
        return self.rng.choice(
            [name, name.upper(), f"{name[0]}. {name}", f"{self.rng.randrange(1, 99):02}"]
        )

    def digits(self, fewest: int, most: int) -> str:
        length = self.rng.randint(fewest, most)
        return str(self.rng.randrange(10 ** (length - 1), 10**length))

    def amount(
        self, value: Decimal, label: str | None, mark: bool = False, row: int | None = None
    ) -> Part:
        style = self.style
        text = format_amount(abs(value), self.country)
        if style.bare_point and text.startswith("0."):
            text = text[1:]
        if mark:
            text = f"{style.mark_before}{text}{style.mark_after}"
        if value < 0:
            text = f"{text}-" if style.minus == "after" else self._negative(text)
        return Part(text, label, row=row)

    def _negative(self, text: str) -> str:
        return f"({text})" if self.style.minus == "(" else f"-{text}"

    def key_value(self, key: str, value: Part) -> list[Part]:
        """A key word and its value; if joined, the whole token has the value's label."""
        if not key:
            return [value]
        colon = ":" if self.chance(0.5) and key[-1].isalpha() else ""
        if self.chance(self.style.joined * 0.6):
            return [replace(value, text=f"{key.replace(' ', '')}{colon or ':'}{value.text}")]
        return [plain(key + self.rng.choice([colon, colon, f" {colon}"])), value]

    def amount_row(self, key: str | Sequence[Part], value: Part, style: str = "normal") -> Row:
        """A row of the summary: key word at the left, amount at the right.

        Args:
            key: a text, or parts of it with their labels.
        """
        keys = [plain(key)] if isinstance(key, str) else list(key)
        key = " ".join(part.text for part in keys)
        # A card's number would run into the amount.
        may_join = self.style.key_at == 0.0 and keys[-1].label != "card_last4"
        if may_join and self.chance(self.style.joined * 0.25):
            joined = key.replace(" ", "") + value.text.replace(" ", "")
            return Row((left(replace(value, text=joined)),), style)
        if self.style.amount_first:
            return Row((left(value), left(*keys, at=0.4)), style)
        last = replace(keys[-1], text=keys[-1].text + self.style.colon)
        cells = [left(*keys[:-1], last, at=self.style.key_at)]
        mark, _, bare = key.rpartition(" ")
        if bare in ("EUR", "CHF", "PLN", "DKK", "SEK") and self.chance(0.6):
            cells = [left(replace(keys[0], text=mark)), right(plain(bare), at=0.62)]
        elif bare == "RM" and mark and value.label:
            marked = replace(value, text="RM")
            cells = [left(replace(keys[0], text=mark), marked, at=self.style.key_at)]
            value = replace(value, text=value.text.removeprefix("RM").strip(), continues=True)
        elif self.style.leader:
            cells[0] = left(*keys, plain(self.style.leader), at=self.style.key_at)
        return Row((*cells, right(value, at=self.style.value_at)), style)

    def header_cell(self, *parts: Part) -> Cell:
        return centre(*parts) if self.style.header_anchor == "center" else left(*parts)

    def plain_row(self, text: str, anchor: str = "header", style: str = "normal") -> Row:
        """A row of words without a label."""
        cell = {"header": self.header_cell, "left": left, "center": centre}[anchor]
        return Row((cell(plain(text)),), style)

    def separator_rows(self) -> list[Row]:
        if not self.style.separator or self.chance(0.3):
            return []
        length = self.rng.randint(15, 40)
        return [Row((left(plain((self.style.separator * 40)[:length])),))]
