"""Telephone numbers: digits, with a leading ``+`` where one is printed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import accumulate

_MOST = 15  # digits of a number, as the International Telecommunication Union sets it

# (901) 388-6150, with or without the country's 1: what else stands beside it is no part of it.
_NORTH_AMERICAN = re.compile(
    r"(?<![0-9+])(?:\+?1[\s.-]*)?\(?[2-9][0-9]{2}\)?[\s.-]*[2-9][0-9]{2}[.-][0-9]{4}(?![0-9])"
)
# In Italy and Germany the slash ends the area code that a number begins with: 030/1234567.
_AREA_CODE = re.compile(
    r"(?<![0-9])(?<![0-9][ .-])(0[0-9]{1,4})\s*/\s*(?=[0-9]{2}(?:[ .]?[0-9]){2})"
)


def normalise_phone(text: str) -> str | None:
    """The first number of 6 to 15 digits in ``text``, or ``None``.

    ``/``, ``,`` and ``;`` stand between alternative numbers, which may also follow each other
    without a mark: of two equally long ones the first counts. The bracketed trunk zero
    of ``+49 (0)30`` is dropped, since it is not dialled behind a country code.
    """
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<![A-Za-z])[Oo](?=[0-9])|(?<=[0-9])[Oo](?![A-Za-z])", "0", text)
    # In Italy and Germany the slash ends the area code that a number begins with: 030/1234567.
    text = re.sub(
        r"(?<![0-9])(?<![0-9][ .-])(0[0-9]{1,4})\s*/\s*(?=[0-9]{2}(?:[ .]?[0-9]){2})", r"\1 ", text
    )
    for part in (*re.split(r"[/,;]|(?i:fax)", text), text):
        american = _NORTH_AMERICAN.search(part)
        if american and "+" not in part[: american.start()]:
            part = american[0]
        number = re.sub(r"\(0\)", "", part) if "+" in part else part
        digits = _first_of_two(re.findall(r"[0-9]+", number))
        if 6 <= len(digits) <= _MOST:
            return ("+" if re.search(r"\+\s*\(?[0-9]", number) else "") + digits
    return None


def _first_of_two(groups: Sequence[str]) -> str:
    """All digits; if too many for a number, those of the first of two equally long ones."""
    digits = "".join(groups)
    half, odd = divmod(len(digits), 2)
    ends = accumulate(map(len, groups))
    return digits[:half] if len(digits) > _MOST and not odd and half in ends else digits
