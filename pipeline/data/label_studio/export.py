"""Validate the JSON that Label Studio exports.

Two forms (https://labelstud.io/guide/task_format, https://labelstud.io/guide/export):

- JSON: a task has ``data``, ``annotations`` and ``predictions``; each of the latter holds
  ``result``, a list in which everything about one region (its rectangle, its label, the text
  typed for it) has the region's id.
- JSON-MIN: an annotation is one flat object, its keys the task's data and the names of the
  labelling configuration's controls, with what was said by each. Regions have no ids in it.

Geometry is in percent of the picture: ``x`` and ``y`` are the top left corner, about which the
rectangle is turned clockwise by ``rotation`` degrees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

NEW_VALUE = "new_value"  # the per-region choice that says: here begins another value
_TEXT_KEYS = ("transcription", "text")


class Geometry(BaseModel):
    """The position of a region, in percent of the picture."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    x: float
    y: float
    width: float = Field(ge=0)
    height: float = Field(ge=0)
    rotation: float = 0


@dataclass(slots=True)
class RawRegion:
    """All results of an export that belong to one region."""

    id: str
    geometry: Geometry | None = None
    labels: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    starts: bool = False


@dataclass(frozen=True, slots=True)
class RawAnnotation:
    """One annotation or prediction of one task.

    Attributes:
        data: the task's data.
        regions: in the order of the export.
        size: of the picture in pixels, where the export says it.
    """

    data: Mapping[str, Any]
    regions: Sequence[RawRegion]
    size: tuple[int, int] | None


def is_annotated(task: Mapping[str, Any]) -> bool:
    """Whether a task has an annotation or prediction; it may have been skipped or be unfinished."""
    return "data" not in task or bool(_annotations(task) or _predictions(task))


def is_predicted(task: Mapping[str, Any]) -> bool:
    """Whether a task has only a prediction."""
    return "data" in task and not _annotations(task) and bool(_predictions(task))


def read_task(task: Mapping[str, Any], prefer_predictions: bool) -> RawAnnotation:
    """The annotation of one task, in either form.

    Of several annotations the one marked as ground truth counts, otherwise the latest;
    cancelled ones never do. Predictions count where there is no annotation, or if preferred.

    Raises:
        KeyError, TypeError, ValueError: the task is in neither form, or malformed.
    """
    if "data" not in task:
        return _read_flat(task)
    annotations, predictions = _annotations(task), _predictions(task)
    predicted = bool(predictions) and (prefer_predictions or not annotations)
    result = max(predictions if predicted else annotations, key=_rank)["result"]
    return RawAnnotation(task["data"], list(_gather(result)), _size(result))


def _annotations(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    given = task.get("annotations", task.get("completions"))
    return [entry for entry in _objects(given) if not entry.get("was_cancelled")]


def _predictions(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return _objects(task.get("predictions"))


def _objects(given: Any) -> list[Mapping[str, Any]]:
    """The annotations that are objects; some exports contain only their ids."""
    if not isinstance(given, list):
        return []
    return [entry for entry in given if isinstance(entry, Mapping)]


def _rank(entry: Mapping[str, Any]) -> tuple[bool, str]:
    written = entry.get("updated_at") or entry.get("created_at") or ""
    return bool(entry.get("ground_truth")), str(written)


def _gather(result: Sequence[Mapping[str, Any]]) -> Iterator[RawRegion]:
    regions: dict[str, RawRegion] = {}
    for entry in result:
        if "value" not in entry:  # a relation between regions
            continue
        if entry.get("image_rotation"):
            raise ValueError(
                f"region {entry.get('id')}: the picture was turned in Label Studio by "
                f"{entry['image_rotation']} degrees; turn the file itself before annotating"
            )
        name = str(entry.get("id") or f"region {len(regions) + 1}")
        region = regions.setdefault(name, RawRegion(name))
        _add(region, entry["value"])
    yield from (region for region in regions.values() if region.geometry is not None)


def _add(region: RawRegion, value: Mapping[str, Any]) -> None:
    """Add the result of one control. Ellipses, brushes and the like are ignored."""
    region.geometry = region.geometry or _geometry(value)
    region.starts |= NEW_VALUE in value.get("choices", ())
    for key in ("rectanglelabels", "polygonlabels", "labels"):
        for label in value.get(key) or ():
            if label not in region.labels:
                region.labels.append(str(label))
    text = value.get("text")
    if text:
        region.texts += [text] if isinstance(text, str) else [str(line) for line in text]


def _geometry(value: Mapping[str, Any]) -> Geometry | None:
    if "points" in value:
        xs, ys = zip(*value["points"], strict=True)
        return Geometry(x=min(xs), y=min(ys), width=max(xs) - min(xs), height=max(ys) - min(ys))
    return Geometry.model_validate(value) if "x" in value and "width" in value else None


def _size(values: Sequence[Mapping[str, Any]]) -> tuple[int, int] | None:
    for value in values:
        if value.get("original_width") and value.get("original_height"):
            return int(value["original_width"]), int(value["original_height"])
    return None


def _read_flat(task: Mapping[str, Any]) -> RawAnnotation:
    """Read JSON-MIN: regions are identified by their geometry, and texts assigned by order.

    A control that spoke of one region with one text gives that text alone, without a place;
    an export where a region has no text therefore says which it was only by the count.
    """
    regions: dict[Geometry, RawRegion] = {}
    places: list[Mapping[str, Any]] = []
    columns = [_objects(values) for values in task.values() if isinstance(values, list)]
    for values in sorted(columns, key=len, reverse=True):  # the first one has every region
        for value in values:
            geometry = _geometry(value)
            if geometry is not None:
                region = RawRegion(f"region {len(regions) + 1}", geometry)
                _add(regions.setdefault(geometry, region), value)
                places.append(value)
    if not regions:
        raise ValueError("is neither a Label Studio task (no 'data') nor JSON-MIN (no rectangles)")
    _add_texts(list(regions.values()), next((task[key] for key in _TEXT_KEYS if key in task), None))
    return RawAnnotation(task, list(regions.values()), _size(places))


def _add_texts(regions: Sequence[RawRegion], texts: Any) -> None:
    if texts is None:
        return
    texts = [texts] if isinstance(texts, str) else texts
    if all(isinstance(text, Mapping) for text in texts):
        return  # each came with its place
    if len(texts) != len(regions):
        raise ValueError(
            f"{len(regions)} rectangles but {len(texts)} texts: JSON-MIN does not say which "
            "belong together; export as JSON"
        )
    for region, text in zip(regions, texts, strict=True):
        if isinstance(text, str) and not region.texts:
            region.texts.append(text)
