"""The print style of one till: currency marks, capitals, accents, columns and separators."""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipeline.accents import UMLAUTS_SPELT_OUT
from pipeline.synthetic.content.printing_locales import PrintingLocale

# Other letters than `accents.without_accents` has: the same seed must draw the same receipt.
_WITHOUT_ACCENTS = str.maketrans(
    "äöüÄÖÜàâéèêëîïôùûçñáíóúãõåøłęąśćżźńŁŚŻčďěňřšťýůžőűășțşţğıČĎĚŇŘŠŤÝŮŽŐŰĂȘȚŞŢĞİ",
    "aouAOUaaeeeeiiouucnaiouaoaoleasczznLSZcdenrstyuzouaststgiCDENRSTYUZOUASTSTGI",
)
_UMLAUTS_OF_THEIR_OWN = frozenset({"tr", "hu"})  # which nobody spells out
_DOTTED = "i\u0307"  # what Python makes of a Turkish capital İ in lower case


@dataclass(frozen=True, slots=True)
class Style:
    """The print style of one till.

    Attributes:
        mark_before, mark_after: the currency around amounts; ``marks_items``: also on items.
        case: of key words: ``as is``, ``upper`` or ``title``.
        accents: ``kept``, ``lost`` or ``spelt`` (``Rueckgeld``).
        colon: printed after a key word.
        leader: dots between key word and amount, or "".
        key_at: where key words of the summary start, as a share of the width; amounts end
            at ``value_at``.
        header_anchor: ``center`` or ``left``.
        codes: items have product codes.
        flags: item totals have a tax flag; ``flag_joined``: without a space.
        joined: how often a key word and its value are one token.
        separator: the sign that lines are drawn with.
        minus: how negative amounts are written.
        amount_first: summary amounts stand before their key words.
        spaced_total: the total's key word is set with spaces between its letters.
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
    flag_joined: bool
    joined: float
    separator: str
    minus: str
    amount_first: bool
    spaced_total: bool
    bare_point: bool

    def apply(self, text: str) -> str:
        """The text in the till's case and alphabet."""
        if self.accents == "lost":
            text = text.translate(_WITHOUT_ACCENTS)
        elif self.accents == "spelt":
            text = text.translate(UMLAUTS_SPELT_OUT)
        if self.case == "upper":
            return text.upper()
        if self.case == "title":
            return " ".join(
                word.capitalize().replace(_DOTTED, "i")
                if len(word) > 3 and word.isalpha()
                else word
                for word in text.split(" ")
            )
        return text


def draw_style(rng: random.Random, country: PrintingLocale) -> Style:
    own_umlauts = country.language in _UMLAUTS_OF_THEIR_OWN
    before = rng.choice(country.before)
    return Style(
        mark_before=before,
        mark_after="" if before else rng.choice(country.after),
        marks_items=rng.random() < 0.35,
        case=rng.choice(["as is", "as is", "upper", "title"]),
        accents=rng.choice(["kept", "kept", "kept", "lost", "lost" if own_umlauts else "spelt"]),
        colon=rng.choice(
            ["", "", "", ":", ":", " :", "*"] if rng.random() < 0.3 else ["", "", ":"]
        ),
        leader="." * rng.randint(4, 14) if rng.random() < 0.06 else "",
        key_at=rng.choice([0.0, 0.0, 0.0, 0.0, 0.15, 0.3, 0.45]),
        value_at=rng.choice([1.0, 1.0, 1.0, 1.0, 0.9, 0.75]),
        header_anchor=rng.choice(["center", "center", "center", "left"]),
        codes=rng.random() < 0.25,
        flags=rng.random() < 0.4,
        flag_joined=rng.random() < 0.15,
        joined=rng.choice([0.0, 0.0, 0.1, 0.4, 0.9]),
        separator=rng.choice(["-", "-", "=", "*", "", "", "- -", ".", "_"]),
        minus=rng.choice(["-", "-", "-", "after", "(", "none"]),
        amount_first=rng.random() < 0.02,
        spaced_total=rng.random() < 0.02,
        bare_point=country.bare_points > 0 and rng.random() < country.bare_points,
    )
