"""Which lines above the items may be the merchant's name or address."""

from __future__ import annotations

from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

NAME_LINES = 6
"""Lines from the top that may hold the name: a legal form further down is another company's."""


def may_be_name(line: Line) -> bool:
    """Whether the line holds letters, and nothing that shows it to be something else."""
    letters = sum(character.isalpha() for character in line.text)
    return (
        letters >= 3
        and not line.amounts
        and not key_words().not_header.search(line.text)
        and not patterns.DATE.search(line.text)
        and not patterns.PHONE_ALONE.search(line.text)
        and (not _is_street(line) or bool(key_words().legal_form.search(line.text)))
    )


def is_address(line: Line) -> bool:
    """Whether the line names a street, a town or a postcode."""
    return any(
        pattern.search(line.text)
        for pattern in (key_words().address, patterns.POSTCODE, patterns.STREET_GLUED)
    )


def _is_street(line: Line) -> bool:
    """Whether it is an address line with a number; without one, "Taman Restaurant" may be a
    name."""
    return is_address(line) and any(character.isdigit() for character in line.text)
