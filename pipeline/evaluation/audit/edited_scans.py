"""Real scans with one digit changed, and the same scans without, saved alike: what the audit
measures of each digit on them."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.audit.tampering.characters import characters_of
from pipeline.audit.tampering.evidence import Evidence, evidence_of
from pipeline.audit.tampering.picture import picture_of
from pipeline.document import Page
from pipeline.evaluation.audit.forger import METHODS, Edit, Scan
from pipeline.receipt import PixelBox

Text = tuple[str, PixelBox]

_AMOUNT = re.compile(r"[A-Z$€£]{0,3}-?\d[\d.,]*[.,]\d\d-?")
_DATE = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}")
_JITTER = 1.0  # pixels by which boxes of another reading differ
_LEAST_DIGITS = 8
UNTOUCHED = "as it was"


@dataclass(frozen=True, slots=True)
class Saving:
    """How a picture is saved: JPEG quality, and the scale before."""

    quality: int
    scale: float = 1.0


SAVINGS: Mapping[str, Saving] = {
    "quality 75": Saving(75),
    "quality 85": Saving(85),
    "quality 90": Saving(90),
    "quality 95": Saving(95),
    "scaled to 0.85, quality 90": Saving(90, 0.85),
}


@dataclass(frozen=True, slots=True)
class Readable:
    """A scan with the amounts and dates that OCR found on it.

    Attributes:
        content: the file.
    """

    id: str
    content: bytes
    image: Image.Image
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was measured of a picture's digits.

    Attributes:
        method: of the edit, "" for none.
        saving: one of ``SAVINGS``, or ``UNTOUCHED``.
        is_changed: for each digit, whether it was changed.
        is_source: whether it was copied to another place.
        is_near: whether it is beside a changed one, or a source: it looks changed too.
    """

    id: str
    method: str
    saving: str
    evidence: Evidence
    is_changed: NDArray[np.bool_]
    is_source: NDArray[np.bool_]
    is_near: NDArray[np.bool_]


def number_texts(page: Page) -> tuple[Text, ...]:
    """The words that look like an amount or a date, with their boxes."""
    return tuple(
        (token.text, token.box.as_tuple())
        for token in page.tokens
        if _AMOUNT.fullmatch(token.text) or _DATE.fullmatch(token.text)
    )


def scan_of(readable: Readable) -> Scan | None:
    """The scan with its characters; ``None`` if it has too few digits to change one."""
    grey = np.asarray(readable.image.convert("L"), dtype=np.float32)
    characters = characters_of(grey, readable.texts)
    scan = Scan(np.asarray(readable.image.convert("RGB")), characters)
    return scan if len(scan.digits) >= _LEAST_DIGITS else None


def untouched(readable: Readable) -> Looked:
    """The file as it was."""
    evidence = _looked_at(readable.content, readable.image, readable.texts)
    return _looked(readable.id, "", UNTOUCHED, evidence, ())


def saved_again(readable: Readable, saving: str, rng: random.Random) -> Looked:
    """The scan saved again without a change."""
    content, image = _saved(np.asarray(readable.image.convert("RGB")), SAVINGS[saving])
    texts = _read_again(readable.texts, SAVINGS[saving].scale, rng)
    return _looked(readable.id, "", saving, _looked_at(content, image, texts), ())


def edited(
    readable: Readable,
    scan: Scan,
    methods: Sequence[str],
    saving: str,
    donors: Sequence[Scan],
    rng: random.Random,
) -> Looked | None:
    """The scan with one digit changed by each method, in different texts; ``None`` if not even
    one could be."""
    edits: list[Edit] = []
    for name in methods:
        taken = {edit.target.place for edit in edits}
        edit = _edit(scan, name, [one for one in donors if one is not scan], taken, rng)
        if edit is not None:
            edits.append(edit)
            scan = replace(scan, pixels=edit.pixels)
    if not edits:
        return None
    texts = list(readable.texts)
    for edit in edits:
        text, box = texts[edit.target.place]
        texts[edit.target.place] = _with_letter(text, edit.target.at, edit.text), box
    content, image = _saved(scan.pixels, SAVINGS[saving])
    again = _read_again(texts, SAVINGS[saving].scale, rng)
    evidence = _looked_at(content, image, again)
    return _looked(readable.id, " + ".join(methods), saving, evidence, edits)


def _edit(
    scan: Scan, method: str, donors: Sequence[Scan], taken: set[int], rng: random.Random
) -> Edit | None:
    targets = [one for one in scan.digits if one.place not in taken]
    rng.shuffle(targets)
    for target in targets[:10]:
        if (edit := METHODS[method](scan, target, donors, rng)) is not None:
            return edit
    return None


def _with_letter(text: str, at: int, letter: str) -> str:
    """The text with another character, ``at`` counted without spaces."""
    places = [place for place, one in enumerate(text) if not one.isspace()]
    return text[: places[at]] + letter + text[places[at] + 1 :]


def _saved(pixels: NDArray[np.uint8], saving: Saving) -> tuple[bytes, Image.Image]:
    image = Image.fromarray(pixels)
    if saving.scale != 1:
        size = (round(image.width * saving.scale), round(image.height * saving.scale))
        image = image.resize(size, Image.Resampling.LANCZOS)
    data = io.BytesIO()
    image.save(data, "JPEG", quality=saving.quality)
    return data.getvalue(), Image.open(data).convert("RGB")


def _read_again(texts: Sequence[Text], scale: float, rng: random.Random) -> list[Text]:
    """The texts at the places where another reading would find them."""
    return [
        (text, tuple(scale * edge + rng.uniform(-_JITTER, _JITTER) for edge in box))  # type: ignore[misc]
        for text, box in texts
    ]


def _looked_at(content: bytes, image: Image.Image, texts: Sequence[Text]) -> Evidence:
    return evidence_of(picture_of(content, image, 0), texts)


def _looked(
    name: str, method: str, saving: str, evidence: Evidence, edits: Sequence[Edit]
) -> Looked:
    changed = {(edit.target.place, edit.target.at) for edit in edits}
    sources = {(edit.source.place, edit.source.at) for edit in edits if edit.source}
    near = {(place, at + step) for place, at in changed for step in (-1, 1)} | sources
    places = [(one.place, one.at) for one in evidence.digits]
    return Looked(
        name,
        method,
        saving,
        evidence,
        np.array([place in changed for place in places], dtype=bool),
        np.array([place in sources for place in places], dtype=bool),
        np.array([place in near - changed for place in places], dtype=bool),
    )


def draws(count: int, rng: random.Random) -> Iterator[str]:
    """Ways to save, each as often as the others."""
    names = list(SAVINGS)
    order = [names[number % len(names)] for number in range(count)]
    rng.shuffle(order)
    return iter(order)
