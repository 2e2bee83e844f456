"""The ``reviews`` format: records that people accepted on the service's pages.

``GET /v1/reviews`` writes it: JSON Lines, an object a line with ``id``, ``record`` (as `receipts
extract` writes it) and ``words`` (``pipeline.receipt_words.Word``). A field labels the words in its
boxes. Where these say something else than the field, because a person typed another value, its
value is searched for on the page; if it is not found, its label is unknown there (``unaligned``).
The labels that were annotated are those that occur in the file, as a model finds only what its own
label set has, and nobody adds by hand what it never finds.
Pages of one receipt stand one below the other.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from rapidfuzz import fuzz

from pipeline.data.alignment import find_date, find_text_spans
from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import (
    AnnotationRecord,
    describe_error,
    line_records,
    numbered_lines,
)
from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.document import Box, Page, Token
from pipeline.labels import OUTSIDE, tag_of
from pipeline.receipt import Field, Receipt
from pipeline.receipt_words import Word

SOURCE = "reviews"
LEAST_LIKENESS = 50  # of 100, of the words in a field's boxes and its text
LEAST_SEARCHED = 4  # characters of a text that is searched for; shorter ones are found anywhere
_HEADER = (
    *("merchant_name", "merchant_address", "merchant_phone", "merchant_tax_id"),
    *("receipt_number", "date", "time", "subtotal", "tax", "service_charge", "tip", "discount"),
    *("rounding", "total", "cash", "change"),
)
_COLUMNS = {
    "items": {
        "code": "item_code",
        "description": "item_description",
        "quantity": "item_quantity",
        "unit_price": "item_unit_price",
        "discount": "item_discount",
        "total": "item_total",
    },
    "taxes": {"name": "tax_name", "rate": "tax_rate", "net": "tax_net", "amount": "tax"},
    "payments": {
        "method": "payment_method",
        "amount": "payment_amount",
        "card_last4": "card_last4",
    },
}


class ReviewEntry(BaseModel):
    """An accepted record with the words of its receipt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    record: Receipt
    words: tuple[Word, ...]


def review_records(path: Path) -> Iterator[AnnotationRecord]:
    """The reviewed receipts of a file.

    Raises:
        DataError: the file cannot be read.
    """
    return line_records(path, partial(_read, annotated=_labels_in(path)))


def labels_of(records: Iterable[Receipt]) -> frozenset[str]:
    """The labels that occur in accepted records: those that were annotated."""
    return frozenset(label for record in records for label, _ in _labelled_fields(record))


def _labels_in(path: Path) -> frozenset[str]:
    return labels_of(_readable(path))


def _readable(path: Path) -> Iterator[Receipt]:
    for _, line in numbered_lines(path):
        try:
            yield ReviewEntry.model_validate_json(line).record
        except ValidationError:
            continue  # told when it is read


def _labelled_fields(record: Receipt) -> Iterator[tuple[str, Field[Any]]]:
    """The values with their labels; rows first, as the sum of a column may have the boxes of its
    parts."""
    for table, columns in _COLUMNS.items():
        for row in getattr(record, table):
            for column, label in columns.items():
                if (cell := getattr(row, column)) is not None:
                    yield _row_label(row, label), cell
    for name in _HEADER:
        if (value := getattr(record, name)) is not None:
            yield name, value
    yield from record.extra.items()


def _read(line: str, annotated: frozenset[str]) -> AnnotatedPage:
    try:
        entry = ReviewEntry.model_validate_json(line)
    except ValidationError as error:
        raise ValueError(describe_error(error, ReviewEntry)) from error
    if not entry.words:
        raise ValueError("the review has no words")
    return reviewed_page(entry, annotated)


def reviewed_page(entry: ReviewEntry, annotated: frozenset[str]) -> AnnotatedPage:
    """The receipt with its words labelled by what was accepted.

    Args:
        annotated: see ``labels_of``.

    Raises:
        ValueError: the record has no size of its page.
    """
    sheet = _Sheet.of(entry)
    labelled = _Labelled(sheet, [OUTSIDE] * len(sheet.page.tokens))
    record = entry.record
    for label, value in _labelled_fields(record):
        labelled.put(label, value)
    return AnnotatedPage(
        id=entry.id,
        source=SOURCE,
        page=sheet.page,
        tags=tuple(labelled.tags),
        annotated=annotated,
        fields=_fields(record),
        items=_texts(record.items),
        tables={"taxes": _texts(record.taxes), "payments": _texts(record.payments)},
        unaligned=tuple(sorted(labelled.unaligned)),
        merchant=_merchant(record),
    )


def _fields(record: Receipt) -> dict[str, str]:
    own = {name: one.text for name in _HEADER if (one := getattr(record, name)) is not None}
    return {**own, **{label: one.text for label, one in record.extra.items()}}


def _row_label(row: BaseModel, label: str) -> str:
    """Cash is a label of its own, as it is a field of its own."""
    is_cash = label == "payment_amount" and getattr(row, "method", None)
    return "cash" if is_cash and row.method.value == "cash" else label  # type: ignore[attr-defined]


def _texts(rows: Sequence[BaseModel]) -> tuple[dict[str, str], ...]:
    return tuple({column: cell.text for column, cell in row if cell is not None} for row in rows)


def _merchant(record: Receipt) -> str:
    name = record.merchant_brand or record.merchant_name
    return "" if name is None else letters_and_digits(name.value)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """All pages of a receipt, one below the other.

    Attributes:
        tops: where each page begins.
        first: the number of the first page, on which boxes without a page are.
    """

    page: Page
    tops: Mapping[int, float]
    first: int

    @classmethod
    def of(cls, entry: ReviewEntry) -> _Sheet:
        record = entry.record
        if record.size is None:
            raise ValueError("the record has no size of its page")
        first = record.source.page
        sizes = {first: record.size, **{one.page: one.size for one in record.further_pages}}
        tops, height = {}, 0
        for number, size in sizes.items():
            tops[number], height = float(height), height + size[1]
        tokens = tuple(
            Token(word.text, Box(*word.box).moved(0, tops[word.page]), word.confidence, word.line)
            for word in entry.words
        )
        width = max(size[0] for size in sizes.values())
        return cls(Page(width, height, tokens), tops, first)

    def words_in(self, value: Field[Any]) -> list[int]:
        """The words whose middle lies in one of a field's boxes."""
        pages = value.pages or [self.first] * len(value.boxes)
        boxes = [
            Box(*box).moved(0, self.tops[number])
            for box, number in zip(value.boxes, pages, strict=True)
        ]
        return [
            index
            for index, token in enumerate(self.page.tokens)
            if any(_holds(box, token.box.center) for box in boxes)
        ]


def _holds(box: Box, point: tuple[float, float]) -> bool:
    return box.x0 <= point[0] <= box.x1 and box.y0 <= point[1] <= box.y1


@dataclass(slots=True)
class _Labelled:
    """The tags of a sheet as far as they are known; a word keeps its first label."""

    sheet: _Sheet
    tags: list[str]
    unaligned: set[str] = field(default_factory=set)

    def put(self, label: str, value: Field[Any]) -> None:
        """Label the words of a field."""
        spans = self._spans(value)
        if not spans:
            self.unaligned.add(label)
        for span in spans:
            inside = False
            for index in span:
                if self.tags[index] == OUTSIDE:
                    self.tags[index] = tag_of(label, inside=inside)
                    inside = True
                else:
                    inside = False

    def _spans(self, value: Field[Any]) -> list[list[int]]:
        tokens = self.sheet.page.tokens
        inside = self.sheet.words_in(value)
        printed = letters_and_digits("".join(tokens[index].text for index in inside))
        texts = {letters_and_digits(text) for text in (value.text, str(value.value))}
        if any(printed and fuzz.ratio(printed, text) >= LEAST_LIKENESS for text in texts):
            return _runs(inside)
        if isinstance(value.value, datetime.date):
            return find_date(self.sheet.page, value.value.isoformat())[:1]
        if isinstance(value.value, str) and len(value.value) >= LEAST_SEARCHED:
            free = {i: tokens[i].text for i, tag in enumerate(self.tags) if tag == OUTSIDE}
            return find_text_spans(free, value.value)
        return []


def _runs(indices: Sequence[int]) -> list[list[int]]:
    """Runs of neighbours."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs
