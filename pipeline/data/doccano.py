r"""Read doccano's JSON Lines for sequence labelling: a text and labels by character.

A line is one page: ``text`` and one of ``label`` or ``labels`` (lists ``[start, end, label]``) or
``entities`` (objects with ``start_offset``, ``end_offset`` and ``label``). Offsets count Unicode
code points, the end is not part of the label.

A token is a word between white space. It takes the label that covers most of it, however little
that is: ``Total:12.50`` with the label on the number is one token that has it.

doccano does not store positions. A page that has them keeps them beside the text,
at the top of the object or under ``meta``: ``tokens``, a list of ``{"text", "box", "line"}`` that
are the words of ``text`` in order, with ``width`` and ``height`` (pixels), ``image``,
``page_number`` (of the image, from 1) and ``merchant``. Without them the page is taken for one
that a fixed-pitch printer set: every character is 10 pixels wide and 20 high, every line break
of ``text`` a new line.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import MALFORMED, AnnotationRecord, numbered_lines
from pipeline.data.jsonl import PageEntry, TokenEntry, page_of_entry
from pipeline.data.line_items import items_of_tags
from pipeline.data.rows import line_numbers
from pipeline.data.tags import field_texts
from pipeline.data.words import Word, split_words
from pipeline.document import Box
from pipeline.labels import tag_of

SOURCE = "doccano"
CELL = (10, 20)  # width and height of a character where the export gives no boxes

Labelled = tuple[int, int, str]  # first character, the one after the last, label


def doccano_records(path: Path) -> Iterator[AnnotationRecord]:
    """The pages of an export. A page's id is its ``id`` or its line number.

    Raises:
        DataError: the file cannot be read.
    """
    labels = _labels_in(path)
    for number, line in numbered_lines(path):
        yield AnnotationRecord(
            f"{path}, line {number}", partial(_read, line, number, labels, path.parent)
        )


def _labels_in(path: Path) -> frozenset[str]:
    """All labels in use; the export does not say which labels were available."""
    found: set[str] = set()
    for _, line in numbered_lines(path):
        try:
            found.update(label for _, _, label in _labelled(json.loads(line)))
        except MALFORMED:
            continue  # the line's own record says what is wrong with it
    return frozenset(found)


def _labelled(raw: Mapping[str, Any]) -> list[Labelled]:
    if "entities" in raw:
        return [
            (int(entity["start_offset"]), int(entity["end_offset"]), str(entity["label"]))
            for entity in raw["entities"]
        ]
    given = raw["label"] if "label" in raw else raw["labels"]
    return [(int(start), int(end), str(label)) for start, end, label in given]


def _read(line: str, number: int, labels: frozenset[str], folder: Path) -> AnnotatedPage:
    raw = json.loads(line)
    text, labelled = raw["text"], sorted(_labelled(raw))
    for start, end, label in labelled:
        if not 0 <= start < end <= len(text):
            raise ValueError(
                f"label {label!r} spans characters {start} to {end} of a text of {len(text)}"
            )
    words = split_words(text)
    places = _places(raw)
    tokens = _placed(words, places["tokens"]) if "tokens" in places else _printed(text, words)
    tags = _tags(words, labelled)
    entry = PageEntry(
        id=str(raw.get("id", number)),
        source=SOURCE,
        width=places.get("width") or _extent([token.box[2] for token in tokens]),
        height=places.get("height") or _extent([token.box[3] for token in tokens]),
        tokens=tuple(
            token.model_copy(update={"tag": tag}) for token, tag in zip(tokens, tags, strict=True)
        ),
        annotated=tuple(sorted(labels)),
        fields=field_texts([word.text for word in words], tags),
        image=places.get("image"),
        page_number=places.get("page_number", 1),
        merchant=str(places.get("merchant", "")),
    )
    page = page_of_entry(entry, folder)
    return replace(page, items=items_of_tags(page.page.tokens, tags))


def _tags(words: Sequence[Word], labelled: Sequence[Labelled]) -> list[str]:
    tags = []
    previous: Labelled | None = None
    for word in words:
        over = [
            (min(end, word.end) - max(start, word.start), (start, end, label))
            for start, end, label in labelled
        ]
        most, best = max(over, key=lambda entry: entry[0], default=(0, None))
        best = best if most > 0 else None
        tags.append(tag_of(best and best[2], inside=best == previous))
        previous = best
    return tags


def _places(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    meta = raw.get("meta") or raw.get("metadata") or {}
    meta = json.loads(meta) if isinstance(meta, str) else meta
    return {**meta, **raw}


def _placed(words: Sequence[Word], given: Sequence[Mapping[str, Any]]) -> list[TokenEntry]:
    if len(words) != len(given):
        raise ValueError(f"{len(words)} words in the text, but {len(given)} tokens")
    for word, place in zip(words, given, strict=True):
        if word.text != place["text"]:
            raise ValueError(f"the text has {word.text!r} where the tokens have {place['text']!r}")
    boxes = [Box(*map(float, place["box"])) for place in given]
    lines = [
        place.get("line", line) for place, line in zip(given, line_numbers(boxes), strict=True)
    ]
    return [
        TokenEntry(text=word.text, box=box.as_tuple(), line=line)
        for word, box, line in zip(words, boxes, lines, strict=True)
    ]


def _printed(text: str, words: Sequence[Word]) -> list[TokenEntry]:
    """Positions of the words in a fixed-pitch font."""
    across, down = CELL
    tokens = []
    for word in words:
        line = text.count("\n", 0, word.start)
        column = word.start - (text.rfind("\n", 0, word.start) + 1)
        end = column + len(word.text)
        box = (column * across, line * down, end * across, (line + 1) * down)
        tokens.append(TokenEntry(text=word.text, box=box, line=line))
    return tokens


def _extent(sides: Sequence[float]) -> int:
    return max(1, math.ceil(max(sides, default=1)))
