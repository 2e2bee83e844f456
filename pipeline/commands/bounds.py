"""The option --fail-under: figures that must reach a value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, did_you_mean_share

if TYPE_CHECKING:
    from pipeline.evaluation.figure_names import Names
    from pipeline.evaluation.report import Report

_COUNTS = frozenset(("correct", "predicted", "true", "part", "whole", "labels"))


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure, such as ``total.f1``, and the least value that is accepted."""

    figure: str
    least: float


def parse_bounds(texts: Iterable[str]) -> list[Bound]:
    """Bounds written as ``total.f1=0.9``.

    Raises:
        ConfigError: another notation, or a value that no figure can reach.
    """
    return [_bound(text) for text in texts]


def check_bounds(bounds: Sequence[Bound], possible: Names) -> None:
    """Check that the report will have the figures.

    Raises:
        ConfigError: it will not have one; the message suggests the nearest.
    """
    from pipeline.evaluation.figure_names import located

    for bound in bounds:
        try:
            located(possible, bound.figure)
        except ConfigError as error:
            raise ConfigError(f"--fail-under: these receipts give {error}") from error


def below_bounds(report: Report, bounds: Sequence[Bound]) -> list[str]:
    """A line for each figure that is below its bound, in the report's main section."""
    from pipeline.evaluation.report import figure, section

    result = section(report)
    found = [(bound, figure(result, bound.figure)) for bound in bounds]
    return [
        f"{bound.figure} is {value:.4f}, below {bound.least:g}"
        for bound, value in found
        if value < bound.least
    ]


def _bound(text: str) -> Bound:
    figure, _, value = text.partition("=")
    figure = figure.strip()
    try:
        least = float(value)
    except ValueError:
        least = math.nan
    if math.isnan(least):  # every comparison with it is false
        raise ConfigError(f"--fail-under {text}: give FIGURE=VALUE, such as total.f1=0.9")
    if least > 1 and figure.rpartition(".")[2] not in _COUNTS:
        hint = did_you_mean_share(least)
        raise ConfigError(f"--fail-under {text}: this figure is at most 1{hint}")
    return Bound(figure, least)
