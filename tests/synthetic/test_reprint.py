"""Printing real text anew: words, order and labels stay, places are the printer's."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.duplicates import without_receipts_of
from pipeline.data.formats import read
from pipeline.synthetic.layout.text_rows import text_rows
from pipeline.synthetic.reprint import reprint, save_reprint

pytest.importorskip("fontpkg", reason="needs the extra [synthetic]")

LINES = [
    "CORNER CAFE",
    "Check 94   Table 6",
    "2 Flat White 4.00 8.00 SR",
    "1 Extra Shot 0",
    "Total 8.00",
    "Thank you and see you again at the corner of Harbour Street and Main Street ☂",
]
CAFE = {
    "id": "cafe-1",
    "source": "made",
    "merchant_name": "Corner Cafe",
    "total": 8.0,
    "subtotal": 8.0,
    "items": [
        {"description": "Flat White", "quantity": 2, "unit_price": 4.0, "total": 8.0},
        {"description": "Extra Shot", "quantity": 1, "unit_price": 0.0, "total": 0.0},
    ],
    "lines": LINES,
}


@pytest.fixture
def cafe(tmp_path: Path) -> AnnotatedPage:
    path = tmp_path / "made.jsonl"
    path.write_text(json.dumps(CAFE), encoding="utf-8")
    (page,) = read("transcribed", path)
    return page


def test_words_labels_and_truth_stay(cafe: AnnotatedPage) -> None:
    printed = reprint(cafe, 0)
    page = printed.page
    kept = [token.text for token in cafe.page.tokens if token.text != "☂"]  # no typeface has it
    assert [token.text for token in page.page.tokens] == kept
    assert page.tags == cafe.tags[: len(kept)]
    assert (page.fields, page.items, page.annotated) == (cafe.fields, cafe.items, cafe.annotated)
    assert (page.id, page.source, page.merchant) == (cafe.id, cafe.source, cafe.merchant)
    assert (page.page.width, page.page.height) == printed.image.size
    for token in page.page.tokens:
        box = token.box
        assert 0 <= box.x0 < box.x1 <= page.page.width
        assert 0 <= box.y0 < box.y1 <= page.page.height


def test_the_seed_decides_everything(cafe: AnnotatedPage) -> None:
    one, again, other = reprint(cafe, 1), reprint(cafe, 1), reprint(cafe, 2)
    assert np.array_equal(one.image, again.image)
    assert one.page == again.page
    assert one.page.page != other.page.page


@pytest.mark.parametrize("seed", range(5))
def test_amounts_stand_in_columns_at_the_right(cafe: AnnotatedPage, seed: int) -> None:
    rows = text_rows(random.Random(seed), cafe)
    ends = {
        " ".join(part.text for part in row.cells[-1].parts): (
            row.cells[-1].anchor,
            row.cells[-1].at,
        )
        for row in rows
    }
    for amount in ("8.00 SR", "0", "8.00"):
        assert ends[amount] == ("right", 1.0)
    assert all(len(part.text) <= 48 for row in rows for cell in row.cells for part in cell.parts)


def test_the_page_names_its_picture(cafe: AnnotatedPage, tmp_path: Path) -> None:
    page = save_reprint(cafe, 0, tmp_path / "1.jpg")
    assert page.image == tmp_path / "1.jpg"
    assert page.image.is_file()


def test_receipts_that_another_set_has_are_left_out(cafe: AnnotatedPage, tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    misread = [line.replace("Flat", "F1at") for line in LINES[:-1]]
    records = [{**CAFE, "lines": misread}, {**CAFE, "lines": ["SOMETHING ELSE", "Total 3.00"]}]
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    same, other = read("transcribed", path)
    assert list(without_receipts_of([same], [same, other])) == [other]
