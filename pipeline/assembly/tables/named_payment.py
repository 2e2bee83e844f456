"""A means of payment that a receipt names without an amount: `Pagamento: Numerário`."""

from __future__ import annotations

from pipeline.assembly.fields.candidates import Candidate, field_of
from pipeline.assembly.fields.untagged import with_doubt
from pipeline.assembly.tables.table_rows import METHOD
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Table
from pipeline.receipt import Payment
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

_TOTAL = "total"
_AROUND = " .:;*#-_=()"  # a name


def named_payment(tagged: TaggedPage) -> Payment | None:
    """The payment with a method alone, if the lines that hold nothing else name one: behind a key,
    or below the first total. ``None`` for a label set without means of payment."""
    labels = tagged.label_set.of_table(Table.PAYMENTS)
    label = next((one.name for one in labels if one.column == METHOD), None)
    if label is None:
        return None
    first_total = _first_total(tagged)
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


def _first_total(tagged: TaggedPage) -> int:
    """The first line with an amount that is tagged as the total, or named so."""
    named = [one.line_number for one in tagged.labelled_amounts if one.label == _TOTAL]
    tagged_so = (
        number
        for number, line in enumerate(tagged.lines)
        if any(tagged.label_at(token) == _TOTAL for token in line.tokens)
    )
    return min([*named, *tagged_so], default=len(tagged.lines))


def _method_on(line: Line, alone: bool) -> tuple[int, int] | None:
    """Where the line names a means of payment: all of it, if ``alone``, or what is behind the colon
    of a key, or behind words such as `Paid by`."""
    paid = key_words().paid_by.match(line.text)
    end = paid.end() if paid else line.text.rfind(":") + 1
    key, name = line.text[:end], line.text[end:]
    if any(map(str.isdigit, key)) or not (any(map(str.isalpha, key)) or (alone and not key)):
        return None
    method = name.strip(_AROUND)
    if not key_words().payment.fullmatch(method):
        return None
    start = line.text.rindex(method)
    return start, start + len(method)
