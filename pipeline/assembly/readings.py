"""What the OCR engine held possible for several tokens together."""

from __future__ import annotations

from collections.abc import Sequence

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
    total = sum(one.probability for one in joined)
    return tuple(Reading(one.text, one.probability / total) for one in joined)
