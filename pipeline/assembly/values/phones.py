"""Telephone numbers: digits, with a leading ``+`` where one is printed."""

from __future__ import annotations

import re
import unicodedata

# (901) 388-6150, with or without the country's 1: what else stands beside it is no part of it.
_NORTH_AMERICAN = re.compile(
    r"(?<![0-9+])(?:\+?1[\s.-]*)?\(?[2-9][0-9]{2}\)?[\s.-]*[2-9][0-9]{2}[.-][0-9]{4}(?![0-9])"
)


def normalise_phone(text: str) -> str | None:
    """The first number of 6 to 15 digits in ``text``, or ``None``.

    ``/``, ``,`` and ``;`` stand between alternative numbers. The bracketed trunk zero
    of ``+49 (0)30`` is dropped, since it is not dialled behind a country code.
    """
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"(?<![A-Za-z])[Oo](?=[0-9])|(?<=[0-9])[Oo](?![A-Za-z])", "0", text)
    # In Italy and Germany the slash ends the area code: 030/1234567.
    text = re.sub(r"(?<![0-9])(0[0-9]{1,4})\s*/\s*(?=[0-9]{2}(?:[ .]?[0-9]){2})", r"\1 ", text)
    for part in (*re.split(r"[/,;]|(?i:fax)", text), text):
        american = _NORTH_AMERICAN.search(part)
        if american and "+" not in part[: american.start()]:
            part = american[0]
        number = re.sub(r"\(0\)", "", part) if "+" in part else part
        digits = "".join(re.findall(r"[0-9]", number))
        if 6 <= len(digits) <= 15:
            return ("+" if re.search(r"\+\s*\(?[0-9]", number) else "") + digits
    return None
