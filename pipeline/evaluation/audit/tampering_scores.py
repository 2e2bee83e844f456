"""How well edited digits are found, and how often scans without an edit are reported."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.audit.tampering.trees import Model
from pipeline.evaluation.audit.edited_scans import (
    UNTOUCHED,
    Looked,
    draws,
    edited,
    saved_again,
    scan_of,
    untouched,
)
from pipeline.evaluation.audit.forger import METHODS
from pipeline.evaluation.audit.scan_parts import Listed
from pipeline.evaluation.small_samples import wilson

_DONORS = 12
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the audit would say of one picture.

    Attributes:
        method: of the edit, "" for none.
        is_marked: the digit with the highest score is the changed one, or the one it was
            copied from.
        is_likely: reported with a probability of 0.5 or more, as more than a note.
    """

    method: str
    saving: str
    is_reported: bool
    is_marked: bool
    is_likely: bool


def looked_at(scans: Sequence[Listed], seed: int) -> Iterator[Looked]:
    """Each scan as it was, saved again, and edited once by each method and saved in turn."""
    rng = random.Random(f"{seed}/report")
    chosen = rng.sample(scans, min(len(scans), _DONORS))
    donors = [scan for one in chosen if (scan := scan_of(one.opened())) is not None]
    savings = draws((len(METHODS) + 1) * len(scans), rng)
    for one in scans:
        readable = one.opened()
        if (scan := scan_of(readable)) is None:
            continue
        yield untouched(readable)
        yield saved_again(readable, next(savings), rng)
        for method in METHODS:
            found = edited(readable, scan, [method], next(savings), donors, rng)
            if found is not None:
                yield found


def outcomes(looked: Iterable[Looked], model: Model) -> Iterator[Outcome]:
    """What a model says of them."""
    for one in looked:
        is_reported = is_marked = is_likely = False
        if len(one.evidence.digits):
            scores = model.scores(one.evidence.features)
            first = int(np.argmax(scores))
            is_reported = bool(scores[first] >= model.threshold)
            is_marked = is_reported and bool(one.is_changed[first] or one.is_source[first])
            is_likely = is_reported and model.probability(float(scores[first])) >= _LIKELY
        yield Outcome(one.method, one.saving, is_reported, is_marked, is_likely)


def score_lines(found: Sequence[Outcome]) -> Iterator[str]:
    """Tables of edits by method and by saving, and of scans without an edit."""
    edits = [one for one in found if one.method]
    yield "| edit | found | of | recall | the right digit is marked |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, group in (*_grouped(edits, "method"), ("all", edits)):
        marked = np.mean([one.is_marked for one in group if one.is_reported] or [False])
        yield f"| {name} | {_row(group)} | {marked:.2f} |"
    yield "\n| saved as | found | of | recall |\n| --- | ---: | ---: | ---: |"
    for name, group in _grouped(edits, "saving"):
        yield f"| {name} | {_row(group)} |"
    clean = [one for one in found if not one.method]
    again = [one for one in clean if one.saving != UNTOUCHED]
    yield "\n| without an edit | reported | of | share |\n| --- | ---: | ---: | ---: |"
    for name, group in (*_grouped(clean, "saving"), ("saved again, all", again)):
        yield f"| {name} | {_row(group)} |"
    yield f"\n| with a score of {_LIKELY} or more | reported | of | share |"
    yield "| --- | ---: | ---: | ---: |"
    for name, group in (*_grouped(edits, "method"), ("all edits", edits), ("no edit", clean)):
        yield f"| {name} | {_row(group, 'is_likely')} |"


def _grouped(found: Sequence[Outcome], by: str) -> list[tuple[str, list[Outcome]]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in found:
        groups[getattr(one, by)].append(one)
    return sorted(groups.items())


def _row(group: Sequence[Outcome], by: str = "is_reported") -> str:
    count, reported = len(group), sum(getattr(one, by) for one in group)
    share = reported / max(count, 1)
    low, high = wilson(share, count)
    return f"{reported} | {count} | {share:.3f} ({low:.3f}–{high:.3f})"


def cost_of_a_look(scans: Sequence[Listed]) -> float:
    """Seconds of CPU for what the audit measures on one scan, the picture already loaded."""
    opened = [one.opened() for one in scans]
    before = time.process_time()
    for readable in opened:
        untouched(readable)
    return (time.process_time() - before) / max(len(opened), 1)
