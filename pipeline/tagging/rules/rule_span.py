"""What a rule finds: tokens with a label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text_lines.lines import Line


@dataclass(frozen=True, slots=True)
class RuleSpan:
    """Tokens that a rule labels, with the rule's strength."""

    label: str
    tokens: Sequence[int]
    strength: float


def first_match(
    line: Line, pattern: re.Pattern[str], label: str, strength: float
) -> list[RuleSpan]:
    """The tokens of the pattern's first match on the line, if any."""
    match = pattern.search(line.text)
    return [RuleSpan(label, line.within(*match.span()), strength)] if match else []
