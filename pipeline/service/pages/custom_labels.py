"""The custom labels that a record may have: those of the model, and those that it has already."""

from __future__ import annotations

from pipeline.assembly.record import is_in_record
from pipeline.errors import ConfigError
from pipeline.labels import ValueType
from pipeline.receipt import Receipt
from pipeline.served_model import label_set_of
from pipeline.service.corrections import EXTRA


def custom_labels(model: str, record: Receipt) -> dict[str, ValueType]:
    """The types of the fields under ``extra``, by the names that changes give them.

    Args:
        model: where it is; if it cannot be read, only the record's count.
    """
    try:
        labels = label_set_of(model).labels
    except ConfigError:
        labels = ()
    known = {
        label.name: label.type
        for label in labels
        if label.column is None and not is_in_record(label)
    }
    known |= {label: ValueType(field.type) for label, field in record.extra.items()}
    return {EXTRA + label: kind for label, kind in known.items()}
