"""Characters of a page become words and text lines."""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.document import Box, Token
from pipeline.documents.text_layer.characters import Character, font_height
from pipeline.reading_order import Segment, Word, group_lines

# Shares of the height of a character's cell.
_NEXT_WORD = 0.14  # a gap without a space character that separates words
_SPACE = 0.06  # the least gap that a space character makes
_NEXT_RUN = 1.2  # a gap after which a new piece of text starts
_BACK = 0.5  # a step back after which a new piece of text starts
_SAME_BASELINE = 0.3
_SAME_LINE = 0.5  # of the height of capitals
_MIDDLE = 0.3  # of capitals, above the baseline
_SPACED_OUT = 0.25  # the widest gap of letterspaced text; letters farther apart are words
_UNIFORM = 0.06  # gaps of letterspaced text differ by no more
_LETTERSPACED = 3  # gaps at least


def tokens_of(characters: Sequence[Character]) -> tuple[Token, ...]:
    """The words of a page in reading order, as an OCR engine would give them.

    Text at right angles to the other text comes last.

    Args:
        characters: upright for the most part, in pixels of the upright page.
    """
    runs = list(_runs(characters, upright=True))
    on_page = _widest_gap_in_words([gap for run in runs for gap in _gaps(run)]) or _NEXT_WORD
    segments = [_segment(run, _widest_gap_in_words(_gaps(run)) or on_page) for run in runs]
    lines = [
        _joined([word for segment in line for word in segment.words])
        for line in group_lines(list(_level(segments)))
    ]
    lines += [[_word(run)] for run in _runs(characters, upright=False)]
    return tuple(
        Token(word.text, word.box, word.confidence, number)
        for number, line in enumerate(lines)
        for word in line
    )


def _runs(characters: Sequence[Character], upright: bool) -> Iterator[list[Character]]:
    """Characters that follow each other on one baseline, spaces at the ends left out."""
    run: list[Character] = []
    for one in characters:
        if (one.quarters == 0) != upright:
            continue
        if run and not _continues(run[-1], one):
            yield from _stripped(run)
            run = []
        run.append(one)
    yield from _stripped(run)


def _stripped(run: list[Character]) -> Iterator[list[Character]]:
    printed = [index for index, one in enumerate(run) if one.text != " "]
    if printed:
        yield run[printed[0] : printed[-1] + 1]


def _continues(before: Character, one: Character) -> bool:
    height = min(font_height(before), font_height(one))
    if before.quarters != one.quarters or max(font_height(before), font_height(one)) > 2 * height:
        return False
    if one.quarters:
        return _gap_across(before.cell, one.cell) < _NEXT_RUN * height
    is_level = abs(one.origin[1] - before.origin[1]) < _SAME_BASELINE * height
    gap = one.cell.x0 - before.cell.x1
    return is_level and -_BACK * height < gap < _NEXT_RUN * height


def _gap_across(one: Box, other: Box) -> float:
    return max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1)


def _segment(run: list[Character], widest_gap: float) -> Segment:
    """One run of upright characters with its words, all as high as the run."""
    printed = [one for one in run if one.text != " "]
    around = Box.union(one.box for one in printed)
    words = tuple(_word(word, around) for word in _words(run, widest_gap))
    first, last = printed[0], printed[-1]
    height = statistics.median(one.cell.height for one in printed)
    # By the baseline: dots and dashes stand on the line of their neighbours.
    above = _MIDDLE * height
    return Segment(
        words,
        left=(around.x0, first.origin[1] - above),
        right=(around.x1, last.origin[1] - above),
        height=2 * above,
    )


def _level(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Segments side by side on one level as one, which are most of a page's; the grouping of lines
    takes quadratic time."""
    levels: list[list[Segment]] = []
    for segment in sorted(segments, key=_middle):
        height = min(segment.height, levels[-1][0].height) if levels else 0.0
        if levels and _middle(segment) - _middle(levels[-1][0]) < _SAME_LINE * height:
            levels[-1].append(segment)
        else:
            levels.append([segment])
    for level in levels:
        level.sort(key=lambda one: one.left[0])
        if any(after.left[0] < before.right[0] for before, after in pairwise(level)):
            yield from level
        else:
            yield _side_by_side(level)


def _middle(segment: Segment) -> float:
    return (segment.left[1] + segment.right[1]) / 2


def _side_by_side(level: Sequence[Segment]) -> Segment:
    if len(level) == 1:
        return level[0]
    height = statistics.mean(map(_middle, level))
    return Segment(
        tuple(word for segment in level for word in segment.words),
        (level[0].left[0], height),
        (level[-1].right[0], height),
        min(segment.height for segment in level),
    )


def _words(run: list[Character], widest_gap: float) -> Iterator[list[Character]]:
    """The words of a run.

    Args:
        widest_gap: between characters of one word, in heights of the font.
    """
    word: list[Character] = []
    had_space = False
    for one in run:
        if one.text == " ":
            had_space = True
            continue
        if word:
            gap = (one.cell.x0 - word[-1].cell.x1) / one.cell.height
            if gap > (_SPACE if had_space else widest_gap):
                yield word
                word = []
        word.append(one)
        had_space = False
    yield word


def _gaps(run: list[Character]) -> list[float]:
    """The gaps between neighbours without a space, in heights of the font."""
    return [
        (after.cell.x0 - before.cell.x1) / after.cell.height
        for before, after in pairwise(run)
        if " " not in (before.text, after.text)
    ]


def _widest_gap_in_words(gaps: Sequence[float]) -> float | None:
    """The widest gap between characters of one word, in heights of the font: wider than usual if
    all text is letterspaced. ``None`` if there are too few gaps to tell."""
    if len(gaps) < _LETTERSPACED:
        return None
    usual = statistics.median(gaps)
    alike = sum(abs(gap - usual) <= _UNIFORM for gap in gaps)
    if _NEXT_WORD < usual < _SPACED_OUT and alike >= 0.5 * len(gaps):
        return usual + 2 * _UNIFORM
    return _NEXT_WORD


def _word(characters: Sequence[Character], around: Box | None = None) -> Word:
    """A word of these characters; ``around`` gives its top and bottom."""
    printed = [one for one in characters if one.text != " "]
    box = Box.union(one.box for one in printed)
    if around is not None:
        box = Box(box.x0, around.y0, box.x1, around.y1)
    return Word(_plain("".join(one.text for one in characters)), box, 1.0)


def _plain(text: str) -> str:
    """Accents and letters of one character, ligatures taken apart."""
    apart = "".join(
        unicodedata.normalize("NFKC", letter) if "\ufb00" <= letter <= "\ufb06" else letter
        for letter in text
    )
    return unicodedata.normalize("NFC", apart)


def _joined(words: Sequence[Word]) -> list[Word]:
    """The words of one line; pieces that touch each other become one word."""
    joined: list[Word] = []
    for word in words:
        if joined and _touch(joined[-1].box, word.box):
            before = joined.pop()
            word = Word(before.text + word.text, Box.union((before.box, word.box)), 1.0)
        joined.append(word)
    return joined


def _touch(before: Box, after: Box) -> bool:
    height = min(before.height, after.height)
    return abs(after.x0 - before.x1) < 0.08 * height
