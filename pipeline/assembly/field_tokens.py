"""The tokens of a page that a field was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.document import Token
from pipeline.receipt import PixelBox


def tokens_of(text: str, boxes: Sequence[PixelBox], tokens: Sequence[Token]) -> list[int]:
    """The tokens that a field was read from, found by their positions and, if these are ambiguous,
    by the text; empty for a field without boxes."""
    inside = sorted({n for box in boxes for n, token in enumerate(tokens) if _contains(box, token)})
    words = Counter(text.split())
    found = []
    for index in inside:
        own = Counter(tokens[index].text.split())
        if own <= words:
            words -= own
            found.append(index)
    return found or inside


def _contains(box: PixelBox, token: Token) -> bool:
    x0, y0, x1, y1 = box
    own = token.box
    return x0 <= own.x0 and y0 <= own.y0 and own.x1 <= x1 and own.y1 <= y1
