"""Choose the fields that are neither line items nor amounts of the summary."""

from __future__ import annotations

from pipeline.assembly.fields.candidates import Candidate, choose
from pipeline.assembly.fields.untagged import likeliest_name, only_date, only_time
from pipeline.assembly.fields.value_text import with_value_text
from pipeline.assembly.record import is_in_record, summary_labels
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Role


def header_fields(tagged: TaggedPage) -> dict[str, Candidate]:
    """The best candidate of each such label, custom labels included.

    A date, time or merchant name that nothing is tagged as is looked for among untagged tokens.
    """
    summary = summary_labels(tagged.label_set)
    labels = [
        label
        for label in tagged.label_set.labels
        if label.role is not Role.TABLE and label.name not in summary
    ]
    missing_visit = {"date": only_date, "time": only_time}
    chosen: dict[str, Candidate] = {}
    for label in labels:
        candidate = choose(label, tagged)
        if candidate is None and label.name in missing_visit and is_in_record(label):
            candidate = missing_visit[label.name](tagged)
        if candidate is not None:
            chosen[label.name] = with_value_text(candidate, label, tagged)
    if "merchant_name" in {label.name for label in labels} - chosen.keys():
        name = likeliest_name(tagged)
        chosen |= {} if name is None else {"merchant_name": name}
    return chosen
