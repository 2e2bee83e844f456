"""Fit the model of corrections (`assembly.summary.corrections`) on receipts with known print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from pipeline.assembly.as_read import amounts_as_read
from pipeline.assembly.retagging.retag import retagged
from pipeline.assembly.summary.corrections import (
    FEATURES,
    Change,
    failing_sums,
    possible_changes,
    probabilities,
)
from pipeline.assembly.summary.judgement import packaged_weights
from pipeline.assembly.summary.repair import places_of_terms, read_amounts
from pipeline.assembly.summary.repair_equations import QUANTITY, Term
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.parse import parse
from pipeline.document import Page
from pipeline.install import needs
from pipeline.labels import LabelSet, ValueType
from pipeline.tagging.types import Tags

RIDGE = 0.03
"""Penalty on the squared distance of the weights from ``_PRIOR``."""

_PRIOR = {"reading": 1.0}  # the recogniser's probabilities as they are


@dataclass(frozen=True, slots=True)
class Decision:
    """A sum that fails and the changes that would make it hold.

    Attributes:
        right: the number of the change to the printed value; ``None`` if none of them is.
    """

    changes: Sequence[Change]
    right: int | None


def decisions(page: Page, tags: Tags, label_set: LabelSet, printed: Page) -> Iterator[Decision]:
    """What there is to decide on a page, right decisions taken before.

    Args:
        printed: the same page as it was printed.
    """
    tagged = retagged(TaggedPage.of(page, tags, label_set))
    read = amounts_as_read(tagged, packaged_weights())
    items, summary = read.items, read.judgement.chosen
    amounts = read_amounts(items, summary, read.candidates, tagged)
    truth = _printed_values(places_of_terms(items, summary, tagged), tagged, printed)
    current = dict(amounts.values)
    decided: set[int] = set()
    while (number := _next(failing_sums(amounts, current), decided)) is not None:
        decided.add(number)
        changes = possible_changes(amounts, current, number)
        right = next((n for n, one in enumerate(changes) if truth.get(one.term) == one.value), None)
        if changes:
            yield Decision(changes, right)
        if right is not None:
            current[changes[right].term] = changes[right].value


def _next(numbers: Sequence[int], decided: Set[int]) -> int | None:
    return next((number for number in numbers if number not in decided), None)


def fit(made: Sequence[Decision]) -> dict[str, float]:
    """The weights by feature, by maximum likelihood with a ridge.

    Raises:
        ConfigError: SciPy is not installed.
    """
    with needs("the fit needs SciPy", "evaluate"):
        from scipy.optimize import minimize

    prior = np.array([_PRIOR.get(name, 0.0) for name in FEATURES])

    def loss(weights: np.ndarray) -> float:
        return RIDGE * float(((weights - prior) ** 2).sum()) - sum(
            float(np.log(max(_probability(decision, weights), 1e-12))) for decision in made
        )

    found = minimize(loss, prior, method="L-BFGS-B")
    return {name: round(float(one), 3) for name, one in zip(FEATURES, found.x, strict=True)}


def _probability(decision: Decision, weights: Sequence[float] | np.ndarray) -> float:
    """The probability of the right option."""
    found = probabilities(decision.changes, list(weights))
    return 1 - sum(found) if decision.right is None else found[decision.right]


def text_at(tokens: Sequence[int], page: Page, printed: Page) -> str:
    """What is printed where these tokens of a page were read.

    A printed word belongs to the token that covers most of it, if that is at least half.
    """
    words = []
    for word in printed.tokens:
        shares = [word.box.intersection(token.box) for token in page.tokens]
        best = int(np.argmax(shares)) if shares else -1
        if best in tokens and shares[best] >= word.box.area / 2:
            words.append(word.text)
    return " ".join(words)


def _printed_values(
    places: Mapping[Term, tuple[str, Sequence[int]]], tagged: TaggedPage, printed: Page
) -> dict[Term, Decimal]:
    found = {}
    for term, (_, tokens) in places.items():
        kind = ValueType.QUANTITY if term[0] == QUANTITY else ValueType.AMOUNT
        value = parse(text_at(tokens, tagged.page, printed), kind, tagged.conventions)
        if isinstance(value, Decimal):
            found[term] = abs(value)
    return found
