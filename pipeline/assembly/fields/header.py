"""Choose the fields that are neither line items nor amounts of the summary."""

from __future__ import annotations

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.fields.choose import choose
from pipeline.assembly.fields.printed_numbers import receipt_number_of_form
from pipeline.assembly.fields.untagged import (
    likeliest_name,
    only_date,
    only_tax_id,
    only_time,
    with_doubt,
)
from pipeline.assembly.fields.value_text import with_value_text
from pipeline.assembly.record import is_in_record, summary_labels
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Label, Role

_NUMBER = "receipt_number"
_UNTAGGED = {
    "date": only_date,
    "time": only_time,
    "merchant_name": likeliest_name,
    "merchant_tax_id": only_tax_id,
}


def header_fields(tagged: TaggedPage) -> dict[str, Candidate]:
    """The best candidate of each such label, custom labels included."""
    summary = summary_labels(tagged.label_set)
    labels = [
        label
        for label in tagged.label_set.labels
        if label.role is not Role.TABLE and label.name not in summary
    ]
    found = {label.name: header_field(label, tagged) for label in labels}
    return {name: candidate for name, candidate in found.items() if candidate is not None}


def header_field(label: Label, tagged: TaggedPage) -> Candidate | None:
    """The label's best candidate.

    A date, time, tax number or merchant name that nothing is tagged as is looked for among
    untagged tokens. A receipt's number of the form that the country's law gives it counts more than
    what is tagged.
    """
    own = is_in_record(label)
    if label.name == _NUMBER and own and (number := receipt_number_of_form(tagged)):
        return with_doubt(number, tagged)
    candidate = choose(label, tagged)
    if candidate is not None:
        return with_value_text(candidate, label, tagged)
    if label.name not in _UNTAGGED or not own:
        return None
    untagged = _UNTAGGED[label.name](tagged)
    if untagged is None:
        return None
    return with_doubt(with_value_text(untagged, label, tagged), tagged)
