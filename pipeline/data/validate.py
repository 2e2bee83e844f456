"""Find errors in annotated data and describe each with its location."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.data.annotated import NO_TEXT, AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord
from pipeline.data.pictures import picture_size
from pipeline.document import Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE, label_of

SLACK = 1.0  # pixels that a box may stick out of its page: rounding, no mistake
ASPECT = 0.02  # by how much the shapes of a page and its picture may differ
_MANY_PAGES = frozenset((".pdf", ".tif", ".tiff"))

Picture = tuple[str, int]  # the file's SHA-256 and the page's number in it


@dataclass(frozen=True, slots=True)
class Problem:
    """An error in the data, and its location."""

    place: str
    what: str


@dataclass(slots=True)
class Seen:
    """Fingerprints of receipts, each with the location where it was first seen."""

    ids: dict[str, str] = field(default_factory=dict)
    pictures: dict[Picture, str] = field(default_factory=dict)
    texts: dict[tuple[str, ...], str] = field(default_factory=dict)


def find_problems(
    records: Iterable[AnnotationRecord],
    labels: frozenset[str] | None = None,
    held_out: Iterable[AnnotationRecord] = (),
) -> Iterator[Problem]:
    """All errors of each record, in order.

    Args:
        records: of one source.
        labels: of the label set; unknown ones are not looked for if not given.
        held_out: records that must not occur among the others, in whatever format. Their
            own problems are not looked for.
    """
    held_out_seen = Seen()
    for record in held_out:
        page = record.parse()
        _remember(page, _picture(page), record.place, held_out_seen)
    seen = Seen()
    for record in records:
        try:
            page = record.parse()
        except DataError as error:
            yield Problem(record.place, str(error).removeprefix(f"{record.place}: "))
            continue
        for what in problems_of(page, labels):
            yield Problem(record.place, what)
        for what in _repeats(page, record.place, seen, held_out_seen):
            yield Problem(record.place, what)


def problems_of(page: AnnotatedPage, labels: frozenset[str] | None = None) -> Iterator[str]:
    """The errors of one page; for each kind the first example and the count."""
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
    """The first examples, and their total number."""
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
    if page.image is None:
        return
    if not page.image.is_file():
        yield f"its picture is not there: {page.image}"
        return
    try:
        width, height = picture_size(page.image, page.page_number)
    except DataError as error:
        yield str(error)
        return
    if page.page.rotation in (90, 270):
        width, height = height, width
    if abs(width / height * page.page.height / page.page.width - 1) > ASPECT:
        yield (
            f"its picture {_picture_name(page)} has {width} x {height} pixels, but it was "
            f"annotated on {page.page.width} x {page.page.height}: not the same shape"
        )


def _picture_name(page: AnnotatedPage) -> str:
    """The picture's file, with the page number if it is not the first page."""
    assert page.image is not None
    name = page.image.name
    return name if page.page_number == 1 else f"{name}, page {page.page_number},"


def _repeats(page: AnnotatedPage, place: str, seen: Seen, held_out_seen: Seen) -> Iterator[str]:
    picture, text = _picture(page), _text(page)
    if picture and picture in held_out_seen.pictures:
        yield f"the same picture is held out: {held_out_seen.pictures[picture]}"
    elif text in held_out_seen.texts:
        yield f"a receipt with the same words is held out: {held_out_seen.texts[text]}"
    if picture and picture in seen.pictures:
        yield _same_picture(page, seen.pictures[picture])
    elif text in seen.texts:
        yield f"the same words as {seen.texts[text]}"
    if page.id in seen.ids:
        yield f"the same id, {page.id!r}, as {seen.ids[page.id]}"
    _remember(page, picture, place, seen)


def _same_picture(page: AnnotatedPage, where: str) -> str:
    """The message for two receipts with the same picture. In files of several pages a wrong page
    number is more likely than a duplicate."""
    assert page.image is not None
    if page.image.suffix.lower() not in _MANY_PAGES:
        return f"the same picture as {where}"
    return f"the same page of {page.image.name}, page_number {page.page_number}, as {where}"


def _remember(page: AnnotatedPage, picture: Picture | None, place: str, seen: Seen) -> None:
    text = _text(page)
    seen.ids.setdefault(page.id, place)
    if picture:
        seen.pictures.setdefault(picture, place)
    if text:
        seen.texts.setdefault(text, place)


def _text(page: AnnotatedPage) -> tuple[str, ...]:
    return tuple(token.text for token in page.page.tokens if token.text != NO_TEXT)


def _picture(page: AnnotatedPage) -> Picture | None:
    if page.image is None or not page.image.is_file():
        return None
    with page.image.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), page.page_number
