"""Annotated pages: the type that all readers return and that training and evaluation use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.document import Page
from pipeline.labels import Table

Rows = tuple[Mapping[str, str], ...]
"""Rows of a table, column to text; a column that is not printed is absent."""
NO_TEXT = "\ufffd"
"""The text of a token whose annotation gives a box and a label, but no text. Its page can
train and be scored only once an OCR engine has read it (``pipeline.data.ocr_tokens``)."""


@dataclass(frozen=True, slots=True)
class AnnotatedPage:
    """One page with its tags and ground truth.

    Attributes:
        id: unique within its source; stable between runs.
        source: the data set's name, such as ``sroie``.
        page: the tokens, from annotated boxes or from OCR.
        tags: one BIO tag (IOB2) a token.
        annotated: the labels that this source annotates. A token tagged ``O`` is not
            any of these, but may well be a label outside this set.
        fields: document-level truth as published, label to text; labels absent or
            with an empty text are not on the receipt or not annotated.
        items: line items as published, column (``code``, ``description``, ``quantity``,
            ``unit_price``, ``discount``, ``total``) to text.
        tables: rows of the other tables by the record's key, likewise: ``taxes`` (``name``,
            ``rate``, ``net``, ``amount``) and ``payments`` (``method``, ``amount``,
            ``card_last4``); of a table that is absent the rows are not known.
        unaligned: labels whose document-level text was not found among the tokens.
        image: the picture the page was read from, where there is one.
        page_number: which page of ``image`` this is, counted from 1.
        merchant: a key that receipts of one merchant share; splits keep it together.
    """

    id: str
    source: str
    page: Page
    tags: tuple[str, ...]
    annotated: frozenset[str]
    fields: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Mapping[str, str], ...] = ()
    unaligned: tuple[str, ...] = ()
    image: Path | None = None
    merchant: str = ""
    page_number: int = 1
    tables: Mapping[str, Rows] = field(default_factory=dict)

    def rows_of(self, table: Table) -> Rows | None:
        """The rows of a table, ``None`` where they are not known."""
        return self.items if table is Table.ITEMS else self.tables.get(table)

    def __post_init__(self) -> None:
        if len(self.tags) != len(self.page.tokens):
            raise ValueError(
                f"{self.source}/{self.id}: {len(self.tags)} tags for {len(self.page.tokens)} tokens"
            )
        if self.page_number < 1:
            raise ValueError(f"{self.source}/{self.id}: pages are counted from 1")
