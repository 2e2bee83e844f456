"""Convert Label Studio exports to annotated pages.

Two kinds of tasks come back. Those that this project wrote carry the page's tokens in their
data: the tokens stay as the OCR engine read them, as that is what the tagger will see, and
take the labels of their regions. Text that an annotator corrected is truth about the field,
not about the token. Of all other tasks the regions are the tokens: their text is cut into
words, the boxes with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import MALFORMED, AnnotationRecord, read_text
from pipeline.data.jsonl import PageEntry, page_of_entry
from pipeline.data.label_studio.export import RawAnnotation, is_annotated, is_predicted, read_task
from pipeline.data.label_studio.images import find_image, image_reference
from pipeline.data.label_studio.regions import Region, region_of
from pipeline.data.line_items import items_of_tags
from pipeline.data.pictures import picture_size
from pipeline.data.rows import group_rows
from pipeline.data.tags import field_texts, join_neighbours, spans
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError

logger = logging.getLogger(__name__)

SOURCE = "label-studio"
PAGE = "annotated_page"  # the key of a task's data that holds the page it was made from
TOKEN = "token-"  # the region of the token with that number


def label_studio_records(
    path: Path, prefer_predictions: bool = False
) -> Iterator[AnnotationRecord]:
    """The tasks of an export, JSON or JSON-MIN, in its order.

    Tasks that were skipped or not begun are left out. A task without an annotation is read
    from its prediction, and the log says how many were.

    Args:
        path: the export.
        prefer_predictions: whether the predictions count although there are annotations.

    Raises:
        DataError: the file cannot be read or holds no tasks.
    """
    tasks = _load(path)
    kept = [(number, task) for number, task in enumerate(tasks, start=1) if is_annotated(task)]
    if len(kept) < len(tasks):
        logger.warning("%s: %d tasks have no annotation", path, len(tasks) - len(kept))
    predicted = 0 if prefer_predictions else sum(is_predicted(task) for _, task in kept)
    if predicted:
        logger.warning(
            "%s: %d tasks have only a prediction, which is read unchecked", path, predicted
        )
    labels = _labels_in([task for _, task in kept], prefer_predictions)
    for number, task in kept:
        name = str(task.get("id", number))
        yield AnnotationRecord(
            f"{path}, task {name}", partial(_read, task, name, labels, path, prefer_predictions)
        )


def _load(path: Path) -> list[Mapping[str, Any]]:
    try:
        tasks = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: not JSON: {error}") from error
    tasks = [tasks] if isinstance(tasks, Mapping) else tasks
    if not isinstance(tasks, list) or not all(isinstance(task, Mapping) for task in tasks):
        raise DataError(f"{path}: not a list of Label Studio tasks")
    return tasks


def _labels_in(tasks: Sequence[Mapping[str, Any]], prefer_predictions: bool) -> frozenset[str]:
    """All labels in use; the export does not say which labels were available."""
    found: set[str] = set()
    for task in tasks:
        try:
            regions = read_task(task, prefer_predictions).regions
        except MALFORMED:
            continue  # the task's own record says what is wrong with it
        found.update(label for region in regions for label in region.labels)
    return frozenset(found)


def _read(
    task: Mapping[str, Any],
    name: str,
    labels: frozenset[str],
    path: Path,
    prefer_predictions: bool,
) -> AnnotatedPage:
    raw = read_task(task, prefer_predictions)
    if PAGE in raw.data:
        page = page_of_entry(PageEntry.model_validate(raw.data[PAGE]), path.parent)
        if page.image is not None and not page.image.is_file():
            page = replace(page, image=_image(raw, path.parent))
        size = (page.page.width, page.page.height)
        labelled = _with_labels(page, [region_of(region, size) for region in raw.regions])
        # Truth that came with the page stands; a page to be labelled comes without.
        given = {key: getattr(page, key) for key in ("fields", "items") if key in raw.data[PAGE]}
        return replace(labelled, **given)
    return _from_regions(raw, name, labels, path.parent)


# --- tasks that this project wrote ----------------------------------------------------


def _with_labels(page: AnnotatedPage, regions: Sequence[Region]) -> AnnotatedPage:
    """The page with the regions' labels: each token's own, or that of the smallest region around
    it."""
    tokens = page.page.tokens
    own = _own_regions(regions, tokens)
    drawn = [region for region in regions if region.label and region not in own.values()]
    labels = _labels_of(tokens, own, drawn)
    tags = join_neighbours(labels, [i in own and own[i].starts for i in range(len(tokens))])
    unseen = [r for r in drawn if not any(r.frame.holds(token.box.center) for token in tokens)]
    texts = [own[i].text or t.text if i in own else t.text for i, t in enumerate(tokens)]
    lost = {str(region.label) for region in unseen} - {label for label, _, _ in spans(tags)}
    return replace(
        page,
        tags=tags,
        fields={str(r.label): r.text for r in unseen if r.text} | field_texts(texts, tags),
        items=items_of_tags(tokens, tags),
        annotated=page.annotated | {label for label in labels if label},
        unaligned=(*page.unaligned, *sorted(lost.difference(page.unaligned))),
    )


def _labels_of(
    tokens: Sequence[Token], own: Mapping[int, Region], drawn: Sequence[Region]
) -> list[str | None]:
    smallest_first = sorted(drawn, key=lambda region: region.frame.width * region.frame.height)
    labels = []
    for index, token in enumerate(tokens):
        label = own[index].label if index in own else None
        around = (r.label for r in smallest_first if r.frame.holds(token.box.center))
        labels.append(label or next(around, None))
    return labels


def _own_regions(regions: Sequence[Region], tokens: Sequence[Token]) -> dict[int, Region]:
    """Token number to its region: by the region's id, or (JSON-MIN has none) by its position."""
    own: dict[int, Region] = {}
    for region in regions:
        number = region.id.removeprefix(TOKEN)
        if region.id.startswith(TOKEN) and number.isdecimal() and int(number) < len(tokens):
            own[int(number)] = region
    places = {_rounded(token.box): i for i, token in enumerate(tokens) if i not in own}
    for region in regions:
        index = places.get(_rounded(region.frame.part(0, 0, 1, 1)))
        if index is not None and not region.id.startswith(TOKEN):
            own.setdefault(index, region)
    return own


def _rounded(box: Box) -> tuple[int, ...]:
    return tuple(round(side) for side in box.as_tuple())


# --- all other tasks ------------------------------------------------------------------


def _from_regions(
    raw: RawAnnotation, name: str, labels: frozenset[str], folder: Path
) -> AnnotatedPage:
    image = _image(raw, folder)
    size = raw.size or _size_of(image)
    lines = [line for region in raw.regions for line in region_of(region, size).lines()]
    tokens: list[Token] = []
    token_labels: list[str | None] = []
    starts: list[bool] = []
    for number, row in enumerate(group_rows([line.box for line in lines])):
        for line in (lines[index] for index in row):
            tokens += [Token(text, box, line=number) for text, box in line.words]
            token_labels += [line.label] * len(line.words)
            starts += [line.starts] + [False] * (len(line.words) - 1)
    tags = join_neighbours(token_labels, starts)
    return AnnotatedPage(
        id=name,
        source=SOURCE,
        page=Page(*size, tuple(tokens)),
        tags=tags,
        annotated=labels,
        fields=field_texts([token.text for token in tokens], tags),
        items=items_of_tags(tokens, tags),
        image=image,
    )


def _image(raw: RawAnnotation, folder: Path) -> Path | None:
    reference = image_reference(raw.data)
    return find_image(reference, folder) if reference else None


def _size_of(image: Path | None) -> tuple[int, int]:
    if image is None:
        raise ValueError("says nowhere how large its picture is, and the picture is not here")
    return picture_size(image)
