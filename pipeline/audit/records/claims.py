"""Read claims.csv: who claims which receipt, one row a claim.

Spreadsheets write it as their country does: with semicolons, and amounts with a decimal comma.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.audit.receipts import Claim
from pipeline.categories import Category
from pipeline.errors import ConfigError

COLUMNS = tuple(field.name for field in fields(Claim) if field.name not in ("together", "other"))
"""The columns with a meaning of their own; `path` is required."""
_LARGEST = Decimal(10**12)
_SEPARATORS = ",;\t"
_WITH_COMMA = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}")
_WITH_GROUPS = re.compile(r"-?\d{1,3}(,\d{3})+\.\d{1,2}")
_CATEGORIES = frozenset(Category)


def read_claims(path: Path) -> Iterator[Claim]:
    """The claims of a CSV file, row by row; columns besides ``COLUMNS`` are kept as texts.

    Raises:
        ConfigError: the file cannot be read, or a cell is not of its column's type.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from parse_claims(file, str(path))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8") from error


def parse_claims(lines: Iterable[str], name: str) -> Iterator[Claim]:
    """As ``read_claims``, of the lines of a file with that name.

    Raises:
        ConfigError: the lines are no such table, or a cell is not of its column's type.
    """
    unread = iter(lines)
    title = next(unread, "")
    separator = max(_SEPARATORS, key=title.count)
    rows = csv.DictReader(chain([title], unread), delimiter=separator)
    try:
        rows.fieldnames = _columns(rows.fieldnames or (), name)
        for row in rows:
            where = f"{name}, line {rows.line_num}"
            if any(row.pop(None, [])):
                raise ConfigError(f"{where}: more cells than columns; is an amount unquoted?")
            yield _claim(row, where)
    except csv.Error as error:
        line = rows.reader.line_num
        raise ConfigError(f"{name}, line {line}: not CSV ({error})") from error


def _columns(titles: Iterable[str], name: str) -> list[str]:
    """The names of the columns: those of ``COLUMNS`` may have capitals and spaces."""
    found = []
    for title in titles:
        plain = re.sub(r"[\s_-]+", "_", title.strip().lower())
        found.append(plain if plain in COLUMNS else title.strip())
    if "path" not in found:
        raise ConfigError(f"{name}: no column 'path'")
    for column in COLUMNS:
        if found.count(column) > 1:
            raise ConfigError(f"{name}: two columns {column!r}")
    return found


def _claim(row: Mapping[str, str | None], where: str) -> Claim:
    try:
        return claim_of_texts(row)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def claim_of_texts(texts: Mapping[str, str | None]) -> Claim:
    """A claim from texts by the names of ``COLUMNS``; others are kept. Empty ones are left out.

    Raises:
        ConfigError: there is no ``path``, or a text is not of its column's type.
    """
    cells = {name: text.strip() for name, text in texts.items() if name and text and text.strip()}
    if "path" not in cells:
        raise ConfigError("the column 'path' is empty")
    known: dict[str, Any] = {name: cells[name] for name in COLUMNS if name in cells}
    for name, parse, kind in (
        ("page", int, "a whole number"),
        ("amount", _amount, "an amount such as 1234.50"),
        ("currency", _currency, "a code such as EUR"),
        ("category", _category, "a kind of expense"),
        ("submitted", date.fromisoformat, "a date such as 2026-03-31"),
        ("medium", _medium, "paper or electronic"),
    ):
        if name in known:
            known[name] = _parsed(parse, known[name], name, kind)
    other = {name: cell for name, cell in cells.items() if name not in COLUMNS}
    return Claim(**known, other=other)


def _amount(text: str) -> Decimal:
    if _WITH_COMMA.fullmatch(text):
        text = text.replace(".", "").replace(",", ".")
    elif _WITH_GROUPS.fullmatch(text):
        text = text.replace(",", "")
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) > _LARGEST:
        raise InvalidOperation
    return amount


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", text):
        raise ValueError(text)
    return text.upper()


def _category(text: str) -> str:
    """One of records is known with capitals and spaces too; others are the policy's own."""
    plain = re.sub(r"[\s_-]+", "_", text.lower())
    return plain if plain in _CATEGORIES else text


def _medium(text: str) -> str:
    if text.lower() not in ("paper", "electronic"):
        raise ValueError(text)
    return text.lower()


def _parsed(parse: Any, text: str, name: str, kind: str) -> Any:
    try:
        return parse(text)
    except (ValueError, InvalidOperation) as error:
        raise ConfigError(f"{name} must be {kind}, not {text!r}") from error
