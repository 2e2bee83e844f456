"""Whether the text of a PDF page is what the page shows."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.documents.text_layer.characters import Character
from pipeline.documents.text_layer.glyph_shapes import share_of_wrong_shapes

# Shares above which a page's text is not used.
_FAULTY = 0.03  # of characters; a page may have a few icons
_INVISIBLE = 0.1
_WRONG_SHAPES = 0.1
_WITHOUT_INK = 0.1  # of words
_UNREAD = 1.5  # area of what pictures show, in areas of the words


def why_distrusted(characters: Sequence[Character]) -> str | None:
    """Why these characters are not what a reader of the page sees; ``None`` if they may be."""
    printed = [one for one in characters if one.text != " "]
    visible = [one for one in printed if not one.is_invisible]
    if not printed:
        return "it has no text"
    if len(visible) < (1 - _INVISIBLE) * len(printed):
        return "its text is invisible, such as the text of a scanner's OCR"
    if sum(one.is_faulty for one in visible) > _FAULTY * len(visible):
        return "its fonts do not tell which characters they show"
    if share_of_wrong_shapes(visible) > _WRONG_SHAPES:
        return "its letters look like other letters than the text says"
    return None


def why_unlike_picture(without_ink: float, unread: float) -> str | None:
    """Why the text does not match the picture of the page; ``None`` if it does.

    Args:
        without_ink: the share of words that cannot be seen, 0 to 1.
        unread: the area of what pictures show, as a multiple of the area of the words.
    """
    if without_ink > _WITHOUT_INK:
        return "its text has no ink on the page"
    if unread > _UNREAD:
        return "most of what it shows is in pictures"
    return None
