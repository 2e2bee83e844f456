"""doccano's JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.formats import read
from pipeline.document import Box
from pipeline.errors import DataError

TEXT = "Corner Shop\nTotal:12.50 EUR"


def _export(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "all.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def _entity(start: int, end: int, label: str) -> dict[str, Any]:
    return {"id": 1, "start_offset": start, "end_offset": end, "label": label}


@pytest.mark.parametrize(
    "spans",
    [
        {"label": [[0, 11, "merchant_name"], [18, 23, "total"]]},
        {"labels": [[18, 23, "total"], [0, 11, "merchant_name"]]},
        {"entities": [_entity(0, 11, "merchant_name"), _entity(18, 23, "total")], "relations": []},
    ],
)
def test_every_form_of_labels(tmp_path: Path, spans: dict[str, Any]) -> None:
    (page,) = read("doccano", _export(tmp_path, {"id": 64, "text": TEXT, "Comments": [], **spans}))
    assert [token.text for token in page.page.tokens] == ["Corner", "Shop", "Total:12.50", "EUR"]
    assert page.tags == ("B-merchant_name", "I-merchant_name", "B-total", "O")
    assert (page.id, page.annotated) == ("64", {"merchant_name", "total"})
    assert page.fields == {"merchant_name": "Corner Shop", "total": "Total:12.50"}
    # Fixed pitch: 10 by 20 pixels a character.
    assert [token.box for token in page.page.tokens][1:3] == [
        Box(70, 0, 110, 20),
        Box(0, 20, 110, 40),
    ]
    assert [token.line for token in page.page.tokens] == [0, 0, 1, 1]
    assert (page.page.width, page.page.height) == (150, 40)


def test_a_word_under_two_labels_takes_the_longer(tmp_path: Path) -> None:
    path = _export(tmp_path, {"text": "01/02/2024-14:22 x", "label": [[0, 10, "d"], [11, 16, "t"]]})
    (page,) = read("doccano", path)
    assert page.tags == ("B-d", "O")


def test_neighbouring_labels_stay_apart(tmp_path: Path) -> None:
    path = _export(tmp_path, {"text": "1.00 2.00", "label": [[0, 4, "tax"], [5, 9, "tax"]]})
    (page,) = read("doccano", path)
    assert page.tags == ("B-tax", "B-tax")
    assert page.fields == {}


def test_places_beside_the_text(tmp_path: Path) -> None:
    tokens = [
        {"text": "Total", "box": [5, 6, 30, 16]},
        {"text": "9.99", "box": [40, 6, 60, 16]},
    ]
    record = {"text": "Total 9.99", "label": [[6, 10, "total"]]}
    meta = {"tokens": tokens, "width": 80, "height": 40, "image": "a.png"}
    for form in ({"meta": meta}, {"meta": json.dumps(meta)}, meta):
        (page,) = read("doccano", _export(tmp_path, record | form))
        assert page.page.tokens[1].box == Box(40, 6, 60, 16)
        assert [token.line for token in page.page.tokens] == [0, 0]
        assert (page.page.width, page.image) == (80, tmp_path / "a.png")
    with pytest.raises(DataError, match="2 words in the text, but 1 tokens"):
        list(read("doccano", _export(tmp_path, record | {"tokens": tokens[:1]})))
    with pytest.raises(DataError, match="the text has 'Sum' where the tokens have 'Total'"):
        list(
            read("doccano", _export(tmp_path, record | {"text": "Sum   9.99"} | {"tokens": tokens}))
        )


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"text": "a b"}, "'labels' is missing"),
        ({"text": "a b", "label": [[0, 9, "x"]]}, "label 'x' spans characters 0 to 9 of a text"),
        ({"text": "a b", "label": [[2, 1, "x"]]}, "spans characters 2 to 1"),
        ({"text": "a b", "label": [[0, 1]]}, "not enough values"),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, record: dict[str, Any], reason: str) -> None:
    path = _export(tmp_path, {"text": "fine", "label": []}, record)
    with pytest.raises(DataError, match=rf"all\.jsonl, line 2: .*{reason}"):
        list(read("doccano", path))


def test_which_page_of_the_picture_is_meant(tmp_path: Path) -> None:
    first = {"text": "a", "label": [], "meta": {"image": "two.pdf"}}
    second = {"text": "b", "label": [], "meta": {"image": "two.pdf", "page_number": 2}}
    pages = list(read("doccano", _export(tmp_path, first, second)))
    assert [(page.image, page.page_number) for page in pages] == [
        (tmp_path / "two.pdf", 1),
        (tmp_path / "two.pdf", 2),
    ]


@given(st.text(max_size=40), st.data())
def test_words_under_a_label_have_it(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    text += "x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    path = _export(
        tmp_path_factory.mktemp("doccano"), {"text": text, "label": [[start, end, "total"]]}
    )
    (page,) = read("doccano", path)
    assert [token.text for token in page.page.tokens] == text.split()
    labelled = [t.text for t, tag in zip(page.page.tokens, page.tags, strict=True) if tag != "O"]
    assert all(word in " ".join(labelled) for word in text[start:end].split())
