"""The pairs of drawn receipts that the audit would compare, with the evidence on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.audit.duplicates.block_keys import block_keys
from pipeline.audit.duplicates.evidence import evidence
from pipeline.audit.duplicates.traits import Traits, traits_of
from pipeline.audit.state.entered import LARGEST_BLOCK
from pipeline.evaluation.audit.drawn_records import Till, receipt_of
from pipeline.evaluation.audit.pile import Placed, draw_pile


@dataclass(frozen=True, slots=True)
class Pair:
    """Two receipts of a pile.

    Attributes:
        path: of the later one.
        evidence: empty if the audit does not compare them.
        is_same: one is a second copy of the other.
        kind: of copy or look-alike that the later one is, "" for others.
    """

    path: str
    evidence: Mapping[str, float]
    is_same: bool
    kind: str


def compared_pairs(
    tills: Sequence[Till], count: int, seed: int, copies: float, look_alikes: float
) -> Iterator[Pair]:
    """The pairs of a pile (``draw_pile``), and those of copies that blocking loses."""
    blocks: dict[int, list[tuple[Traits, Placed]]] = defaultdict(list)
    for placed in draw_pile(tills, count, seed, copies, look_alikes):
        traits, path = traits_of(receipt_of(placed.plain)), placed.plain["source"]["path"]
        near = {}
        for key in block_keys(traits):
            for other, at in blocks[key][-LARGEST_BLOCK:]:
                near[at.plain["source"]["path"]] = other
            blocks[key].append((traits, placed))
        for earlier, other in near.items():
            yield Pair(path, evidence(traits, other), earlier == placed.original, placed.kind)
        if placed.original and placed.original not in near:
            yield Pair(path, {}, True, placed.kind)
