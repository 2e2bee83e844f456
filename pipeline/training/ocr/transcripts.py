"""What transcripts do not say, and which of them can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_FARTHEST = 0.4  # edits to characters between a transcript and the original network's reading
_ALIKE = str.maketrans("OoQDIl|!SBZ,;`’", "00001111582.:''")  # what annotators take for each other


@dataclass(frozen=True, slots=True)
class Style:
    """How a source writes its transcripts.

    Attributes:
        case: whether the case of letters is that of the print.
        spaces: whether spaces are those of the print.
    """

    case: bool = True
    spaces: bool = True

    def plain(self, text: str) -> str:
        """The text without what the style does not say; texts are compared in this form."""
        words = text.split()
        text = " ".join(words) if self.spaces else "".join(words)
        return text if self.case else upper(text)


def upper(text: str) -> str:
    """Capitals, character by character: the length stays (ß has no single capital)."""
    return "".join(capital if len(capital := letter.upper()) == 1 else letter for letter in text)


def is_credible(text: str, reading: str, style: Style) -> bool:
    """Whether a transcript belongs to its picture: the original network reads something like it.

    One that differs from the reading only by characters that look alike (O and 0, comma and point)
    is not credible either: annotators confuse them, and no network can learn them from such lines.
    """
    wanted, read = style.plain(text), style.plain(reading)
    distance = Levenshtein.distance(wanted, read)
    if distance > _FARTHEST * max(len(wanted), len(read)):
        return False
    return distance == 0 or wanted.translate(_ALIKE) != read.translate(_ALIKE)
