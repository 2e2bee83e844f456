"""The sign that a digit of an amount or date does not look like its neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.audit.tampering.characters import IntBox
from pipeline.audit.tampering.evidence import FEATURES, Evidence
from pipeline.audit.tampering.places import Place
from pipeline.audit.tampering.print_measures import MEASURES
from pipeline.audit.tampering.signs import Sign
from pipeline.audit.tampering.trees import Model
from pipeline.receipt import PixelBox

COPIED, UNLIKE = "digit-copied", "digit-unlike-others"

_MOST = 3  # digits that are marked
_REASONS = 4
_COPY, _TRACE, _STEPS, _SHAPE, _MEASURE = (
    -3.0,
    -1.5,
    4.0,
    3.0,
    4.0,
)  # scores from which a reason is given
_WORDS = {
    "top": ("its top is higher", "its top is lower"),
    "bottom": ("it stands higher", "it stands lower"),
    "height": ("it is smaller", "it is larger"),
    "width": ("it is narrower", "it is wider"),
    "pitch": ("it is nearer to the digit before", "it is nearer to the digit after"),
    "dark": ("its ink is darker", "its ink is lighter"),
    "ink": ("it has less ink", "it has more ink"),
    "stroke": ("its strokes are thinner", "its strokes are thicker"),
    "sharp": ("its edges are softer", "its edges are sharper"),
    "ink_noise": ("its ink is smoother", "its ink is rougher"),
    "ink_colour": ("its ink has less colour", "its ink has more colour"),
    "paper": ("the paper around it is darker", "the paper around it is lighter"),
    "paper_noise": ("the paper around it is smoother", "the paper around it is rougher"),
    "paper_colour": ("the paper around it is bluer", "the paper around it is redder"),
    "halo": ("the paper next to its strokes is cleaner", "the paper next to its strokes is greyer"),
    "ink_spread": ("its ink is more even", "its ink is less even"),
    "sharp_down": ("its upper and lower edges are softer", "its upper and lower edges are sharper"),
    "paper_spread": ("the paper around it is more even", "the paper around it is less even"),
    "patch_edge": ("no edge is around it", "an edge is around it"),
}
"""What is said of a measure below and above the others."""


def digit_signs(evidence: Evidence, places: Sequence[Place], model: Model) -> Iterator[Sign]:
    """At most one sign, which marks the digits that look changed.

    Args:
        places: those that the evidence is on.
    """
    if not evidence.digits:
        return
    scores = model.scores(evidence.features)
    order = np.argsort(-scores, kind="stable")[:_MOST]
    marked = [int(number) for number in order if scores[number] >= model.threshold]
    if not marked:
        return
    first = marked[0]
    digit = evidence.digits[first]
    field = places[digit.place]
    reasons = list(_reasons(evidence, first))
    looks = [
        (places[evidence.digits[one].place].field, _floats(evidence.digits[one].box))
        for one in marked
    ]
    is_copy = _value(evidence, first, "twin_score") <= _COPY
    twin = evidence.twins[first].box
    if is_copy and twin is not None:
        looks.insert(1, ("the same pixels", _floats(twin)))
    yield Sign(
        COPIED if is_copy else UNLIKE,
        round(model.probability(float(scores[first])), 4),
        f"The digit {digit.text} of {field.field.replace('_', ' ')} ({field.text}) does not look "
        f"like the others: {'; '.join(reasons)}.",
        tuple(looks),
    )


def _reasons(evidence: Evidence, digit: int) -> Iterator[str]:
    """What is unusual about a digit, in words."""
    given = list(_strong_reasons(evidence, digit))[:_REASONS]
    yield from given or ["it differs a little in several ways"]


def _strong_reasons(evidence: Evidence, digit: int) -> Iterator[str]:
    if _value(evidence, digit, "twin_score") <= _COPY:
        yield "nearly the same pixels are in another place"
    is_off_steps = _value(evidence, digit, "steps_score") >= _STEPS
    if is_off_steps or _value(evidence, digit, "trace_score") <= _TRACE:
        yield "its part of the picture was saved another number of times than the rest"
    if _value(evidence, digit, "same_text_score") >= _SHAPE:
        yield f"its shape is not that of the other {evidence.digits[digit].text}s"
    found = [(name, _value(evidence, digit, name)) for name in MEASURES]
    for name, value in sorted(found, key=lambda one: -abs(one[1])):
        if abs(value) >= _MEASURE:
            yield _WORDS[name][value > 0]


def _value(evidence: Evidence, digit: int, name: str) -> float:
    return float(evidence.features[digit, FEATURES.index(name)])


def _floats(box: IntBox) -> PixelBox:
    return float(box[0]), float(box[1]), float(box[2]), float(box[3])
