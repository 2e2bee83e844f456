"""Correct misread amounts in line items and summary, where the recogniser and the sums agree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import fmean

from pipeline.assembly.field_tokens import tokens_of
from pipeline.assembly.readings import readings_of_part
from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.corrections import Correction, ReadAmounts, corrections
from pipeline.assembly.summary.options import TAX, Option, unassigned
from pipeline.assembly.summary.repair_equations import (
    ITEM_TOTAL,
    QUANTITY,
    UNIT_PRICE,
    Term,
    Values,
    amounts_in_sums,
    equations,
)
from pipeline.assembly.summary.tax_rates import tax_rates
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import ZERO
from pipeline.assembly.values.parse import parse
from pipeline.labels import ValueType
from pipeline.receipt import LineItem

_COLUMNS = {QUANTITY: "quantity", UNIT_PRICE: "unit_price", ITEM_TOTAL: "total"}


def repair(
    items: Sequence[LineItem],
    options: Mapping[str, Option],
    candidates: Sequence[AmountCandidate],
    tagged: TaggedPage,
) -> tuple[list[LineItem], dict[str, Option]]:
    """Correct misread amounts, and mark the values as ``repaired``.

    An amount is only changed to what the recogniser held possible (``Token.readings``): a page
    without readings is left as it is.

    Args:
        candidates: all of the page's.
    """
    if not any(token.readings for token in tagged.tokens):
        return list(items), dict(options)
    repaired = corrections(read_amounts(items, options, candidates, tagged))
    new_items = [
        _repaired_item(item, number, repaired, tagged) for number, item in enumerate(items)
    ]
    return new_items, {
        name: _repaired_option(name, option, repaired) for name, option in options.items()
    }


def read_amounts(
    items: Sequence[LineItem],
    options: Mapping[str, Option],
    candidates: Sequence[AmountCandidate],
    tagged: TaggedPage,
) -> ReadAmounts:
    """The amounts that take part in sums, with what else the recogniser held possible.

    Args:
        candidates: all of the page's.
    """
    others = unassigned(candidates, options)
    values = amounts_in_sums(items, options, [other for other in others if other.surcharge])
    taxes = options[TAX].candidates if TAX in options else ()
    return ReadAmounts(
        values=values,
        possible=_possible(places_of_terms(items, options, tagged), values, tagged),
        sums=[*equations(values), *tax_rates(taxes, candidates, tagged, values)],
        printed=frozenset(candidate.value for candidate in others),
    )


def places_of_terms(
    items: Sequence[LineItem], options: Mapping[str, Option], tagged: TaggedPage
) -> dict[Term, tuple[str, Sequence[int]]]:
    """The text of each amount and the tokens that hold it."""
    places: dict[Term, tuple[str, Sequence[int]]] = {}
    for number, item in enumerate(items):
        for column, name in _COLUMNS.items():
            if (field := getattr(item, name)) is not None:
                tokens = tokens_of(field.text, field.boxes, tagged.tokens)
                places[column, number] = field.text, tokens
    for label, option in options.items():
        for number, candidate in enumerate(option.candidates):
            places[label, number] = candidate.span.text, candidate.span.tokens
    return places


def _possible(
    places: Mapping[Term, tuple[str, Sequence[int]]], values: Values, tagged: TaggedPage
) -> dict[Term, dict[Decimal, float]]:
    """The probabilities of the values that each amount may have, where there are several."""
    found: dict[Term, dict[Decimal, float]] = {}
    for term in places.keys() & values.keys():
        text, tokens = places[term]
        kind = ValueType.QUANTITY if term[0] == QUANTITY else ValueType.AMOUNT
        possible: dict[Decimal, float] = {}
        for one in readings_of_part(text, [tagged.tokens[index] for index in tokens]):
            value = parse(one.text, kind, tagged.conventions)
            if isinstance(value, Decimal):
                value = abs(value) if values[term] >= 0 else value
                possible[value] = possible.get(value, 0.0) + one.probability
        if len(possible) > 1:
            found[term] = possible
    return found


def _repaired_item(
    item: LineItem, number: int, repaired: Mapping[Term, Correction], tagged: TaggedPage
) -> LineItem:
    changes = {}
    for column, name in _COLUMNS.items():
        if (correction := repaired.get((column, number))) is not None:
            field = getattr(item, name)
            tokens = tokens_of(field.text, field.boxes, tagged.tokens)
            tagged_as = fmean(tagged.tags.probabilities[token] for token in tokens)
            changes[name] = field.model_copy(
                update={
                    "value": correction.value,
                    "repaired": True,
                    "confidence": tagged_as * correction.probability,
                }
            )
    return item.model_copy(update=changes)


def _repaired_option(label: str, option: Option, repaired: Mapping[Term, Correction]) -> Option:
    numbers = range(len(option.candidates))
    own = {n: repaired[label, n] for n in numbers if (label, n) in repaired}
    if not own:
        return option
    candidates = tuple(
        replace(candidate, value=own[number].value) if number in own else candidate
        for number, candidate in enumerate(option.candidates)
    )
    several = len(candidates) > 1
    return replace(
        option,
        candidates=candidates,
        value=sum((abs(c.value) for c in candidates), ZERO) if several else candidates[0].value,
        repaired=math.prod(correction.probability for correction in own.values()),
    )
