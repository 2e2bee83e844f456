"""What can be tried on a page: the options of each summary field, each with each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.amount_features import Floats, features_by_label
from pipeline.assembly.summary.assignments import (
    IN_BASIS,
    IN_PAYMENT,
    JUDGED,
    Assignments,
    Places,
    Weights,
)
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    DISCOUNT,
    NO_OPTIONS,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
    Options,
    options_of,
)
from pipeline.assembly.summary.sum_features import (
    Bases,
    RowSums,
    has_one_sign,
    of_basis,
    of_both,
    of_payment,
    of_total,
    surcharge_sums,
    thousandths,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import ZERO


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is known of a page's amounts before any is chosen; made by ``of``.

    Attributes:
        labels: those of ``JUDGED`` that the label set knows; other fields stay empty.
        features: for each of these of every candidate: shape (candidates, ``AMOUNT_FEATURES``).
    """

    candidates: Sequence[AmountCandidate]
    sums: RowSums
    labels: tuple[str, ...]
    features: Mapping[str, Floats]

    @classmethod
    def of(
        cls,
        candidates: Sequence[AmountCandidate],
        labels: Sequence[str],
        sums: RowSums,
        tagged: TaggedPage,
    ) -> Self:
        known = tuple(label for label in JUDGED if label in labels)
        return cls(candidates, sums, known, features_by_label(candidates, known, tagged))


def find_assignments(amounts: Amounts, weights: Weights) -> Assignments:
    """What can be tried on a page.

    Args:
        weights: they choose the options of each label that are tried.
    """
    candidates, sums = amounts.candidates, amounts.sums
    options = dict.fromkeys(JUDGED, NO_OPTIONS) | {
        label: options_of(candidates, label, amounts.features[label], weights.options[label])
        for label in amounts.labels
    }
    held = {label: _held(own, len(candidates)) for label, own in options.items()}
    bases = _without_sharing([held[label] for label in IN_BASIS])
    payments = _without_sharing([held[label] for label in IN_PAYMENT])
    in_bases = _union([held[label] for label in IN_BASIS], bases)
    in_payments = _union([held[label] for label in IN_PAYMENT], payments)
    totals = options[TOTAL].options
    paid = [
        (options[CASH].options[cash], options[CHANGE].options[change]) for cash, change in payments
    ]
    values = _amounts(options, bases)
    return Assignments(
        known=amounts.labels,
        options=options,
        bases=bases,
        payments=payments,
        of_basis=of_basis(values, sums),
        of_total=of_total(totals, candidates, sums),
        of_both=of_both(totals, values, surcharge_sums(candidates), sums),
        of_payment=of_payment(totals, paid),
        total_basis=(held[TOTAL] @ in_bases.T == 0) & has_one_sign(totals, values),
        basis_payment=in_bases @ in_payments.T == 0,
        total_payment=np.array([[_may_pay(total, *one) for one in paid] for total in totals]),
    )


def _may_pay(total: Option, cash: Option, change: Option) -> bool:
    """Whether no amount is shared, but for cash on the total's own line that is tagged as cash."""
    if not total.candidates:
        return True
    if cash.candidates == total.candidates:
        return all(one.span.label == CASH for one in cash.candidates)
    return change.candidates != total.candidates


def _held(options: Options, count: int) -> NDArray[np.float32]:
    """Which candidates each option holds: shape (options, candidates)."""
    found = np.zeros((len(options.options), count), np.float32)
    for row, option in zip(found, options.options, strict=True):
        row[[one.number for one in option.candidates]] = 1
    return found


def _without_sharing(held: Sequence[NDArray[np.float32]]) -> Places:
    """All combinations of options of several labels that share no candidate."""
    combinations: Places = np.indices([len(one) for one in held]).reshape(len(held), -1).T
    times = np.sum([one[combinations[:, n]] for n, one in enumerate(held)], axis=0)
    apart: Places = combinations[(times <= 1).all(axis=1)]
    return apart


def _union(held: Sequence[NDArray[np.float32]], places: Places) -> NDArray[np.float32]:
    return np.asarray(np.sum([one[places[:, n]] for n, one in enumerate(held)], axis=0))


def _amounts(options: Mapping[str, Options], bases: Places) -> Bases:
    columns = {
        label: thousandths([one.amount for one in options[label].options])[bases[:, n]]
        for n, label in enumerate(IN_BASIS)
    }
    filled = {
        label: np.array([one.value is not None for one in options[label].options])[bases[:, n]]
        for n, label in ((0, SUBTOTAL), (1, TAX))
    }
    above = [
        [_above(discount, subtotal) for discount in options[DISCOUNT].options]
        for subtotal in options[SUBTOTAL].options
    ]
    rates = np.array([_rate(tax) for tax in options[TAX].options])
    table = np.array([thousandths(row) for row in above])
    return Bases(
        subtotal=columns[SUBTOTAL],
        tax=columns[TAX],
        tip=columns[TIP],
        discount=columns[DISCOUNT],
        above=table[bases[:, 0], bases[:, 3]],
        rate=rates[bases[:, 1]],
        has_subtotal=filled[SUBTOTAL],
        has_tax=filled[TAX],
    )


def _rate(tax: Option) -> float:
    """The rate on the line of a tax that is one amount, 0 without one."""
    rate = tax.candidates[0].rate if len(tax.candidates) == 1 else None
    return float(rate or 0)


def _above(discount: Option, subtotal: Option) -> Decimal:
    """The discounts in the lines above the subtotal, which are subtracted from it already."""
    if not subtotal.candidates:
        return ZERO
    last = subtotal.candidates[0].number
    return sum((abs(one.value) for one in discount.candidates if one.number < last), ZERO)
