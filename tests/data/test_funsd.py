"""FUNSD's forms, and receipts annotated in their layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.data.formats import read
from pipeline.errors import DataError


def _entity(label: str, *words: tuple[str, int, int]) -> dict[str, Any]:
    boxes = [(text, [x, y, x + 40, y + 10]) for text, x, y in words]
    return {
        "label": label,
        "text": " ".join(text for text, _ in boxes),
        "box": [0, 0, 1, 1],
        "linking": [],
        "words": [{"text": text, "box": box} for text, box in boxes],
    }


def _write(folder: Path, name: str, *entities: dict[str, Any]) -> None:
    path = folder / "training_data" / "annotations" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"form": list(entities)}), encoding="utf-8")


def test_entities_in_reading_order(tmp_path: Path) -> None:
    _write(
        tmp_path,
        "0001",
        _entity("answer", ("533", 150, 22), ("A", 200, 20)),
        _entity("question", ("Registration", 10, 20), ("No.", 60, 21), ("", 0, 0)),
        _entity("other", ("page", 10, 80)),
        _entity("header", ("FORM", 10, 0), ("down", 10, 50)),
    )
    image = tmp_path / "training_data" / "images" / "0001.png"
    image.parent.mkdir()
    Image.new("L", (300, 120)).save(image)
    (page,) = read("funsd", tmp_path)
    tagged = list(zip((token.text for token in page.page.tokens), page.tags, strict=True))
    assert tagged == [
        ("FORM", "B-header"),
        ("Registration", "B-question"),
        ("No.", "I-question"),
        ("533", "B-answer"),
        ("A", "I-answer"),
        ("down", "B-header"),  # interrupted, so a span of its own
        ("page", "O"),
    ]
    assert (page.id, page.image, page.page.width) == ("0001", image, 300)
    assert page.annotated == {"question", "answer", "header"}
    assert page.fields == {"question": "Registration No.", "answer": "533 A"}


def test_other_labels_in_the_same_layout(tmp_path: Path) -> None:
    _write(tmp_path, "b", _entity("total", ("9.99", 5, 5)))
    _write(tmp_path, "a", _entity("Other", ("x", 5, 5)))
    first, second = read("funsd", tmp_path)
    assert (first.id, second.id) == ("a", "b")
    assert second.tags == ("B-total",)
    assert first.annotated == {"total"}
    assert (second.page.width, second.page.height) == (45, 15)


def test_what_is_no_form(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a FUNSD folder"):
        list(read("funsd", tmp_path))
    path = tmp_path / "a.json"
    path.write_text('{"form": [{"label": "answer"}]}', encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.json: 'words' is missing"):
        list(read("funsd", path))
