"""The pages that scripts/fit_separation learns from: pages of one receipt, and of two."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page
from pipeline.separation.read_receipt import joined, whole_page
from pipeline.synthetic.file_pages import (
    in_parts,
    numbered,
    on_own_page,
    scaled_to,
    terms_page,
    with_header,
)

FEWEST = 6  # lines of half a page


def going_on(page: Page, rng: random.Random) -> Iterator[tuple[Page, Page]]:
    """Pages of one receipt: those read so far, and the next."""
    own = on_own_page(page, rng)
    yield own, terms_page(page, rng)
    halves, thirds = in_parts(page, 2, rng), in_parts(page, 3, rng)
    if not halves:
        return
    yield halves[0], halves[1]
    again = [halves[0], with_header(halves[0], halves[1], rng.randint(1, 5))]
    yield again[0], again[1]
    first, second = numbered(rng.choice([halves, again]), rng)
    yield first, second
    yield one_page(halves), terms_page(page, rng)
    if thirds:
        yield thirds[0], thirds[1]
        yield one_page(thirds[:2]), thirds[2]


def apart(
    page: AnnotatedPage, other: AnnotatedPage, rng: random.Random
) -> Iterator[tuple[Page, Page]]:
    """Pages of two receipts."""
    width = page.page.width
    second = on_own_page(other.page, rng)
    second = scaled_to(second, width) if rng.random() < 0.7 else second
    first = on_own_page(page.page, rng)
    yield first, second
    yield first, on_own_page(first, rng)  # a copy
    yield numbered([first], rng)[0], numbered([second], rng)[0]
    yield one_page([first, terms_page(first, rng)]), second
    halves = in_parts(page.page, 2, rng)
    if halves:
        yield halves[1], second
        yield one_page(halves), second
    upper = [scaled_to(part, width) for part in in_parts(other.page, 2, rng)[:1]]
    if upper:
        yield first, upper[0]
        yield one_page(halves or [first, terms_page(first, rng)]), upper[0]
    same_day = on_own_page(with_date_of(page, other), rng)
    yield first, scaled_to(same_day, width)
    lines = sorted({token.line for token in same_day.tokens})
    if len(lines) > 2 * FEWEST:
        top = rng.randint(1, 5)
        below = on_own_page(same_day, rng, set(lines[top:]))
        yield first, with_header(first, scaled_to(below, width), top)


def with_date_of(page: AnnotatedPage, other: AnnotatedPage) -> Page:
    """The other receipt, bought on the same day."""
    dates = [
        [i for i, tag in enumerate(one.tags) if tag.endswith("-date")] for one in (page, other)
    ]
    tokens = list(other.page.tokens)
    for own, at in zip(dates[0], dates[1], strict=False):
        tokens[at] = replace(tokens[at], text=page.page.tokens[own].text)
    return replace(other.page, tokens=tuple(tokens))


def one_page(pages: Sequence[Page]) -> Page:
    """The pages joined to one, as they are when the next is judged."""
    first, *further = (whole_page(page, None, number) for number, page in enumerate(pages, 1))
    for receipt in further:
        first = joined(first, receipt)
    return first.page
