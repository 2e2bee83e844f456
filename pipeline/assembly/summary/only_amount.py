"""The total of a receipt that prints one amount, under whatever name: `Taxa: 1,35 €`."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.assignments import Assignments, Weights, probabilities
from pipeline.assembly.summary.judgement import Judgement
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    DISCOUNT,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
)

_NO_TOTAL = frozenset((SUBTOTAL, TAX, TIP, DISCOUNT, CHANGE))


def with_only_amount(
    judgement: Judgement,
    candidates: Sequence[AmountCandidate],
    tried: Assignments,
    weights: Weights,
) -> Judgement:
    """The judgement with the page's only amount as the total, with the probability that the weights
    give it, if no total was chosen.

    Printed again it is one amount still, and may be the price of the only item as well. Of a page
    whose only amount is called a subtotal, tax, tip, discount or change nothing changes.
    """
    paid = [one for one in candidates if one.may_be_paid]
    names = {one.key.label for one in paid if one.key}
    values = {one.value for one in paid}
    if TOTAL in judgement.chosen or TOTAL not in judgement.likely or len(values) != 1:
        return judgement
    if names & _NO_TOTAL:
        return judgement
    likely = tried.by_option(probabilities(tried.scores(weights)))[TOTAL].tolist()
    by_option = zip(likely, tried.options[TOTAL].options, strict=True)
    of_value = [(one, option) for one, option in by_option if option.value in values]
    # Of several places where it is printed the likeliest, else the last.
    last = (0.0, Option((paid[-1],), paid[-1].value))
    _, best = max(of_value, key=lambda pair: pair[0], default=last)
    cash = {label: one for label, one in judgement.chosen.items() if label == CASH}
    likelihood = {TOTAL: sum(one for one, _ in of_value)}
    return Judgement({TOTAL: best} | cash, {**judgement.likely, **likelihood})
