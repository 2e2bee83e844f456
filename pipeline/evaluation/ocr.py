"""Compare OCR tokens with the annotated text of the same picture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.transfer import page_scale
from pipeline.document import Box, Page
from pipeline.errors import DataError
from pipeline.evaluation.assignment import most_pairs
from pipeline.evaluation.cases import Reading
from pipeline.evaluation.scores import Count, Score, Share

SAME_BOX = 0.5  # IoU
_AMOUNT = re.compile(r"\d(?:[\d.,]*\d)?[.,]\d{2}(?!\d)")

FIGURES: dict[str, type[Count]] = {
    "ocr.tokens": Score,
    "ocr.amounts": Score,
    "ocr.boxes": Score,
    "ocr.cer": Share,
}


def ocr_counts(reading: Reading) -> dict[str, Count]:
    """Counts of one receipt, ignoring case (some datasets are published in capitals only):

    ``ocr.tokens``: words as a bag, equal letter for letter (as SROIE's task 2 counts);
    ``ocr.amounts``: numbers with two decimals, as a bag, by value;
    ``ocr.boxes``: word boxes matched one to one at an IoU of at least 0.5, where the engine
    did not turn the picture;
    ``ocr.cer``: edits from the annotated text to the read one, a share of its characters,
    lines in reading order.
    """
    truth, read = reading.truth.page, reading.page
    counts: dict[str, Count] = {
        "ocr.tokens": _bag(_words(truth), _words(read)),
        "ocr.amounts": _bag(amounts(truth), amounts(read)),
        "ocr.cer": _character_errors(page_text(truth), page_text(read)),
    }
    if (boxes := _scaled_boxes(read, reading.truth)) is not None:
        counts["ocr.boxes"] = match_boxes([token.box for token in truth.tokens], boxes)
    return counts


def match_boxes(truth: Sequence[Box], read: Sequence[Box]) -> Score:
    """The one-to-one assignment with the most pairs at an IoU of at least 0.5."""
    if not truth or not read:
        return Score(0, len(read), len(truth))
    pairs = most_pairs(_overlaps(truth, read) >= SAME_BOX)
    return Score(len(pairs), len(read), len(truth))


def amounts(page: Page) -> list[str]:
    """All numbers with two decimals on the page, without separators: ``1,234.50`` is ``123450``.

    Glued to other text they count too.
    """
    return [
        re.sub(r"\D", "", found) for token in page.tokens for found in _AMOUNT.findall(token.text)
    ]


def page_text(page: Page) -> str:
    """The words in reading order, lines broken by line feeds, case folded."""
    lines = (" ".join(page.tokens[index].text for index in line) for line in page.lines())
    return "\n".join(lines).casefold()


def _words(page: Page) -> list[str]:
    return [token.text.casefold() for token in page.tokens]


def _bag(truth: Iterable[str], read: Iterable[str]) -> Score:
    of_truth, of_read = Counter(truth), Counter(read)
    return Score((of_truth & of_read).total(), of_read.total(), of_truth.total())


def _character_errors(truth: str, read: str) -> Share:
    return Share(Levenshtein.distance(truth, read), len(truth))


def _scaled_boxes(read: Page, truth: AnnotatedPage) -> list[Box] | None:
    """The OCR boxes in the annotation's pixels; ``None`` if the two pages cannot be compared."""
    if not read.tokens:
        return []
    try:
        across, down = page_scale(truth, read)
    except DataError:
        return None
    return [token.box.scaled(1 / across, 1 / down) for token in read.tokens]


def _overlaps(one: Sequence[Box], other: Sequence[Box]) -> NDArray[np.float64]:
    """Intersection over union of every pair, shape (one, other)."""
    a = np.array([box.as_tuple() for box in one], float)[:, None]
    b = np.array([box.as_tuple() for box in other], float)[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.clip(sides, 0, None).prod(axis=-1)
    areas = [(boxes[..., 2:] - boxes[..., :2]).prod(axis=-1) for boxes in (a, b)]
    union = areas[0] + areas[1] - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0))
