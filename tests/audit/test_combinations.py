"""Values that are usual one by one and unusual together."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from audited import audited

from pipeline.audit.combinations.find import FARTHEST, FEWEST, UNUSUAL, company_of
from pipeline.audit.combinations.forest import fitted_forest
from pipeline.audit.combinations.habits import COLUMNS, habits_of
from pipeline.audit.combinations.values import Values
from pipeline.evaluation.audit.combination_scores import (
    combination_lines,
    record_of,
    values_of_spent,
)
from pipeline.evaluation.audit.habits_pile import Spent, draw_company

COUNT = 600


@pytest.fixture(scope="module")
def drawn() -> list[Spent]:
    return list(draw_company(COUNT, 3, 0.0))


@pytest.fixture(scope="module")
def company(drawn):
    return company_of([values_of_spent(one) for one in drawn])


@pytest.fixture(scope="module")
def taxi_by_night(drawn) -> Spent:
    """A taxi at ten in the evening by one who travels, as the company has many."""
    return next(one for one in drawn if (one.category, one.hour) == ("ground_transport", 22))


def fuel_by_night(drawn: list[Spent]) -> Spent:
    """Fuel, usual for this person by day, at three in the night of a Sunday in francs."""
    one = next(one for one in drawn if one.category == "fuel")
    return replace(one, number=9999, hour=3, day=date(2025, 6, 1), currency="CHF")


def audit_of(folder, drawn, **job):
    rows = [f"{one.number:06}.jpg,{one.person},{one.category}" for one in drawn]
    claims = "\n".join(["path,person,category", *rows])
    found = audited(folder, [record_of(one) for one in drawn], claims, combinations=True, **job)
    return [one for one in found if one.rule == UNUSUAL]


def test_the_strange_receipt_is_found_and_the_reason_says_what_and_against_what(tmp_path, drawn):
    found = audit_of(tmp_path, [*drawn, fuel_by_night(drawn)])
    (finding,) = (one for one in found if one.receipts[0].path == "009999.jpg")
    assert "03:00–05:59 (so are none of " in finding.reason
    assert "other receipts of category fuel)" in finding.reason
    assert finding.score >= 0.5
    assert len(found) <= 0.02 * COUNT


def test_the_same_values_with_what_they_go_with_are_left_alone(company, taxi_by_night):
    assert company.distance(values_of_spent(taxi_by_night)) < FARTHEST


def test_one_unusual_value_alone_is_left_alone(drawn, company):
    meal = next(one for one in drawn if one.category == "meals" and one.hour == 12)
    weekend = replace(meal, day=date(2025, 6, 1))
    assert company.distance(values_of_spent(weekend)) < FARTHEST


def test_few_receipts_say_nothing(tmp_path, drawn):
    few = [*drawn[: FEWEST // 2], fuel_by_night(drawn)]
    assert audit_of(tmp_path, few) == []


def test_the_findings_are_the_same_in_every_run(tmp_path, drawn):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    some = [*drawn[:FEWEST], fuel_by_night(drawn)]
    assert audit_of(tmp_path / "a", some) == audit_of(tmp_path / "b", some)


def test_the_forest_scores_as_scikit_learn_does():
    from sklearn.ensemble import IsolationForest

    rows = np.random.default_rng(1).normal(size=(700, 4))
    forest = fitted_forest(rows)
    own = IsolationForest(n_estimators=200, max_samples=256, random_state=0).fit(rows)
    assert [forest.score(row) for row in rows[:50]] == pytest.approx(-own.score_samples(rows[:50]))


def test_missing_values_make_no_receipt_unusual(company):
    assert company.distance(Values({}, {})) < FARTHEST
    assert company.causes(Values({}, {})) == []


def test_rarity_is_that_within_the_group():
    taxi = Values({"category": "taxi", "hours": "night"}, {})
    meal = Values({"category": "meals", "hours": "noon"}, {})
    habits = habits_of([taxi] * 50 + [meal] * 50)
    column = COLUMNS.index(("hours", "category"))
    strange = Values({"category": "meals", "hours": "night"}, {})
    assert habits.share("hours", "category", strange) == (0, 50)
    usual, rare = (habits.rarities(one)[column] for one in (taxi, strange))
    assert usual < 0.3 < math.log(4) < rare


def test_the_benchmark_prints_recall_and_the_curve():
    lines = "\n".join(combination_lines(FEWEST, 5, 10.0))
    assert "usual receipts are reported" in lines
    assert "| in use, 2.000 |" in lines
