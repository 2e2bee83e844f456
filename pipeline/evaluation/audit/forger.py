"""Change one digit of a real scan, as people do it, and save the picture again.

The picture is given as RGB pixels, and the characters as they were found on it. What a forger sees
on the screen is measured anew here, with a tolerance of a pixel or two, so that the edges of a
patch are not those of the boxes that the audit looks at.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.characters import Character, IntBox
from pipeline.evaluation.audit.redrawing import ink_and_paper, inpainted, painted_over, redrawn

Pixels = NDArray[np.uint8]
_ALIKE = 0.2  # heights of digits that take each other's place differ by no more


@dataclass(frozen=True, slots=True)
class Scan:
    """A receipt that edits are made on, or digits taken from."""

    pixels: Pixels
    characters: Sequence[Character]

    @property
    def digits(self) -> list[Character]:
        return [one for one in self.characters if one.text.isdigit()]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edited picture.

    Attributes:
        target: the digit that was changed, as it was.
        text: what it is now.
        source: of the same receipt, from which it was copied.
    """

    pixels: Pixels
    target: Character
    text: str
    source: Character | None = None


Method = Callable[[Scan, Character, Sequence[Scan], random.Random], Edit | None]


def copied(
    scan: Scan, target: Character, donors: Sequence[Scan], rng: random.Random
) -> Edit | None:
    """A digit of the same receipt pasted over the target, pixel by pixel."""
    source = _source(scan, target, rng)
    return None if source is None else _pasted(scan, target, scan, source, rng, matches=False)


def copied_and_matched(
    scan: Scan, target: Character, donors: Sequence[Scan], rng: random.Random
) -> Edit | None:
    """The same, scaled to the target's height, moved by parts of a pixel, and its brightness
    matched."""
    source = _source(scan, target, rng)
    return None if source is None else _pasted(scan, target, scan, source, rng, matches=True)


def spliced(
    scan: Scan, target: Character, donors: Sequence[Scan], rng: random.Random
) -> Edit | None:
    """A digit of another receipt, scaled and its brightness matched."""
    for donor in rng.sample(list(donors), min(len(donors), 6)):
        source = _source(donor, target, rng)
        if source is not None:
            return _pasted(scan, target, donor, source, rng, matches=True)
    return None


def painted_and_redrawn(
    scan: Scan, target: Character, donors: Sequence[Scan], rng: random.Random
) -> Edit | None:
    """The target covered with paper of its surroundings, and another digit drawn."""
    return _drawn(scan, target, painted_over, rng)


def inpainted_and_redrawn(
    scan: Scan, target: Character, donors: Sequence[Scan], rng: random.Random
) -> Edit | None:
    """The target's ink filled in from around it, and another digit drawn."""
    return _drawn(scan, target, inpainted, rng)


METHODS: Mapping[str, Method] = {
    "copied": copied,
    "copied, scaled, matched": copied_and_matched,
    "spliced": spliced,
    "painted over, redrawn": painted_and_redrawn,
    "inpainted, redrawn": inpainted_and_redrawn,
}


def _drawn(
    scan: Scan,
    target: Character,
    without_ink: Callable[[Pixels, IntBox, random.Random], Pixels],
    rng: random.Random,
) -> Edit | None:
    text = rng.choice([digit for digit in "0123456789" if digit != target.text])
    beside = [one for one in scan.digits if one is not target and _is_alike(one, target)]
    if not beside:
        return None
    around = _grown(target.box, rng.randint(1, 2), scan.pixels)
    clean = without_ink(scan.pixels, around, rng)
    pixels = redrawn(clean, scan.pixels, target, beside, text, rng)
    return Edit(pixels, target, text)


def _source(scan: Scan, target: Character, rng: random.Random) -> Character | None:
    found = [
        one
        for one in scan.digits
        if one.text != target.text and one is not target and _is_alike(one, target)
    ]
    return rng.choice(found) if found else None


def _is_alike(one: Character, other: Character) -> bool:
    return abs(one.height - other.height) <= max(1, _ALIKE * other.height)


def _pasted(
    scan: Scan,
    target: Character,
    donor: Scan,
    source: Character,
    rng: random.Random,
    matches: bool,
) -> Edit | None:
    """The source's patch, its baseline on the target's, over the target, whose ink outside the
    patch is filled in."""
    margin = rng.randint(1, 3)
    x0, y0, x1, y1 = _free_box(donor, source, margin)
    patch = donor.pixels[y0:y1, x0:x1].astype(np.float32)
    below = y1 - source.box[3]
    if matches:
        scale = target.height / source.height * rng.uniform(0.97, 1.03)
        patch = _resampled(patch, scale, rng)
        patch = _matched(patch, scan.pixels, target.box)
        below = round(below * scale)
    height, width = patch.shape[:2]
    bottom = target.box[3] + below + rng.choice((0, 0, 0, 1, -1))
    left = (target.box[0] + target.box[2] - width) // 2 + rng.choice((0, 0, 1, -1))
    place = (left, bottom - height, left + width, bottom)
    page_height, page_width = scan.pixels.shape[:2]
    if place[0] < 0 or place[1] < 0 or place[2] > page_width or place[3] > page_height:
        return None
    around = _grown(target.box, 1, scan.pixels)
    pixels = (
        inpainted(scan.pixels, around, rng)
        if not _covers(place, target.box)
        else (scan.pixels.copy())
    )
    pixels[place[1] : place[3], place[0] : place[2]] = np.clip(np.rint(patch), 0, 255)
    return Edit(pixels, target, source.text, source if donor is scan else None)


def _free_box(donor: Scan, source: Character, margin: int) -> IntBox:
    """The source's box with a margin that does not reach into its neighbours."""
    x0, y0, x1, y1 = _grown(source.box, margin, donor.pixels)
    for one in donor.characters:
        if one.place == source.place and one.at == source.at - 1:
            x0 = max(x0, min(one.box[2], source.box[0]))
        if one.place == source.place and one.at == source.at + 1:
            x1 = min(x1, max(one.box[0], source.box[2]))
    return x0, y0, x1, y1


def _resampled(patch: NDArray[np.float32], scale: float, rng: random.Random) -> NDArray[np.float32]:
    height, width = (max(3, round(edge * scale)) for edge in patch.shape[:2])
    move = np.array(
        [
            [width / patch.shape[1], 0, rng.uniform(-0.5, 0.5)],
            [0, height / patch.shape[0], rng.uniform(-0.5, 0.5)],
        ]
    )
    found = cv2.warpAffine(
        patch, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return found.astype(np.float32)


def _matched(patch: NDArray[np.float32], pixels: Pixels, box: IntBox) -> NDArray[np.float32]:
    """The patch with the ink and paper of the place that it goes to."""
    x0, y0, x1, y1 = _grown(box, 2, pixels)
    ink, paper = ink_and_paper(pixels[y0:y1, x0:x1].astype(np.float32))
    own_ink, own_paper = ink_and_paper(patch)
    gain = (paper - ink) / np.maximum(own_paper - own_ink, 1.0)
    found: NDArray[np.float32] = ((patch - own_paper) * gain + paper).astype(np.float32)
    return found


def _covers(place: IntBox, box: IntBox) -> bool:
    return place[0] <= box[0] and place[1] <= box[1] and place[2] >= box[2] and place[3] >= box[3]


def _grown(box: IntBox, margin: int, pixels: Pixels) -> IntBox:
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = box
    return (
        *(max(0, x0 - margin), max(0, y0 - margin)),
        *(min(width, x1 + margin), min(height, y1 + margin)),
    )
