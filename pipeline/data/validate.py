"""What is wrong with annotated data, in plain words and with the place of each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pipeline.data.annotated import NO_TEXT, AnnotatedPage
from pipeline.data.pictures import picture_size
from pipeline.data.records import Record
from pipeline.document import Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, label_of

SLACK = 1.0  # pixels that a box may stick out of its page: rounding, no mistake
ASPECT = 0.02  # by how much the shapes of a page and its picture may differ
# Their pages share one file, which says nothing of one of them.
_MANY_PAGES = frozenset((".pdf", ".tif", ".tiff"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, and where."""

    place: str
    what: str


@dataclass(slots=True)
class Seen:
    """What tells receipts apart, each with the place where it was first seen."""

    ids: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    texts: dict[tuple[str, ...], str] = field(default_factory=dict)


def find_problems(
    records: Iterable[Record],
    labels: frozenset[str] | None = None,
    held_out: Iterable[Record] = (),
) -> Iterator[Problem]:
    """Everything that is wrong with each record, in their order.

    Args:
        records: of one source.
        labels: of the label set; unknown ones are not looked for if not given.
        held_out: records that must not occur among the others, in whatever format. Their
            own problems are not looked for.
    """
    kept_apart = Seen()
    for record in held_out:
        _note(record.parse(), record.place, kept_apart)
    seen = Seen()
    for record in records:
        try:
            page = record.parse()
        except DataError as error:
            yield Problem(record.place, str(error).removeprefix(f"{record.place}: "))
            continue
        for what in problems_of(page, labels):
            yield Problem(record.place, what)
        for what in _repeats(page, record.place, seen, kept_apart):
            yield Problem(record.place, what)


def problems_of(page: AnnotatedPage, labels: frozenset[str] | None = None) -> Iterator[str]:
    """What is wrong with one page; of each kind the first example and how many there are."""
    if not page.page.tokens:
        yield "the page is empty: it has no tokens"
    for kind, is_wrong in _TOKEN_PROBLEMS:
        wrong = [i for i, token in enumerate(page.page.tokens) if is_wrong(token, page.page)]
        if wrong:
            yield f"{kind}: {_examples(wrong, page)}"
    if broken := _broken_bio(page.tags):
        yield (
            "I- tags that continue nothing (a span begins with B-): "
            f"{_examples(broken, page)}, {page.tags[broken[0]]}"
        )
    used = {label for tag in page.tags if (label := label_of(tag)) is not None}
    known = used if labels is None else labels
    if unknown := used - known:
        yield f"labels that the label set does not have: {', '.join(sorted(unknown))}"
    if strays := used & known - page.annotated:
        yield f"labels that the source does not say it annotates: {', '.join(sorted(strays))}"
    yield from _picture_problems(page)


def _inverted(token: Token, _page: Page) -> bool:
    return token.box.x1 < token.box.x0 or token.box.y1 < token.box.y0


def _empty(token: Token, page: Page) -> bool:
    return not _inverted(token, page) and token.box.area == 0


def _outside(token: Token, page: Page) -> bool:
    box = token.box
    return (
        min(box.x0, box.y0) < -SLACK or box.x1 > page.width + SLACK or box.y1 > page.height + SLACK
    )


def _without_text(token: Token, _page: Page) -> bool:
    return token.text == NO_TEXT or not token.text.strip()


_TOKEN_PROBLEMS: tuple[tuple[str, Callable[[Token, Page], bool]], ...] = (
    ("boxes outside of the page", _outside),
    ("boxes with their corners the wrong way round", _inverted),
    ("boxes without an area", _empty),
    ("tokens without text", _without_text),
)


def _examples(indices: Sequence[int], page: AnnotatedPage) -> str:
    """The first of them, and how many there are."""
    token = page.page.tokens[indices[0]]
    sides = ", ".join(f"{side:g}" for side in token.box.as_tuple())
    first = f"token {indices[0]} {token.text!r} at [{sides}]"
    size = f"page {page.page.width} x {page.page.height}"
    return f"{first} ({size}); {len(indices)} in all" if len(indices) > 1 else f"{first} ({size})"


def _broken_bio(tags: Sequence[str]) -> list[int]:
    return [
        index
        for index, (before, tag) in enumerate(pairwise([OUTSIDE, *tags]))
        if tag.startswith("I-") and label_of(before) != label_of(tag)
    ]


def _picture_problems(page: AnnotatedPage) -> Iterator[str]:
    if page.image is None or page.image.suffix.lower() in _MANY_PAGES:
        return
    if not page.image.is_file():
        yield f"its picture is not there: {page.image}"
        return
    try:
        width, height = picture_size(page.image)
    except DataError as error:
        yield str(error)
        return
    if page.page.rotation in (90, 270):
        width, height = height, width
    if abs(width / height * page.page.height / page.page.width - 1) > ASPECT:
        yield (
            f"its picture {page.image.name} has {width} x {height} pixels, but it was annotated "
            f"on {page.page.width} x {page.page.height}: not the same shape"
        )


def _repeats(page: AnnotatedPage, place: str, seen: Seen, kept_apart: Seen) -> Iterator[str]:
    digest, text = _digest(page.image), _text(page)
    if digest in kept_apart.pictures:
        yield f"the same picture is held out: {kept_apart.pictures[digest]}"
    elif text in kept_apart.texts:
        yield f"a receipt with the same words is held out: {kept_apart.texts[text]}"
    if digest in seen.pictures:
        yield f"the same picture as {seen.pictures[digest]}"
    elif text in seen.texts:
        yield f"the same words as {seen.texts[text]}"
    if page.id in seen.ids:
        yield f"the same id, {page.id!r}, as {seen.ids[page.id]}"
    _note(page, place, seen)


def _note(page: AnnotatedPage, place: str, seen: Seen) -> None:
    digest, text = _digest(page.image), _text(page)
    seen.ids.setdefault(page.id, place)
    if digest:
        seen.pictures.setdefault(digest, place)
    if text:
        seen.texts.setdefault(text, place)


def _text(page: AnnotatedPage) -> tuple[str, ...]:
    return tuple(token.text for token in page.page.tokens if token.text != NO_TEXT)


def _digest(image: Path | None) -> str:
    if image is None or image.suffix.lower() in _MANY_PAGES or not image.is_file():
        return ""
    with image.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
