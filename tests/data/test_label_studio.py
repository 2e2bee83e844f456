"""Label Studio: exports of every kind, tasks written and what annotators make of them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from label_studio_exports import export
from PIL import Image

from pipeline.data.annotated import NO_TEXT, AnnotatedPage
from pipeline.data.formats import read
from pipeline.document import Box
from pipeline.errors import DataError


def _result(kind: str, name: str, region: str, value: dict[str, Any], **place: float) -> Any:
    geometry = {"x": 10.0, "y": 10.0, "width": 20.0, "height": 5.0, "rotation": 0.0} | place
    return {
        "id": region,
        "type": kind,
        "from_name": name,
        "to_name": "image",
        "original_width": 200,
        "original_height": 400,
        "image_rotation": 0,
        "origin": "manual",
        "value": geometry | value,
    }


def _region(region: str, label: str | None, text: str | None, **place: float) -> list[Any]:
    """What the OCR template exports for one region."""
    results = [_result("rectangle", "bbox", region, {}, **place)]
    if label:
        results.append(_result("labels", "label", region, {"labels": [label]}, **place))
    if text:
        results.append(_result("textarea", "transcription", region, {"text": [text]}, **place))
    return results


def _task(*regions: list[Any], **more: Any) -> dict[str, Any]:
    result = [entry for region in regions for entry in region]
    annotation = {"id": 1001, "was_cancelled": False, "result": result}
    return {
        "id": 7,
        "data": {"ocr": "/data/upload/3/0f1e2d3c-a.png"},
        "annotations": [annotation],
    } | more


def _tagged(page: AnnotatedPage) -> list[tuple[str, str]]:
    return list(zip((token.text for token in page.page.tokens), page.tags, strict=True))


def test_regions_become_words_in_reading_order(tmp_path: Path) -> None:
    Image.new("RGB", (200, 400)).save(tmp_path / "a.png")
    path = export(
        tmp_path,
        _task(
            _region("c", "total", "12.50", x=60, y=50),
            _region("b", None, "TOTAL", x=10, y=50),
            _region("a", "merchant_name", "Corner Shop", x=10, y=10, width=55),
        ),
    )
    (page,) = read("label-studio", path)
    assert _tagged(page) == [
        ("Corner", "B-merchant_name"),
        ("Shop", "I-merchant_name"),
        ("TOTAL", "O"),
        ("12.50", "B-total"),
    ]
    assert (page.page.width, page.page.height) == (200, 400)
    assert page.page.tokens[0].box == Box(20, 40, pytest.approx(80), 60)
    assert page.page.tokens[1].box.as_tuple() == pytest.approx((90, 40, 130, 60))
    assert [token.line for token in page.page.tokens] == [0, 0, 1, 1]
    assert page.fields == {"merchant_name": "Corner Shop", "total": "12.50"}
    assert page.annotated == {"merchant_name", "total"}
    assert page.image == tmp_path / "a.png"


def test_a_turned_rectangle_turns_about_its_corner(tmp_path: Path) -> None:
    # 40 wide, 20 high in pixels: a quarter turn clockwise about (100, 80) hangs to its left.
    place = {"x": 50.0, "y": 20.0, "width": 20.0, "height": 5.0, "rotation": 90.0}
    (page,) = read(
        "label-studio", export(tmp_path, _task(_region("a", "total", "up down", **place)))
    )
    first, second = page.page.tokens
    assert first.box.as_tuple() == pytest.approx((80, 80, 100, 80 + 40 * 2 / 7))
    assert second.box.as_tuple() == pytest.approx((80, 80 + 40 * 3 / 7, 100, 120))


def test_text_lines_share_their_region(tmp_path: Path) -> None:
    region = _region("a", "merchant_address", "1 High St\nLeeds", height=10)
    (page,) = read("label-studio", export(tmp_path, _task(region)))
    assert page.tags == ("B-merchant_address", *["I-merchant_address"] * 3)
    assert [token.line for token in page.page.tokens] == [0, 0, 0, 1]
    assert page.page.tokens[3].box.y0 == pytest.approx(60)


def test_labels_of_rectangles_and_polygons(tmp_path: Path) -> None:
    results = [
        _result("rectanglelabels", "kind", "a", {"rectanglelabels": ["total"]}),
        _result("textarea", "text", "a", {"text": "9.99"}),
        {
            "id": "b",
            "type": "polygonlabels",
            "value": {"points": [[10, 50], [30, 50], [30, 55]], "polygonlabels": ["date"]},
        },
        _result("textarea", "text", "b", {"text": ["1 May"]}, y=50),
        {"type": "relation", "from_id": "a", "to_id": "b"},
    ]
    (page,) = read("label-studio", export(tmp_path, _task(results)))
    assert _tagged(page) == [("9.99", "B-total"), ("1", "B-date"), ("May", "I-date")]


def test_a_label_without_text_waits_for_ocr(tmp_path: Path) -> None:
    path = export(tmp_path, _task(_region("a", "total", None), _region("b", None, None, y=50)))
    (page,) = read("label-studio", path)
    assert _tagged(page) == [(NO_TEXT, "B-total")]


def test_neighbours_join_unless_marked(tmp_path: Path) -> None:
    mark = _result("choices", "span", "c", {"choices": ["new_value"]}, x=70)
    regions = [_region(name, "tax", name, x=x) for name, x in (("a", 10), ("b", 40), ("c", 70))]
    (page,) = read("label-studio", export(tmp_path, _task(*regions, [mark])))
    assert page.tags == ("B-tax", "I-tax", "B-tax")


def test_json_min(tmp_path: Path) -> None:
    places = [
        {"x": 10.0, "y": y, "width": 20.0, "height": 5.0, "rotation": 0.0} for y in (10.0, 50.0)
    ]
    size = {"original_width": 200, "original_height": 400}
    record = {
        "ocr": "/data/upload/1/file.jpg",
        "id": 22,
        "label": [places[1] | size | {"labels": ["total"]}],
        "bbox": [place | size for place in places],
        "transcription": ["Total", "12.50"],
        "annotator": 1,
        "annotation_id": 3,
        "lead_time": 4.2,
    }
    (page,) = read("label-studio", export(tmp_path, record))
    assert _tagged(page) == [("Total", "O"), ("12.50", "B-total")]
    assert page.id == "22"
    one = record | {"bbox": [places[1] | size], "transcription": "12.50"}
    (page,) = read("label-studio", export(tmp_path, one))
    assert _tagged(page) == [("12.50", "B-total")]
    with pytest.raises(DataError, match=r"task 22: 2 rectangles but 1 texts: JSON-MIN"):
        list(read("label-studio", export(tmp_path, record | {"transcription": ["Total"]})))


def test_which_annotation_counts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def said(text: str, **more: Any) -> dict[str, Any]:
        return {"result": _region("a", "total", text), **more}

    early, late = said("1", updated_at="2024-01-01"), said("2", updated_at="2024-06-01")
    truth = said("3", updated_at="2023-01-01", ground_truth=True)
    skipped = said("4", was_cancelled=True)
    guess = said("5", score=0.5)

    def texts(
        annotations: list[Any], predictions: list[Any], form: str = "label-studio"
    ) -> list[str]:
        task = _task(annotations=annotations, predictions=predictions)
        pages = read(form, export(tmp_path, task))
        return [page.page.tokens[0].text for page in pages]

    assert texts([early, late], [guess]) == ["2"]
    assert texts([truth, late], []) == ["3"]
    assert texts([early], [guess], "label-studio-predictions") == ["5"]
    with caplog.at_level(logging.WARNING):
        assert texts([skipped], [guess]) == ["5"]
        assert texts([skipped], []) == []
    assert "1 tasks have only a prediction, which is read unchecked" in caplog.text
    assert "1 tasks have no annotation" in caplog.text


@pytest.mark.parametrize(
    ("regions", "reason"),
    [
        (_region("a", "total", "1") + _region("a", "tax", None), "region a has several labels"),
        ([_region("a", None, "1")[0] | {"image_rotation": 90}], r"region a: .* turned .* by 90"),
        ([{"id": "a", "value": {"x": 1, "width": 5}}], "y: is missing"),
        ([{"id": "a", "value": {"x": 1, "y": 1, "width": 1, "height": 1}}], "says nowhere how"),
    ],
)
def test_a_malformed_task_is_named(tmp_path: Path, regions: list[Any], reason: str) -> None:
    path = export(tmp_path, _task(regions))
    with pytest.raises(DataError, match=rf"export\.json, task 7: .*{reason}"):
        list(read("label-studio", path))


def test_what_is_no_export(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"export\.json: not JSON"):
        list(read("label-studio", path))
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(DataError, match="not a list of Label Studio tasks"):
        list(read("label-studio", path))
    with pytest.raises(DataError, match="task 1: is neither a Label Studio task"):
        list(read("label-studio", export(tmp_path, {"name": "x"})))
