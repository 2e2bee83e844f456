"""Lists that are given in parts: each part says where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

from fastapi import Query

_Item = TypeVar("_Item")

Cursor = Annotated[str, Query(pattern=r"^[0-9]{1,18}$", description="`next` of the part before.")]
"""After which number a part begins."""
FIRST = "0"
"""The cursor of the first part."""
Limit = Annotated[int, Query(ge=1, le=200)]
"""How many items a part has."""
USUAL = 50
"""The limit where none is given."""


def part_of(
    found: Sequence[_Item], limit: int, number: Callable[[_Item], int]
) -> tuple[Sequence[_Item], str | None]:
    """A part of a list, and the cursor of the next part, ``None`` at the end.

    Args:
        found: the part's items, and one more if there are more.
        number: of an item, by which the list is ordered.
    """
    if len(found) <= limit:
        return found, None
    return found[:limit], str(number(found[limit - 1]))
