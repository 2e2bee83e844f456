"""Find a known text among tokens that may be misread, joined, or interrupted by others.

A dynamic programme over tokens and truth characters, both reduced to letters and
digits. Each token either continues the truth (at the price of its misread characters)
or is skipped (at a small price, so that a phone line inside an address is stepped
over but near text beats far text). Idea: semi-global sequence alignment with affine
gaps, as in Gotoh 1982, with whole tokens as the unit on one side.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

GAP_OPEN = 1.5  # stepping over tokens, in misread characters
GAP_EXTEND = 0.2  # each token stepped over
MISREAD_TOKEN = 0.5  # a token with a larger share of wrong characters does not continue a text


@dataclass(frozen=True, slots=True)
class _State:
    """The cheapest match of the truth up to some character."""

    cost: float
    last: int  # the token consumed last
    before: _State | None


def letters_and_digits(text: str) -> str:
    """Upper case letters and digits without accents; everything else is dropped."""
    plain = unicodedata.normalize("NFKD", text).upper()
    return "".join(character for character in plain if character.isalnum())


def find_text(truth: str, texts: Mapping[int, str], worst: float) -> list[int]:
    """The tokens that spell ``truth``, in order; empty if no match is close enough.

    Args:
        truth: what to find, as published.
        texts: token index to text, in reading order; tokens left out cannot be used.
        worst: the share of the truth's characters, 0 to 1, that may be missing or misread.
    """
    wanted = letters_and_digits(truth)
    keys = {index: key for index, text in texts.items() if (key := letters_and_digits(text))}
    indices = list(keys)
    best = _cheapest_reading(wanted, list(keys.values()), worst * len(wanted)) if wanted else None
    return [] if best is None else [indices[position] for position in _chain(best)]


def _cheapest_reading(wanted: str, keys: Sequence[str], allowed: float) -> _State | None:
    # states[p]: the truth is read up to character p, by tokens before this one.
    states: dict[int, _State] = {}
    best: _State | None = None
    bound = allowed
    for index, key in enumerate(keys):
        reached: dict[int, _State] = {}
        for start, before in _ways_in(wanted, states, allowed):
            base = 0.0 if before is None else _gap_cost(before.last, index)
            base += start if before is None else before.cost
            if base > bound:
                continue
            for end, misread in _continuations(wanted, start, key, bound - base):
                cost = base + misread
                if cost < reached.get(end, _NEVER).cost and cost <= bound:
                    reached[end] = _State(cost, index, before)
        for end, state in reached.items():
            remaining = len(wanted) - end
            total = state.cost + remaining
            if total < bound or (best is None and total <= bound):
                best, bound = _State(total, state.last, state.before), total
            if state.cost <= _waiting_cost(states.get(end), index):
                states[end] = state
    return best


_NEVER = _State(math.inf, -1, None)


def _waiting_cost(state: _State | None, index: int) -> float:
    return math.inf if state is None else state.cost + _gap_cost(state.last, index + 1)


def _ways_in(
    wanted: str, states: dict[int, _State], allowed: float
) -> list[tuple[int, _State | None]]:
    """The positions in the truth at which a token may start: skipping the beginning, or after
    others.

    Truth characters that no token has are skipped too, one misread character each.
    """
    ways: list[tuple[int, _State | None]] = [
        (start, None) for start in range(min(int(allowed), len(wanted) - 1) + 1)
    ]
    for end, state in states.items():
        for skipped in range(min(int(allowed - state.cost), len(wanted) - 1 - end) + 1):
            lost = state if not skipped else _State(state.cost + skipped, state.last, state.before)
            ways.append((end + skipped, lost))
    return ways


def _gap_cost(last: int, index: int) -> float:
    stepped_over = index - last - 1
    return GAP_OPEN + GAP_EXTEND * stepped_over if stepped_over else 0.0


def _continuations(wanted: str, start: int, key: str, budget: float) -> list[tuple[int, float]]:
    """The positions in the truth that this token may reach, each with its cost."""
    length = len(key)
    if wanted.startswith(key, start):
        return [(start + length, 0.0)]
    tolerance = min(budget, MISREAD_TOKEN * length)
    ends = []
    for end in range(start + max(1, length - 2), min(len(wanted), start + length + 2) + 1):
        misread = Levenshtein.distance(wanted[start:end], key, score_cutoff=int(tolerance))
        if misread <= tolerance:
            ends.append((end, float(misread)))
    return ends


def _chain(state: _State) -> tuple[int, ...]:
    tokens = []
    link: _State | None = state
    while link is not None:
        tokens.append(link.last)
        link = link.before
    return tuple(sorted(set(tokens)))
