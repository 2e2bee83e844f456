"""Generate the header: merchant, address, phones, tax registration, number, date and time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.synthetic.content.merchants import fill
from pipeline.synthetic.layout.rows import Part, Row, left, plain, right
from pipeline.synthetic.layout.till import Till

# The number at the end of a registration such as `DIČ: CZ12345678`.
_NUMBER = re.compile(r"(?<=[\s:])[A-Z]{0,3} ?\d[\d .-]*(?: ?[A-Z]{1,3})?$")


def header_rows(till: Till) -> Iterator[Row]:
    """From the top of the paper to the merchant's last line."""
    if till.chance(0.12):
        yield till.plain_row(till.word("title"))
    if till.chance(0.12):
        yield till.plain_row(till.word("slogan"))
    if till.chance(0.06):
        number = till.rng.choice(["", "A0", "#"]) + till.digits(2, 10)
        yield till.plain_row(number, till.rng.choice(["left", "center"]))
    merchant = till.merchant
    if merchant.heading:
        yield till.plain_row(merchant.heading)
    yield from name_rows(till)
    for line in filter(None, (merchant.owner, merchant.branch)):
        yield till.plain_row(line)
    if till.chance(0.12):
        yield till.plain_row(till.word("slogan"))
    if till.chance(0.06):
        yield till.plain_row(_between_name_and_address(till))
    order = [_address_rows, _phone_rows, _register_rows]
    if till.chance(0.2):
        till.rng.shuffle(order)
    for draw in order:
        yield from draw(till)
    if till.chance(0.15):
        yield till.plain_row(_web(till))
    if till.chance(0.3):
        yield till.plain_row(
            till.word("title"), "center", till.rng.choice(["bold", "normal", "large"])
        )


def _between_name_and_address(till: Till) -> str:
    """A branch, an owner or a licence, which is not part of the name."""
    other = till.rng.choice([till.person(), fill(till.rng, "(@@@ ####)"), till.country.currency])
    return till.rng.choice([f"{till.word('remark')} {other}", till.word("remark")])


def name_rows(till: Till) -> Iterator[Row]:
    big = till.rng.choice(["large", "large", "bold", "normal"])
    registration = till.merchant.registration
    lines = till.merchant.name_lines
    for number, line in enumerate(lines):
        parts = [Part(line, "merchant_name", number > 0)]
        if registration and number == len(lines) - 1 and till.chance(0.45):
            parts += register_parts(till, registration)
            registration = ""
        yield Row((till.header_cell(*parts),), big)
    if registration:
        yield Row((till.header_cell(*register_parts(till, registration)),))


def register_parts(till: Till, registration: str) -> list[Part]:
    """The firm's registration; a tax number in it, which a key word announces, has its label."""
    match = _NUMBER.search(registration)
    before, tax = (registration[: match.start()].strip(), match[0].strip()) if match else ("", "")
    words = before.rstrip(" :.#").casefold()
    keys = {key.rstrip(" :.#").casefold() for key in till.country.words["tax_id"]}
    if not any(words == key or words.endswith(f" {key}") for key in keys):
        return [plain(registration)]
    return [plain(before), Part(tax, "merchant_tax_id")]


def _address_rows(till: Till) -> Iterator[Row]:
    for number, line in enumerate(till.merchant.address_lines):
        yield Row((till.header_cell(Part(till.style.apply(line), "merchant_address", number > 0)),))


def _phone_rows(till: Till) -> Iterator[Row]:
    rng = till.rng
    phones = till.merchant.phones
    if not phones:
        if till.chance(0.05):
            yield till.plain_row(f"{till.word('fax')} {fill(rng, rng.choice(till.country.phones))}")
        return
    key = till.word("phone") if till.chance(0.8) else ""
    parts = till.key_value(key, Part(phones[0], "merchant_phone"))
    below = []
    for phone in phones[1:]:
        if till.chance(0.5):
            parts += [plain(rng.choice(["/", "&", ","])), Part(phone, "merchant_phone")]
        else:
            below.append(
                Row((till.header_cell(*till.key_value(key, Part(phone, "merchant_phone"))),))
            )
    if till.chance(0.25):
        number = plain(f"{phones[0][:-2]}{rng.randrange(10, 99)}")
        fax = till.key_value(till.word("fax"), number)
        if till.chance(0.6):
            parts += fax
        else:
            below.append(Row((till.header_cell(*fax),)))
    yield Row((till.header_cell(*parts),))
    yield from below


def _register_rows(till: Till) -> Iterator[Row]:
    if not till.chance(0.6):
        return
    for _ in range(till.rng.choice([1, 1, 1, 2])):
        patterns = [
            "#########",
            "############",
            "##/###/#####",
            "DE#########",
            "@########",
            "## ### ###",
        ]
        number = fill(till.rng, till.rng.choice(patterns))
        key, is_tax = till.word_among("register", "tax_id")
        value = Part(number, "merchant_tax_id" if is_tax else None)
        yield Row((till.header_cell(*till.key_value(key, value)),))


def site_name(till: Till) -> str:
    """The merchant's web address without its ending."""
    words = [*till.merchant.name_lines, "shop"][0].lower().split()
    return "".join(c for c in words[0] if c.isalnum())


def _web(till: Till) -> str:
    site = site_name(till) + till.rng.choice([".com", ".de", ".co", ".net"])
    return till.rng.choice(
        [f"www.{site}", f"info@{site}", f"http://{site}", f"E-Mail: info@{site}"]
    )


def reference_rows(till: Till) -> list[Row]:
    """Receipt number, date, time, cashier and further numbers."""
    rng = till.rng
    blocks = [_number_rows(till) for _ in range(rng.choice([0, 1, 1, 2, 2, 3, 4]))]
    if till.chance(0.5):
        cashier = till.key_value(till.word("cashier"), plain(till.person()))
        blocks.append([Row((left(*cashier),))])
    if till.chance(0.06):
        blocks.append([*_customer_rows(till)])
    if till.chance(0.1):
        digits = [
            till.digits(4, 4),
            f"{till.digits(2, 3)}/{till.digits(3, 3)}",
            till.digits(1, 2),
        ]
        blocks.append([till.plain_row(" ".join(digits), "left")])
    blocks.insert(rng.randint(0, len(blocks)), [*date_rows(till)])
    return [row for block in blocks for row in block]


def _number_rows(till: Till) -> list[Row]:
    """Number of the receipt, table or till, sometimes with another at the right."""
    number = till.rng.choice(["", "", "A", "CS", "#", "INV-", "0"]) + till.digits(1, 9)
    key, label = _number_key(till)
    pair = left(*till.key_value(key, Part(number, label)))
    if not till.chance(0.25):
        return [Row((pair,))]
    key, label = _number_key(till)
    return [Row((pair, right(*till.key_value(key, Part(till.digits(1, 4), label)))))]


def _number_key(till: Till) -> tuple[str, str | None]:
    """What a number is called, and its label if it is the receipt's."""
    key, is_receipts = till.word_among("number", "receipt_number")
    return key, "receipt_number" if is_receipts else None


def _customer_rows(till: Till) -> Iterator[Row]:
    """The billing address: a name, address and phone that are not the merchant's."""
    rng, country = till.rng, till.country
    yield till.plain_row(till.word("customer") + " :", "left")
    yield till.plain_row(f"{till.person()} {rng.choice(country.legal)}", "left")
    if till.chance(0.6):
        yield till.plain_row(f"{rng.choice(country.streets)} {till.digits(1, 3)}", "left")
        yield till.plain_row(
            f"{fill(rng, rng.choice(country.postcodes))} {rng.choice(country.cities)}",
            "left",
        )
    if till.chance(0.3):
        yield till.plain_row(fill(rng, rng.choice(country.phones)), "left")


def date_rows(till: Till) -> Iterator[Row]:
    """Date and time of the sale, as far as the till prints them."""
    rng = till.rng
    if not till.has_date:
        return
    date = till.key_value(
        till.word("date") if till.chance(0.5) else "", Part(till.date_text, "date")
    )
    if not till.has_time:
        key, label = _number_key(till)
        number = till.key_value(key, Part(till.digits(2, 6), label))
        yield Row((left(*date), right(*number)) if till.chance(0.3) else (till.header_cell(*date),))
        return
    time = till.key_value(
        till.word("time") if till.chance(0.3) else "", Part(till.time_text, "time")
    )
    arrangement = rng.choice(
        ["together", "together", "edges", "lines", "time first", "columns", "heads"]
    )
    if arrangement == "together":
        middle = [plain(rng.choice(["-", "/", "|", ",", "at"]))] if till.chance(0.1) else []
        before = [plain(till.digits(3, 6))] if till.chance(0.12) else []
        after = [plain(till.digits(2, 5))] if till.chance(0.15) else []
        yield Row((left(*before, *date, *middle, *time, *after),))
    elif arrangement == "time first":
        yield Row((left(*time, *date),))
    elif arrangement == "edges":
        yield Row((left(*date), right(*time)))
    elif arrangement == "heads":
        word, label = _number_key(till)
        keys = [plain(word), *(plain(till.word(key)) for key in ("date", "cashier"))]
        yield Row((left(keys[0]), left(keys[1], at=0.3), right(keys[2])))
        values = [Part(till.date_text, "date"), Part(till.time_text, "time")]
        yield Row(
            (
                left(Part(till.digits(2, 6), label)),
                left(*values, at=0.3),
                right(plain(till.person())),
            )
        )
    elif arrangement == "columns":
        yield Row((left(plain(till.word("date"))), left(Part(till.date_text, "date"), at=0.4)))
        yield Row((left(plain(till.word("time"))), left(Part(till.time_text, "time"), at=0.4)))
    else:
        yield Row((till.header_cell(*date),))
        yield Row((till.header_cell(*time),))
