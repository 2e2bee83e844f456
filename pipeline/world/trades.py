"""Trades of merchants, from ``trades.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from pipeline.categories import Category

_FILE = Path(__file__).with_name("trades.yaml")


@dataclass(frozen=True, slots=True)
class Trade:
    """What merchants do.

    Attributes:
        category: of what they sell.
        keys: of OpenStreetMap, whose brands are of this trade.
    """

    category: Category
    keys: tuple[str, ...]


@cache
def trades() -> Mapping[str, Trade]:
    """All trades by name."""
    return {
        name: Trade(Category(entry["category"]), tuple(entry["keys"].split()))
        for name, entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")).items()
    }
