"""Compare a window of records with a reference, feature by feature and group by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from pipeline.drift.features import (
    CATEGORIES,
    IN_GROUPS,
    MERCHANT,
    MISSING,
    MIX,
    NUMBERS,
    OF_MERCHANTS,
    SHARED,
)
from pipeline.drift.merchants import with_merchants
from pipeline.drift.sample import Sample
from pipeline.drift.statistics import (
    Array,
    binned,
    counted,
    design_effect,
    holm,
    homogeneity,
    intraclass,
    kolmogorov_smirnov,
    psi,
    psi_by_chance,
    quantile_edges,
    receipts_of_merchant,
    votes,
)

MOST_GROUPS = 20
_CATEGORIES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a difference is an alarm: both bounds must be passed.

    Attributes:
        alpha: probability of any false alarm in a window of the same receipts; half of it is for
            all receipts together, half for the groups.
        psi: by how much the stability index must be above what chance gives.
        least: receipts that a feature must have in both samples to be compared.
    """

    alpha: float = 0.01
    psi: float = 0.1
    least: int = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One feature in both samples.

    Attributes:
        group: "" for all receipts, else ``merchant: NAME`` or ``category: NAME``.
        reference, window: how many receipts have the feature.
        before, after: the quartiles of numbers, or the shares of the commonest categories.
        bins: the shares of the reference's and the window's receipts in the bins of the index.
        psi: the population stability index.
        by_chance: what it would be on average without a difference.
        p: of the two-sample test.
        corrected: for the number of tests.
    """

    feature: str
    group: str
    reference: int
    window: int
    before: str
    after: str
    bins: tuple[tuple[str, float, float], ...]
    psi: float
    by_chance: float
    p: float
    corrected: float = 1.0
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences, alarms first, and what could not be compared (feature to reason)."""

    differences: tuple[Difference, ...]
    left_out: dict[str, str]
    reference: int
    window: int

    @property
    def alarms(self) -> list[Difference]:
        return [one for one in self.differences if one.is_alarm]


Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both samples, or those of their receipts that are of one group."""

    samples: tuple[Sample, Sample]
    places: tuple[Places, Places]
    group: str = ""

    def merchants(self, side: int, inside: NDArray[np.bool_]) -> list[str]:
        own = self.samples[side].merchants
        return [own[place] for place in self.places[side][inside]]


def compare(reference: Sample, window: Sample, bounds: Bounds | None = None) -> Comparison:
    """Every feature in all receipts, and in the groups that both samples have enough of.

    Raises:
        ConfigError: SciPy is not installed.
    """
    from pipeline.install import needs

    with needs("drift needs SciPy", "drift"):
        import scipy.stats  # noqa: F401
    bounds = bounds or Bounds()
    reference, window = with_merchants(reference, window)
    pair = _Pair((reference, window), (np.arange(len(reference)), np.arange(len(window))))
    left_out: dict[str, str] = {}
    whole = []
    for feature in (*NUMBERS, *CATEGORIES, *OF_MERCHANTS):
        found = _difference(feature, pair, bounds.least)
        if isinstance(found, str):
            left_out[feature] = found
        else:
            whole.append(found)
    within = [
        found
        for part in _groups(pair, bounds.least)
        for feature in IN_GROUPS
        if isinstance(found := _difference(feature, part, bounds.least), Difference)
    ]
    judged = [*_judged(whole, bounds), *_judged(within, bounds)]
    judged.sort(key=lambda one: (not one.is_alarm, bool(one.group), one.corrected, one.p))
    return Comparison(tuple(judged), left_out, len(reference), len(window))


def _groups(pair: _Pair, least: int) -> Iterator[_Pair]:
    """The merchants and trades that both samples have enough receipts of, the largest first."""
    found: list[tuple[int, _Pair]] = []
    names = pair.samples[1].names
    for kind, columns in (
        ("merchant", [sample.merchants for sample in pair.samples]),
        ("category", [sample.categories.get("category", ()) for sample in pair.samples]),
    ):
        times = [Counter(column) for column in columns]
        for value in times[0].keys() & times[1].keys():
            if not value or value == MISSING:
                continue
            size = min(times[0][value], times[1][value])
            if size >= least:
                places = [np.array([i for i, v in enumerate(c) if v == value]) for c in columns]
                label = f"{kind}: {names.get(value, value) if kind == 'merchant' else value}"
                found.append((size, _Pair(pair.samples, (places[0], places[1]), label)))
    found.sort(key=lambda one: (-one[0], one[1].group))
    yield from (part for _, part in found[:MOST_GROUPS])


def _difference(feature: str, pair: _Pair, least: int) -> Difference | str:
    """The difference, or the reason why there is none."""
    reference, is_number = pair.samples[0], feature in pair.samples[1].numbers
    if feature not in (reference.numbers if is_number else reference.categories):
        return "the reference does not have it"
    if is_number:
        numbers = [s.numbers[feature][p] for s, p in zip(pair.samples, pair.places, strict=True)]
        inside = [~np.isnan(column) for column in numbers]
    else:
        columns = [s.categories[feature] for s in pair.samples]
        texts = [[c[i] for i in p] for c, p in zip(columns, pair.places, strict=True)]
        inside = [np.array([one is not None for one in column], bool) for column in texts]
    counts = [int(one.sum()) for one in inside]
    for count, name in zip(counts, ("reference", "window"), strict=True):
        if count < least:
            return f"{count} receipts of the {name} have it; at least {least} are compared"
    merchants = [pair.merchants(side, inside[side]) for side in (0, 1)]
    if is_number:
        given = [column[where] for column, where in zip(numbers, inside, strict=True)]
        return _of_numbers(feature, pair.group, given, merchants)
    named = [[one for one in column if one is not None] for column in texts]
    return _of_categories(feature, pair, named, merchants)


def _of_numbers(
    feature: str, group: str, given: Sequence[Array], merchants: Sequence[Sequence[str]]
) -> Difference:
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate(given))[:, None]
    parts = ranks[: len(given[0])], ranks[len(given[0]) :]
    effects = (1.0, 1.0) if feature in MIX else _effects(parts, merchants)
    edges = quantile_edges(given[0])
    rows = [binned(values, edges) for values in given]
    _, p = kolmogorov_smirnov(given[0], given[1], effects)
    names = [*(f"up to {edge:.4g}" for edge in edges), "more"]
    return _made(feature, group, names, rows, effects, p, [_quartiles(one) for one in given])


def _of_categories(
    feature: str,
    pair: _Pair,
    named: Sequence[Sequence[str]],
    merchants: Sequence[Sequence[str]],
) -> Difference:
    values = {name: place for place, name in enumerate(sorted({*named[0], *named[1]}))}
    effects = (1.0, 1.0)
    if feature in SHARED:
        effects = receipts_of_merchant(merchants[0]), receipts_of_merchant(merchants[1])
    elif feature not in MIX:
        effects = _effects([_indicators(column, values) for column in named], merchants)
    names, table = counted(named[0], named[1], effects)
    tested = table / np.array(effects)[:, None]
    if feature in SHARED:
        pairs = zip(named, merchants, strict=True)
        tested = np.array([votes(column, names, its) for column, its in pairs])
    p = homogeneity(tested)
    if feature == MERCHANT:
        known = pair.samples[1].names
        names = [known.get(name, name) or "unknown" for name in names]
    shown = [_shares(names, row) for row in table]
    return _made(feature, pair.group, names, list(table), effects, p, shown)


def _indicators(column: Sequence[str], values: dict[str, int]) -> Array:
    found = np.zeros((len(column), len(values)))
    found[np.arange(len(column)), [values[one] for one in column]] = 1.0
    return found


def _effects(columns: Sequence[Array], merchants: Sequence[Sequence[str]]) -> tuple[float, float]:
    correlation = intraclass(list(zip(columns, merchants, strict=True)))
    return design_effect(correlation, merchants[0]), design_effect(correlation, merchants[1])


def _made(
    feature: str,
    group: str,
    names: Sequence[str],
    rows: Sequence[Array],
    effects: tuple[float, float],
    p: float,
    shown: Sequence[str],
) -> Difference:
    sizes = [float(row.sum()) for row in rows]
    shares = [row / size for row, size in zip(rows, sizes, strict=True)]
    bins = zip(names, shares[0].tolist(), shares[1].tolist(), strict=True)
    return Difference(
        feature=feature,
        group=group,
        reference=int(sizes[0]),
        window=int(sizes[1]),
        before=shown[0],
        after=shown[1],
        bins=tuple(bins),
        psi=psi(rows[0], rows[1]),
        by_chance=psi_by_chance(len(names), sizes[0] / effects[0], sizes[1] / effects[1]),
        p=1.0 if isnan(p) else p,
    )


def _judged(found: Sequence[Difference], bounds: Bounds) -> list[Difference]:
    corrected = holm({str(number): one.p for number, one in enumerate(found)})
    return [
        replace(
            one,
            corrected=corrected[str(number)],
            is_alarm=corrected[str(number)] < bounds.alpha / 2
            and one.psi - one.by_chance >= bounds.psi,
        )
        for number, one in enumerate(found)
    ]


def _quartiles(values: Array) -> str:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.3g} ({low:.3g}–{high:.3g})"


def _shares(names: Sequence[str], row: Array) -> str:
    ranked = sorted(zip(names, row / row.sum(), strict=True), key=lambda one: -one[1])
    shown = [f"{name} {share:.0%}" for name, share in ranked[:_CATEGORIES_SHOWN] if share > 0]
    return ", ".join(shown)
