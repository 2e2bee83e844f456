"""What is wrong with annotated data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from pages import HEIGHT, LABELS, WIDTH, annotated_pages, page_of
from PIL import Image

from pipeline.data.annotated import NO_TEXT, AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord
from pipeline.data.validate import find_problems, problems_of
from pipeline.document import Box, Token

GOOD = page_of("Corner Shop", "Total 12.50/total")


def _with_token(number: int, token: Token) -> AnnotatedPage:
    tokens = list(GOOD.page.tokens)
    tokens[number] = token
    return replace(GOOD, page=replace(GOOD.page, tokens=tuple(tokens)))


def _records(*pages: AnnotatedPage, file: str = "a.jsonl") -> list[AnnotationRecord]:
    return [
        AnnotationRecord(f"{file}, line {n}", lambda p=page: p)
        for n, page in enumerate(pages, start=1)
    ]


def _said(
    records: list[AnnotationRecord], held_out: list[AnnotationRecord] | None = None
) -> list[str]:
    return [f"{p.place}: {p.what}" for p in find_problems(records, None, held_out or [])]


def test_nothing_is_wrong() -> None:
    assert list(problems_of(GOOD, frozenset(LABELS))) == []


@given(annotated_pages())
def test_what_hypothesis_makes_up_is_at_most_empty(page: AnnotatedPage) -> None:
    for what in problems_of(page, frozenset(LABELS)):
        assert "the page is empty" in what or "without an area" in what


@pytest.mark.parametrize(
    ("page", "what"),
    [
        (page_of(), "the page is empty: it has no tokens"),
        (
            _with_token(1, Token("Shop", Box(590, 0, 620, 20))),
            "boxes outside of the page: token 1 'Shop' at [590, 0, 620, 20] (page 600 x 900)",
        ),
        (
            _with_token(0, Token("a", Box(-9, 0, 5, 20))),
            "boxes outside of the page: token 0 'a' at [-9, 0, 5, 20] (page 600 x 900)",
        ),
        (
            _with_token(0, Token("a", Box(9, 0, 5, 20))),
            "boxes with their corners the wrong way round: token 0 'a' at [9, 0, 5, 20]"
            " (page 600 x 900)",
        ),
        (
            _with_token(0, Token("a", Box(5, 0, 5, 20))),
            "boxes without an area: token 0 'a' at [5, 0, 5, 20] (page 600 x 900)",
        ),
        (
            _with_token(0, Token(NO_TEXT, Box(5, 0, 9, 20))),
            f"tokens without text: token 0 {NO_TEXT!r} at [5, 0, 9, 20] (page 600 x 900)",
        ),
        (
            replace(GOOD, tags=("I-date", "I-date", "B-total", "I-date")),
            "I- tags that continue nothing (a span begins with B-): token 0 'Corner' at "
            "[0, 0, 50, 20] (page 600 x 900); 2 in all, I-date",
        ),
        (
            replace(GOOD, tags=("O", "B-loyalty", "B-date", "O")),
            "labels that the label set does not have: loyalty",
        ),
        (
            replace(GOOD, annotated=frozenset(("date",))),
            "labels that the source does not say it annotates: total",
        ),
        (replace(GOOD, image=Path("gone.png")), "its picture is not there: gone.png"),
    ],
)
def test_what_is_wrong_with_a_page(page: AnnotatedPage, what: str) -> None:
    assert list(problems_of(page, frozenset(LABELS))) == [what]


def test_rounding_is_no_mistake() -> None:
    page = _with_token(0, Token("a", Box(-0.9, 0, WIDTH + 0.9, HEIGHT + 0.5)))
    assert list(problems_of(page)) == []


def test_pictures_of_another_shape_and_unreadable_ones(tmp_path: Path) -> None:
    image = tmp_path / "a.png"
    Image.new("L", (WIDTH // 3, HEIGHT // 3)).save(image)
    page = replace(GOOD, image=image)
    assert list(problems_of(page)) == []
    turned = replace(page, page=replace(page.page, rotation=90))
    (what,) = problems_of(turned)
    assert what.startswith("its picture a.png has 300 x 200 pixels, but it was annotated on 600")
    image.write_text("no picture", encoding="utf-8")
    (what,) = problems_of(page)
    assert "not an image of a known kind" in what


def test_receipts_that_occur_twice(tmp_path: Path) -> None:
    first, second = tmp_path / "1.png", tmp_path / "2.png"
    Image.new("L", (WIDTH, HEIGHT)).save(first)
    second.write_bytes(first.read_bytes())
    other = page_of("quite another", id_="2")
    records = _records(
        replace(GOOD, image=first),
        replace(other, image=second),
        replace(GOOD, id="3"),
        replace(page_of("a third"), id="1"),
        page_of(id_="5"),
        page_of(id_="6"),
    )
    assert _said(records) == [
        "a.jsonl, line 2: the same picture as a.jsonl, line 1",
        "a.jsonl, line 3: the same words as a.jsonl, line 1",
        "a.jsonl, line 4: the same id, '1', as a.jsonl, line 1",
        "a.jsonl, line 5: the page is empty: it has no tokens",
        "a.jsonl, line 6: the page is empty: it has no tokens",
    ]


def _two_pages(path: Path, form: str) -> Path:
    pages = [Image.new("L", size, "white") for size in ((WIDTH, HEIGHT), (HEIGHT, WIDTH))]
    pages[0].save(path, form, save_all=True, append_images=pages[1:])
    return path


@pytest.mark.parametrize(("name", "form"), [("two.pdf", "PDF"), ("two.tif", "TIFF")])
def test_each_page_of_a_file_is_a_picture_of_its_own(tmp_path: Path, name: str, form: str) -> None:
    first = replace(GOOD, image=_two_pages(tmp_path / name, form))
    side = page_of("Lies on its side", id_="2")
    side = replace(side, page=replace(side.page, width=HEIGHT, height=WIDTH), image=first.image)
    assert _said(_records(first, replace(side, page_number=2))) == []
    (shape, same) = _said(_records(first, side))
    assert "not the same shape" in shape
    assert same == (f"a.jsonl, line 2: the same page of {name}, page_number 1, as a.jsonl, line 1")
    (missing,) = _said(_records(replace(first, page_number=3)))
    assert missing.endswith(f"{name}: has 2 pages, so there is no page 3")


def test_a_page_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    (what,) = problems_of(replace(GOOD, image=tmp_path / "gone.pdf"))
    assert what == f"its picture is not there: {tmp_path / 'gone.pdf'}"


def test_another_page_of_a_file_is_not_held_out(tmp_path: Path) -> None:
    image = _two_pages(tmp_path / "two.tif", "TIFF")
    first = replace(GOOD, image=image)
    second = replace(page_of("other words", id_="2"), image=image, page_number=2)
    second = replace(second, page=replace(second.page, width=HEIGHT, height=WIDTH))
    assert _said(_records(second), _records(first, file="held.jsonl")) == []


def test_receipts_that_are_held_out(tmp_path: Path) -> None:
    image = tmp_path / "1.png"
    Image.new("L", (WIDTH, HEIGHT)).save(image)
    held_out = _records(replace(GOOD, image=image), page_of("one more"), file="held.jsonl")
    train = _records(
        replace(page_of("other words", id_="1"), image=image),
        page_of("one more", id_="2"),
        page_of("new words", id_="3"),
    )
    assert _said(train, held_out) == [
        "a.jsonl, line 1: the same picture is held out: held.jsonl, line 1",
        "a.jsonl, line 2: a receipt with the same words is held out: held.jsonl, line 2",
    ]


def test_a_malformed_record_hides_none_after_it() -> None:
    def broken() -> AnnotatedPage:
        raise KeyError("text")

    records = [AnnotationRecord("a.jsonl, line 1", broken), *_records(page_of(), file="b.jsonl")]
    assert _said(records) == [
        "a.jsonl, line 1: 'text' is missing",
        "b.jsonl, line 1: the page is empty: it has no tokens",
    ]
