"""Which digits of a picture keep to the steps of an earlier JPEG compression.

`compression` tells for each frequency which period its coefficients have. If these periods are the
steps of one of the usual tables, all 64 steps are known, and a block can be asked directly: the
coefficients nearest to it on these steps, decoded as JPEG does, give its pixels again, but for what
the last compression rounded. Of what was pasted, painted or drawn they do not.

Where the paper is white, decoding cuts off what is above 255, and the coefficients of the pixels
leave the steps although the block was compressed. So pixels near the ends of the scale count as
"at least so light" or "at most so dark", and pixels and coefficients are fitted to each other in
turns.

The comparison of a block with its own recompression is the idea of H. Farid, "Exposing digital
forgeries from JPEG ghosts", IEEE Transactions on Information Forensics and Security 4, 2009; the
projections in turns that of A. Zakhor, "Iterative procedures for reduction of blocking effects in
transform image coding", IEEE Transactions on Circuits and Systems for Video Technology 2, 1992.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SIZE = 8
_QUALITIES = range(30, 98)
# The luminance table of JPEG's annex K, which most programs scale by a quality.
_USUAL = np.array(
    [
        *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
        *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
        *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
        *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
    ]
).reshape(_SIZE, _SIZE)
_LEAST_TOLD = 2.0  # summed over the frequencies
_CLEAR = 6.0
_LEAST_SHARE, _LEAST_OF_CLEAR = 0.9, 0.8  # of what the best period of each frequency tells
_TURNS = 4
_WHITE, _BLACK = 248, 4  # grey levels from which a pixel may have been cut off
_CHANCE = 0.3  # added to mean squares of grey levels


def first_table(
    told: NDArray[np.float64],
    periods: Sequence[int],
    frequencies: Sequence[tuple[int, int]],
    steps: Floats,
) -> Floats | None:
    """The table of the earlier compression, 8 x 8; ``None`` if none of the usual ones fits.

    Args:
        told: periods x frequencies: how much likelier the coefficients are with this period.
        frequencies: down and across.
        steps: of the file itself, of each of these frequencies.
    """
    rows, columns = (np.array(one) for one in zip(*frequencies, strict=True))
    at = {period: place for place, period in enumerate(periods)}
    best, most = None, 0.0
    for quality in _QUALITIES:
        table = usual_table(quality)
        found = sum(
            told[at[int(step)], place]
            for place, step in enumerate(table[rows, columns])
            if int(step) in at and step > steps[place]
        )
        if found > most:
            best, most = table, float(found)
    possible = float(np.maximum(told.max(axis=0), 0).sum())
    share = _LEAST_OF_CLEAR if most >= _CLEAR else _LEAST_SHARE
    return best if most >= max(_LEAST_TOLD, share * possible) else None


def usual_table(quality: int) -> Floats:
    """The table that most programs write at a quality, 8 x 8, by frequency down and across."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps = np.clip((_USUAL * percent + 50) // 100, 1, 255)
    found: Floats = steps.astype(np.float32)
    return found


def errors_of(
    luma: NDArray[np.uint8], table: Floats, is_wanted: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """How far the pixels of each block are from a decoded block on the table's steps.

    Args:
        luma: as the file holds it, not turned.
        is_wanted: rows of blocks x columns of blocks.

    Returns:
        The logarithm of the mean square in grey levels, by row and column of blocks; ``nan`` for
        blocks that are not wanted.
    """
    rows, columns = is_wanted.shape
    blocks = luma[: rows * _SIZE, : columns * _SIZE].reshape(rows, _SIZE, columns, _SIZE)
    pixels = blocks.transpose(0, 2, 1, 3)[is_wanted].astype(np.float32)
    is_white, is_black = pixels >= _WHITE, pixels <= _BLACK
    fitted: Floats = pixels
    decoded: Floats = pixels
    for _ in range(_TURNS):
        coefficients = _DCT @ (fitted - 128) @ _DCT.T
        decoded = (_DCT.T @ (np.rint(coefficients / table) * table) @ _DCT + 128).astype(np.float32)
        fitted = np.where(is_white, np.maximum(pixels, decoded), pixels)
        fitted = np.where(is_black, np.minimum(pixels, decoded), fitted)
    apart = np.clip(decoded, 0, 255) - pixels
    found = np.full(is_wanted.shape, np.nan, dtype=np.float32)
    found[is_wanted] = np.log((apart * apart).mean(axis=(1, 2)) + _CHANCE)
    return found


def dct_matrix() -> Floats:
    """The matrix of the cosine transform of eight values."""
    frequency, place = np.mgrid[0:_SIZE, 0:_SIZE]
    matrix = np.cos((2 * place + 1) * frequency * np.pi / (2 * _SIZE)) / 2
    matrix[0] /= np.sqrt(2)
    found: Floats = matrix.astype(np.float32)
    return found


_DCT = dct_matrix()
