"""How probable each value of the summary is, and that the receipt has none."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.as_read import amounts_of
from pipeline.assembly.assemble import assemble, assembled
from pipeline.assembly.summary.assignments import JUDGED, probabilities
from pipeline.assembly.summary.find_assignments import find_assignments
from pipeline.assembly.summary.judgement import WEIGHTS, JudgementWeights, judge, packaged_weights
from pipeline.assembly.tagged_page import TaggedPage

RECEIPT: list[list[Word]] = [
    [("COLA", "item_description"), ("7.00", "item_total")],
    [("Subtotal", ""), ("7.00", "subtotal")],
    [("GST", ""), ("0.42", "tax")],
    [("Total", ""), ("7.42", "total")],
    [("Cash", ""), ("10.00", "cash")],
    [("Change", ""), ("2.58", "change")],
]


def likely(lines: list[list[Word]]) -> dict[str, float]:
    return dict(assembled(*page_of(lines), LABELS).likely)


def test_what_adds_up_is_nearly_sure() -> None:
    assert all(likely(RECEIPT)[label] > 0.9 for label in ("total", "subtotal", "tax", "cash"))


def test_a_sum_that_fails_is_less_sure() -> None:
    spoilt = [*RECEIPT[:3], [("Total", ""), ("7.92", "total")], *RECEIPT[4:]]
    assert likely(spoilt)["total"] < likely(RECEIPT)["total"]


def test_of_two_that_may_be_the_total_neither_is_sure() -> None:
    page, tags = page_of([[("TEA", ""), ("5.00", "total")], [("CAKE", ""), ("6.00", "total")]])
    scores = {"total": np.array([0, 0.5, 0, 0.5], np.float32)}
    found = assembled(page, replace(tags, scores=scores), LABELS)
    assert found.likely["total"] < 0.8


def test_empty_fields_have_a_probability_of_being_empty() -> None:
    contents = assemble(*page_of(RECEIPT), LABELS)
    assert set(contents.absent) == {"tip", "discount"}
    assert all(0.9 < sure <= 1 for sure in contents.absent.values())
    bare = assemble(*page_of([[("THANK", ""), ("YOU", "")]]), LABELS)
    assert bare.absent == {}, "a page without amounts tells nothing"


def test_a_total_that_may_be_there_is_not_surely_absent() -> None:
    page, tags = page_of([[("Endbetrag", ""), ("10.00", "")]])
    scores = {"total": np.array([0.0, 0.2], np.float32)}
    unsure = assemble(page, replace(tags, scores=scores), LABELS)
    if unsure.total is None:
        assert unsure.absent["total"] < 0.95


amounts = st.integers(1, 2000).map(lambda cents: f"{cents / 100:.2f}")
labels = st.sampled_from(["", "total", "subtotal", "tax", "tip", "discount", "cash", "change"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(amounts, labels), min_size=1, max_size=7))
def test_each_labels_options_share_one_probability(lines: list[tuple[str, str]]) -> None:
    page, tags = page_of([[("X", ""), (text, label)] for text, label in lines])
    weights = packaged_weights()
    tried = find_assignments(amounts_of(TaggedPage.of(page, tags, LABELS)), weights)
    shares = probabilities(tried.scores(weights))
    for own in tried.by_option(shares).values():
        assert own.sum() == pytest.approx(1)
    judgement = judge(tried, weights)
    held = [one.number for option in judgement.chosen.values() for one in option.candidates]
    twice = {number for number in held if held.count(number) > 1}
    assert twice <= {one.number for one in judgement.chosen["cash"].candidates} if twice else True
    assert all(0 < one <= 1 + 1e-9 for one in judgement.likely.values())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(amounts, labels), min_size=1, max_size=5))
def test_the_likeliest_values_are_chosen_wherever_they_are_printed(
    lines: list[tuple[str, str]],
) -> None:
    page, tags = page_of([[("X", ""), (text, label)] for text, label in [*lines, *lines]])
    weights = packaged_weights()
    tried = find_assignments(amounts_of(TaggedPage.of(page, tags, LABELS)), weights)
    chances = probabilities(tried.scores(weights)).ravel()
    of_values: defaultdict[tuple[object, ...], float] = defaultdict(float)
    for number, chance in enumerate(chances.tolist()):
        of_values[tuple(option.value for option in tried.at(number).values())] += chance
    chosen = judge(tried, weights).chosen
    values = tuple(chosen[label].value if label in chosen else None for label in JUDGED)
    assert of_values[values] == pytest.approx(max(of_values.values()))


def test_scores_are_the_weighted_features() -> None:
    weights = packaged_weights()
    tried = find_assignments(amounts_of(TaggedPage.of(*page_of(RECEIPT), LABELS)), weights)
    scores = tried.scores(weights).ravel()
    numbers = np.flatnonzero(np.isfinite(scores))[::50]
    rows = zip(numbers, tried.places(numbers), tried.sum_features(numbers), strict=True)
    for number, places, sums in rows:
        score = float(weights.sums @ sums)
        for label, place in zip(JUDGED, places, strict=True):
            score += float(tried.options[label].features[place] @ weights.options[label])
        assert score == pytest.approx(scores[number])


def test_the_packaged_weights_say_how_they_were_made() -> None:
    raw = json.loads(WEIGHTS.read_text())
    assert raw["command"].startswith("fit_judgement")
    assert set(raw["weights"]["own"]) <= set(JUDGED)


def test_unknown_features_are_refused() -> None:
    with pytest.raises(ValueError, match="horoscope"):
        JudgementWeights(options={"horoscope": 1.0}, sums={})


def test_equal_values_count_together() -> None:
    twice = [[("Total", ""), ("7.42", "total")], [("VISA", ""), ("7.42", "total")]]
    contents = assemble(*page_of(twice), LABELS)
    assert contents.total is not None
    assert contents.total.value == Decimal("7.42")
    assert likely(twice)["total"] > 0.9
