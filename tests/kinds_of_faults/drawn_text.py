"""Draw a receipt from its text, as plainly as a till prints it."""

from __future__ import annotations

from PIL import Image, ImageDraw

from pipeline.synthetic.picture.fonts import Typeface, load_font, missing_glyphs

_FACES = (Typeface("Source Code Pro", 450, 750), Typeface("Inconsolata", 500, 800))
_COLUMNS = 40
_SIZE, _LEADING, _MARGIN = 26, 35, 40  # pixels
_PAPER, _INK = (246, 246, 246), (35, 35, 35)


def drawn(text: str) -> Image.Image:
    """The picture of a receipt.

    Args:
        text: a line that begins with ``{`` is centred; what follows ``}`` stands at the right
            margin.
    """
    lines = [_line(line) for line in text.rstrip("\n").split("\n")]
    face = next(face for face in _FACES if not missing_glyphs(face, "".join(lines)))
    font = load_font(face, "normal", _SIZE)
    width = round(max(font.getlength(line) for line in lines)) + 2 * _MARGIN
    image = Image.new("RGB", (width, _LEADING * len(lines) + 2 * _MARGIN), _PAPER)
    pen = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        pen.text((_MARGIN, _MARGIN + _LEADING * number), line, fill=_INK, font=font)
    return image


def _line(text: str) -> str:
    if text.startswith("{"):
        return text[1:].center(_COLUMNS)
    left, _, right = text.partition("}")
    return left + " " * max(bool(right), _COLUMNS - len(left) - len(right)) * bool(right) + right
