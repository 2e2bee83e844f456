"""Add a line with a custom label to drawn receipts.

It is put into a receipt that is drawn already, between two of its lines, and everything below
moves down: the receipt is otherwise the same, its truth included.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from pipeline.document import Box
from pipeline.labels import OUTSIDE, tag_of
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken

_PITCH = 1.3  # line spacing in heights of the type


@dataclass(frozen=True, slots=True)
class ExtraLine:
    """A key word and a value with a custom label.

    Attributes:
        label: of the value.
        keys: what may stand before the value, one of them, unlabelled.
        values: what the value looks like, one of them: ``#`` is any digit, ``@`` any capital
            letter, other characters are literal.
        share: of the receipts that print it, 0 to 1.
    """

    label: str
    keys: Sequence[str]
    values: Sequence[str]
    share: float = 1.0


LOYALTY_NUMBER = ExtraLine(
    "loyalty_number",
    keys=(
        "Member No",
        "MEMBER ID:",
        "Loyalty card",
        "LOYALTY #",
        "Club card no.",
        "Rewards ID",
        "Kundenkarte",
        "Carte fidélité",
        "Tarjeta cliente",
    ),
    values=("#### ####", "#########", "@@-######", "@#######", "****####", "## #### #### ###"),
    share=0.8,
)


def with_extra_line(drawn: DrawnReceipt, extra: ExtraLine, seed: int) -> DrawnReceipt:
    """The receipt with the line inserted, or without it, according to the line's ``share``.

    Either way the line's label is among those that were looked for.
    """
    rng = random.Random(f"{seed}/{extra.label}")
    labelled = replace(drawn, labels=drawn.labels | {extra.label})
    if not drawn.tokens or rng.random() >= extra.share:
        return labelled
    above = rng.choice(_gaps(drawn.tokens))
    value = "".join(_letter(sign, rng) for sign in rng.choice(extra.values))
    words = _words(rng.choice(extra.keys), value, extra.label)
    line = _printed(words, drawn, above, rng)
    height = _type_height(drawn) * _PITCH
    before = [token for token in drawn.tokens if token.line <= above]
    after = [
        replace(token, box=token.box.moved(0, height), line=token.line + 1)
        for token in drawn.tokens
        if token.line > above
    ]
    return replace(
        labelled,
        width=max(drawn.width, *(token.box.x1 + _type_height(drawn) / 2 for token in line)),
        height=drawn.height + height,
        tokens=(*before, *line, *after),
        fields={**drawn.fields, extra.label: value},
    )


def _gaps(tokens: Sequence[DrawnToken]) -> list[int]:
    """Lines below which a line can be inserted: no value continues on the next one."""
    runs_on = {
        token.line
        for token, last in zip(tokens[1:], tokens, strict=False)
        if token.line != last.line and token.tag.startswith("I-")
    }
    return [line for line in range(tokens[-1].line + 1) if line + 1 not in runs_on]


def _letter(sign: str, rng: random.Random) -> str:
    choices = {"#": "0123456789", "@": "ABCDEFGHKLMNPRSTVWX"}.get(sign, sign)
    return rng.choice(choices)


def _words(key: str, value: str, label: str) -> list[tuple[str, str]]:
    """Words with their tags."""
    words = [(word, OUTSIDE) for word in key.split()]
    return words + [(w, tag_of(label, inside=n > 0)) for n, w in enumerate(value.split())]


def _printed(
    words: Sequence[tuple[str, str]], drawn: DrawnReceipt, above: int, rng: random.Random
) -> list[DrawnToken]:
    """The words side by side, at the left edge or indented, or with the value at the right edge."""
    size = _type_height(drawn)
    letter = median(t.box.width / len(t.text) for t in drawn.tokens)
    neighbours = [token for token in drawn.tokens if token.line == above]
    left = min(token.box.x0 for token in drawn.tokens)
    x = left + rng.choice((0.0, 0.0, 0.1, 0.3)) * (drawn.width - 2 * left)
    value_at = next(place for place, (_, tag) in enumerate(words) if tag != OUTSIDE)
    value_length = (sum(len(word) + 1 for word, _ in words[value_at:]) - 1) * letter
    apart = rng.random() < 0.3
    tokens = []
    for place, (word, tag) in enumerate(words):
        if apart and place == value_at:
            x = max(x, drawn.width - left - value_length)
        width = len(word) * letter
        y = _bottom(neighbours, x + width / 2) + size * (_PITCH - 1)
        tokens.append(DrawnToken(word, tag, Box(x, y, x + width, y + size), above + 1))
        x += width + letter
    return tokens


def _bottom(neighbours: Sequence[DrawnToken], x: float) -> float:
    """The bottom of the line above at ``x``; lines are slightly tilted."""
    return min(neighbours, key=lambda token: abs(token.box.center[0] - x)).box.y1


def _type_height(drawn: DrawnReceipt) -> float:
    return median(token.box.height for token in drawn.tokens)
