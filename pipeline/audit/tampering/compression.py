"""Where a picture that was compressed twice as JPEG was compressed only once.

A picture that is changed and saved again was compressed twice, with one grid of 8 x 8 blocks: its
coefficients keep to the steps of the first compression. Where something was pasted or painted they
do not, because that had another grid or was never compressed.

For each frequency the step of the first compression is the period with which the coefficients of
the page come again. How likely the place of a coefficient between two steps is with and without
the first compression is read from the picture itself: from all its blocks of text, and from the
same picture cut four pixels off the grid. The idea is that of Lin, He, Tang and Tang, "Fast,
automatic and fine-grained tampered JPEG image detection via DCT coefficient analysis", Pattern
Recognition 42, 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.tampering.first_steps import dct_matrix, errors_of, first_table

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Counts = NDArray[np.float64]

_SIZE = 8
_LARGEST = 1023  # coefficients above it count as it
_PERIODS = tuple(range(2, 41))  # steps of the first compression that are looked for
_HIGHEST = 5  # of the sums of the two frequencies of a coefficient
_LEAST_TEXT = 6  # coefficients other than 0 in a block of text
_LEAST_BLOCKS = 150
_OF_WINDOW = 3  # blocks of text in a window of four
_DARKEST, _LIGHTEST = 3, 252
_PRIOR = 10.0  # how many coefficients the counts off the grid weigh
_CHANCE = 1.5  # times what the counts differ by chance, below which there is no period
_FREQUENCIES = [(v, u) for v in range(_SIZE) for u in range(_SIZE) if 0 < u + v <= _HIGHEST]
_ROWS, _COLUMNS = (np.array(one) for one in zip(*_FREQUENCIES, strict=True))


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of an earlier compression.

    Attributes:
        evidence: of each block, by row and column, the logarithm of how much likelier its
            coefficients are with the earlier compression than without; ``nan`` for blocks
            without text.
        usual: the median of the blocks; about 0 for a picture that was compressed once.
        spread: their usual distance from the median.
        blocks: the evidence of all blocks of text, sorted.
        windows: the means of all windows of two by two blocks of which three are text, sorted.
        errors: of each block, how far its pixels are from the steps of the earlier compression
            (`first_steps`); ``None`` where that had none of the usual tables.
    """

    evidence: Floats
    usual: float
    spread: float
    blocks: Floats
    windows: Floats
    errors: Floats | None


def traces_of_compression(luma: NDArray[np.uint8], steps: Sequence[int]) -> Traces | None:
    """The traces in a picture; ``None`` if it has too little text to tell.

    Args:
        luma: as the file holds it, not turned.
        steps: of its quantisation table in the order of rows; ones for files without compression.
    """
    table = np.asarray(steps, dtype=np.float32).reshape(_SIZE, _SIZE)[_ROWS, _COLUMNS]
    on_grid = _coefficients(luma, table)
    off_grid = _coefficients(luma[4:, 4:], table)
    is_text = (on_grid > 0).sum(axis=2) >= _LEAST_TEXT
    off_text = (off_grid > 0).sum(axis=2) >= _LEAST_TEXT
    if min(is_text.sum(), off_text.sum()) < _LEAST_BLOCKS:
        return None
    evidence = np.full(is_text.shape, np.nan, dtype=np.float32)
    # Where white is cut off, coefficients leave the steps: such blocks are a group of their own.
    for group, others in zip(
        _by_clipping(luma, is_text), _by_clipping(luma[4:, 4:], off_text), strict=True
    ):
        if min(group.sum(), others.sum()) >= _LEAST_BLOCKS:
            evidence[group] = _evidence(on_grid[group], off_grid[others])
    known = evidence[np.isfinite(evidence)]
    if not len(known):
        return None
    usual = float(np.median(known))
    spread = float(np.median(np.abs(known - usual))) * 1.4826 + 0.1
    first = first_table(
        luma, np.asarray(steps, dtype=np.float32).reshape(_SIZE, _SIZE), is_text, off_text
    )
    errors = None if first is None else errors_of(luma, first, is_text)
    return Traces(evidence, usual, spread, np.sort(known), _windows(evidence), errors)


def _windows(evidence: Floats) -> Floats:
    parts = np.stack((evidence[:-1, :-1], evidence[1:, :-1], evidence[:-1, 1:], evidence[1:, 1:]))
    is_known = np.isfinite(parts)
    counts = is_known.sum(axis=0)
    sums = np.where(is_known, parts, 0).sum(axis=0)
    found: Floats = np.sort(sums[counts >= _OF_WINDOW] / counts[counts >= _OF_WINDOW])
    return found


def _coefficients(luma: NDArray[np.uint8], table: Floats) -> Ints:
    """The sizes of the low coefficients of each block, rounded to steps.

    Returns:
        Rows of blocks x columns of blocks x frequencies.
    """
    rows, columns = luma.shape[0] // _SIZE, luma.shape[1] // _SIZE
    cut = luma[: rows * _SIZE, : columns * _SIZE].astype(np.float32) - 128
    blocks = cut.reshape(rows, _SIZE, columns, _SIZE)
    across = np.einsum("rycx,ux->rycu", blocks, _DCT[: _HIGHEST + 1], optimize=True)
    found = np.einsum("rycu,vy->rcvu", across, _DCT[: _HIGHEST + 1], optimize=True)
    steps = np.rint(found[:, :, _ROWS, _COLUMNS] / table) * table
    sizes: Ints = np.minimum(np.abs(steps), _LARGEST).astype(np.int32)
    return sizes


def _by_clipping(
    luma: NDArray[np.uint8], is_text: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The blocks of text without pixels near the ends of the scale, and those with some, which the
    first compression may have cut off there."""
    rows, columns = is_text.shape
    cut = luma[: rows * _SIZE, : columns * _SIZE]
    is_end = (cut <= _DARKEST) | (cut >= _LIGHTEST)
    ends = is_end.reshape(rows, _SIZE, columns, _SIZE).any(axis=(1, 3))
    return is_text & ~ends, is_text & ends


def _evidence(with_trace: Ints, without: Ints) -> Floats:
    """For each block, summed over its coefficients. Both: blocks x frequencies."""
    own, other = _counts(with_trace), _counts(without)
    ratios, told = _ratios(own, other)
    found = np.zeros(len(with_trace), dtype=np.float64)
    for place, best in enumerate(told.argmax(axis=0)):
        if told[best, place] > 0 and min(own[:, place].sum(), other[:, place].sum()) >= (
            _LEAST_BLOCKS
        ):
            period = _PERIODS[best]
            by_phase = ratios[_STARTS[best] : _STARTS[best] + period, place]
            values = with_trace[:, place]
            of_values = by_phase[values % period]
            of_values[(values == 0) | (values == _LARGEST)] = 0
            found += of_values
    return found.astype(np.float32)


def _counts(coefficients: Ints) -> Counts:
    """How often each size is: sizes x frequencies. Nothing is told by zeros, nor by those that were
    cut down to the largest; they are not counted."""
    found = np.stack(
        [np.bincount(column, minlength=_LARGEST + 1) for column in coefficients.T], axis=1
    ).astype(np.float64)
    found[[0, _LARGEST]] = 0
    return found


def _ratios(own: Counts, other: Counts) -> tuple[Counts, Counts]:
    """The logarithm of the likelihood ratio of each place within each period, and how much each
    period tells beyond chance.

    Args:
        own: sizes x frequencies on the grid; ``other`` off it.

    Returns:
        Places of all periods x frequencies, and periods x frequencies.
    """
    totals, off_totals = own.sum(axis=0), other.sum(axis=0)
    folded = _FOLDING @ own
    expected = _FOLDING @ other + 0.5
    expected /= np.repeat(np.add.reduceat(expected, _STARTS, axis=0), _PERIODS, axis=0)
    ratios = np.log((folded + _PRIOR * expected) / ((totals + _PRIOR) * expected))
    told = np.add.reduceat(folded * ratios, _STARTS, axis=0) / np.maximum(totals, 1)
    chance = 1 / np.maximum(totals, 1) + 1 / np.maximum(off_totals, 1)
    return ratios, told - _CHANCE * np.array(_PERIODS)[:, None] * chance


def _folding() -> Counts:
    """A matrix that adds up sizes by their place in each period: places of all periods x sizes."""
    sizes = np.arange(_LARGEST + 1)
    return np.concatenate(
        [(sizes % period == np.arange(period)[:, None]) for period in _PERIODS]
    ).astype(np.float64)


_DCT = dct_matrix()
_FOLDING = _folding()
_STARTS = np.concatenate(([0], np.cumsum(_PERIODS)[:-1]))
"""The first row of each period in ``_FOLDING``."""
