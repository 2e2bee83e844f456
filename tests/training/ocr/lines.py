"""Lines as an original network of few characters would read them."""

import numpy as np

from pipeline.training.ocr.line import KEPT, Columns, Line

CHARACTERS = ("", *"abAB10.", " ")


def line(
    text: str,
    read: str | None = None,
    *,
    sure: float = 0.95,
    is_name: bool = False,
    is_taught: bool = False,
) -> Line:
    """A line that the original network reads as ``read``: blank, character, blank, …"""
    path = [0]
    for character in text if read is None else read:
        path += [CHARACTERS.index(character), 0]
    classes = np.zeros((len(path), KEPT), np.int16)
    classes[:, 0] = path
    classes[:, 1:] = np.arange(1, KEPT) + len(CHARACTERS) - KEPT
    rest = (1 - sure) / (KEPT - 1)
    chances = np.full((len(path), KEPT), rest, np.float16)
    chances[:, 0] = sure
    picture = np.full((48, 8 * len(path), 3), len(text), np.uint8)
    return Line(picture, text, Columns(classes, chances), is_name, is_taught)
