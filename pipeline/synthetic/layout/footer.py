"""Generate what is printed below the sums: thanks, points, signatures, adverts, barcodes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from pipeline.synthetic.content.prices import format_amount
from pipeline.synthetic.layout.rows import Part, Row, centre, left, plain, right
from pipeline.synthetic.layout.till import Till


def footer_rows(till: Till) -> Iterator[Row]:
    """Rows without a label, except that name and date may be repeated."""
    blocks = [_points, _tse, _guests, _thanks, _second_date, _barcode, _repeated_name, _web]
    if till.chance(0.3):
        till.rng.shuffle(blocks)
    for block in blocks:
        yield from block(till)


def _points(till: Till) -> Iterator[Row]:
    if till.chance(0.12):
        saved = format_amount((till.sale.total / 10).quantize(till.sale.total), till.country)
        yield till.plain_row(f"{till.word('saved')} {till.style.mark_before}{saved}", "center")
    if till.chance(0.12):
        for _ in range(till.rng.choice([1, 2, 3])):
            yield Row((left(plain(till.word("points"))), right(plain(till.digits(1, 5)))))


def _tse(till: Till) -> Iterator[Row]:
    if not till.chance(till.country.tse):
        return
    stamp = till.when.strftime("%Y-%m-%dT%H:%M:%S")
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz0123456789+/"
    for _ in range(till.rng.randint(2, 6)):
        code = "".join(till.rng.choice(letters) for _ in range(till.rng.randint(12, 34)))
        value = till.rng.choice([code, till.digits(2, 7), code, code, code, f"{stamp}.000Z"])
        label = "date" if value.startswith(stamp) and till.has_date else None
        yield Row((left(plain(till.word("tse") + ":"), Part(value, label)),))


def _guests(till: Till) -> Iterator[Row]:
    lines = till.country.words["guest"]
    if not lines or till.kind != "restaurant" or not till.chance(0.2):
        return
    for line in lines[: till.rng.randint(2, 7)]:
        yield till.plain_row(line, "left")
        if till.chance(0.6):
            yield till.plain_row("_" * till.rng.randint(15, 30), "left")


def _thanks(till: Till) -> Iterator[Row]:
    words = till.country.words["thanks"]
    count = min(len(words), till.rng.choice([0, 1, 1, 2, 2, 3, 4, 6]))
    anchor = till.rng.choice(["center", "center", "left"])
    for line in till.rng.sample(words, k=count):
        yield till.plain_row(till.style.apply(line), anchor)


def _second_date(till: Till) -> Iterator[Row]:
    """The date again, labelled as datasets label it, or another date, which is not the
    receipt's."""
    if till.has_date and till.chance(0.14):
        time = Part(till.time_text, "time")
        cells = [Part(till.date_text, "date"), time]
        if till.chance(0.4):
            cells.append(plain(till.digits(4, 8)))
        yield Row((till.rng.choice([left, centre])(*cells),))
    if till.chance(0.08):
        other = till.when + timedelta(days=till.rng.choice([7, 14, 30, 90, 365, -400]))
        yield Row((left(plain(till.word("other_date")), plain(till.format_date(other))),))


def _barcode(till: Till) -> Iterator[Row]:
    if till.chance(0.2):
        yield till.plain_row(till.rng.choice(["", "*", "#"]) + till.digits(8, 22), "center")
    if till.chance(0.05):
        yield till.plain_row(
            " ".join(till.digits(4, 4) for _ in range(till.rng.randint(3, 6))), "center"
        )


def _repeated_name(till: Till) -> Iterator[Row]:
    if till.chance(0.15) and till.merchant.name_lines:
        # SROIE and WildReceipt label a name once, near the top.
        yield till.plain_row(" ".join(till.merchant.name_lines), "center")


def _web(till: Till) -> Iterator[Row]:
    if till.chance(0.15):
        yield till.plain_row(
            f"www.{till.rng.choice(['shop', 'store', 'bistro'])}{till.digits(1, 2)}.com",
            "center",
        )
