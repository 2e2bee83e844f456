from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import annotated_pages

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.jsonl import write_annotated
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError

PAGE = AnnotatedPage(
    id="r-1",
    source="ours",
    page=Page(
        300,
        500,
        (
            Token("Gasthaus", Box(10.25, 20, 99.5, 40), 0.98, 0),
            Token("€ 12,90", Box(10, 50, 60, 70), 1.0, 1),
        ),
        rotation=90,
    ),
    tags=("B-merchant_name", "B-total"),
    annotated=frozenset({"merchant_name", "total"}),
    fields={"total": "12.90", "merchant_name": "Gasthaus Müller"},
    items=({"description": "Kaffee", "total": "2.40"},),
    unaligned=("merchant_name",),
    merchant="müller",
)


@given(st.lists(annotated_pages(), max_size=3))
def test_what_is_written_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, pages: list[AnnotatedPage]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "pages.jsonl"
    write_annotated(pages, path)
    assert list(read("jsonl", path)) == pages


def test_image_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    image = tmp_path / "images" / "r-1.jpg"
    pages = [PAGE.__class__(**{**_parts(PAGE), "image": image})]
    path = tmp_path / "truth" / "pages.jsonl"
    write_annotated(pages, path)
    assert json.loads(path.read_text(encoding="utf-8"))["image"] == "../images/r-1.jpg"
    back = next(read("jsonl", path))
    assert back.image is not None
    assert back.image.resolve() == image.resolve()


def test_text_is_readable_as_it_is_and_empty_lines_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    write_annotated([PAGE], path)
    text = path.read_text(encoding="utf-8")
    assert "Gasthaus Müller" in text
    path.write_text(f"\n{text}\n\n", encoding="utf-8")
    assert list(read("jsonl", path)) == [PAGE]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"width": 0}, "width"),
        ({"tokens": [{"text": "a", "box": [1, 2, 3], "tag": "O"}]}, r"tokens\.0\.box"),
        ({"tokens": [{"text": "a", "box": [9, 2, 3, 4], "tag": "O"}]}, r"tokens\.0\.box.*x0 <= x1"),
        ({"tokens": [{"text": "a", "box": [1, 2, 3, 4], "tag": "total"}]}, r"tokens\.0\.tag"),
        ({"tokens": [{"text": " ", "box": [1, 2, 3, 4], "tag": "O"}]}, r"tokens\.0\.text"),
        ({"rotation": 45}, "rotation"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    path = tmp_path / "pages.jsonl"
    write_annotated([PAGE], path)
    good = path.read_text(encoding="utf-8")
    path.write_text(good + json.dumps(json.loads(good) | change) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"pages\.jsonl, line 2: .*{reason}"):
        list(read("jsonl", path))


def test_what_is_not_json_and_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text('{"id": \n', encoding="utf-8")
    with pytest.raises(DataError, match=r"pages\.jsonl, line 1: not JSON: EOF"):
        list(read("jsonl", path))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match=r"pages\.jsonl: not a text in UTF-8"):
        list(read("jsonl", path))
    with pytest.raises(DataError, match=r"missing\.jsonl: .*No such file"):
        list(read("jsonl", tmp_path / "missing.jsonl"))


def _parts(page: AnnotatedPage) -> dict[str, object]:
    return {name: getattr(page, name) for name in page.__dataclass_fields__}
