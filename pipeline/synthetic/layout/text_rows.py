"""Lay out the text of a real receipt as rows: columns, margins and emphasis by the seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Token
from pipeline.labels import label_of
from pipeline.synthetic.layout.rows import Cell, Row, centre, left, plain, right

_GAP = 1.6  # in letters: what is further apart stands in columns
_AMOUNT = re.compile(r"[^\w\s]*[A-Za-z]{0,3}[^\w\s]*\d+(?:[.,]\d{1,3})+\D{0,3}")
_NUMBER = re.compile(r"[xX@]?\d{1,3}(?:[xX%]|[.,]\d+%)?")
_SIGN = re.compile(r"[€$£|=xX@*]|RM|Rp\.?|EUR|[A-Z]{1,2}")

_AMOUNTS = frozenset(
    "item_total subtotal tax tip service_charge rounding total cash change".split()
)

Words = Sequence[Token]


@dataclass(frozen=True, slots=True)
class _Line:
    """A text line; ``columns`` is where the amounts at its end begin, its length if it has none."""

    words: Words
    labels: frozenset[str | None]
    columns: int

    @property
    def is_in_body(self) -> bool:
        return self.columns < len(self.words) or "item_description" in self.labels


@dataclass(frozen=True, slots=True)
class _Layout:
    """How one till sets text.

    Attributes:
        width: letters on a line, after which longer text is wrapped.
        header, footer: whether lines above the first and below the last amount are centred.
        step: between columns, as a share of the width.
        indent: where descriptions start beside a quantity, as a share of the width; 0 sets both as
            one text.
        name, total: the styles of these rows.
    """

    width: int
    header: bool
    footer: bool
    step: float
    indent: float
    name: str
    total: str


def text_rows(rng: random.Random, page: AnnotatedPage) -> list[Row]:
    """The rows of a page's words, which keep their order; a long line becomes several rows."""
    layout = _some_layout(rng)
    lines = [_line(page, indices) for indices in page.page.lines()]
    body = [number for number, line in enumerate(lines) if line.is_in_body]
    rows: list[Row] = []
    for number, line in enumerate(lines):
        is_header = not body or number < body[0]
        is_centred = layout.header if is_header else layout.footer and number > body[-1]
        style = _style(layout, line.labels)
        rows += [Row(cells, style) for cells in _rows_of(line, layout, is_centred)]
    return rows


def _line(page: AnnotatedPage, indices: Sequence[int]) -> _Line:
    words = [page.page.tokens[index] for index in indices]
    labels = [label_of(page.tags[index]) for index in indices]
    return _Line(words, frozenset(labels), _columns(words, labels[-1] in _AMOUNTS))


def _some_layout(rng: random.Random) -> _Layout:
    return _Layout(
        width=rng.randint(36, 48),
        header=rng.random() < 0.7,
        footer=rng.random() < 0.6,
        step=rng.uniform(0.15, 0.22),
        indent=rng.choice([0.0, 0.0, rng.uniform(0.08, 0.15)]),
        name=rng.choice(["normal", "normal", "bold", "large"]),
        total=rng.choice(["normal", "normal", "bold", "large"]),
    )


def _style(layout: _Layout, labels: frozenset[str | None]) -> str:
    if labels == {"merchant_name"}:
        return layout.name
    return layout.total if "total" in labels else "normal"


def _rows_of(line: _Line, layout: _Layout, is_centred: bool) -> Iterator[tuple[Cell, ...]]:
    """The cells of a line, wrapped where its text is too long."""
    words, amounts = line.words[: line.columns], line.words[line.columns :]
    if not amounts and len(_parted(words)) == 1:
        for part in _wrapped(words, layout.width):
            yield ((centre if is_centred else left)(plain(_text(part))),)
        return
    *above, last = _wrapped(words, layout.width * 3 // 4) or [[]]
    for part in above:
        yield (left(plain(_text(part))),)
    yield (*_text_cells(last, layout), *_amount_cells(amounts, layout))


def _columns(line: Words, is_amount: bool) -> int:
    """Where the amounts at the end of a line begin; its length if it does not end with any.

    Args:
        is_amount: whether the last word is known to be one, whatever it looks like.
    """
    start = len(line)
    start -= is_amount
    while start and _is_column(line[start - 1].text):
        start -= 1
    while start < len(line) and re.fullmatch("[A-Z]{1,2}", line[start].text):
        start += 1  # of a description, not of an amount
    has_amount = is_amount or any(_AMOUNT.fullmatch(token.text) for token in line[start:])
    return start if has_amount else len(line)


def _is_column(word: str) -> bool:
    return any(pattern.fullmatch(word) for pattern in (_AMOUNT, _NUMBER, _SIGN))


def _amount_cells(amounts: Words, layout: _Layout) -> Iterator[Cell]:
    """Right-aligned columns, each a number with the signs and codes beside it."""
    columns: list[list[Token]] = []
    for token in amounts:
        is_sign = _SIGN.fullmatch(token.text) and not token.text.isupper()
        has_number = bool(columns) and any(re.search(r"\d", one.text) for one in columns[-1])
        starts = is_sign or re.search(r"\d", token.text)
        if not columns or (has_number and starts):
            columns.append([])
        columns[-1].append(token)
    for place, column in enumerate(columns):
        at = 1 - layout.step * (len(columns) - 1 - place)
        yield right(plain(_text(column)), at=max(at, 0.1))


def _text_cells(words: Words, layout: _Layout) -> Iterator[Cell]:
    """The text before the amounts, in columns where it had wide gaps."""
    parts = _parted(words)
    if layout.indent and len(words) > 1 and _NUMBER.fullmatch(words[0].text):
        yield left(plain(words[0].text))
        yield left(plain(_text(words[1:])), at=layout.indent)
        return
    for place, part in enumerate(parts):
        yield left(plain(_text(part)), at=place / len(parts))


def _parted(words: Words) -> list[list[Token]]:
    """The words, parted where gaps are wide."""
    parts: list[list[Token]] = []
    for word in words:
        if not parts or word.box.x0 - parts[-1][-1].box.x1 > _GAP * _letter(word):
            parts.append([])
        parts[-1].append(word)
    return parts


def _letter(word: Token) -> float:
    return word.box.width / len(word.text)


def _wrapped(words: Words, width: int) -> list[list[Token]]:
    """The words in rows of at most so many letters, or of one longer word."""
    rows: list[list[Token]] = []
    for word in words:
        if not rows or len(_text([*rows[-1], word])) > width:
            rows.append([])
        rows[-1].append(word)
    return rows


def _text(words: Words) -> str:
    return " ".join(word.text for word in words)
