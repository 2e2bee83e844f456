"""The contents of a record, put together from the chosen fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.fields.candidates import Candidate, field_of
from pipeline.assembly.merchant.merchant import MerchantFields
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Label, LabelSet, Role, ValueType
from pipeline.receipt import (
    KEY_FIELDS,
    REVIEW_BELOW,
    Check,
    Contents,
    LineItem,
    Payment,
    TaxIdField,
    TaxLine,
)
from pipeline.world.tax_numbers import has_right_check_digits

# The type that the record's schema gives each of its keys. A label of another name or
# type has no place there and comes out under `extra`.
_RECORD_TYPES = {
    "merchant_name": ValueType.TEXT,
    "merchant_address": ValueType.TEXT,
    "merchant_phone": ValueType.PHONE,
    "merchant_tax_id": ValueType.TAX_ID,
    "receipt_number": ValueType.CODE,
    "date": ValueType.DATE,
    "time": ValueType.TIME,
    **dict.fromkeys(
        (
            *("subtotal", "tax", "service_charge", "tip", "discount", "rounding", "total"),
            *("cash", "change"),
        ),
        ValueType.AMOUNT,
    ),
}


def is_in_record(label: Label) -> bool:
    """Whether the label's value is a field of the record's own, and not one under `extra`."""
    return label.role is not Role.EXTRA and _RECORD_TYPES.get(label.name) is label.type


def summary_labels(label_set: LabelSet) -> list[str]:
    """The labels that take part in the sums."""
    return [
        label.name
        for label in label_set.labels
        if is_in_record(label) and label.type is ValueType.AMOUNT
    ]


def summary_amounts(fields: Mapping[str, Candidate], label_set: LabelSet) -> dict[str, Decimal]:
    """The amounts that the sums check, by label."""
    return {
        name: amount
        for name in summary_labels(label_set)
        if name in fields and (amount := fields[name].amount) is not None
    }


@dataclass(frozen=True, slots=True)
class Tables:
    """The record's lists of rows."""

    items: Sequence[LineItem]
    taxes: Sequence[TaxLine]
    payments: Sequence[Payment]


def contents_of(
    fields: Mapping[str, Candidate],
    tables: Tables,
    checks: Sequence[Check],
    merchant: MerchantFields,
    likely: Mapping[str, float],
    tagged: TaggedPage,
) -> Contents:
    """The record's contents; what is derived is left out where nothing is tagged.

    Args:
        likely: of empty fields the probability that the receipt has none.
    """
    own = {name for name in fields if is_in_record(tagged.label_set[name])}
    conventions = tagged.conventions
    numbers = {"merchant_tax_id"} & own
    return Contents.model_validate(
        {
            **{name: field_of(fields[name]).model_dump() for name in fields if name in own},
            **{name: _tax_id(fields[name], conventions.country) for name in numbers},
            "currency": conventions.currency if tagged.spans else None,
            "country": conventions.country_field if tagged.spans else None,
            "merchant_brand": merchant.brand if tagged.spans else None,
            "category": merchant.category if tagged.spans else None,
            "items": list(tables.items),
            "taxes": list(tables.taxes),
            "payments": list(tables.payments),
            "extra": {
                name: {"type": tagged.label_set[name].type, **field_of(field).model_dump()}
                for name, field in fields.items()
                if name not in own
            },
            "absent": {name: likely[name] for name in likely if name not in fields},
            "checks": list(checks),
        }
    )


def _tax_id(candidate: Candidate, country: str | None) -> TaxIdField:
    """The field with the verdict on its check digits."""
    field = field_of(candidate).model_dump()
    return TaxIdField(**field, valid=has_right_check_digits(str(candidate.value), country))


def reviewed(
    contents: Contents, label_set: LabelSet, review_below: Mapping[str, float]
) -> Contents:
    """The contents with ``needs_review`` set: a sum fails, a key field that the label set knows is
    missing or ambiguous, or a field's confidence is below its threshold.

    Args:
        review_below: thresholds by field, which override those of ``REVIEW_BELOW``.
    """
    found = contents.found_fields()
    key_fields = [found.get(name) for name in KEY_FIELDS if name in label_set.names]
    thresholds = {**REVIEW_BELOW, **review_below}
    needs_review = (
        not all(check.ok for check in contents.checks)
        or any(field is None or field.alternatives for field in key_fields)
        or any(field.confidence < thresholds.get(name, 0) for name, field in found.items())
    )
    return contents.model_copy(update={"needs_review": needs_review})
