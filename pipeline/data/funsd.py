"""Read FUNSD (Jaume et al., ICDAR-OST 2019) and data annotated in its format.

``annotations/NAME.json`` beside ``images/NAME.png``: a ``form`` is a list of entities, each with
a ``label`` and its ``words``, of which each has ``text`` and ``box`` in pixels. FUNSD's labels
are ``question``, ``answer``, ``header`` and ``other``; any other name is a label of its own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import MALFORMED, AnnotationRecord, read_text
from pipeline.data.line_items import items_of_tags
from pipeline.data.pictures import picture_size
from pipeline.data.rows import group_rows
from pipeline.data.tags import field_texts
from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import tag_of

SOURCE = "funsd"
LABELS = frozenset(("question", "answer", "header"))
NO_LABEL = frozenset(("", "other", "o", "ignore", "none"))
_SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


def funsd_records(path: Path) -> Iterator[AnnotationRecord]:
    """The forms under a folder (recursively, in the order of their names), or a single file.

    Words are put in reading order, so that an entity whose words are interrupted there is
    several spans. An entity without words, or a word without text, gives no token.

    Raises:
        DataError: there is no annotation.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.json"))
    if not files:
        raise DataError(f"{path}: not a FUNSD folder: no *.json in it")
    labels = _labels_in(files)
    return (AnnotationRecord(str(file), partial(_read, file, labels)) for file in files)


@dataclass(frozen=True, slots=True)
class _Word:
    """One annotated word; ``entity`` is the number of the entity it belongs to."""

    text: str
    box: Box
    label: str | None
    entity: int


def _labels_in(files: list[Path]) -> frozenset[str]:
    """FUNSD's own labels, or if others occur, those that occur."""
    found: set[str] = set()
    for file in files:
        try:
            form = json.loads(read_text(file))["form"]
            found.update(label for entity in form if (label := _label(entity)))
        except (*MALFORMED, DataError):
            continue  # the file's own record says what is wrong with it
    return LABELS if found <= LABELS else frozenset(found)


def _label(entity: Mapping[str, Any]) -> str | None:
    label = str(entity.get("label") or "").strip()
    return None if label.lower() in NO_LABEL else label


def _read(file: Path, labels: frozenset[str]) -> AnnotatedPage:
    form = json.loads(read_text(file))["form"]
    words = [word for number, entity in enumerate(form) for word in _words(entity, number)]
    tokens: list[Token] = []
    tags: list[str] = []
    previous: int | None = None
    for line, row in enumerate(group_rows([word.box for word in words])):
        for word in (words[index] for index in row):
            new = word_tokens(split_words(word.text), len(word.text), word.box, line)
            tokens += new
            for _ in new:
                tags.append(tag_of(word.label, inside=word.entity == previous))
                previous = word.entity
    image = _image(file)
    return AnnotatedPage(
        id=file.stem,
        source=SOURCE,
        page=Page(*_size(image, words), tuple(tokens)),
        tags=tuple(tags),
        annotated=labels,
        fields=field_texts([token.text for token in tokens], tags),
        items=items_of_tags(tokens, tags),
        image=image,
    )


def _words(entity: Mapping[str, Any], number: int) -> Iterator[_Word]:
    for word in entity["words"]:
        if word["text"].strip():
            x0, y0, x1, y1 = (float(side) for side in word["box"])
            yield _Word(word["text"].strip(), Box(x0, y0, x1, y1), _label(entity), number)


def _image(file: Path) -> Path | None:
    for folder in (file.parent.parent / "images", file.parent):
        for suffix in _SUFFIXES:
            if (image := folder / f"{file.stem}{suffix}").is_file():
                return image
    return None


def _size(image: Path | None, words: list[_Word]) -> tuple[int, int]:
    if image is not None:
        return picture_size(image)
    around = Box.union(word.box for word in words) if words else Box(0, 0, 1, 1)
    return max(1, math.ceil(around.x1)), max(1, math.ceil(around.y1))
