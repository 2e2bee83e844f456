"""Rules for the header: name, address, phone, date and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pipeline.tagging.rules.patterns import HOUSE_NUMBER, NOT_ADDRESS, PHONE, REGISTER_NUMBER
from pipeline.tagging.rules.rule_span import RuleSpan, first_match
from pipeline.text_lines import patterns
from pipeline.text_lines.header_lines import NAME_LINES, is_address, may_be_name
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

SURE, LIKELY, GUESS = 0.9, 0.7, 0.5
MORE_LINES = 2  # of an address, without a word that says so


def visit_spans(lines: Sequence[Line]) -> Iterator[RuleSpan]:
    """Dates and times, most certain beside their key words; a time beside a date is the
    receipt's."""
    for line in lines:
        date = first_match(line, patterns.DATE, "date", LIKELY)
        keyed = key_words().date.search(line.text)
        yield from first_match(line, patterns.DATE, "date", SURE) if keyed else date
        yield from first_match(line, patterns.TIME, "time", SURE if date else LIKELY)


def phone_spans(lines: Sequence[Line], header: int) -> Iterator[RuleSpan]:
    """Numbers after a key word, and above the items numbers that look like phone numbers."""
    for number, line in enumerate(lines):
        if key_words().fax.match(line.text) or patterns.DATE.search(line.text):
            continue
        key = key_words().phone.search(line.text)
        number_after = PHONE.search(line.text, key.end()) if key else None
        if number_after:
            yield RuleSpan("merchant_phone", line.within(*number_after.span()), SURE)
        elif number < header:
            yield from first_match(line, patterns.PHONE_ALONE, "merchant_phone", LIKELY)


def merchant_spans(header: Sequence[Line]) -> Iterator[RuleSpan]:
    """Name and address, from the lines above the items."""
    named = _name_lines(header)
    name = [token for number in named for token in _name_tokens(header[number])]
    yield from _runs("merchant_name", name)
    below = named[-1] + 1 if named else 0
    address = [token for n in _address_lines(header, below) for token in header[n].tokens]
    yield from _runs("merchant_address", address)


def _runs(label: str, tokens: Sequence[int]) -> Iterator[RuleSpan]:
    """One span for each run of adjacent tokens."""
    begins = [place for place, token in enumerate(tokens) if token - 1 not in tokens]
    for begin, end in pairwise([*begins, len(tokens)]):
        yield RuleSpan(label, tokens[begin:end], GUESS)


def _name_lines(header: Sequence[Line]) -> list[int]:
    """The line with a legal form, else the first that may be a name; with the lines that continue
    it."""
    able = [number for number, line in enumerate(header[:NAME_LINES]) if may_be_name(line)]
    if not able:
        return []
    legal = [number for number in able if key_words().legal_form.search(header[number].text)]
    first = legal[0] if legal else able[0]
    lines = [first]
    # "… TRADING" / "SDN BHD": a short line of legal form alone belongs to the line above.
    if first - 1 in able and len(header[first].words) <= 2:
        lines.insert(0, first - 1)
    if first + 1 in able and (
        header[first].text.endswith(("&", "-")) or (first + 1 in legal and first in legal)
    ):
        lines.append(first + 1)
    return lines


def _name_tokens(line: Line) -> list[int]:
    """The line without a trailing register number."""
    register = REGISTER_NUMBER.search(line.text)
    end = register.start() if register and register.start() > 2 else len(line.text)
    return line.within(0, end)


def _address_lines(header: Sequence[Line], below: int) -> list[int]:
    """The first block below the name with a street, a town or a postcode; otherwise a short block
    directly above the phone.

    A block is what stands between two lines that announce something else.
    """
    blocks = list(_blocks(header, below))
    for block in blocks:
        known = [number for number in block if is_address(header[number])]
        if known:
            first, last = known[0], known[-1]
            if first - 1 in block and HOUSE_NUMBER.match(header[first - 1].text):
                first -= 1
            if _has_phone(header, block[-1] + 1) and block[-1] - last <= MORE_LINES:
                last = block[-1]
            return list(range(first, last + 1))
    above_phone = [block for block in blocks if _has_phone(header, block[-1] + 1)]
    return above_phone[0] if above_phone and len(above_phone[0]) <= MORE_LINES else []


def _blocks(header: Sequence[Line], below: int) -> Iterator[list[int]]:
    block: list[int] = []
    for number in range(below, len(header)):
        if not _is_no_address(header[number]):
            block.append(number)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _has_phone(header: Sequence[Line], number: int) -> bool:
    return number < len(header) and any(phone_spans(header[number : number + 1], 1))


def _is_no_address(line: Line) -> bool:
    return bool(
        key_words().not_header.search(line.text)
        or NOT_ADDRESS.search(line.text)
        or patterns.DATE.search(line.text)
        or any(phone_spans([line], 1))
    )
