"""Label sets: the labels, their roles in assembly and how their texts are parsed.

A label set is a YAML file (``configs/labels/*.yaml``); every model folder has a copy. The tagger
uses only the BIO tags, assembly the roles and types.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipeline.errors import ConfigError
from pipeline.plain_errors import plain_problems

OUTSIDE = "O"


class Role(StrEnum):
    """What assembly does with a label's spans."""

    HEADER = "header"  # one field of the record
    TABLE = "table"  # a column of one of the record's tables
    SUMMARY = "summary"  # one amount of the record, takes part in the sums
    EXTRA = "extra"  # a field under `extra`


class Table(StrEnum):
    """The record's lists of rows, by their keys."""

    ITEMS = "items"
    TAXES = "taxes"
    PAYMENTS = "payments"


class ValueType(StrEnum):
    """How a span's text becomes a value."""

    TEXT = "text"
    AMOUNT = "amount"
    DATE = "date"
    TIME = "time"
    QUANTITY = "quantity"
    PHONE = "phone"
    CODE = "code"  # letters and digits: the number of a receipt, of a product
    RATE = "rate"  # a percentage
    TAX_ID = "tax_id"
    CARD = "card"  # the last four digits of a card's number

    @property
    def is_number(self) -> bool:
        """Whether values are equal as numbers."""
        return self in (ValueType.AMOUNT, ValueType.QUANTITY, ValueType.RATE)

    @property
    def is_code(self) -> bool:
        """Whether values are equal by their letters and digits, and similar ones are others."""
        return self in (ValueType.CODE, ValueType.TAX_ID, ValueType.CARD)


class Label(BaseModel):
    """One label: its value type, its role, and the record's key that it fills.

    Attributes:
        table, column: the place of its values in one of the record's tables. An amount of the
            summary may have one, too: each printed tax is a row's, and their sum the record's.
        adds_to: the amount of the summary that its amounts are a part of: an item's discount is
            a part of the receipt's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: ValueType = ValueType.TEXT
    role: Role = Role.EXTRA
    table: Table | None = None
    column: str | None = None
    adds_to: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_table_of_items(cls, raw: Any) -> Any:
        """The role ``item`` of earlier label sets is the table of line items."""
        if isinstance(raw, Mapping) and raw.get("role") == "item":
            return {**raw, "role": Role.TABLE, "table": Table.ITEMS}
        return raw

    @model_validator(mode="after")
    def _column_has_its_table(self) -> Self:
        if (self.table is None) != (self.column is None):
            raise ValueError(f"label {self.name!r}: a column needs a table, a table a column")
        if self.role is Role.TABLE and self.column is None:
            raise ValueError(f"label {self.name!r}: the role 'table' needs a table and a column")
        if self.role in (Role.HEADER, Role.EXTRA) and self.column is not None:
            raise ValueError(f"label {self.name!r}: the role {self.role.value!r} has no column")
        return self


class LabelSet(BaseModel):
    """An ordered set of labels; the order fixes the tag ids: O, B-a, I-a, B-b, I-b, …"""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    name: str
    labels: tuple[Label, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [label.name for label in self.labels]
        if not names or len(set(names)) != len(names):
            raise ValueError("a label set needs labels, each with its own name")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The BIO tags by id, ``O`` first."""
        return (OUTSIDE, *(f"{prefix}-{name}" for name in self.names for prefix in "BI"))

    @cached_property
    def tag_ids(self) -> dict[str, int]:
        return {tag: index for index, tag in enumerate(self.tags)}

    def __getitem__(self, name: str) -> Label:
        for label in self.labels:
            if label.name == name:
                return label
        raise KeyError(name)

    def with_role(self, role: Role) -> tuple[Label, ...]:
        return tuple(label for label in self.labels if label.role is role)

    def of_table(self, table: Table) -> tuple[Label, ...]:
        """The labels that fill a table's columns."""
        return tuple(label for label in self.labels if label.table is table)

    def parts_of(self, name: str) -> tuple[str, ...]:
        """The label itself, and those whose amounts are a part of its amount."""
        return (name, *(label.name for label in self.labels if label.adds_to == name))


def label_of(tag: str) -> str | None:
    """The label that a BIO tag names, ``None`` for ``O``."""
    return None if tag == OUTSIDE else tag[2:]


def tag_of(label: str | None, *, inside: bool) -> str:
    """The BIO tag of a token, ``O`` without a label.

    Args:
        inside: the token continues the span of the one before.
    """
    return OUTSIDE if label is None else f"{'I' if inside else 'B'}-{label}"


def load_label_set(path: Path) -> LabelSet:
    """Read a label set from YAML: ``name`` and ``labels``, a mapping of name to type, role,
    table, column.

    Raises:
        ConfigError: the file is missing or does not describe a label set.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        labels = [{"name": name, **(entry or {})} for name, entry in raw["labels"].items()]
        return LabelSet.model_validate({"name": raw["name"], "labels": labels})
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        problems = "; ".join(plain_problems(error, LabelSet))
        raise ConfigError(f"{path}: not a label set: {problems}") from error
    except KeyError as error:
        raise ConfigError(f"{path}: not a label set: {error} is missing") from error
    except (UnicodeDecodeError, yaml.YAMLError, TypeError, AttributeError) as error:
        raise ConfigError(f"{path}: not a label set: {error}") from error


def save_label_set(label_set: LabelSet, path: Path) -> None:
    """Write a label set so that ``load_label_set`` reads it back the same."""
    labels = {
        label.name: label.model_dump(mode="json", exclude={"name"}, exclude_none=True)
        for label in label_set.labels
    }
    text = yaml.safe_dump({"name": label_set.name, "labels": labels}, sort_keys=False)
    path.write_text(text, encoding="utf-8")
