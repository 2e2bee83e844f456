"""How well second copies are found in piles of drawn receipts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipeline.audit.duplicates.find import FILE, PICTURE, PURCHASE
from pipeline.audit.duplicates.weights import fitted_weights
from pipeline.audit.run import AuditJob
from pipeline.evaluation.audit.audited_pile import TODAY, audited
from pipeline.evaluation.audit.compared_pairs import compared_pairs
from pipeline.evaluation.audit.drawn_records import receipt_of
from pipeline.evaluation.audit.pile import draw_pile, draw_tills
from pipeline.evaluation.audit.precision_recall import Cases, curve_lines
from pipeline.evaluation.small_samples import shown

DUPLICATES = (FILE, PICTURE, PURCHASE)
COPIES = LOOK_ALIKES = 0.01
"""Shares in the pile."""


def duplicate_lines(tills: int, count: int, seed: int, folder: Path) -> Iterator[str]:
    """How many second copies are found in a pile of drawn receipts, and the false pairs.

    Args:
        folder: for the records and the state.
    """
    originals: dict[str, tuple[str, str]] = {}
    kinds: dict[str, str] = {}
    with (folder / "records.jsonl").open("w") as file:
        for placed in draw_pile(draw_tills(tills, seed), count, seed, COPIES, LOOK_ALIKES):
            file.write(f"{receipt_of(placed.plain).model_dump_json()}\n")
            path = placed.plain["source"]["path"]
            kinds[path] = placed.kind
            if placed.original:
                originals[path] = (placed.original, placed.kind)
    pairs: set[tuple[str, str]] = set()
    for finding in audited(AuditJob(folder / "records.jsonl", TODAY), folder):
        if finding.rule in DUPLICATES:
            first, *others = (one.path for one in finding.receipts)
            pairs |= {(first, other) for other in others}
    found = {path: (path, original) in pairs for path, (original, _) in originals.items()}
    yield "| copy | found | of | recall |\n| --- | ---: | ---: | ---: |"
    for kind in sorted({kind for _, kind in originals.values()}):
        of_kind = [found[path] for path, (_, one) in originals.items() if one == kind]
        yield f"| {kind} | {sum(of_kind)} | {len(of_kind)} | {shown(of_kind)} |"
    yield f"| all | {sum(found.values())} | {len(found)} | {shown(list(found.values()))} |"
    true = {(path, original) for path, (original, _) in originals.items()}
    false = pairs - true
    yield f"{count} receipts, {len(false)} false pairs: {1000 * len(false) / count:.2f} per 1,000"
    by_kind = Counter(kinds[first] or kinds[other] or "other" for first, other in false)
    yield f"false pairs are of: {dict(by_kind)}; precision {len(pairs & true) / len(pairs):.3f}"


def duplicate_curve(tills: int, count: int, seed: int, miss: float) -> Iterator[str]:
    """Precision and recall of the probability that two receipts are one purchase.

    Args:
        miss: what a second copy that is paid costs, in looks at a finding.
    """
    weights = fitted_weights()
    copies: dict[str, float] = {}
    others: dict[str, float] = {}
    for pair in compared_pairs(draw_tills(tills, seed), count, seed, COPIES, LOOK_ALIKES):
        of_kind = copies if pair.is_same else others
        probability = weights.probability(pair.evidence) if pair.evidence else 0.0
        of_kind[pair.path] = max(probability, of_kind.get(pair.path, 0.0))
    clean = np.zeros(count - len(copies))
    clean[: len(others)] = list(others.values())
    cases = Cases(np.array(list(copies.values())), clean, weights.threshold)
    yield from curve_lines("duplicates", cases, miss)
