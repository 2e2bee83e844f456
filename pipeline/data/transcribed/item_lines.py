"""Find on which lines the transcribed line items are printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.data.transcribed.numbers import means
from pipeline.data.transcribed.transcription import TranscribedItem

_MOST_LINES = 3  # of one description
_LIKE = 75.0  # of 100; a description less like its lines is not found
_PRICED = 20.0  # how much a total on these lines, or beside them, counts
_BESIDE = 2  # lines between a description and its total


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """What is left of a text line without the tokens that have a label.

    Attributes:
        words: token index to text, in reading order.
        is_whole: whether no token has been left out.
    """

    words: dict[int, str]
    is_whole: bool = True

    def without(self, tokens: Iterable[int]) -> PrintedLine:
        left_out = set(tokens)
        kept = {index: word for index, word in self.words.items() if index not in left_out}
        return PrintedLine(kept, self.is_whole)


@dataclass(frozen=True, slots=True)
class Place:
    """The lines of one item's description, ``end`` not among them."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Match:
    place: Place
    score: float


def item_places(
    lines: Sequence[PrintedLine], items: Sequence[TranscribedItem]
) -> list[Place | None]:
    """The place of each item, from top to bottom in their order; ``None`` where it is not found.

    Of all such assignments the one with the most similar descriptions, a total on or beside the
    lines counting in favour.
    """
    # best[n]: the highest sum of scores with items so far on the first n lines, and their places.
    best: list[tuple[float, tuple[Place | None, ...]]] = [(0.0, ())] * (len(lines) + 1)
    for item in items:
        matches = {match.place.start: match for match in _matches(lines, item)}
        after: list[tuple[float, tuple[Place | None, ...]]] = []
        for count in range(len(lines) + 1):
            choices = [(best[count][0], (*best[count][1], None))]
            if after:
                choices.append(after[-1])
            match = matches.get(count - 1)
            if match is not None:
                score, places = best[count - 1]
                choices.append((score + match.score, (*places, match.place)))
            after.append(max(choices, key=lambda choice: choice[0]))
        best = after
    return list(best[-1][1])


def _matches(lines: Sequence[PrintedLine], item: TranscribedItem) -> list[_Match]:
    found = []
    of_lines = [list(line.words.values()) for line in lines]
    for start in range(len(lines)):
        places = [
            (_score(of_lines[start:end], item.description), Place(start, end))
            for end in range(start + 1, min(start + _MOST_LINES, len(lines)) + 1)
        ]
        score, place = max(places, key=lambda one: (one[0], -one[1].end))
        # A window whose first line adds nothing belongs to the next line.
        if score < _LIKE or score <= _score(of_lines[start + 1 : place.end], item.description):
            continue
        priced = _PRICED * _has_total(lines, place, item)
        found.append(_Match(place, score - _LIKE + 1 + priced))
    return found


def _score(lines: Sequence[Sequence[str]], description: str) -> float:
    """How well the lines contain the description, 0 to 100, with their numbers or without."""
    printed = [word for line in lines for word in line]
    wanted = description.split()
    return max(_likeness(wanted, printed), _likeness(_named(wanted), _named(printed)))


def _likeness(wanted: Sequence[str], printed: Sequence[str]) -> float:
    one, other = (letters_and_digits("".join(words)) for words in (wanted, printed))
    if not one or len(other) < 0.7 * len(one):
        return 0.0
    return fuzz.partial_ratio(one, other)


def _named(words: Iterable[str]) -> list[str]:
    """The words that are no numbers."""
    return [word for word in words if any(map(str.isalpha, word))]


def _has_total(lines: Sequence[PrintedLine], place: Place, item: TranscribedItem) -> float:
    """1 if the item's total is on its lines, less beside them, else 0."""
    if not item.total:
        return 0.0
    for distance in range(_BESIDE + 1):
        near = lines[max(0, place.start - distance) : place.end + distance]
        if any(means(word, item.total) for line in near for word in line.words.values()):
            return 1 - 0.3 * distance
    return 0.0
