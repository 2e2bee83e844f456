"""Convert annotated pages to Label Studio tasks, one region per token.

A task carries its page in ``data.page``, tokens and all, so that what comes back from the
annotators is exactly what went out but for what they changed. The region of token 12 has the
id ``token-12``, which Label Studio keeps, also from a prediction to its correction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.jsonl import entry_of_page
from pipeline.data.label_studio.config import BOX, IMAGE, LABEL, SPAN, TEXT
from pipeline.data.label_studio.export import NEW_VALUE
from pipeline.data.label_studio.images import LOCAL_FILES, image_url
from pipeline.data.label_studio.read import PAGE, TOKEN
from pipeline.document import Box
from pipeline.labels import label_of


def write_label_studio(pages: Iterable[AnnotatedPage], path: Path) -> None:
    """Write pages as annotated tasks that ``label_studio_records`` reads back the same.

    The folder is made if need be. Tags must be valid IOB2: what they say is carried by each
    token's label and by a mark where a span follows another of the same label.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tasks([annotated_task(page, path.parent) for page in pages], path)


def write_tasks(tasks: Sequence[dict[str, Any]], path: Path) -> None:
    """Write the JSON file of tasks that Label Studio imports, one task per line."""
    lines = ",\n".join(json.dumps(task, ensure_ascii=False) for task in tasks)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def annotated_task(
    page: AnnotatedPage, folder: Path, image_prefix: str = LOCAL_FILES
) -> dict[str, Any]:
    """A task whose tags are an annotation; ``folder`` is that of the task file."""
    return {
        "data": _data(page, folder, image_prefix),
        "annotations": [{"result": list(_results(page))}],
    }


def predicted_task(
    page: AnnotatedPage,
    probabilities: Sequence[float],
    model: str,
    folder: Path,
    image_prefix: str = LOCAL_FILES,
) -> dict[str, Any]:
    """A task whose tags are a model's prediction.

    Args:
        probabilities: of each token's tag; a region's score. The prediction's score is their
            mean, which is the share of tags that the model expects to be right.
    """
    score = sum(probabilities) / len(probabilities) if probabilities else 0.0
    result = list(_results(page, probabilities))
    return {
        "data": _data(page, folder, image_prefix, without=("fields", "items")),
        "predictions": [{"model_version": model, "score": round(score, 4), "result": result}],
    }


def _data(
    page: AnnotatedPage, folder: Path, image_prefix: str, without: Sequence[str] = ()
) -> dict[str, Any]:
    # The regions say the tags; said twice they could differ.
    hidden: dict[str, Any] = {"tokens": {"__all__": {"tag"}}, **dict.fromkeys(without, True)}
    entry = entry_of_page(page, folder)
    data: dict[str, Any] = {PAGE: entry.model_dump(mode="json", exclude=hidden)}
    if entry.image is not None:
        data[IMAGE] = image_url(entry.image, image_prefix)
    return data


def _results(
    page: AnnotatedPage, probabilities: Sequence[float] | None = None
) -> Iterator[dict[str, Any]]:
    width, height = page.page.width, page.page.height
    previous: str | None = None
    for number, (token, tag) in enumerate(zip(page.page.tokens, page.tags, strict=True)):
        shared: dict[str, Any] = {
            "id": f"{TOKEN}{number}",
            "to_name": IMAGE,
            "original_width": width,
            "original_height": height,
            "image_rotation": 0,
        }
        if probabilities is not None:
            shared["score"] = round(probabilities[number], 4)
        place = _percent(token.box, width, height)
        yield {**shared, "from_name": BOX, "type": "rectangle", "value": place}
        label = label_of(tag)
        if label is not None:
            value = {**place, "labels": [label]}
            yield {**shared, "from_name": LABEL, "type": "labels", "value": value}
        if label is not None and label == previous and tag.startswith("B-"):
            value = {**place, "choices": [NEW_VALUE]}
            yield {**shared, "from_name": SPAN, "type": "choices", "value": value}
        text = {**place, "text": [token.text]}
        yield {**shared, "from_name": TEXT, "type": "textarea", "value": text}
        previous = label


def _percent(box: Box, width: int, height: int) -> dict[str, float]:
    return {
        "x": 100 * box.x0 / width,
        "y": 100 * box.y0 / height,
        "width": 100 * box.width / width,
        "height": 100 * box.height / height,
        "rotation": 0,
    }
