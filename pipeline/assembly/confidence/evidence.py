"""Evidence for and against a field's value, as numeric features for calibration."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from pipeline.assembly.confidence.final_fields import FinalField
from pipeline.assembly.field_tokens import tokens_of
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.labels import Table, ValueType
from pipeline.receipt import Check, Contents, LineItem
from pipeline.text_lines.key_words import key_words

FEATURES: dict[str, int] = {
    "tag": 1,
    "tag_weakest": 1,
    "ocr": 1,
    "ocr_weakest": 1,
    "ocr_page": 1,
    "marginal": 1,
    "rival": -1,
    "beside": -1,
    "announced": 1,
    "announced_otherwise": -1,
    "sums_hold": 1,
    "sums_fail": -1,
    "items_add_up": 1,
    "printed_again": 1,
    "left_over": -1,
    "repaired": 0,
    "incomplete_item": -1,
    "lines": 0,
    "words": 0,
}
"""The features by name, in their order, each with the sign that its weight may have: 1 for
positive, -1 for negative, 0 for either.

``tag``, ``tag_weakest``: log-odds of the tagger's probability that the field's words are of
    its label, mean and least. ``ocr``, ``ocr_weakest``, ``ocr_page``: of the OCR engine's
    confidence, likewise, and over the page. ``marginal``: of the judgement's probability of an
    amount of the summary, 0 for other fields. ``rival``: log-odds of the likeliest other word;
    ``beside``: probability that a word right beside a text belongs to it.
``announced``, ``announced_otherwise``: a key word labels the field's amount as this label, or
    as another one.
``sums_hold``, ``sums_fail``: a check of the record in which the field takes part.
    ``items_add_up``: the line items make up the total. ``printed_again``: the amount stands
    on the page once or twice more.
``left_over``: the text holds digits that the value does not have. ``repaired``: as the field's
    mark says. ``incomplete_item``: its line item has no description or no total.
``lines``, ``words``: how many the text takes, as logarithms.
"""

_LEAST, _MOST = 0.002, 0.998  # probabilities are clipped to these before log-odds are taken
_MOST_REPEATS = 2
_DIGITS = re.compile(r"\d")
_ROW_RULE = re.compile(r"^([a-z]+)\[(\d+)\]:")
_SUMMED = frozenset({"items.total", "taxes.amount", "payments.amount"})
_NAME = re.compile(r"[a-z_]+")
_VALUES = frozenset((ValueType.AMOUNT, ValueType.QUANTITY, ValueType.DATE, ValueType.TIME))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The context that all fields of one page share.

    Attributes:
        likely: of the summary's fields the probability of their value.
        labelled: token to the label that a key word gives its amount, ``None`` for no field.
        amounts: how often each amount's digits stand on the page.
        confidence: the OCR engine's, mean over the page's tokens.
    """

    tagged: TaggedPage
    contents: Contents
    likely: Mapping[str, float]
    labelled: dict[int, str | None]
    amounts: Counter[str]
    confidence: float


def evidence(
    contents: Contents,
    fields: Iterable[FinalField],
    tagged: TaggedPage,
    likely: Mapping[str, float],
) -> list[list[float]]:
    """One list of ``FEATURES`` per field, all of them finite.

    Args:
        likely: of the summary's fields the probability of their value.
    """
    around = _surroundings(contents, tagged, likely)
    return [list(_features(one, around).values()) for one in fields]


def _surroundings(
    contents: Contents, tagged: TaggedPage, likely: Mapping[str, float]
) -> Surroundings:
    words = (line.words[place] for line in tagged.lines for place in line.amounts)
    return Surroundings(
        tagged=tagged,
        contents=contents,
        likely=likely,
        labelled={token: one.label for token, one in tagged.labelled_by_token().items()},
        amounts=Counter(_digits(word) for word in words),
        confidence=fmean(t.confidence for t in tagged.tokens) if tagged.tokens else 0.0,
    )


def _features(one: FinalField, around: Surroundings) -> dict[str, float]:
    tokens = tokens_of(one.field.text, one.field.boxes, around.tagged.tokens)
    telling = _telling(one, tokens, around.tagged)
    scores = [around.tagged.tags.score(one.label, [token]) for token in telling] or [0.0]
    read = [around.tagged.tokens[token].confidence for token in telling] or [0.0]
    said = next((around.labelled[t] for t in reversed(tokens) if t in around.labelled), "")
    holds, fails = _verdicts(one, around.contents.checks)
    is_amount = one.type is ValueType.AMOUNT
    again = around.amounts[_digits(one.field.text)] - 1 if is_amount else 0
    return {
        "tag": log_odds(fmean(scores)),
        "tag_weakest": log_odds(min(scores)),
        "ocr": log_odds(fmean(read)),
        "ocr_weakest": log_odds(min(read)),
        "ocr_page": log_odds(around.confidence),
        "marginal": _marginal(one, around),
        "rival": log_odds(_rival(one, tokens, around)),
        "beside": _beside(one, tokens, around) if one.type is ValueType.TEXT else 0.0,
        "announced": float(said == one.label or _keyed(one, tokens, around)),
        "announced_otherwise": float(said != "" and said != one.label),
        "sums_hold": float(holds),
        "sums_fail": float(fails),
        "items_add_up": float(_items_add_up(one, around.contents)),
        "printed_again": float(min(max(again, 0), _MOST_REPEATS)),
        "left_over": float(_left_over(one)),
        "repaired": float(one.field.repaired),
        "incomplete_item": float(_is_incomplete(one, around.contents.items)),
        "lines": math.log(max(1, len(one.field.boxes))),
        "words": math.log(max(1, len(tokens))),
    }


def log_odds(probability: float) -> float:
    """The log-odds of a probability, clipped away from 0 and 1."""
    held = min(max(probability, _LEAST), _MOST)
    return math.log(held / (1 - held))


def _telling(one: FinalField, tokens: Sequence[int], tagged: TaggedPage) -> Sequence[int]:
    """The tokens that hold the value; a currency sign says little about its amount."""
    if one.type not in _VALUES:
        return tokens
    return [t for t in tokens if _DIGITS.search(tagged.tokens[t].text)] or tokens


def _marginal(one: FinalField, around: Surroundings) -> float:
    likely = around.likely.get(one.key) if one.table is None else None
    return 0.0 if likely is None else log_odds(likely)


def _rival(one: FinalField, tokens: Sequence[int], around: Surroundings) -> float:
    """The probability of the likeliest other word for the field. Columns have many values, so none
    is a rival there."""
    if around.tagged.tags.scores is None or one.table is not None:
        return 0.0
    scores = around.tagged.tags.scores.get(one.label)
    if scores is None:
        return 0.0
    own, digits = set(tokens), _digits(one.field.text)
    others = [
        float(scores[index])
        for index, token in enumerate(around.tagged.tokens)
        if index not in own and _may_be(one, token.text, digits)
    ]
    return max(others, default=0.0)


def _may_be(one: FinalField, text: str, digits: str) -> bool:
    if one.type not in _VALUES:
        return True
    found = _digits(text)
    return bool(found) and found not in digits


def _beside(one: FinalField, tokens: Sequence[int], around: Surroundings) -> float:
    if not tokens:
        return 0.0
    last = len(around.tagged.tokens) - 1
    ends = [t for t in (tokens[0] - 1, tokens[-1] + 1) if 0 <= t <= last]
    return max((around.tagged.tags.score(one.label, [t]) for t in ends), default=0.0)


def _keyed(one: FinalField, tokens: Sequence[int], around: Surroundings) -> bool:
    words = {ValueType.DATE: key_words().date, ValueType.PHONE: key_words().phone}.get(one.type)
    if words is None or not tokens:
        return False
    return any(words.search(line.text) for line in around.tagged.lines if tokens[0] in line.tokens)


def _verdicts(one: FinalField, checks: Iterable[Check]) -> tuple[bool, bool]:
    """Whether one of the checks of the field holds, and whether one fails."""
    own = [check.ok for check in checks if _takes_part(one, check.rule)]
    return any(own), not all(own)


def _takes_part(one: FinalField, rule: str) -> bool:
    match = _ROW_RULE.match(rule)
    if match:
        is_own = one.table == match[1] and one.row == int(match[2])
        return is_own and one.column in _NAME.findall(rule[match.end() :])
    names = _NAME.findall(rule)
    if one.table is None:
        return one.key in names
    return one.table in names and one.key in _SUMMED


def _items_add_up(one: FinalField, contents: Contents) -> bool:
    if contents.total is None or one.key not in ("total", "items.total"):
        return False
    totals = [item.total.value for item in contents.items if item.total]
    items_total, total = sum(totals, ZERO), contents.total.value
    tax, off = _amount(contents, "tax"), abs(_amount(contents, "discount"))
    sums = (items_total, items_total + tax, items_total - off, items_total + tax - off)
    return bool(totals) and any(abs(value - total) <= CENT for value in sums)


def _amount(contents: Contents, name: str) -> Decimal:
    field = getattr(contents, name)
    return field.value if field else ZERO


def _left_over(one: FinalField) -> bool:
    if not isinstance(one.field.value, Decimal):
        return False
    printed, value = _digits(one.field.text).strip("0"), _digits(str(one.field.value)).strip("0")
    return printed != value and not _is_sum(one.field.text, one.field.value)


def _is_sum(text: str, value: Decimal) -> bool:
    """Whether the text holds amounts that add up to the value: the taxes of several rates."""
    parts = [int(digits) for word in text.split() if (digits := _digits(word))]
    return len(parts) > 1 and sum(parts) == int(_digits(str(value)) or 0)


def _is_incomplete(one: FinalField, items: Sequence[LineItem]) -> bool:
    if one.table is not Table.ITEMS:
        return False
    item = items[one.row]
    return item.description is None or item.total is None


def _digits(text: str) -> str:
    return "".join(_DIGITS.findall(text))
