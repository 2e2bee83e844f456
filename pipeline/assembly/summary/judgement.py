"""Judge which amount is which: the most probable assignment, and how probable each value is.

The weights (`judgement_weights.json`) are fitted by `scripts/fit_judgement`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, field_validator

from pipeline.assembly.summary.amount_features import Floats
from pipeline.assembly.summary.assignments import (
    JUDGED,
    Assignments,
    Places,
    Weights,
    probabilities,
)
from pipeline.assembly.summary.options import OPTION_FEATURES, TAX, Option
from pipeline.assembly.summary.sum_features import SUM_FEATURES

WEIGHTS = Path(__file__).with_name("judgement_weights.json")


class JudgementWeights(BaseModel):
    """Fitted weights by name; what is not listed is 0.

    Attributes:
        options: of ``OPTION_FEATURES``, which all labels share.
        own: what each label's weights are above the shared ones.
        sums: of ``SUM_FEATURES``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: dict[str, float]
    own: dict[str, dict[str, float]] = {}
    sums: dict[str, float]

    @field_validator("options", "sums")
    @classmethod
    def _known(cls, given: dict[str, float]) -> dict[str, float]:
        return _checked(given)

    @field_validator("own")
    @classmethod
    def _known_by_label(cls, given: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        return {label: _checked(one) for label, one in given.items()}

    def arrays(self) -> Weights:
        """As numbers in the order of the features."""
        shared = _array(self.options, OPTION_FEATURES)
        options = {
            label: shared + _array(self.own.get(label, {}), OPTION_FEATURES) for label in JUDGED
        }
        return Weights(options, _array(self.sums, SUM_FEATURES))

    @classmethod
    def of_arrays(cls, shared: np.ndarray, own: Mapping[str, np.ndarray], sums: np.ndarray) -> Self:
        """From numbers in the order of the features."""
        return cls(
            options=_named(shared, OPTION_FEATURES),
            own={label: _named(one, OPTION_FEATURES) for label, one in own.items()},
            sums=_named(sums, SUM_FEATURES),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was decided.

    Attributes:
        chosen: the option of each filled field.
        likely: for each field that was looked for the probability that its value is right; of one
            that stays empty, that the receipt has none.
    """

    chosen: Mapping[str, Option]
    likely: Mapping[str, float]


def judge(tried: Assignments, weights: Weights) -> Judgement:
    """The most probable values of the summary fields, and of the assignments that give them the
    most probable: an amount that is printed in several places may be taken from any.

    Of a page without amounts nothing is said.
    """
    scores = tried.scores(weights)
    chances = probabilities(scores)
    best = _with_all_taxes(tried.at(_likeliest(chances, tried.same_values())), tried)
    likely = _value_probabilities(tried, tried.by_option(chances), best)
    return Judgement(
        chosen={label: option for label, option in best.items() if option.candidates},
        likely={label: likely[label] for label in tried.known if scores.size > 1},
    )


def _likeliest(chances: Floats, groups: Places) -> int:
    """The number of the likeliest assignment of the likeliest group."""
    of_group = np.bincount(groups.ravel(), chances.ravel())
    return int(np.where(groups == of_group.argmax(), chances, -1.0).argmax())


def _with_all_taxes(best: Mapping[str, Option], tried: Assignments) -> dict[str, Option]:
    """The same values; the tax as the most lines that add up to it: those of its rates."""
    others = {
        one.number for label, option in best.items() if label != TAX for one in option.candidates
    }
    same = [
        option
        for option in tried.options[TAX].options
        if option.value == best[TAX].value
        and not any(one.number in others for one in option.candidates)
    ]
    fullest = max((best[TAX], *same), key=lambda option: len(option.candidates))
    return {**best, TAX: fullest}


def _value_probabilities(
    tried: Assignments, by_option: Mapping[str, np.ndarray], best: Mapping[str, Option]
) -> dict[str, float]:
    """For each label the probability of the chosen value, wherever it is printed."""

    def of(label: str, value: Decimal | None) -> float:
        pairs = zip(tried.options[label].options, by_option[label], strict=True)
        return float(sum(likely for option, likely in pairs if option.value == value))

    return {label: of(label, option.value) for label, option in best.items()}


@cache
def packaged() -> JudgementWeights:
    """The weights that come with the package."""
    raw = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return JudgementWeights.model_validate(raw["weights"])


@cache
def packaged_weights() -> Weights:
    """The same as numbers."""
    return packaged().arrays()


def _array(given: Mapping[str, float], names: Sequence[str]) -> np.ndarray:
    return np.array([given.get(name, 0.0) for name in names])


def _named(values: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    rounded = {name: round(float(one), 3) for name, one in zip(names, values, strict=True)}
    return {name: one for name, one in rounded.items() if one}


def _checked(given: dict[str, float]) -> dict[str, float]:
    unknown = sorted(given.keys() - {*OPTION_FEATURES, *SUM_FEATURES})
    if unknown:
        raise ValueError(f"features that this version does not have: {', '.join(unknown)}")
    return given
