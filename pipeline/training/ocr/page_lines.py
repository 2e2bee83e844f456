"""The training lines of one page: annotated, drawn, or read by the original network itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.data.annotated import AnnotatedPage
from pipeline.ocr.networks import Recognition
from pipeline.ocr.quads import Pixels
from pipeline.training.ocr.cutting import FindLines, can_train, cut, upright_quads, with_words
from pipeline.training.ocr.line import Line, columns_of
from pipeline.training.ocr.reading import emitted, greedy_text, probabilities
from pipeline.training.ocr.transcripts import Style, is_credible

_NO_TEXT_BELOW = 0.5  # mean confidence of what is read where nobody annotated text
_SURE = 0.8  # the least confidence of a character in a self-trained transcript
_SHORTEST_SURE = 3  # characters


@dataclass(frozen=True, slots=True)
class OriginalReader:
    """The networks that cut lines and read them before training."""

    find: FindLines
    recognition: Recognition

    def read(self, pictures: Sequence[Pixels]) -> list[NDArray[np.float32]]:
        return probabilities(self.recognition.network, pictures)

    def text(self, output: NDArray[np.float32]) -> str:
        return greedy_text(output.argmax(axis=1), self.recognition.characters).strip()


def annotated_lines(
    pixels: Pixels,
    page: AnnotatedPage,
    style: Style,
    reader: OriginalReader,
    squeezes: Iterator[float],
    taught: bool = False,
) -> list[Line]:
    """The lines of an annotated page that have a credible transcript, and pieces without text.

    Args:
        pixels: the page, upright as its boxes are.
        squeezes: one for each line.
        taught: take all other lines too, with the original network's output as what is right.
    """
    tokens = page.page.tokens
    found = list(with_words(upright_quads(pixels, reader.find), tokens))
    pictures = [cut(pixels, quad, next(squeezes)) for quad, _ in found]
    outputs = reader.read(pictures)
    lines = []
    for picture, output, (_, words) in zip(pictures, outputs, found, strict=True):
        text = " ".join(tokens[index].text for index in words)
        if not can_train(picture):
            continue
        if _is_usable(text, output, style, reader):
            named = sum(page.tags[index].endswith("-merchant_name") for index in words)
            lines.append(Line(picture, text, columns_of(output), named * 2 > len(words)))
        elif taught:
            lines.append(_taught(picture, output, reader))
    return lines


def self_read_lines(
    pixels: Pixels, reader: OriginalReader, squeezes: Iterator[float], taught: bool = False
) -> list[Line]:
    """The lines of a page without annotations that the original network reads alike, and surely,
    at full width and squeezed: its reading is the transcript. With ``taught`` all other lines too,
    with its output for the squeezed line as what is right."""
    quads = upright_quads(pixels, reader.find)
    wide = reader.read([cut(pixels, quad, 1.0) for quad in quads])
    wanted = [
        (quad, reader.text(output) if _is_sure(output) else "")
        for quad, output in zip(quads, wide, strict=True)
        if taught or _is_sure(output)
    ]
    pictures = [cut(pixels, quad, next(squeezes)) for quad, _ in wanted]
    lines = []
    for picture, output, (_, text) in zip(pictures, reader.read(pictures), wanted, strict=True):
        if not can_train(picture):
            continue
        if len(text) >= _SHORTEST_SURE and reader.text(output) == text:
            lines.append(Line(picture, text, columns_of(output)))
        elif taught:
            lines.append(_taught(picture, output, reader))
    return lines


def _taught(picture: Pixels, output: NDArray[np.float32], reader: OriginalReader) -> Line:
    return Line(picture, reader.text(output), columns_of(output), is_taught=True)


def _is_usable(
    text: str, output: NDArray[np.float32], style: Style, reader: OriginalReader
) -> bool:
    if not set(text) <= {*reader.recognition.characters, " "}:
        return False
    if text:
        return is_credible(text, reader.text(output), style)
    # Text that nobody annotated is no picture without text: the original network is sure of it.
    reading = reader.text(output)
    doubtful = not reading or _confidences(output).mean() < _NO_TEXT_BELOW
    return doubtful and not any(character.isdigit() for character in reading)


def _is_sure(output: NDArray[np.float32]) -> bool:
    return bool(_confidences(output).min(initial=1.0) >= _SURE)


def _confidences(output: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each character that greedy decoding emits."""
    best = output.argmax(axis=1)
    columns = emitted(best)
    return np.asarray(output[columns, best[columns]], np.float32)
