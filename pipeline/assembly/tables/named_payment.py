"""A means of payment that a receipt names without an amount: `Modo de pagamento: Numerário`."""

from __future__ import annotations

from pipeline.assembly.fields.candidates import Candidate, field_of
from pipeline.assembly.fields.untagged import with_doubt
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Table
from pipeline.receipt import Payment
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

_METHOD = "method"
_AROUND = " .:;*#-_=()"  # a name


def named_payment(tagged: TaggedPage) -> Payment | None:
    """The payment with a method alone, if the lines that hold nothing else name one: behind a key,
    or below the first total. ``None`` for a label set without means of payment."""
    labels = tagged.label_set.of_table(Table.PAYMENTS)
    label = next((one.name for one in labels if one.column == _METHOD), None)
    if label is None:
        return None
    totals = [one.line_number for one in tagged.labelled_amounts if one.label == "total"]
    first_total = min(totals, default=len(tagged.lines))
    found: dict[str, Candidate] = {}
    for number, line in enumerate(tagged.lines):
        place = _method_on(line, number > first_total)
        words = line.within(*place) if place else []
        if place and all(tagged.label_at(word) is None for word in words):
            text = line.text[slice(*place)]
            found.setdefault(text.casefold(), Candidate(tagged.span(label, words), text))
    if len(found) != 1:
        return None
    (method,) = found.values()
    return Payment.model_validate({"method": field_of(with_doubt(method, tagged)).model_dump()})


def _method_on(line: Line, alone: bool) -> tuple[int, int] | None:
    """Where the line names a means of payment: all of it, if ``alone``, or what is behind the colon
    of a key."""
    key, _, name = line.text.rpartition(":")
    if not (any(map(str.isalpha, key)) or (alone and not key)):
        return None
    method = name.strip(_AROUND)
    if any(map(str.isdigit, key)) or not key_words().payment.fullmatch(method):
        return None
    start = line.text.rindex(method)
    return start, start + len(method)
