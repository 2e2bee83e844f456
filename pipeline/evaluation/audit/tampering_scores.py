"""How well edited digits are found, and how often scans without an edit are reported."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.audit.tampering.trees import Model, fitted_model
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
from pipeline.evaluation.audit.precision_recall import Cases, curve_lines
from pipeline.evaluation.audit.scan_parts import Listed
from pipeline.evaluation.small_samples import shown

_DONORS = 12
_LIKELY = 0.5
_ALLOWED = 0.02
_TIMED = 40  # scans


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the audit would say of one picture.

    Attributes:
        method: of the edit, "" for none.
        is_marked: the digit with the highest score is the changed one, or the one it was
            copied from.
        is_likely: reported with a probability of 0.5 or more, as more than a note.
        score: the highest of its digits, in log-odds; ``-inf`` without digits.
    """

    method: str
    saving: str
    is_reported: bool
    is_marked: bool
    is_likely: bool
    score: float = -np.inf


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
        highest = -np.inf
        if len(one.evidence.digits):
            scores = model.scores(one.evidence.features)
            first = int(np.argmax(scores))
            highest = float(scores[first])
            is_reported = highest >= model.threshold
            is_marked = is_reported and bool(one.is_changed[first] or one.is_source[first])
            is_likely = is_reported and model.probability(highest) >= _LIKELY
        yield Outcome(one.method, one.saving, is_reported, is_marked, is_likely, highest)


def tampering_lines(scans: Sequence[Listed], seed: int, miss: float) -> Iterator[str]:
    """All tables, with the curve of the score and what a look at one scan costs.

    Args:
        miss: what an edit costs that is not found, in looks at a finding.
    """
    model = fitted_model()
    found = list(outcomes(looked_at(scans, seed), model))
    yield from score_lines(found)
    yield from allowed_lines(found)
    edits = np.array([one.score for one in found if one.method])
    clean = np.array([one.score for one in found if not one.method])
    yield from curve_lines("edited digits", Cases(edits, clean, model.threshold), miss)
    yield f"\n{1000 * cost_of_a_look(scans[:_TIMED]):.0f} ms of CPU for a look at one scan"


def allowed_lines(found: Sequence[Outcome]) -> Iterator[str]:
    """Recall of each method where two scans without an edit in a hundred may be reported: what the
    score can do, with a threshold from these scans and not the one in use."""
    clean = np.sort([one.score for one in found if not one.method])[::-1]
    if not len(clean):
        return
    limit = float(clean[min(int(_ALLOWED * len(clean)), len(clean) - 1)])
    reported = [replace(one, is_reported=one.score > limit) for one in found]
    edits = [one for one in reported if one.method]
    yield f"\n| at {_ALLOWED:.0%} of {len(clean)} clean scans | found | of | recall |"
    yield "| --- | ---: | ---: | ---: |"
    for name, group in (*_grouped(edits, "method"), ("all", edits)):
        yield f"| {name} | {_row(group)} |"


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
    found = [getattr(one, by) for one in group]
    return f"{sum(found)} | {len(found)} | {shown(found)}"


def cost_of_a_look(scans: Sequence[Listed]) -> float:
    """Seconds of CPU for what the audit measures on one scan, the picture already loaded."""
    opened = [one.opened() for one in scans]
    before = time.process_time()
    for readable in opened:
        untouched(readable)
    return (time.process_time() - before) / max(len(opened), 1)
