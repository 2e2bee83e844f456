"""Correct one misread digit or a lost decimal point, if the sums allow only one correction."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from itertools import chain

from pipeline.assembly.summary.amount_candidates import AmountCandidate
from pipeline.assembly.summary.options import (
    CASH,
    CHANGE,
    SUBTOTAL,
    TAX,
    TOTAL,
    Option,
    unassigned,
)
from pipeline.assembly.summary.repair_equations import (
    ITEM_TOTAL,
    QUANTITY,
    UNIT_PRICE,
    Equation,
    Product,
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

Parse = Callable[[str], Decimal | None]
_MOST_REPAIRS = 5
_SEPARATOR = re.compile(r"\d[.,]\d")
_CENTS_AT_END = re.compile(r"^(.*\d)(\d\d)$")
_REPEATED = frozenset({TOTAL, SUBTOTAL, TAX})  # what tills print more than once
_COLUMNS = {QUANTITY: "quantity", UNIT_PRICE: "unit_price", ITEM_TOTAL: "total"}


def repair(
    items: Sequence[LineItem],
    options: Mapping[str, Option],
    candidates: Sequence[AmountCandidate],
    tagged: TaggedPage,
) -> tuple[list[LineItem], dict[str, Option]]:
    """Correct misread digits in line items and summary, and mark the values as ``repaired``.

    Args:
        candidates: all of the page's.
    """
    others = unassigned(candidates, options)
    values = amounts_in_sums(items, options, [other for other in others if other.surcharge])
    texts = _texts(items, options)
    taxes = options[TAX].candidates if TAX in options else ()
    sums = [*equations(values), *tax_rates(taxes, candidates, tagged, values)]

    def value_of(term: Term, text: str) -> Decimal | None:
        kind = ValueType.QUANTITY if term[0] == QUANTITY else ValueType.AMOUNT
        value = parse(text, kind, tagged.conventions)
        if not isinstance(value, Decimal):
            return None
        return abs(value) if values[term] >= 0 else value

    printed = frozenset(candidate.value for candidate in others)
    repaired = corrections(values, texts, value_of, sums, printed)
    if not repaired:
        return list(items), dict(options)
    new_items = [_repaired_item(item, number, repaired) for number, item in enumerate(items)]
    return new_items, {
        name: _repaired_option(name, option, repaired) for name, option in options.items()
    }


def _texts(items: Sequence[LineItem], options: Mapping[str, Option]) -> dict[Term, str]:
    texts: dict[Term, str] = {}
    for number, item in enumerate(items):
        for column, name in _COLUMNS.items():
            if (field := getattr(item, name)) is not None:
                texts[column, number] = field.text
    for label, option in options.items():
        for number, candidate in enumerate(option.candidates):
            texts[label, number] = candidate.span.text
    return texts


def _repaired_item(item: LineItem, number: int, repaired: Mapping[Term, Decimal]) -> LineItem:
    changes = {
        name: getattr(item, name).model_copy(
            update={"value": repaired[column, number], "repaired": True}
        )
        for column, name in _COLUMNS.items()
        if (column, number) in repaired
    }
    return item.model_copy(update=changes)


def _repaired_option(label: str, option: Option, repaired: Mapping[Term, Decimal]) -> Option:
    candidates = tuple(
        replace(candidate, value=repaired.get((label, number), candidate.value))
        for number, candidate in enumerate(option.candidates)
    )
    if candidates == option.candidates:
        return option
    several = len(candidates) > 1
    value = sum((abs(c.value) for c in candidates), ZERO) if several else candidates[0].value
    return replace(option, candidates=candidates, value=value, repaired=True)


def corrections(
    values: Values,
    texts: Mapping[Term, str],
    value_of: Callable[[Term, str], Decimal | None],
    sums: Sequence[Equation],
    printed: frozenset[Decimal] = frozenset(),
) -> dict[Term, Decimal]:
    """The corrected values, by term.

    A value is changed only if another digit in one place of its text makes a broken sum
    hold and breaks none, and if no other such change repairs as many sums. If a sum's
    new value is printed elsewhere, that counts as one more that holds.

    Args:
        texts: of the values that may be changed, as read.
        value_of: parses the text of a term.
        printed: amounts of the page that are none of the values.
    """
    current = dict(values)
    repaired: dict[Term, Decimal] = {}
    given_up: set[int] = set()
    for _ in range(_MOST_REPAIRS):
        broken = next(
            (
                number
                for number, equation in enumerate(sums)
                if number not in given_up and equation.binding and not equation.holds(current)
            ),
            None,
        )
        if broken is None:
            return repaired
        change = _only_change(sums[broken], current, texts, value_of, sums, printed)
        if change is None or change[0] in repaired:
            given_up.add(broken)
        else:
            current[change[0]] = repaired[change[0]] = change[1]
    return repaired


def _only_change(
    broken: Equation,
    values: Values,
    texts: Mapping[Term, str],
    value_of: Callable[[Term, str], Decimal | None],
    sums: Sequence[Equation],
    printed: frozenset[Decimal],
) -> tuple[Term, Decimal] | None:
    """The only change that makes the equation and most others hold; ``None`` if there are several.

    A quantity whose change alone repairs it is left: it is more often a number of another column.
    """
    held = [equation.holds(values) for equation in sums]
    effects: dict[tuple[Term, Decimal], int] = {}
    for term in sorted(broken.terms & texts.keys()):
        possible = other_digits(texts[term], partial(value_of, term))
        due = set(broken.solutions(term, values))
        for changed in (value for value in possible if value in due):  # with the text's places
            if not _is_plausible(term, changed, values):
                continue
            now = [equation.holds({**values, term: changed}) for equation in sums]
            pairs = list(zip(sums, held, now, strict=True))
            if not any(e.binding and before and not after for e, before, after in pairs):
                again = term[0] in _REPEATED and changed in printed
                effects[term, changed] = again + sum(after - before for _, before, after in pairs)
    most = max(effects.values(), default=0)
    best = [change for change, count in effects.items() if count == most]
    rounder = [(term, changed) for term, changed in best if _is_rounder(term, changed, values)]
    best = rounder or best
    if len(best) != 1 or best[0][0][0] == QUANTITY:
        return None
    holding = [e for e, holds in zip(sums, held, strict=True) if e.binding and holds]
    corroborated = _is_corroborated(broken, best[0][0], holding)
    return best[0] if most > 1 or corroborated or _is_wrong_product(broken, values) else None


def _is_wrong_product(broken: Equation, values: Values) -> bool:
    """Whether several pieces do not make their line's total: of one piece it may be a discount."""
    return isinstance(broken, Product) and values[QUANTITY, broken.number] >= 2


def _is_corroborated(broken: Equation, term: Term, holding: Sequence[Equation]) -> bool:
    """Whether another term of the broken sum is corroborated by a sum that holds."""
    others = broken.terms - {term}
    return any(others & equation.terms for equation in holding)


def _is_plausible(term: Term, changed: Decimal, values: Values) -> bool:
    """Whether a correction is plausible: zero is neither corrected nor the result, except for
    change; and cash does not become a less round sum."""
    if not values[term] or (not changed and term[0] != CHANGE):
        return False
    return term[0] != CASH or _zeros(changed) >= _zeros(values[term])


def _is_rounder(term: Term, changed: Decimal, values: Values) -> bool:
    return term[0] == CASH and _zeros(changed) > _zeros(values[term])


def _zeros(value: Decimal) -> int:
    """The number of trailing zeros of a number."""
    digits = "".join(map(str, value.as_tuple().digits))
    return len(digits) - len(digits.rstrip("0"))


def other_digits(text: str, parse: Parse) -> set[Decimal]:
    """The values of the text with one digit changed, or a decimal point restored."""
    return set(_parsed(chain(_with_other_digit(text), _with_point(text)), parse))


def _with_other_digit(text: str) -> Iterable[str]:
    for place, character in enumerate(text):
        if character.isdigit():
            for digit in "0123456789":
                if digit != character:
                    yield text[:place] + digit + text[place + 1 :]


def _with_point(text: str) -> Iterable[str]:
    """`600` for `6.00`."""
    if not _SEPARATOR.search(text):
        yield from (f"{match[1]}.{match[2]}" for match in _CENTS_AT_END.finditer(text))


def _parsed(texts: Iterable[str], parse: Parse) -> Iterable[Decimal]:
    return (value for text in texts if (value := parse(text)) is not None)
