"""What speaks for and against an amount being a summary field, as numeric features.

The judgement (`judgement`) weighs them; of a field that is the sum of several amounts they are
added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.summary.amount_candidates import (
    OTHER_FEE,
    ROUNDED,
    SERVICE_CHARGE,
    AmountCandidate,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Role

Floats = NDArray[np.float64]

OF_PLACE = (
    "filled", "base", "base_of_several", "in_row", "row_probability", "service", "fee", "rounding",
    "rate", "zero", "negative", "largest", "last", "depth", "below_total", "above_row", "alone",
    "beside_two", "again", "only",
)  # fmt: skip
OF_LABEL = (
    "tag", "tag_sure", "other_tag", "key", "key_against_tag", "key_of_other",
    "key_of_other_against_tag", "key_of_none", "proven",
)  # fmt: skip
AMOUNT_FEATURES = (*OF_PLACE, *OF_LABEL)
"""The features of one amount as one field: those that are the same for all fields, and the others.

``filled``: 1, as against a field that the receipt does not have. ``base``: an amount that a tax
    is on, on one line; ``base_of_several``: on several lines with taxes. ``in_row``: tagged as
    a cell of a table's row and labelled by no key word; ``row_probability``: how surely.
``service``, ``fee``, ``rounding``: a key word says that it is a surcharge. ``rate``: one percentage
    is on its line.
``zero``, ``negative``, ``largest``: its value, among the page's amounts. ``last``: no amount is
    further down. ``depth``: its line, from 0 at the top to 1. ``below_total``: it is below the
    last line with a key word for the total; ``above_row``: above an amount tagged as an item's.
``alone``: nothing else is on its line; ``beside_two``: at least two further amounts are.
    ``again``: an amount above has the same value; ``only``: no other amount may be paid.
``tag``: log of the tagger's probability of the label; ``tag_sure``: negative log of what is
    missing to 1; ``other_tag``: the probability of the likeliest other field of the summary.
``key``: the strength of a key word that says so, 0 to 1; ``key_against_tag``: times ``other_tag``.
    ``key_of_other``: a key word says that it is another field; ``key_of_other_against_tag``:
    times the probability of the label; ``key_of_none``: a key word says that it is no field.
    ``proven``: a tax that the rate on its line makes of another amount.
"""

_LEAST_DOUBT = 0.002
_LEAST_TAG, _LEAST_UNTOLD = 0.01, 0.05
"""Probabilities are raised to these before logarithms are taken; to the second if the tagger only
gives those of the tags that it chose."""


def features_by_label(
    candidates: Sequence[AmountCandidate], labels: Sequence[str], tagged: TaggedPage
) -> dict[str, Floats]:
    """For each label the features of every candidate as this field: shape (candidates,
    ``AMOUNT_FEATURES``)."""
    place = _of_place(candidates, tagged)
    least = _LEAST_UNTOLD if tagged.tags.scores is None else _LEAST_TAG
    names = [label.name for label in tagged.label_set.with_role(Role.SUMMARY)]
    likely = _array((list(map(one.tagged.__getitem__, names)) for one in candidates), names)
    keys = [(one.key.label, one.key.strength) if one.key else (None, 0.0) for one in candidates]
    of_none = np.array([one.key is not None and one.key.label is None for one in candidates], float)
    taxes = np.array([one.is_tax for one in candidates], float)
    found = {}
    for label in labels:
        own = likely[:, names.index(label)]
        other = np.delete(likely, names.index(label), axis=1).max(axis=1, initial=0.0)
        said = np.array([strength if key == label else 0.0 for key, strength in keys])
        otherwise = np.array([key not in (None, label) for key, _ in keys], float)
        columns = (
            np.log(np.maximum(own, least)),
            -np.log(np.maximum(1 - own, _LEAST_DOUBT)),
            other,
            said,
            said * other,
            otherwise,
            otherwise * own,
            of_none,
            taxes * (label == "tax"),
        )
        found[label] = np.column_stack((place, *columns))
    return found


def _of_place(candidates: Sequence[AmountCandidate], tagged: TaggedPage) -> Floats:
    amounts = [len(line.amounts) for line in tagged.lines]
    words = [len(line.words) for line in tagged.lines]
    line_of = {token: n for n, line in enumerate(tagged.lines) for token in line.tokens}
    lines = [line_of[one.span.tokens[0]] for one in candidates]
    several = len({line for one, line in zip(candidates, lines, strict=True) if one.is_base}) > 1
    last_row = max((n for one, n in zip(candidates, lines, strict=True) if one.in_row), default=-1)
    largest = max((one.value for one in candidates), default=None)
    total = max(
        (one.line_number for one in tagged.labelled_amounts if one.label == "total"), default=-1
    )
    last = max(lines, default=-1)
    paid = {one.value for one in candidates if one.may_be_paid}
    seen: set[object] = set()
    rows = []
    for one, line in zip(candidates, lines, strict=True):
        rows.append(
            (
                1.0,
                one.is_base and not several,
                one.is_base and several,
                one.in_row,
                one.span.probability if one.in_row else 0.0,
                one.surcharge == SERVICE_CHARGE,
                one.surcharge == OTHER_FEE,
                one.surcharge == ROUNDED,
                one.rate is not None,
                not one.value,
                one.value < 0,
                one.value == largest,
                line == last,
                line / len(tagged.lines),
                0 <= total < line,
                line < last_row,
                words[line] == len(one.span.tokens),
                amounts[line] > 2,
                one.value in seen,
                one.may_be_paid and len(paid) == 1,
            )
        )
        seen.add(one.value)
    return _array(iter(rows), OF_PLACE)


def _array(rows: Iterator[Sequence[float]], names: Sequence[str]) -> Floats:
    found = list(rows)
    return np.array(found, float).reshape(len(found), len(names))
