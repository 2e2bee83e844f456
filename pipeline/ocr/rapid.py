"""The engine ``rapidocr``: RapidOCR's PP-OCR networks with steps adapted to receipts.

The networks come from RapidOCR's package, the steps around them are this project's.
docs/research/speed-notes.md lists the differences and what each one gains.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from PIL import Image
from pydantic import Field, model_validator

from pipeline.document import Page
from pipeline.errors import EngineUnavailable
from pipeline.ocr.character_width import scaled, squeeze_of
from pipeline.ocr.detection import find_text
from pipeline.ocr.engine import EngineOptions
from pipeline.ocr.networks import (
    Alphabet,
    Recognition,
    Runtime,
    Width,
    detection_network,
    recognition_from,
    recognition_network,
)
from pipeline.ocr.page_reading import ReadLine, read_page
from pipeline.ocr.prominent_lines import ProminentLines
from pipeline.ocr.quads import Pixels, Quad, line_picture, upended
from pipeline.ocr.recognition import COLUMN_WIDTH, LINE_HEIGHT, recognise
from pipeline.ocr.text_size import detection_scale
from pipeline.ocr.unread_script import (
    LOOKED_AT,
    UNREAD,
    SeenLine,
    are_cjk,
    longest_unread,
    unread_share,
)
from pipeline.ocr.voting import better_of
from pipeline.ocr.words.choice import with_likeliest_words


class Profile(StrEnum):
    """A preset of OCR options; docs/speed.md has the figures."""

    FAST = "fast"
    BALANCED = "balanced"


# The options of each profile; options given explicitly override them.
_PROFILES: Mapping[Profile, Mapping[str, Any]] = {
    Profile.FAST: {
        "width": "mixed",
        "detection_text_height": 11,
        "character_columns": 1.6,
        "squeeze": 0.6,
        "retry_below": 0.3,
    },
    Profile.BALANCED: {
        "detection_text_height": 14,
        "character_columns": 2.0,
        "squeeze": 0.75,
        "retry_below": 0.4,
    },
}


_NOT_LATIN = "most of the page was not read: its text seems to be in no Latin script"
_SAMPLE = 6  # unread lines that decide whether a page is Chinese or Japanese
_SECOND_WIDTH = 1.2  # of a line that is read again, as a share of its own width


class RapidOcrOptions(EngineOptions):
    """Settings of the ``rapidocr`` engine.

    Attributes:
        profile: sets the defaults of other options; options given explicitly override it.
        alphabet: ``latin`` reads Latin letters, digits and signs; ``all`` everything the
            network knows, Chinese and Japanese included; ``auto`` is ``latin``, and ``all`` on
            pages whose text is surely Chinese or Japanese. ``all`` needs the extra ``cjk``;
            without it ``auto`` reports such pages as a problem.
        width: of the recognition network, ``normal`` or ``narrow``: half the channels and the time;
            or ``mixed``: the lines that stand out are read by the normal one, the others by the
            narrow one.
        recogniser: a recognition network that ``receipts train-ocr`` wrote, in place of the
            packaged one of Latin letters; with ``mixed``, of the narrow one.
        detection_text_height: for detection the page is scaled so that its characters have
            this height in pixels, as measured by ``text_size.character_height``.
        detection_pixels: the largest area of the scaled page.
        character_columns: a line is squeezed until its characters are this many of the network's
            output columns apart; narrower ones keep the width that they have.
        squeeze: no line is squeezed to less than this share of its width, 0 to 1.
        retry_below: lines with a character below this confidence are read again, wider than they
            are. Where the two readings differ in a number, its confidence falls.
        max_pixels: larger pages are shrunk to this area first.
        min_confidence: lines read with less are dropped, 0 to 1.
        likeliest_words: whether language helps to choose among the readings of a word; if not, the
            network alone decides.
        orient: whether to turn pages that are sideways or upside down.
        runtime: ``onnxruntime``, ``openvino`` where that is installed, or ``cuda`` on an NVIDIA
            GPU.
        threads: for one page, at most 256.
    """

    profile: Profile = Profile.BALANCED
    alphabet: Alphabet = Alphabet.AUTO
    width: Width = Width.NORMAL
    recogniser: Path | None = None
    detection_text_height: float = Field(14, ge=6)
    detection_pixels: int = Field(1_300_000, ge=100_000)
    character_columns: float = Field(2.0, ge=1)
    squeeze: float = Field(0.75, ge=0.4, le=1)
    retry_below: float = Field(0.4, ge=0, le=1)
    max_pixels: int = Field(6_000_000, ge=250_000)
    min_confidence: float = Field(0.3, ge=0, le=1)
    likeliest_words: bool = True
    orient: bool = True
    runtime: Runtime = Runtime.ONNXRUNTIME
    threads: int = Field(1, ge=1, le=256)

    @model_validator(mode="after")
    def _one_recogniser(self) -> Self:
        if self.recogniser is not None and self.alphabet is Alphabet.ALL:
            raise ValueError("alphabet `all` chooses a network of its own: leave out recogniser")
        return self

    @model_validator(mode="before")
    @classmethod
    def _of_profile(cls, given: Any) -> Any:
        """Fill in all options of the profile before validation, because the cache key contains them
        all."""
        if not isinstance(given, Mapping):
            return given
        try:
            profile = Profile(given.get("profile", Profile.BALANCED))
        except ValueError:
            return given  # the field's own check reports it
        return {**_PROFILES[profile], **given}


class RapidOcrEngine:
    """The default engine: detects lines, recognises each, and converts them to words in reading
    order."""

    name = "rapidocr"
    options_type = RapidOcrOptions

    def __init__(self, options: RapidOcrOptions) -> None:
        self.options = options
        self._detection = detection_network(options.threads, options.runtime)
        self._recognition = (
            recognition_network(options.alphabet, options.threads, options.runtime, options.width)
            if options.recogniser is None
            else recognition_from(options.recogniser, options.threads, options.runtime)
        )
        self._of_prominent = (
            recognition_network(options.alphabet, options.threads, options.runtime)
            if options.width is Width.MIXED and options.alphabet is not Alphabet.ALL
            else None
        )

    @classmethod
    def why_unavailable(cls) -> str | None:
        return None

    def read(self, image: Image.Image) -> Page:
        page, seen = self._read_page(image, self._recognition, self._of_prominent)
        unread = unread_share(seen) if self.options.alphabet is Alphabet.AUTO else 0.0
        if unread < LOOKED_AT:
            return page
        try:
            everything = self._network_of_all_characters
        except EngineUnavailable as error:
            return replace(page, problem=f"{_NOT_LATIN}: {error}") if unread >= UNREAD else page
        if self._are_cjk(everything, longest_unread(seen, _SAMPLE)):
            return self._read_page(image, everything)[0]
        return replace(page, problem=_NOT_LATIN) if unread >= UNREAD else page

    @cached_property
    def _network_of_all_characters(self) -> Recognition:
        return recognition_network(Alphabet.ALL, self.options.threads, self.options.runtime)

    def _are_cjk(self, everything: Recognition, sample: Sequence[SeenLine]) -> bool:
        """Whether lines are Chinese or Japanese, upright or upside down."""
        return any(
            are_cjk([self._read(everything, one.pixels, [turn(one.quad)])[0] for one in sample])
            for turn in (lambda quad: quad, upended)
        )

    def _read_page(
        self,
        image: Image.Image,
        recognition: Recognition,
        of_prominent: Recognition | None = None,
    ) -> tuple[Page, list[SeenLine]]:
        """The page, and each line as it was read, also those that are not kept.

        Args:
            of_prominent: the network of the lines that stand out, if they have one of their own.
        """
        options = self.options
        seen: list[SeenLine] = []
        prominent = ProminentLines()

        def find(pixels: Pixels) -> list[Quad]:
            nonlocal prominent
            quads = self._find(pixels)
            if of_prominent is not None:
                prominent = ProminentLines.of_page(quads)
            return quads

        def read(pixels: Pixels, quads: Sequence[Quad]) -> list[ReadLine]:
            places = list(range(len(quads)))
            ways = [(recognition, places)]
            if of_prominent is not None:
                outstanding = [place for place in places if quads[place] in prominent]
                ordinary = [place for place in places if place not in outstanding]
                ways = [(of_prominent, outstanding), (recognition, ordinary)]
            read_at: dict[int, ReadLine] = {}
            for network, chosen in ways:
                own = self._read(network, pixels, [quads[place] for place in chosen])
                read_at.update(zip(chosen, own, strict=True))
            lines = [read_at[place] for place in places]
            pairs = zip(quads, lines, strict=True)
            seen.extend(SeenLine(pixels, quad, line) for quad, line in pairs)
            return lines

        page = read_page(
            image,
            find,
            read,
            orient=options.orient,
            max_pixels=options.max_pixels,
            min_confidence=options.min_confidence,
        )
        return page, seen

    def _find(self, pixels: Pixels) -> list[Quad]:
        options = self.options
        scale = detection_scale(pixels, options.detection_text_height, options.detection_pixels)
        return find_text(self._detection, pixels, scale)

    def _read(
        self, recognition: Recognition, pixels: Pixels, quads: Sequence[Quad]
    ) -> list[ReadLine]:
        """Read each line as narrow as its characters allow, and those with a doubtful character
        again from a wider picture."""
        options = self.options
        wanted = options.character_columns * COLUMN_WIDTH
        pictures = [line_picture(pixels, quad, LINE_HEIGHT, 1.0) for quad in quads]
        squeezed = [
            scaled(picture, squeeze_of(picture, wanted, options.squeeze)) for picture in pictures
        ]
        lines = recognise(recognition, squeezed)
        doubtful = [index for index, line in enumerate(lines) if line.weakest < options.retry_below]
        wider = [scaled(pictures[index], _SECOND_WIDTH) for index in doubtful]
        again = recognise(recognition, wider)
        for index, line in zip(doubtful, again, strict=True):
            lines[index] = better_of(lines[index], line, options.min_confidence)
        return [with_likeliest_words(line) for line in lines] if options.likeliest_words else lines
