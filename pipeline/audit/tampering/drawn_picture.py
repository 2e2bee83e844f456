"""A picture that a program drew, such as a screenshot, and no paper that was scanned."""

from __future__ import annotations

import numpy as np

from pipeline.audit.tampering.evidence import Evidence
from pipeline.audit.tampering.picture import Picture
from pipeline.audit.tampering.signs import Sign

NOT_OF_PAPER = "picture-not-of-paper"

_ONE_COLOUR = 0.5  # of all pixels
_SAME, _SHARE = 0.04, 0.6  # distance of equal digits in contrasts; share of digits as near
_LEAST_DIGITS = 6


def drawn_by_program(picture: Picture, evidence: Evidence) -> Sign | None:
    """The sign that a picture is of no paper.

    Scans whose paper was made white have one colour too. But digits that were printed and scanned
    differ, and drawn ones are the same.
    """
    counts = np.bincount(picture.grey.astype(np.uint8).ravel(), minlength=256)
    share = float(counts.max() / counts.sum())
    distances = np.array([one.same_text for one in evidence.twins if one.same_text < 1])
    if share < _ONE_COLOUR or len(distances) < _LEAST_DIGITS:
        return None
    same = float((distances <= _SAME).mean())
    if same < _SHARE:
        return None
    return Sign(
        NOT_OF_PAPER,
        round(same, 4),
        "The picture seems to be drawn by a program, as a screenshot is: "
        f"{share:.0%} of it are one colour without noise, and {same:.0%} of its digits are the "
        "same to the pixel.",
    )
