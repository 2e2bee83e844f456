"""How two receipts agree and differ, as numbers for a logistic model."""

from __future__ import annotations

from collections import Counter

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.audit.duplicates.picture_hash import NEAR, distance
from pipeline.audit.duplicates.placed_words import agreement
from pipeline.audit.duplicates.traits import Traits

FEATURES = (
    *("total_same", "total_near", "total_differs"),
    *("date_same", "date_near", "date_differs"),
    *("time_same", "time_near", "time_differs"),
    *("number_same", "number_near", "number_differs"),
    *("merchant_same", "merchant_differs"),
    *("card_same", "card_differs"),
    *("cash_same", "cash_differs"),
    *("items_same", "items_many", "items_differ"),
    *("words_same", "words_differ"),
)
"""Of ``X_same``, ``X_near`` and ``X_differs`` at most one is 1, none where a value is missing.

``near`` is one misread character; of times, up to three minutes, as between bill and card slip.
``items_same`` says that three quarters of the shorter list of line items are in both,
``items_many`` how many these are, as a share of five. ``words_same`` says that nearly all places
that have a text in both have the same one (``placed_words``).
"""
_MOST_ITEMS, _FEWEST_ITEMS, _MANY_ITEMS = 0.75, 0.4, 5
_FEW_WORDS_DIFFER, _MANY_WORDS_DIFFER = 0.06, 0.15
_SAME_NAME, _OTHER_NAME = 85, 60  # of 100, similarity
_FEWEST_WORDS = 6
_LONG = 5  # characters of a text of which one may be misread
_FOLLOWS = 100  # numbers of receipts on one day
_SLIP_MINUTES = 3


def evidence(one: Traits, other: Traits) -> dict[str, float]:
    """The features that are not 0."""
    return evidence_of_values(one, other) | evidence_of_words(one, other)


def evidence_of_values(one: Traits, other: Traits) -> dict[str, float]:
    """The features that are not 0, of all but words with their places."""
    found: dict[str, float] = {}
    if one.currency == other.currency or None in (one.currency, other.currency):
        found |= _compared("total", one.total, other.total)
    for name in ("date", "time", "number"):
        found |= _compared(name, getattr(one, name), getattr(other, name))
    found |= _merchants(one, other)
    for name in ("card", "cash"):
        paid = getattr(one, name), getattr(other, name)
        if None not in paid:
            found[f"{name}_same" if paid[0] == paid[1] else f"{name}_differs"] = 1.0
    found |= _items(one, other)
    return {name: value for name, value in found.items() if value}


def same_picture(one: Traits, other: Traits) -> bool:
    """Whether the hashes of their pictures are near; ``False`` without pictures."""
    if one.picture is None or other.picture is None:
        return False
    return distance(one.picture, other.picture) <= NEAR


def same_paper(one: Traits, other: Traits) -> bool:
    """Whether most words that share a place are the same: the same print, not another form."""
    counts = agreement(one.texts, other.texts)
    if counts is None or sum(counts) < _FEWEST_WORDS:
        return False
    return counts[1] / sum(counts) <= _MANY_WORDS_DIFFER


def _compared(name: str, a: object, b: object) -> dict[str, float]:
    if a is None or b is None:
        return {}
    if a == b:
        return {f"{name}_same": 1.0}
    return {f"{name}_near" if _IS_NEAR[name](str(a), str(b)) else f"{name}_differs": 1.0}


def _misread(one: str, other: str) -> bool:
    """Whether one misread character makes one of the other."""
    is_long = min(len(one), len(other)) >= _LONG
    return is_long and Levenshtein.distance(one, other, score_cutoff=1) <= 1


def _misread_number(one: str, other: str) -> bool:
    """As ``_misread``, unless both may well follow each other."""
    digits = one.isdigit() and other.isdigit()
    return _misread(one, other) and not (digits and abs(int(one) - int(other)) < _FOLLOWS)


def _minutes_apart(one: str, other: str) -> bool:
    """Whether the two times are as near as those of a bill and its card slip."""
    minutes = [60 * int(time[:2]) + int(time[3:5]) for time in (one, other)]
    return abs(minutes[0] - minutes[1]) <= _SLIP_MINUTES


_IS_NEAR = {
    "total": _misread,
    "date": _misread,
    "time": _minutes_apart,
    "number": _misread_number,
}


def _merchants(one: Traits, other: Traits) -> dict[str, float]:
    for a, b in ((one.tax_id, other.tax_id), (one.phone, other.phone)):
        if a is not None and a == b:
            return {"merchant_same": 1.0}
    if one.merchant is None or other.merchant is None:
        return {}
    similarity = fuzz.ratio(one.merchant, other.merchant)
    shorter, longer = sorted((one.merchant, other.merchant), key=len)
    if similarity >= _SAME_NAME or (len(shorter) >= _FEWEST_WORDS and longer.startswith(shorter)):
        return {"merchant_same": 1.0}
    return {"merchant_differs": 1.0} if similarity < _OTHER_NAME else {}


def evidence_of_words(one: Traits, other: Traits) -> dict[str, float]:
    """The features that are not 0, of words with their places: the costly ones."""
    counts = agreement(one.texts, other.texts)
    if counts is None or sum(counts) < _FEWEST_WORDS:
        return {}
    share = counts[1] / sum(counts)
    if share > _MANY_WORDS_DIFFER:
        return {"words_differ": 1.0}
    return {"words_same": 1.0} if share <= _FEW_WORDS_DIFFER else {}


def _items(one: Traits, other: Traits) -> dict[str, float]:
    if not one.items or not other.items:
        return {}
    both = (Counter(one.items) & Counter(other.items)).total()
    share = both / min(len(one.items), len(other.items))
    if share < _MOST_ITEMS:
        return {"items_differ": float(share <= _FEWEST_ITEMS)}
    return {"items_same": 1.0, "items_many": min(both, _MANY_ITEMS) / _MANY_ITEMS}
