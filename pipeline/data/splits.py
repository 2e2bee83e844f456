"""Splits by merchant: chains repeat, so receipts of one merchant stay on one side."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from pipeline.data.annotated import AnnotatedPage

HELD_OUT_SHARE = 0.2
SPLIT_SEED = 0

_LEGAL = re.compile(
    r"\b(sdn|bhd|bnd|berhad|plt|enterprise|trading|inc|llc|ltd|limited|co|corp|company|gmbh|store|"
    r"restaurant|restoran|the|cafe|kedai|m|s|no)\b"
)
# Two names this alike (0 to 100) are one merchant, whatever OCR or an annotator made of them.
_SAME_MERCHANT = 90


def merchant_key(name: str) -> str:
    """A merchant's name without case, punctuation, registration number and legal form."""
    words = re.sub(r"\([^)]*\)|[^a-z ]+", " ", name.lower())
    return " ".join(_LEGAL.sub(" ", words).split()) or " ".join(words.split())


def split_by_merchant(
    pages: Sequence[AnnotatedPage], held_out: float = HELD_OUT_SHARE, seed: int = SPLIT_SEED
) -> tuple[list[AnnotatedPage], list[AnnotatedPage]]:
    """Pages to train on and pages held out; no merchant is on both sides.

    A merchant's side depends on its own name and the seed alone, so further receipts move
    none of the others. A page without a merchant is a merchant of its own.

    Args:
        held_out: the share of merchants held out, 0 to 1.
    """
    group_of = _groups(sorted({page.merchant for page in pages if page.merchant}))
    sides: tuple[list[AnnotatedPage], list[AnnotatedPage]] = ([], [])
    for page in pages:
        key = group_of.get(page.merchant) or f"{page.source}/{page.id}"
        sides[_fraction(key, seed) < held_out].append(page)
    return sides


def _fraction(key: str, seed: int) -> float:
    digest = hashlib.sha256(f"{seed}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _groups(names: Sequence[str]) -> dict[str, str]:
    """Each name's group, called by the group's first name: names alike are one merchant."""
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            if _alike(name, other):
                first, second = sorted((root(name), root(other)))
                parent[second] = first
    return {name: root(name) for name in names}


def _alike(name: str, other: str) -> bool:
    glued, other_glued = name.replace(" ", ""), other.replace(" ", "")
    if min(len(glued), len(other_glued)) >= 6 and (
        glued.startswith(other_glued) or other_glued.startswith(glued)
    ):
        return True
    return fuzz.ratio(glued, other_glued) >= _SAME_MERCHANT
