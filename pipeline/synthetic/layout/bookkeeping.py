"""Generate rows that shops with good books print: their tax number, the receipt's own number."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from pipeline.synthetic.content.tax_ids import draw_receipt_number, draw_tax_id
from pipeline.synthetic.layout.rows import Part, Row, left, plain, right
from pipeline.synthetic.layout.till import Till


def tax_id_rows(till: Till, printed: Iterable[Row]) -> Iterator[Row]:
    """The tax number, unless one of the printed rows has it."""
    rng = till.more
    if rng is None or _has("merchant_tax_id", printed) or rng.random() < 0.3:
        return
    if number := draw_tax_id(rng, till.country):
        parts = _keyed(rng, _word(rng, till, "tax_id"), Part(number, "merchant_tax_id"))
        yield Row((till.header_cell(*parts),))


def receipt_number_rows(till: Till, printed: Iterable[Row]) -> Iterator[Row]:
    """The receipt's number, alone or with the till's, unless one of the printed rows has it."""
    rng = till.more
    if rng is None or _has("receipt_number", printed) or rng.random() < 0.25:
        return
    number = Part(draw_receipt_number(rng), "receipt_number")
    cells = [left(*_keyed(rng, _word(rng, till, "receipt_number"), number))]
    if rng.random() < 0.3:
        other = f"{_word(rng, till, 'cashier')} {rng.randrange(1, 99)}"
        cells.append(right(plain(other)))
    yield Row(tuple(cells))


def _has(label: str, rows: Iterable[Row]) -> bool:
    return any(label in row.labels for row in rows)


def _word(rng: random.Random, till: Till, key: str) -> str:
    return till.style.apply(rng.choice(till.country.words[key]))


def _keyed(rng: random.Random, key: str, value: Part) -> list[Part]:
    """A key word and its value, sometimes joined: then the whole word has the value's label."""
    colon = rng.choice(["", ":", ":", " :"])
    if rng.random() < 0.15:
        return [Part(f"{key.replace(' ', '')}:{value.text}", value.label)]
    return [plain(key.rstrip(":") + colon), value]
