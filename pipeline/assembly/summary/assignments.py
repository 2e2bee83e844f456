"""All assignments of a page's amounts to the summary fields, their scores and probabilities.

An assignment chooses an option for each field. Its score is the weighted sum of its features
(`OPTION_FEATURES` of each option, `SUM_FEATURES` of all together), its probability the softmax over
all assignments. An amount is one field at most, but cash may be the total's own line: some tills
print no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.summary.amount_features import Floats
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    DISCOUNT,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
    Options,
)
from pipeline.assembly.summary.sum_features import (
    OF_BASIS,
    OF_BOTH,
    OF_TOTAL,
    Flags,
)

JUDGED = (TOTAL, SUBTOTAL, TAX, TIP, DISCOUNT, CASH, CHANGE)
IN_BASIS, IN_PAYMENT = (SUBTOTAL, TAX, TIP, DISCOUNT), (CASH, CHANGE)
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Weights:
    """Of each label's ``OPTION_FEATURES``, and of the ``SUM_FEATURES``."""

    options: Mapping[str, Floats]
    sums: Floats


@dataclass(frozen=True, slots=True)
class Assignments:
    """Everything that is tried: total, basis (subtotal, tax, tip, discount) and payment (cash,
    change), each with each.

    Attributes:
        known: the labels of ``JUDGED`` that the label set knows.
        options: of each label of ``JUDGED``; of others than those only the empty field.
        bases: the place of each basis's options among their labels' options: shape (bases, 4).
        payments: likewise: shape (payments, 2).
        of_basis, of_total, of_both, of_payment: features, as ``sum_features`` makes them.
        total_basis, basis_payment, total_payment: whether two go together: they share no amount,
            and no amount but a discount has another sign than the total. Shapes (totals,
            bases), (bases, payments), (totals, payments).
    """

    known: tuple[str, ...]
    options: Mapping[str, Options]
    bases: Places
    payments: Places
    of_basis: Flags
    of_total: Flags
    of_both: Flags
    of_payment: Flags
    total_basis: Flags
    basis_payment: Flags
    total_payment: Flags

    def scores(self, weights: Weights) -> Floats:
        """The score of each assignment, ``-inf`` for an impossible one: shape (totals, bases,
        payments)."""
        by_label = {
            label: own.features @ weights.options[label] for label, own in self.options.items()
        }
        ends = np.cumsum((len(OF_BASIS), len(OF_TOTAL), len(OF_BOTH)))
        of_basis, of_total, of_both, of_payment = np.split(weights.sums, ends)
        totals = by_label[TOTAL] + self.of_total @ of_total
        bases = self.of_basis @ of_basis + _of(by_label, IN_BASIS, self.bases)
        payments = _of(by_label, IN_PAYMENT, self.payments)
        both = totals[:, None] + bases + self.of_both @ of_both
        both = np.where(self.total_basis, both, -np.inf)
        paid = np.where(self.total_payment, payments + self.of_payment @ of_payment, -np.inf)
        found = both[:, :, None] + paid[:, None, :]
        found[:, ~self.basis_payment] = -np.inf
        return found

    def by_option(self, probabilities: Floats) -> dict[str, Floats]:
        """The probability of each option of each label.

        Args:
            probabilities: of the assignments, in the shape of ``scores``.
        """
        bases = probabilities.sum(axis=(0, 2))
        payments = probabilities.sum(axis=(0, 1))
        columns = [(label, self.bases[:, n], bases) for n, label in enumerate(IN_BASIS)]
        columns += [(label, self.payments[:, n], payments) for n, label in enumerate(IN_PAYMENT)]
        return {TOTAL: probabilities.sum(axis=(1, 2))} | {
            label: np.bincount(places, given, len(self.options[label].options))
            for label, places, given in columns
        }

    def places(self, numbers: Places) -> Places:
        """The places of the options of assignments among their labels' options: shape (numbers,
        ``JUDGED``).

        Args:
            numbers: of the assignments in the flattened ``scores``.
        """
        total, basis, payment = np.unravel_index(numbers, self.shape)
        return np.column_stack((total, self.bases[basis], self.payments[payment]))

    def sum_features(self, numbers: Places) -> Flags:
        """The features of assignments: shape (numbers, ``SUM_FEATURES``)."""
        total, basis, payment = np.unravel_index(numbers, self.shape)
        return np.column_stack(
            (
                self.of_basis[basis],
                self.of_total[total],
                self.of_both[total, basis],
                self.of_payment[total, payment],
            )
        )

    def at(self, number: int) -> dict[str, Option]:
        """The options of one assignment, by its number in the flattened ``scores``."""
        (places,) = self.places(np.array([number]))
        return {
            label: self.options[label].options[place]
            for label, place in zip(JUDGED, places, strict=True)
        }

    def same_values(self) -> Places:
        """A number for each assignment, in the shape of ``scores``: equal for those that give all
        fields the same values, printed wherever."""
        values = {label: _numbered(own.options) for label, own in self.options.items()}
        bases, payments = (
            _groups(np.column_stack([values[name][places[:, n]] for n, name in enumerate(labels)]))
            for labels, places in ((IN_BASIS, self.bases), (IN_PAYMENT, self.payments))
        )
        by_total = values[TOTAL][:, None] * (bases.max() + 1) + bases
        found: Places = by_total[:, :, None] * (payments.max() + 1) + payments
        return found

    @property
    def open(self) -> Flags:
        """Whether an assignment is possible, in the shape of ``scores``."""
        found: Flags = (
            self.total_basis[:, :, None] & self.total_payment[:, None] & self.basis_payment
        )
        return found

    @property
    def shape(self) -> tuple[int, int, int]:
        """The number of totals, bases and payments."""
        return (*self.total_basis.shape, len(self.payments))


def _of(by_label: Mapping[str, Floats], labels: Sequence[str], places: Places) -> Floats:
    found: Floats = np.sum([by_label[name][places[:, n]] for n, name in enumerate(labels)], axis=0)
    return found


def _numbered(options: Sequence[Option]) -> Places:
    """A number for each option, equal for those of one value."""
    numbers: dict[Decimal | None, int] = {}
    return np.array([numbers.setdefault(one.value, len(numbers)) for one in options], np.intp)


def _groups(rows: Places) -> Places:
    """A number for each row, equal for equal ones."""
    return np.unique(rows, axis=0, return_inverse=True)[1].reshape(-1)


def probabilities(scores: Floats) -> Floats:
    """The softmax over all of them."""
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())
