"""Numbers that a country's law gives a form: of taxpayers and of receipts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.accents import plain_capitals
from pipeline.assembly.fields.candidates import Candidate
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.text_lines.lines import Line
from pipeline.world.countries import countries
from pipeline.world.tax_numbers import valid_numbers


def tax_numbers_on(tagged: TaggedPage) -> Iterator[tuple[str, list[int]]]:
    """The numbers that the form and check digits of the page's country show to be tax numbers, each
    with its tokens."""
    country = tagged.conventions.country
    for pattern, module in countries()[country].tax_numbers if country else ():
        for line in tagged.lines:
            for number, place in valid_numbers(pattern, module, _capitals(line)):
                yield number, line.within(*place)


def receipt_number_of_form(tagged: TaggedPage) -> Candidate | None:
    """The first number on the page in the form that its country gives numbers of receipts."""
    country = tagged.conventions.country
    for line in tagged.lines:
        for pattern in countries()[country].receipt_numbers if country else ():
            if match := pattern.search(_capitals(line)):
                span = tagged.span("receipt_number", line.within(*match.span()))
                return Candidate(span, line.text[slice(*match.span())])
    return None


def receipt_numbers(found: Sequence[Candidate], tagged: TaggedPage) -> list[Candidate]:
    """Those that have digits and are no tax number: a tagger takes the buyer's for one."""
    with_digits = [one for one in found if any(map(str.isdigit, str(one.value)))]
    if not with_digits:
        return []
    of_taxpayers = {token for _, tokens in tax_numbers_on(tagged) for token in tokens}
    return [one for one in with_digits if not of_taxpayers & set(one.span.tokens)]


def _capitals(line: Line) -> str:
    """The text in capitals without accents, where that leaves its letters in their places."""
    plain = plain_capitals(line.text)
    return plain if len(plain) == len(line.text) else line.text.upper()
