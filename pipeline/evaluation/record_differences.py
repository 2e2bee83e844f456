"""Compare two sets of extracted records field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_NO_VALUES = ("confidence", "boxes", "timings")

Record = Mapping[str, Any]
"""A record as read from JSON."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs between two records of one page; ``None`` is a missing value.

    Attributes:
        page: path and page number, and the region of one of several receipts.
        name: of the value within the record, such as ``items[2].total.value``.
    """

    page: str
    name: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.page}: {self.name}: {self.before!r} -> {self.after!r}"


def differences(before: Sequence[Record], after: Sequence[Record]) -> list[Difference]:
    """The values that differ, by page; confidences, boxes and times do not count as values.

    A page that only one side has differs in its ``status``.
    """
    ones, others = _by_page(before), _by_page(after)
    return [
        Difference(page, name, one.get(name), other.get(name))
        for page in dict.fromkeys((*ones, *others))
        for one, other in [(_values(ones.get(page)), _values(others.get(page)))]
        for name in (sorted({*one, *other}) if one and other else ("status",))
        if one.get(name) != other.get(name)
    ]


def confidence_gap(before: Sequence[Record], after: Sequence[Record]) -> float:
    """The largest difference of a confidence that both sides have."""
    ones, others = _by_page(before), _by_page(after)
    pairs = [
        (_confidences(ones[page]), _confidences(others[page])) for page in ones if page in others
    ]
    gaps = (abs(one[name] - other[name]) for one, other in pairs for name in one if name in other)
    return max(gaps, default=0.0)


def _by_page(records: Sequence[Record]) -> dict[str, Record]:
    return {_place(one["source"]): one for one in records}


def _place(source: Mapping[str, Any]) -> str:
    region = source.get("region")
    part = f" at {', '.join(f'{side:g}' for side in region)}" if region else ""
    return f"{source['path']} page {source['page']}{part}"


def _values(record: Record | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in _leaves(record or {})
        if not set(name.split(".")) & set(_NO_VALUES)
    }


def _confidences(record: Record) -> dict[str, float]:
    return {
        name: value
        for name, value in _leaves(record)
        if name.endswith("confidence") and value is not None
    }


def _leaves(part: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each plain value with its name; the items of lists of boxes share the list's name."""
    if isinstance(part, Mapping):
        for key, entry in part.items():
            yield from _leaves(entry, f"{name}.{key}".lstrip("."))
    elif isinstance(part, list) and not name.endswith("boxes"):
        for index, entry in enumerate(part):
            yield from _leaves(entry, f"{name}[{index}]")
    else:
        yield name, part
