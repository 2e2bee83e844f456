"""The summary's service charge and rounding, which the tagger alone finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.fields.value_text import with_value_text
from pipeline.assembly.record import is_in_record
from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.options import (
    DISCOUNT,
    ROUNDING,
    SERVICE,
    SUBTOTAL,
    TAX,
    TIP,
    TOTAL,
    Option,
    unassigned,
)
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO


def surcharge_fields(
    candidates: Sequence[AmountCandidate],
    summary: Mapping[str, Option],
    items_total: Decimal | None,
    tagged: TaggedPage,
) -> dict[str, Candidate]:
    """The likeliest amount tagged as each, of those that no other field of the summary holds.

    A rounding that is printed without a sign gets the one with which the sums hold.
    """
    free = unassigned(candidates, summary)
    found: dict[str, Candidate] = {}
    for label in tagged.label_set.labels:
        if label.name in (SERVICE, ROUNDING) and is_in_record(label):
            own = [one for one in free if one.span.label == label.name]
            if best := max(own, key=lambda one: one.span.probability, default=None):
                found[label.name] = with_value_text(Candidate(best.span, best.value), label, tagged)
    if (rounding := found.get(ROUNDING)) is not None:
        service = found[SERVICE].amount if SERVICE in found else None
        value = rounding.amount or ZERO
        missing = list(_missing(summary, items_total, service or ZERO))
        if value > 0 and not _holds(value, missing) and _holds(-value, missing):
            found[ROUNDING] = replace(rounding, value=-value)
    return found


def _missing(
    summary: Mapping[str, Option], items_total: Decimal | None, service: Decimal
) -> Iterator[Decimal]:
    """What the sums lack to the total: tax on top or included, discounts taken off or not yet."""
    if TOTAL not in summary:
        return
    total, tax, tip, off = (_amount(summary, name) for name in (TOTAL, TAX, TIP, DISCOUNT))
    starts = [summary[SUBTOTAL].amount] if SUBTOTAL in summary else []
    starts += [] if items_total is None else [items_total]
    for start, taxed, less in product(starts, {ZERO, tax}, {ZERO, off}):
        yield total - (start + taxed + tip + service - less)


def _amount(summary: Mapping[str, Option], name: str) -> Decimal:
    return summary[name].amount if name in summary else ZERO


def _holds(value: Decimal, missing: Sequence[Decimal]) -> bool:
    return any(abs(value - one) < CENT for one in missing)
