"""The summary's fields, from the options that were chosen for them."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.fields.value_text import with_value_text
from pipeline.assembly.summary.options import Option
from pipeline.assembly.tagged_page import TaggedPage


def summary_fields(summary: Mapping[str, Option], tagged: TaggedPage) -> dict[str, Candidate]:
    """Each label's value, with the tokens of all the amounts that it is the sum of."""
    chosen: dict[str, Candidate] = {}
    for name, option in summary.items():
        if option.value is None:
            continue
        span = tagged.joined([candidate.span for candidate in option.candidates])
        candidate = Candidate(span, option.value, option.repaired)
        if len(option.candidates) == 1:
            candidate = with_value_text(candidate, tagged.label_set[name], tagged)
        chosen[name] = candidate
    return chosen
