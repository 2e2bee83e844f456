"""Amounts with a key word that says what they are: `Subtotal 7.00`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.text_lines.key_words import KeyWord, key_words
from pipeline.text_lines.lines import Line

_AFTER_ROUNDING = 0.95  # a total below the rounding is what was paid
_WEAK = 0.3  # zero totals, and what a table of taxes repeats
_LOWER = 0.01  # of equally strong totals, the one further down


@dataclass(frozen=True, slots=True)
class LabelledAmount:
    """An amount with a key word.

    Attributes:
        line_number: its text line, counted from the top.
        place: its place in the line's tokens.
        token: its index into the page's tokens.
        label: what the key word says it is; ``None`` for an amount of no field, as in
            "total qty".
        strength: the key word's, 0 to 1; it ranks the amounts of a page.
    """

    line_number: int
    place: int
    token: int
    label: str | None
    strength: float


def find_labelled_amounts(lines: Sequence[Line]) -> list[LabelledAmount]:
    """All amounts with a key word, top to bottom."""
    found = []
    rounded = in_tax_table = False
    for number, line in enumerate(lines):
        in_tax_table |= bool(key_words().tax_table.search(line.text)) and not line.amounts
        for key, at, place in _labelled_on_line(lines, number):
            strength = key.strength
            if key.label == "total":
                strength = max(strength, _AFTER_ROUNDING) if rounded else strength
                strength += _LOWER * number / len(lines)
            if in_tax_table or (key.label == "total" and _is_zero(lines[at].words[place])):
                strength = _WEAK
            found.append(LabelledAmount(at, place, lines[at].tokens[place], key.label, strength))
        rounded |= bool(key_words().rounding.search(line.text))
    return found


def _labelled_on_line(lines: Sequence[Line], number: int) -> Iterator[tuple[KeyWord, int, int]]:
    """Key words of one line, with the line and position of the amount that each announces.

    An amount belongs to the nearest key before it, else to the first behind it; of a key's
    several amounts the last counts. A key on a line without amounts announces the next
    line's, if that holds nothing else.
    """
    line = lines[number]
    keys = line.key_words
    if not keys:
        return
    if not line.amounts:
        below = lines[number + 1] if number + 1 < len(lines) else None
        if below and below.amounts and len(below.words) <= 2 and not below.key_words:
            yield keys[-1][1], number + 1, below.amounts[-1]
        return
    last: dict[int, int] = {}
    for place in line.amounts:
        # A key may be glued to its amount, so the amount's end counts.
        reach = line.starts[place] + len(line.words[place])
        before = [index for index, (end, _) in enumerate(keys) if end < reach]
        last[before[-1] if before else 0] = place
    for index, place in last.items():
        yield keys[index][1], number, place


def digits_of(word: str) -> int:
    """The amount in its smallest unit; comparable within one page's number format."""
    return int("".join(character for character in word if character.isdigit()) or 0)


def _is_zero(word: str) -> bool:
    return digits_of(word) == 0
