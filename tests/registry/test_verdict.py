"""When a candidate is worse than the served model."""

from __future__ import annotations

import pytest

from pipeline.registry.verdict import ALL_FIELDS, GuardedFigure, why_worse


def figure(served: float, candidate: float, p: float) -> GuardedFigure:
    return GuardedFigure(served=served, candidate=candidate, low=-1, high=1, p=p)


@pytest.mark.parametrize(
    ("candidate", "margin", "refused"),
    [(0.9, 0.005, False), (0.896, 0.005, False), (0.894, 0.005, True), (0.894, 0.01, False)],
)
def test_f1_over_all_fields_may_be_lower_by_the_margin(
    candidate: float, margin: float, refused: bool
) -> None:
    assert bool(why_worse({ALL_FIELDS: figure(0.9, candidate, 0.9)}, margin)) is refused


def test_one_figure_that_is_significantly_lower_is_enough() -> None:
    figures = {ALL_FIELDS: figure(0.9, 0.91, 0.2), "fields.total": figure(0.99, 0.9, 0.01)}
    assert why_worse(figures) == [
        "fields.total is significantly lower: 0.900 against 0.990 (p = 0.0100)"
    ]


def test_a_figure_that_is_significantly_higher_is_no_reason() -> None:
    assert why_worse({ALL_FIELDS: figure(0.9, 0.95, 0.0001)}) == []


@pytest.mark.parametrize(("p", "refused"), [(0.02, False), (0.012, True)])
def test_the_level_is_shared_by_the_figures(p: float, refused: bool) -> None:
    """Holm: of four figures the smallest p has to be below 0.05 / 4."""
    others = {name: figure(0.9, 0.9, 0.8) for name in "abc"}
    assert bool(why_worse({**others, "d": figure(0.9, 0.8, p)})) is refused


def test_holms_steps() -> None:
    figures = {"a": figure(1, 0.9, 0.02), "b": figure(1, 0.9, 0.001), "c": figure(1, 0.9, 0.04)}
    assert [reason.split()[0] for reason in why_worse(figures)] == ["b", "a", "c"]
    figures["c"] = figure(1, 0.9, 0.06)
    assert [reason.split()[0] for reason in why_worse(figures)] == ["b", "a"]
