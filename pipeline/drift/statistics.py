"""Distances and tests of two samples whose receipts come in groups, one for each merchant.

Receipts of a merchant are alike, so that a hundred of them say less than a hundred of as many
merchants. The tests count them as fewer: the sizes of the samples are divided by the design effect
``1 + (m - 1) r``, with the intraclass correlation ``r`` and the mean size ``m`` of the merchant of
a receipt (Kish 1965, "Survey Sampling"; for chi-square Rao and Scott 1981, "The analysis of
categorical data from complex sample surveys").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BINS = 10
_LEAST_EXPECTED = 1  # in a cell of a chi-square test
_DOUBTFUL = 1e-3  # smaller p-values of chi-square are checked by random tables
_TABLES = 20_000
_POOLED = "rarer ones"


def quantile_edges(reference: Array) -> Array:
    """The inner edges of at most ``BINS`` bins that hold equal shares of the reference."""
    edges: Array = np.unique(np.quantile(reference, np.linspace(0, 1, BINS + 1)[1:-1]))
    return edges


def binned(values: Array, edges: Array) -> Array:
    """How many values are in each bin."""
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return counts.astype(float)


def psi(reference: Array, window: Array) -> float:
    """The population stability index of two rows of counts; half a receipt is added to each bin,
    so that empty ones give no infinity."""
    shares = [(row + 0.5) / (row.sum() + 0.5 * len(row)) for row in (reference, window)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def psi_by_chance(bins: int, reference: float, window: float) -> float:
    """What the index of two samples of the same receipts is on average.

    Source: Yurdakul 2018, "Statistical properties of population stability index".
    """
    return (bins - 1) * (1 / reference + 1 / window)


def kolmogorov_smirnov(
    reference: Array, window: Array, effects: tuple[float, float]
) -> tuple[float, float]:
    """The distance of two samples and its p-value, with their sizes divided by the effects."""
    from scipy.stats import ks_2samp, kstwo

    distance = float(ks_2samp(reference, window, method="asymp").statistic)
    sizes = len(reference) / effects[0], len(window) / effects[1]
    size = max(1, round(sizes[0] * sizes[1] / (sizes[0] + sizes[1])))
    return distance, float(kstwo.sf(distance, size))


def homogeneity(table: Array) -> float:
    """The p-value that two rows of counts come from the same shares: Fisher's exact test for two
    categories, chi-square for more.

    Small p-values of chi-square are far too small where few receipts are expected: then at least
    the share of random tables with the same margins that differ as much is taken.
    """
    from scipy.stats import chi2_contingency, fisher_exact, random_table

    table = np.rint(table).astype(int)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2 or not table.sum(axis=1).all():
        return 1.0
    if table.shape[1] == 2:
        return float(fisher_exact(table).pvalue)
    test = chi2_contingency(table, correction=False)
    if test.pvalue >= _DOUBTFUL:
        return float(test.pvalue)
    drawn = random_table(table.sum(axis=1), table.sum(axis=0), seed=0).rvs(size=_TABLES)
    found = ((drawn - test.expected_freq) ** 2 / test.expected_freq).sum(axis=(1, 2))
    as_far = float((found >= test.statistic * (1 - 1e-9)).mean())
    return max(float(test.pvalue), as_far)


def counted(
    reference: Sequence[str], window: Sequence[str], effects: tuple[float, float]
) -> tuple[list[str], Array]:
    """The categories and how often each sample has them, those that are too rare for a test
    together as ``rarer ones``."""
    counts = [Counter(reference), Counter(window)]
    ranked = sorted(counts[0] | counts[1], key=lambda name: (-counts[0][name], name))
    table = np.array([[one[name] for name in ranked] for one in counts], float)
    scaled = table / np.array(effects)[:, None]
    expected = scaled.sum(axis=0) * scaled.sum(axis=1).min() / scaled.sum()
    if len(ranked) <= 2 or (expected >= _LEAST_EXPECTED).all():
        return ranked, table
    kept = expected >= _LEAST_EXPECTED
    if not kept.any():
        kept[expected.argmax()] = True
    names = [name for name, is_kept in zip(ranked, kept, strict=True) if is_kept]
    rest = table[:, ~kept].sum(axis=1, keepdims=True)
    return [*names, _POOLED], np.concatenate([table[:, kept], rest], axis=1)


def intraclass(samples: Sequence[tuple[Array, Sequence[str]]]) -> float:
    """How much more alike receipts of a merchant are than others of the same sample, 0 to 1.

    Args:
        samples: of each the columns, shape (receipts, columns), and the receipts' merchants.
            Merchants that are not known ("") count as one each.
    """
    between = within = 0.0
    groups = receipts = samples_with = 0
    squares = 0.0
    for columns, merchants in samples:
        if not len(columns):
            continue
        codes, sizes = _codes(merchants)
        centred = columns - columns.mean(axis=0)
        sums = np.zeros((len(sizes), columns.shape[1]))
        np.add.at(sums, codes, centred)
        explained = float((sums**2 / sizes[:, None]).sum())
        between += explained
        within += max(0.0, float((centred**2).sum()) - explained)
        groups += len(sizes)
        receipts += len(columns)
        squares += float((sizes**2).sum()) / len(columns)
        samples_with += 1
    free_between, free_within = groups - samples_with, receipts - groups
    if free_between <= 0 or free_within <= 0:
        return 0.0
    size = (receipts - squares) / free_between
    mean_between, mean_within = between / free_between, within / free_within
    whole = mean_between + (size - 1) * mean_within
    return min(1.0, max(0.0, (mean_between - mean_within) / whole)) if whole > 0 else 0.0


def design_effect(correlation: float, merchants: Sequence[str]) -> float:
    """By how much fewer independent receipts a sample stands for, at least 1."""
    _, sizes = _codes(merchants)
    mean_size = float((sizes**2).sum()) / max(1, len(merchants))
    return 1.0 + correlation * max(0.0, mean_size - 1.0)


def receipts_of_merchant(merchants: Sequence[str]) -> float:
    """How many receipts a merchant has on average."""
    _, sizes = _codes(merchants)
    return len(merchants) / max(1, len(sizes))


def votes(column: Sequence[str], names: Sequence[str], merchants: Sequence[str]) -> Array:
    """How many merchants are of each category; one with receipts of several is divided.

    For what nearly all receipts of a merchant share, such as its country: a merchant is then as
    much as its receipts together.

    Args:
        names: the categories; the last one stands for all others.
    """
    codes, sizes = _codes(merchants)
    places = {name: place for place, name in enumerate(names)}
    found = np.zeros(len(names))
    for name, code in zip(column, codes, strict=True):
        found[places.get(name, len(names) - 1)] += 1 / sizes[code]
    return found


def _codes(merchants: Sequence[str]) -> tuple[NDArray[np.int64], Array]:
    """The number of each receipt's merchant, and how many receipts each of these has."""
    places: dict[str, int] = {}
    codes = [
        places.setdefault(merchant or f"{number}", len(places))
        for number, merchant in enumerate(merchants)
    ]
    array = np.array(codes, np.int64)
    return array, np.bincount(array, minlength=len(places)).astype(float)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The p-values corrected for their number: that any of those below a bound is there by chance
    has at most that probability (Holm 1979)."""
    ranked = sorted(p_values, key=lambda name: p_values[name])
    corrected: dict[str, float] = {}
    last = 0.0
    for place, name in enumerate(ranked):
        last = max(last, min(1.0, (len(ranked) - place) * p_values[name]))
        corrected[name] = last
    return corrected
