"""Tasks for Label Studio: what is written is read back, and corrections change labels only."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from label_studio_exports import export
from pages import LABELS, annotated_pages, page_of
from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read
from pipeline.data.label_studio.config import labelling_config
from pipeline.data.label_studio.images import find_image, image_url
from pipeline.data.label_studio.write import predicted_task, write_label_studio, write_tasks
from pipeline.errors import ConfigError


@given(st.lists(annotated_pages(), max_size=3))
def test_what_is_written_is_read_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, pages: list[AnnotatedPage]
) -> None:
    path = tmp_path_factory.mktemp("tasks") / "tasks.json"
    write_label_studio(pages, path)
    assert list(read("label-studio", path)) == pages


def test_real_receipts_come_back_exactly(shared_datasets: Path, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    pages = list(read("cord", shared_datasets / "cord" / "validation.jsonl"))
    sroie = shared_datasets / "sroie" / "train"
    pages += [replace(page, image=None) for page, _ in zip(read("sroie", sroie), range(50))]  # noqa: B905
    write_label_studio(pages, path)
    assert list(read("label-studio", path)) == pages


def _prelabelled(folder: Path) -> tuple[AnnotatedPage, dict[str, Any]]:
    page = page_of("Corner Shop", "Card 4411", "Total 12.50/total")
    image = folder / "scans" / "a b.png"
    image.parent.mkdir()
    Image.new("RGB", (600, 900)).save(image)
    page = replace(page, image=image)
    return page, predicted_task(page, [0.9] * 6, "receipts-base", folder)


def _corrected(task: dict[str, Any], result: list[Any]) -> dict[str, Any]:
    return task | {"id": 1, "annotations": [{"result": result}]}


def test_a_prediction_is_a_task_with_scores(tmp_path: Path) -> None:
    page, task = _prelabelled(tmp_path)
    assert task["data"]["image"] == "/data/local-files/?d=scans/a%20b.png"
    (prediction,) = task["predictions"]
    assert prediction["model_version"] == "receipts-base"
    assert prediction["score"] == 0.9
    assert {entry["score"] for entry in prediction["result"]} == {0.9}
    write_tasks([task], tmp_path / "tasks.json")
    (back,) = read("label-studio", tmp_path / "tasks.json")
    assert back == replace(page, fields={"total": "12.50"})


def test_corrections_change_labels_and_never_tokens(tmp_path: Path) -> None:
    page, task = _prelabelled(tmp_path)
    result = copy.deepcopy(task["predictions"][0]["result"])
    for entry in result:
        if entry["id"] == "token-5" and entry["type"] == "textarea":
            entry["value"]["text"] = ["12.60"]  # misread by OCR
    kept = [entry for entry in result if entry["id"] != "token-4"]  # deleted: the word stays
    card = next(entry for entry in kept if entry["id"] == "token-3")
    kept.append(card | {"type": "labels", "value": card["value"] | {"labels": ["Loyalty number"]}})
    place = {"x": 0, "y": 0, "width": 25, "height": 3}
    size = {"original_width": 600, "original_height": 900}
    kept.append({"id": "new", **size, "value": place | {"labels": ["merchant_name"]}})
    missed = {"x": 0, "y": 90, "width": 20, "height": 3}
    kept.append({"id": "far", **size, "value": missed | {"labels": ["date"]}})
    kept.append({"id": "far", **size, "value": missed | {"text": ["1 May"]}})
    write_tasks([_corrected(task, kept)], tmp_path / "back.json")
    (back,) = read("label-studio", tmp_path / "back.json")
    assert back.page == page.page
    assert back.tags == (
        "B-merchant_name",
        "I-merchant_name",
        "O",
        "B-Loyalty number",
        "O",
        "B-total",
    )
    assert back.fields == {
        "merchant_name": "Corner Shop",
        "Loyalty number": "4411",
        "total": "12.60",
        "date": "1 May",
    }
    assert back.unaligned == ("date",)
    assert back.image == page.image
    assert back.annotated == {*LABELS, "merchant_name"}


def test_json_min_of_our_own_tasks_keeps_the_tokens(tmp_path: Path) -> None:
    page, task = _prelabelled(tmp_path)
    columns: dict[str, list[Any]] = {"bbox": [], "label": [], "transcription": []}
    for entry in task["predictions"][0]["result"]:
        size = {key: entry[key] for key in ("original_width", "original_height")}
        text = entry["value"].get("text")
        columns[entry["from_name"]].append(text[0] if text else entry["value"] | size)
    path = export(tmp_path, task["data"] | columns | {"id": 1})
    (back,) = read("label-studio", path)
    assert (back.page, back.tags) == (page.page, page.tags)


def test_pictures_are_found_beside_the_export(tmp_path: Path) -> None:
    image = tmp_path / "scans" / "a b.png"
    image.parent.mkdir()
    image.touch()
    for reference in (
        image_url("scans/a b.png"),
        image_url("scans/a b.png", "https://files.example/receipts"),
        "s3://bucket/other/scans/a%20b.png",
        "/data/upload/12/scans/0a1b2c3d-a%20b.png",
        "scans/a b.png",
    ):
        assert find_image(reference, tmp_path) == image, reference
    assert find_image("/data/upload/12/nothing.png", tmp_path) is None
    with pytest.raises(ConfigError, match="folder that holds the pictures"):
        image_url("../a.png")


def test_the_labelling_configuration_names_what_results_name() -> None:
    view = ElementTree.fromstring(labelling_config(["total", "R&D <number>"]))
    labels = [entry.attrib["value"] for entry in view.iter("Label")]
    assert labels == ["total", "R&D <number>"]
    controls = {entry.attrib["name"] for entry in view if "toName" in entry.attrib}
    task = predicted_task(page_of("1/total 2/+total"), [1, 1], "m", Path())
    assert {entry["from_name"] for entry in task["predictions"][0]["result"]} == controls
