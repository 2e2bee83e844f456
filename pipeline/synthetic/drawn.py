"""A drawn receipt: the words of a synthetic receipt with their boxes and ground truth.

Layout units are pixels of the nominal page, origin at the top left, x to the right,
y down. The renderer may scale, bend or rotate the page; it maps these boxes along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token

SOURCE = "synthetic"
TICKET_SHARE = 0.03
"""Of the receipts that a training stage draws: those with one amount, see ``draw_ticket``."""
FURTHER_SHARE = 0.0
"""Of the other receipts: those with what only some tills print, see ``draw_further``. None, so that
a config that does not name it draws what it always drew."""


@dataclass(frozen=True, slots=True)
class DrawnToken:
    """One word with its box on the paper.

    Attributes:
        text: the word, without white space.
        tag: its BIO tag (IOB2) of the default label set.
        box: the word's extent in layout units: height is the glyphs' line box
            (ascender to descender), not the line spacing.
        line: the number of its printed line, from 0 at the top.
        style: ``normal``, ``bold``, ``large`` or ``small``.
    """

    text: str
    tag: str
    box: Box
    line: int
    style: str = "normal"


@dataclass(frozen=True, slots=True)
class DrawnReceipt:
    """One synthetic receipt: its words, their boxes, and the document-level truth.

    Attributes:
        id: unique by seed, locale and kind.
        kind: the trade, such as ``restaurant``.
        locale: such as ``en_MY``; says which glyphs and formats it uses.
        font_size: of the style ``normal``, in layout units.
        width, height: of the nominal page, in layout units.
        tokens: in reading order, ``line`` never decreasing.
        fields: canonical document-level truth by label (``2020-03-02``, ``14:22``,
            ``1234.50``; names, addresses and numbers as printed), and ``currency`` (ISO 4217).
        items: canonical line items: ``code``, ``description``, ``quantity``, ``unit_price``,
            ``discount``, ``total``; a column that the receipt does not print is absent.
        tables: the rows of ``taxes`` and ``payments``, likewise.
        labels: every label of the label set that was drawn with.
        brand: the real brand whose branch the merchant is, "" for an invented merchant.
    """

    id: str
    kind: str
    locale: str
    font_size: float
    width: float
    height: float
    tokens: tuple[DrawnToken, ...]
    fields: Mapping[str, str]
    items: tuple[Mapping[str, str], ...]
    labels: frozenset[str] = field(default_factory=frozenset)
    brand: str = ""
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)


def annotated_page(drawn: DrawnReceipt) -> AnnotatedPage:
    """A drawn receipt as an annotated page; boxes are those of the nominal page."""
    tokens = tuple(Token(token.text, token.box, 1.0, token.line) for token in drawn.tokens)
    return AnnotatedPage(
        id=drawn.id,
        source=SOURCE,
        page=Page(round(drawn.width), round(drawn.height), tokens),
        tags=tuple(token.tag for token in drawn.tokens),
        annotated=drawn.labels,
        fields=drawn.fields,
        items=drawn.items,
        tables=drawn.tables,
        merchant=drawn.fields.get("merchant_name", ""),
    )
