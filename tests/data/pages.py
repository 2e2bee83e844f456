"""Annotated pages that hypothesis makes up, for the round trips of the formats."""

from __future__ import annotations

import string

from hypothesis import strategies as st

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page, Token

LABELS = ("date", "total", "item_total", "Loyalty number")
WIDTH, HEIGHT = 600, 900

words = st.text(string.ascii_letters + string.digits + "äß€#:,.\"'", min_size=1, max_size=8)
texts = st.text(string.ascii_letters + ' ß€"\\{}=', max_size=12)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    (x0, x1), (y0, y1) = (
        sorted((draw(st.floats(0, side)), draw(st.floats(0, side)))) for side in (WIDTH, HEIGHT)
    )
    return Box(x0, y0, x1, y1)


@st.composite
def annotated_pages(draw: st.DrawFn) -> AnnotatedPage:
    """Any tokens anywhere, with valid IOB2 tags; lines and ids in order."""
    tags: list[str] = []
    for label, start in draw(
        st.lists(st.tuples(st.sampled_from((None, *LABELS)), st.booleans()), max_size=7)
    ):
        inside = not start and bool(tags) and tags[-1][2:] == label
        tags.append("O" if label is None else f"{'I' if inside else 'B'}-{label}")
    lines = sorted(draw(st.lists(st.integers(0, 9), min_size=len(tags), max_size=len(tags))))
    tokens = tuple(Token(draw(words), draw(boxes()), draw(st.floats(0, 1)), line) for line in lines)
    return AnnotatedPage(
        id=draw(st.text(string.ascii_letters + string.digits + "-", min_size=1, max_size=8)),
        source="made",
        page=Page(WIDTH, HEIGHT, tokens, draw(st.sampled_from((0, 90, 180, 270)))),
        tags=tuple(tags),
        annotated=frozenset(LABELS),
        fields=draw(st.dictionaries(st.sampled_from(LABELS), texts)),
        items=tuple(draw(st.lists(st.dictionaries(st.sampled_from(LABELS), texts), max_size=2))),
        unaligned=tuple(draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True))),
        merchant=draw(texts).strip(),
        page_number=draw(st.integers(1, 3)),
    )


def page_of(*lines: str, id_: str = "1", labels: tuple[str, ...] = LABELS) -> AnnotatedPage:
    """A small page: each line words such as ``Total 12.50/total``, every word 50 by 20 pixels.

    Neighbours of one label make one span; ``/+total`` begins another.
    """
    tokens, tags = [], []
    for number, line in enumerate(lines):
        for place, entry in enumerate(line.split()):
            text, _, label = entry.partition("/")
            box = Box(60 * place, 30 * number, 60 * place + 50, 30 * number + 20)
            tokens.append(Token(text, box, line=number))
            name = label.removeprefix("+")
            inside = not label.startswith("+") and bool(tags) and tags[-1][2:] == name
            tags.append(f"{'I' if inside else 'B'}-{name}" if name else "O")
    return AnnotatedPage(
        id_, "made", Page(WIDTH, HEIGHT, tuple(tokens)), tuple(tags), frozenset(labels)
    )
