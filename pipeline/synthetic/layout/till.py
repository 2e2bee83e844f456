"""The print style of one till, drawn once per receipt, and how it writes amounts."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pipeline.synthetic.content.countries import Country
from pipeline.synthetic.content.merchants import Merchant
from pipeline.synthetic.content.people import given_name
from pipeline.synthetic.content.sale import Sale, spell
from pipeline.synthetic.layout.rows import Cell, Part, Row, centre, left, plain, right

_FOLD = str.maketrans(
    "äöüÄÖÜàâéèêëîïôùûçñáíóúãõåøłęąśćżźńŁŚŻčďěňřšťýůžőűășțşţğıČĎĚŇŘŠŤÝŮŽŐŰĂȘȚŞŢĞİ",
    "aouAOUaaeeeeiiouucnaiouaoaoleasczznLSZcdenrstyuzouaststgiCDENRSTYUZOUASTSTGI",
)
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "AE", "Ö": "OE", "Ü": "UE", "ß": "ss"}
)


@dataclass(frozen=True, slots=True)
class Style:
    """The print style of one till.

    Attributes:
        mark_before, mark_after: the currency around amounts; ``marks_items`` also on items.
        case: of key words: ``as is``, ``upper`` or ``title``.
        accents: ``kept``, ``lost`` or ``spelt`` (``Rueckgeld``).
        colon: what ends a key word.
        leader: dots between key and amount, or "".
        key_at: where key words of the summary start, as a share of the width; amounts end
            at ``value_at``.
        glued: how often a key word and its value are one token.
        separator: the sign that lines are drawn with.
        minus: how negative amounts are written.
        amount_first: summary amounts stand before their key words.
        spaced: the total's key word is set with spaces between its letters.
        bare_point: amounts under 1 have no 0 before the point.
    """

    mark_before: str
    mark_after: str
    marks_items: bool
    case: str
    accents: str
    colon: str
    leader: str
    key_at: float
    value_at: float
    header_anchor: str
    codes: bool
    flags: bool
    flag_glued: bool
    glued: float
    separator: str
    minus: str
    amount_first: bool
    spaced: bool
    bare_point: bool


def draw_style(rng: random.Random, country: Country) -> Style:
    before = rng.choice(country.before)
    return Style(
        mark_before=before,
        mark_after="" if before else rng.choice(country.after),
        marks_items=rng.random() < 0.35,
        case=rng.choice(["as is", "as is", "upper", "title"]),
        accents=rng.choice(["kept", "kept", "kept", "lost", "spelt"]),
        colon=rng.choice(
            ["", "", "", ":", ":", " :", "*"] if rng.random() < 0.3 else ["", "", ":"]
        ),
        leader="." * rng.randint(4, 14) if rng.random() < 0.06 else "",
        key_at=rng.choice([0.0, 0.0, 0.0, 0.0, 0.15, 0.3, 0.45]),
        value_at=rng.choice([1.0, 1.0, 1.0, 1.0, 0.9, 0.75]),
        header_anchor=rng.choice(["center", "center", "center", "left"]),
        codes=rng.random() < 0.25,
        flags=rng.random() < 0.4,
        flag_glued=rng.random() < 0.15,
        glued=rng.choice([0.0, 0.0, 0.1, 0.4, 0.9]),
        separator=rng.choice(["-", "-", "=", "*", "", "", "- -", ".", "_"]),
        minus=rng.choice(["-", "-", "-", "after", "(", "none"]),
        amount_first=rng.random() < 0.02,
        spaced=rng.random() < 0.02,
        bare_point=country.currency in ("USD", "CAD") and rng.random() < 0.06,
    )


class Till:
    """Everything that the parts of a receipt are generated from: random source, country, style,
    sale."""

    def __init__(
        self,
        rng: random.Random,
        country: Country,
        kind: str,
        merchant: Merchant,
        sale: Sale,
        when: datetime,
    ) -> None:
        self.rng, self.kind = rng, kind
        if country.other_group and rng.random() < 0.4:
            country = replace(country, group=country.other_group, decimal=".")
        if country.decimals == 0 and rng.random() < 0.1:
            country = replace(country, group="")
        if country.currency == "IDR" and rng.random() < 0.06:
            country = replace(country, decimals=2, group=",", decimal=".")
        self.country, self.merchant, self.sale, self.when = country, merchant, sale, when
        self.style = draw_style(rng, country)
        self.english_dates = rng.random() < 0.5
        self.date_text = self._cased(self.spell_date(when))
        self.time_text = when.strftime(rng.choice(country.times))
        self.has_date = rng.random() < 0.96
        self.has_time = self.has_date and rng.random() < 0.78

    def spell_date(self, day: datetime) -> str:
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
        return self.print(self.rng.choice(self.country.words[key]))

    def print(self, word: str) -> str:
        if self.style.accents == "lost":
            word = word.translate(_FOLD)
        elif self.style.accents == "spelt":
            word = word.translate(_SPELT)
        if self.style.case == "upper":
            return word.upper()
        if self.style.case == "title":
            return " ".join(
                part.capitalize() if len(part) > 3 and part.isalpha() else part
                for part in word.split(" ")
            )
        return word

    def person(self) -> str:
        name = given_name(self.rng, self.country.locale)
        return self.rng.choice(
            [name, name.upper(), f"{name[0]}. {name}", f"{self.rng.randrange(1, 99):02}"]
        )

    def digits(self, fewest: int, most: int) -> str:
        length = self.rng.randint(fewest, most)
        return str(self.rng.randrange(10 ** (length - 1), 10**length))

    def amount(self, value: Decimal, label: str | None, mark: bool = False) -> Part:
        style = self.style
        text = spell(abs(value), self.country)
        if style.bare_point and text.startswith("0."):
            text = text[1:]
        if mark:
            text = f"{style.mark_before}{text}{style.mark_after}"
        if value < 0:
            text = f"{text}-" if style.minus == "after" else self._negative(text)
        return Part(text, label)

    def _negative(self, text: str) -> str:
        return f"({text})" if self.style.minus == "(" else f"-{text}"

    def keyed(self, key: str, value: Part) -> list[Part]:
        """A key word and its value; if joined, the whole token has the value's label."""
        if not key:
            return [value]
        colon = ":" if self.chance(0.5) and key[-1].isalpha() else ""
        if self.chance(self.style.glued * 0.6):
            return [Part(f"{key.replace(' ', '')}{colon or ':'}{value.text}", value.label)]
        return [plain(key + self.rng.choice([colon, colon, f" {colon}"])), value]

    def line(self, key: str, value: Part, style: str = "normal") -> Row:
        """A row of the summary: key word at the left, amount at the right."""
        if self.style.key_at == 0.0 and self.chance(self.style.glued * 0.25):
            glued = Part(key.replace(" ", "") + value.text.replace(" ", ""), value.label)
            return Row((left(glued),), style)
        if self.style.amount_first:
            return Row((left(value), left(plain(key), at=0.4)), style)
        cells = [left(plain(key + self.style.colon), at=self.style.key_at)]
        mark, _, bare = key.rpartition(" ")
        if bare in ("EUR", "CHF", "PLN", "DKK", "SEK") and self.chance(0.6):
            cells = [left(plain(mark)), right(plain(bare), at=0.62)]
        elif bare == "RM" and mark and self.country.locale == "en_MY" and value.label:
            marked = Part("RM", value.label)
            cells = [left(plain(mark), marked, at=self.style.key_at)]
            value = Part(value.text.removeprefix("RM").strip(), value.label, continues=True)
        elif self.style.leader:
            cells[0] = left(plain(key), plain(self.style.leader), at=self.style.key_at)
        return Row((*cells, right(value, at=self.style.value_at)), style)

    def anchored(self, *parts: Part) -> Cell:
        return centre(*parts) if self.style.header_anchor == "center" else left(*parts)

    def noise(self, text: str, anchor: str = "header", style: str = "normal") -> Row:
        """A row of words without a label."""
        cell = {"header": self.anchored, "left": left, "center": centre}[anchor]
        return Row((cell(plain(text)),), style)

    def separator(self) -> list[Row]:
        if not self.style.separator or self.chance(0.3):
            return []
        length = self.rng.randint(15, 40)
        return [Row((left(plain((self.style.separator * 40)[:length])),))]
