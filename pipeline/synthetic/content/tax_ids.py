"""Draw tax numbers with right check digits, and numbers of receipts."""

from __future__ import annotations

import random
import re

from pipeline.synthetic.content.merchants import fill
from pipeline.synthetic.content.printing_locales import PrintingLocale
from pipeline.world.tax_numbers import has_right_check_digits

_TRIES = 3000  # of a thousand French numbers one is right
_NO_CODE = re.compile(r"[^A-Z0-9]")
_RECEIPT_NUMBERS = (
    "######",
    "####",
    "#####",
    "000####",
    "########",
    "#-######",
    "INV-20##-#####",
    "INV########",
    "####/####",
    "A-####-#######",
    "FS 001/######",
    "####-####-####",
    "CS########",
    "@@#####",
    "####-###-#####-#",
    "R-######/##",
    "#####.###",
    "@####-##",
)


def draw_tax_id(rng: random.Random, country: PrintingLocale) -> str:
    """A tax number of the country, "" where none is known. Its check digits are right; numbers
    whose form has none are as they come."""
    if not country.tax_ids:
        return ""
    pattern = rng.choice(country.tax_ids)
    for _ in range(_TRIES):
        number = fill(rng, pattern)
        right = has_right_check_digits(_NO_CODE.sub("", number), country.country)
        if right or (right is None and not _may_be_checked(pattern)):
            return number
    return number


def _may_be_checked(pattern: str) -> bool:
    """Whether forms of letters are too rare to be met by chance: their check comes later."""
    return "@" in pattern


def draw_receipt_number(rng: random.Random) -> str:
    return fill(rng, rng.choice(_RECEIPT_NUMBERS))
