"""Choose the words of an item's description, from tags, lines and positions.

A tagger is surest inside a description and least sure at its ends, at short lines such as
`--Chips`, and where one description ends and the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.assembly.spans import Span
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import OUTSIDE
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import key_words

_ONE_GAP = 2.0  # heights between words of one description
_BULLET = re.compile(r"[-+>•]+\s?[A-Za-z]")
_TIMES = frozenset("@xX")
_CODE = re.compile(r"^\W*\d{5,}\W*$")  # of an item


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a description on one text line; parts of one description share ``origin``."""

    origin: int
    span: Span

    @property
    def line(self) -> int:
        return self.span.lines[0]


def description_parts(label: str, priced: Collection[int], tagged: TaggedPage) -> list[Part]:
    """The parts of all descriptions in reading order.

    Args:
        label: the descriptions' own.
        priced: the lines on which an item's total or quantity stands.
    """
    parts = [
        Part(origin, part)
        for origin, span in enumerate(tagged.spans)
        if span.label == label
        for part in tagged.split_at_lines(span)
    ]
    parts = _joined(parts, tagged)
    parts = [_trimmed(_completed(part, tagged), tagged) for part in parts]
    firsts = [tagged.tokens[line.tokens[0]] for line in tagged.lines]
    lefts = {first.line: first.box.x0 for first in firsts}
    parts = _split_at_heads([part for part in parts if part.span.tokens], priced, lefts)
    found = _untagged_lines(label, parts, priced, tagged)
    return sorted([*parts, *found], key=lambda part: part.span.tokens)


def _joined(parts: Sequence[Part], tagged: TaggedPage) -> list[Part]:
    """Join neighbouring parts on a line that no gap separates: `1/2 Stk` `Whte Ched Pan`."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last is None or not _adjoin(last, part):
            joined.append(part)
        else:
            tokens = [*last.span.tokens, *part.span.tokens]
            joined[-1] = Part(last.origin, tagged.span(part.span.label, tokens))
    return joined


def _adjoin(one: Part, other: Part) -> bool:
    if one.line != other.line or one.span.tokens[-1] + 1 != other.span.tokens[0]:
        return False
    box = one.span.boxes[0]
    return other.span.boxes[0].x0 - box.x1 <= _ONE_GAP * box.height


def _completed(part: Part, tagged: TaggedPage) -> Part:
    """Add adjacent words that the tagger almost tagged as part of the description."""

    def belongs(index: int) -> bool:
        least = tagged.thresholds.description_word
        likely = tagged.tags.score(part.span.label, [index]) >= least
        return likely and _may_describe(index, tagged)

    return replace(part, span=tagged.extended(part.span, belongs))


def _trimmed(part: Part, tagged: TaggedPage) -> Part:
    """Drop the words that lead over to a price; the result may be empty."""
    tokens = list(part.span.tokens)
    words = [tagged.tokens[index].text.lower() for index in tokens]
    while words and (_leads_to_price(words[-1]) or _is_former_price(words)):
        words.pop()
    tokens = tokens[: len(words)]
    if len(tokens) == len(part.span.tokens):
        return part
    if not tokens:
        return replace(part, span=replace(part.span, tokens=()))
    return replace(part, span=tagged.span(part.span.label, tokens))


def _is_former_price(words: Sequence[str]) -> bool:
    """`was 8.14` at the end."""
    return bool(len(words) > 1 and _leads_to_price(words[-2]) and patterns.PRICE.search(words[-1]))


def _leads_to_price(word: str) -> bool:
    """Whether it stands between a description and a price and is neither: `x`, `each`."""
    return word in _TIMES or bool(key_words().before_price.fullmatch(word))


def _split_at_heads(
    parts: Sequence[Part], priced: Collection[int], lefts: Mapping[int, float]
) -> list[Part]:
    """Split descriptions before a priced line that starts further left than the line that continues
    it, and before a line with a leading mark: `--Chips`, `+ Mayo`.

    Args:
        lefts: where each line begins, an item's code and count included.
    """
    split: list[Part] = []
    fresh = max((part.origin for part in parts), default=0) + 1
    moved: dict[int, int] = {}
    first: dict[int, Part] = {}
    for part in parts:
        origin = moved.get(part.origin, part.origin)
        head = first.setdefault(origin, part)
        outdent = lefts[head.line] - lefts[part.line]
        outdented = part.line in priced and outdent > part.span.boxes[0].height
        if outdented or (part.line != head.line and _BULLET.match(part.span.text)):
            moved[part.origin] = origin = fresh
            first[origin] = part
            fresh += 1
        split.append(replace(part, origin=origin))
    return split


def _untagged_lines(
    label: str, parts: Sequence[Part], priced: Collection[int], tagged: TaggedPage
) -> list[Part]:
    """Descriptions that the tagger missed: beside or above a price without one, and on lines of
    their own below an item."""
    described = {part.line for part in parts}
    items = described | set(priced)
    if not items:
        return []
    found: list[Part] = []
    fresh = max((part.origin for part in parts), default=0) + len(parts) + 1
    lines = [line.tokens for line in tagged.lines]
    numbers = [tagged.tokens[line[0]].line for line in lines]
    for place, (number, line) in enumerate(zip(numbers, lines, strict=True)):
        if number in described or number < min(items):
            continue
        near = {*numbers[max(0, place - 1) : place]} & items
        near |= {*numbers[place + 1 : place + 2]} & (set(priced) - described)
        is_free = near and all(tagged.tags.labels[index] == OUTSIDE for index in line)
        if not (number in priced or is_free):
            continue
        tokens = _likeliest_run(label, line, tagged)
        least = tagged.thresholds.description_line
        if tokens and _likelihood(label, tokens, number in priced, tagged) >= least:
            found.append(Part(fresh + number, tagged.span(label, tokens)))
            described.add(number)
            items.add(number)
    return found


def _likeliest_run(label: str, line: Sequence[int], tagged: TaggedPage) -> list[int]:
    """The line's run of untagged words that is most likely a description."""
    runs: list[list[int]] = [[]]
    for index in line:
        if _may_describe(index, tagged) and (
            _letters(tagged.tokens[index].text) > 1
            or tagged.tags.score(label, [index]) >= tagged.thresholds.description_word
        ):
            runs[-1].append(index)
        else:
            runs.append([])
    words = [run for run in runs if any(_letters(tagged.tokens[i].text) > 1 for i in run)]
    return max(words, key=lambda run: max(tagged.tags.score(label, [i]) for i in run), default=[])


def _likelihood(label: str, tokens: Sequence[int], priced: bool, tagged: TaggedPage) -> float:
    """The likelihood of a run: one likely word is enough beside a price, a line of its own must be
    likely as a whole."""
    scores = [tagged.tags.score(label, [index]) for index in tokens]
    return max(scores) if priced else sum(scores) / len(scores)


def _may_describe(index: int, tagged: TaggedPage) -> bool:
    text = tagged.tokens[index].text
    return (
        tagged.tags.labels[index] == OUTSIDE
        and not patterns.PRICE.search(text)
        and not _leads_to_price(text)
        and sum(character.isalnum() for character in text) > 1
        and not _CODE.match(text)
    )


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)
