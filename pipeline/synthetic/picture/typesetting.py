"""Positions of words in a given typeface.

Layouts count in cells of one width, as receipt printers do. A proportional typeface sets
the words of a phrase closer together, so phrases are set anew inside the width the layout
gave them: amounts and right-hand columns keep their right edge, centred lines their
middle, everything else its left edge. Layouts may also slant their lines; print is straight,
and the sheet is bent afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

from pipeline.document import Box
from pipeline.synthetic.drawn import DrawnReceipt, DrawnToken
from pipeline.synthetic.picture.fonts import Typeface, load_font

# Widths are measured at this size and scaled, so that hinting has no effect.
_MEASURED_AT = 100
_AMOUNT = re.compile(r"^[^A-Za-z]{0,3}[A-Z]{0,3}\W?-?\d[\d.,]*[^a-z]{0,3}$")


def typeset(drawn: DrawnReceipt, typeface: Typeface) -> list[DrawnToken]:
    """The tokens of the receipt, in the same order, with boxes as wide as the typeface sets them.

    Boxes stay in layout units and keep their height; words of one line and style share a
    baseline.
    """
    tokens = _straightened(drawn.tokens)
    if typeface.spacing == "mono":
        return tokens
    phrases = list(_phrases(tokens))
    right_margin = max((phrase[-1].box.x1 for phrase in phrases), default=0.0)
    return [
        token
        for phrase in phrases
        for token in _set_phrase(phrase, typeface, drawn.width / 2, right_margin)
    ]


def _straightened(tokens: Sequence[DrawnToken]) -> list[DrawnToken]:
    tops: dict[tuple[int, str], list[float]] = {}
    for token in tokens:
        tops.setdefault((token.line, token.style), []).append(token.box.y0)
    straight = []
    for token in tokens:
        top = median(tops[token.line, token.style])
        box = Box(token.box.x0, top, token.box.x1, top + token.box.height)
        straight.append(replace(token, box=box))
    return straight


def _phrases(tokens: Sequence[DrawnToken]) -> Iterator[list[DrawnToken]]:
    """Runs of words of one line and style that are about one space apart."""
    phrase: list[DrawnToken] = []
    for token in tokens:
        if phrase and not _continues(phrase[-1], token):
            yield phrase
            phrase = []
        phrase.append(token)
    if phrase:
        yield phrase


def _continues(last: DrawnToken, token: DrawnToken) -> bool:
    gap = token.box.x0 - last.box.x1
    return token.line == last.line and token.style == last.style and 0 <= gap < 1.6 * _cell(last)


def _is_separator(phrase: list[DrawnToken]) -> bool:
    """A line of dashes or stars keeps its width in any typeface."""
    return len(phrase) == 1 and len(phrase[0].text) > 4 and len(set(phrase[0].text)) == 1


def _cell(token: DrawnToken) -> float:
    return token.box.width / len(token.text)


def _set_phrase(
    phrase: list[DrawnToken], typeface: Typeface, middle: float, right_margin: float
) -> Iterator[DrawnToken]:
    if _is_separator(phrase):
        yield from phrase
        return
    font = load_font(typeface, phrase[0].style, _MEASURED_AT)
    em = phrase[0].box.height / _MEASURED_AT
    widths = [font.getlength(token.text) * em for token in phrase]
    blank = font.getlength(" ") * em
    x0, x1 = phrase[0].box.x0, phrase[-1].box.x1
    natural = sum(widths) + blank * (len(phrase) - 1)
    squeeze = min(1.0, (x1 - x0) / natural)
    spare = (x1 - x0) - natural * squeeze
    x = x0 + spare * _share_left_of(phrase, x0, x1, middle, right_margin)
    for token, width in zip(phrase, widths, strict=True):
        set_width = width * squeeze
        yield replace(token, box=Box(x, token.box.y0, x + set_width, token.box.y1))
        x += set_width + blank * squeeze


def _share_left_of(
    phrase: list[DrawnToken], x0: float, x1: float, middle: float, right_margin: float
) -> float:
    """The share of the spare width that goes to the phrase's left: 0, a half or 1."""
    cell = _cell(phrase[0])
    centred = abs((x0 + x1) / 2 - middle) < 1.2 * cell
    reaches_right = right_margin - x1 < 0.6 * cell
    if centred:
        return 0.5
    if reaches_right or (len(phrase) == 1 and _AMOUNT.match(phrase[0].text)):
        return 1.0
    return 0.0
