"""What the OCR engine held possible for several tokens together, or for a part of their text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Reading, Token

_MOST = 24


def joined_readings(tokens: Sequence[Token]) -> tuple[Reading, ...]:
    """The likeliest texts of tokens that follow each other, joined with single spaces.

    Tokens are taken to be read independently of each other.

    Returns:
        As ``Token.readings``: the tokens' own text among them, probabilities that sum to 1; none
        if no token has others.
    """
    if not any(token.readings for token in tokens):
        return ()
    own, joined = "", [Reading("", 1.0)]
    for token in tokens:
        own = f"{own} {token.text}".lstrip()
        ranked = sorted(
            (
                Reading(f"{before.text} {one.text}".lstrip(), before.probability * one.probability)
                for before in joined
                for one in token.readings or (Reading(token.text, 1.0),)
            ),
            key=lambda one: -one.probability,
        )
        joined = ranked[:_MOST] + [one for one in ranked[_MOST:] if one.text == own]
    return _normalised(joined)


def readings_of_part(text: str, tokens: Sequence[Token]) -> tuple[Reading, ...]:
    """The readings of a text that is all of the tokens' text or a part of it.

    Returns:
        As ``joined_readings``; of a part what is read between the same other parts. None if the
        tokens do not hold the text.
    """
    whole = " ".join(token.text for token in tokens)
    before, _, after = whole.partition(text)
    if len(before) + len(text) + len(after) != len(whole):
        return ()
    kept = [
        replace(one, text=one.text[len(before) : len(one.text) - len(after)])
        for one in joined_readings(tokens)
        if len(one.text) > len(before) + len(after)
        and one.text.startswith(before)
        and one.text.endswith(after)
    ]
    return _normalised(kept) if len(kept) > 1 else ()


def _normalised(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    total = sum(one.probability for one in readings)
    return tuple(Reading(one.text, one.probability / total) for one in readings)
