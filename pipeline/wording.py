"""Numbers with their nouns, for messages."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Such as ``1 file`` and ``2 files``; ``plural`` where an s is not enough."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"
