"""Split receipts by merchant, because receipts of one merchant look alike.

Receipts are of one merchant when they share a phone number or their merchants' names
are variants of one another. A hash of the merchant decides its side, so that new receipts
of other merchants change nothing. (A receipt that links two names to one merchant moves
the receipts of one of them to the other's side.)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from pipeline.accents import without_accents
from pipeline.data.annotated import AnnotatedPage

SAME_NAME = 90  # of 100, by token_set_ratio
SHORTEST_NAME = 4  # letters; a shorter name is a variant only of itself
SHORTEST_PHONE = 7  # digits

_IN_BRACKETS = re.compile(r"[(\[].*?(?:[)\]]|$)")
_NOT_THE_NAME = frozenset(
    "sdn bhd sendirian berhad enterprise enterprises trading co company corp corporation inc llc "
    "ltd limited pte plc gmbh kg ag sa srl spa bv nv the and of m branch cawangan outlet store shop "
    "reg no roc".split()
)


# Words for kinds of shops and for places: sharing one does not make merchants the same.
_COMMON = frozenset(
    "restaurant restaurants restoran ristorante cafe coffee kitchen food foods fish seafood burger "
    "pizza hotel bar pub grill bakery bread supermarket hypermarket market mart minimarket "
    "pharmacy stop station stationery books hardware house home cash carry super city center centre mall "
    "plaza malaysia airport express gift garden tea book computer electrical machinery motor auto "
    "marketing distributor services service group international industries holdings asia new thai "
    "italian japanese chinese indian mexican fresh village seven bistro sushi house group".split()
)


def merchant_key(name: str) -> str:
    """Lower-case words of a merchant's name without legal form, register number and branch.

    Empty if no word is left; such receipts are not grouped with others.
    """
    plain = without_accents(name).lower()
    plain = re.sub(r"['’`.]", "", _IN_BRACKETS.sub(" ", plain))
    words = re.findall(r"[^\W_]+", plain)
    kept = [word for word in words if word not in _NOT_THE_NAME and not _is_number(word)]
    return " ".join(kept or words)


def split_by_merchant(
    pages: Iterable[AnnotatedPage], held_out: float, seed: int
) -> tuple[list[AnnotatedPage], list[AnnotatedPage]]:
    """Split the receipts so that no merchant is in both parts.

    A receipt's side depends on its published fields and ``merchant`` alone, never on its
    tokens: it is the same read from annotated boxes or by OCR.

    Args:
        pages: of one or several sources.
        held_out: the share of merchants to hold out, 0 to 1; the share of receipts is
            only near it, as merchants differ in size.
        seed: of the choice of merchants.

    Returns:
        The pages to train on and the pages held out, both in the order given.

    Raises:
        ValueError: ``held_out`` is not between 0 and 1.
    """
    if not 0 <= held_out <= 1:
        raise ValueError(f"held_out is a share between 0 and 1, not {held_out}")
    train: list[AnnotatedPage] = []
    held: list[AnnotatedPage] = []
    everyone = list(pages)
    for page, merchant in zip(everyone, merchants(everyone), strict=True):
        (held if hash_fraction(merchant, seed) < held_out else train).append(page)
    return train, held


def merchants(pages: Sequence[AnnotatedPage]) -> list[str]:
    """One name per page, the same for all pages of one merchant.

    It is the commonest key among the merchant's pages, the first in the alphabet of
    equally common ones. A page without a merchant is a merchant of its own.
    """
    groups = _Groups(len(pages))
    keys = [page.merchant or merchant_key(page.fields.get("merchant_name", "")) for page in pages]
    _join_equal(groups, keys)
    _join_equal(groups, [_phone(page.fields.get("merchant_phone", "")) for page in pages])
    _join_variants(groups, keys)
    members: dict[int, list[int]] = {}
    for index in range(len(pages)):
        members.setdefault(groups.root(index), []).append(index)
    names = [""] * len(pages)
    for indices in members.values():
        known = sorted(keys[i] for i in indices if keys[i])
        first = pages[indices[0]]
        name = max(known, key=known.count) if known else f"{first.source}/{first.id}"
        for index in indices:
            names[index] = name
    return names


class _Groups:
    """Disjoint sets of page indices (union-find)."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def root(self, index: int) -> int:
        while self._parent[index] != index:
            self._parent[index] = self._parent[self._parent[index]]
            index = self._parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.root(one), self.root(other)))
        self._parent[other] = one


def _join_equal(groups: _Groups, keys: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        if key:
            groups.join(first.setdefault(key, index), index)


def _join_variants(groups: _Groups, keys: Sequence[str]) -> None:
    """Join pages whose merchant names are nearly equal or contain one another."""
    first: dict[str, int] = {}
    for index, key in enumerate(keys):
        if len(key) >= SHORTEST_NAME:
            first.setdefault(key, index)
    names = sorted(first)
    for position, name in enumerate(names[:-1]):
        rest = names[position + 1 :]
        matches = process.extract(name, rest, scorer=_likeness, score_cutoff=SAME_NAME, limit=None)
        for other, _, _ in matches:
            groups.join(first[name], first[other])


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """Similarity 0 to 100: of the distinctive words contained in the other name, or of all letters.

    The letters are compared without spaces, as some sources have lost them.
    """
    letters = fuzz.ratio(one.replace(" ", ""), other.replace(" ", ""))
    own, others = _distinctive(one), _distinctive(other)
    if min(len(own), len(others)) < SHORTEST_NAME:
        return letters
    return max(letters, fuzz.token_set_ratio(own, others, score_cutoff=score_cutoff))


def _distinctive(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _COMMON)


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits if len(digits) >= SHORTEST_PHONE else ""


def _is_number(word: str) -> bool:
    return sum(character.isdigit() for character in word) * 2 > len(word)


def hash_fraction(merchant: str, seed: int) -> float:
    """A number from 0 up to 1 from a hash: the same in every run and on every machine."""
    digest = hashlib.sha256(f"{seed}:{merchant}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
