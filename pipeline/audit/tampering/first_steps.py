"""Which digits of a picture keep to the steps of an earlier JPEG compression.

If the earlier compression used one of the usual tables, all its 64 steps are known, and a block can
be asked directly: the coefficients nearest to it on these steps, decoded as JPEG does, give its
pixels again, but for what the last compression rounded. Of what was pasted, painted or drawn they
do not.

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

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SIZE = 8
_QUALITIES = range(40, 96, 2)
# The luminance table of JPEG's annex K, which most programs scale by a quality.
_USUAL = np.array(
    [
        *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
        *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
        *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
        *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
    ]
).reshape(_SIZE, _SIZE)
_BLOCKS = 100  # of text on which a table is tried
_COARSER = 1.2  # steps of the earlier compression over the file's own
_FINER = 2  # tables further on, which have to fit worse
_LEAST_GAIN, _LEAST_PEAK = 0.5, 0.1  # in logarithms of mean squares
_TURNS = 4
_WHITE, _BLACK = 248, 4  # grey levels from which a pixel may have been cut off
_CHANCE = 0.3  # added to mean squares of grey levels


def first_table(
    luma: NDArray[np.uint8],
    steps: Floats,
    is_text: NDArray[np.bool_],
    is_text_off: NDArray[np.bool_],
) -> Floats | None:
    """The table of the earlier compression, 8 x 8; ``None`` if none of the usual ones fits.

    Blocks are nearer to the steps of the earlier table than the same picture cut four pixels off
    the grid is. They are also near to steps that are hardly coarser than the file's own, so the
    table has to fit better than finer ones do.

    Args:
        steps: the file's own table, 8 x 8.
        is_text: rows of blocks x columns of blocks; ``is_text_off`` of the picture off the grid.
    """
    on_grid, off_grid = _some(is_text), _some(is_text_off)
    off = luma[_SIZE // 2 :, _SIZE // 2 :]
    gains: list[tuple[float, Floats]] = []
    for quality in _QUALITIES:
        table = usual_table(quality)
        if table[1, 1] < _COARSER * steps[1, 1]:
            break
        own = errors_of(luma, table, on_grid)[on_grid]
        others = errors_of(off, table, off_grid)[off_grid]
        gains.append((float(others.mean() - own.mean()), table))
    if len(gains) <= _FINER:
        return None
    best = max(range(len(gains)), key=lambda at: gains[at][0])
    gain, table = gains[best]
    is_peak = best + _FINER < len(gains) and gain > gains[best + _FINER][0] + _LEAST_PEAK
    return table if is_peak and gain >= _LEAST_GAIN else None


def _some(is_text: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Some blocks of text at even distances."""
    places = np.flatnonzero(is_text)
    kept = places[np.linspace(0, len(places) - 1, min(len(places), _BLOCKS)).astype(np.intp)]
    found = np.zeros(is_text.size, dtype=bool)
    found[kept] = True
    return found.reshape(is_text.shape)


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
