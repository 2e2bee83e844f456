from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents


def read(*lines: list[Word]) -> Contents:
    return assemble(*page_of(lines), LABELS)


def test_address_lines_are_joined() -> None:
    contents = read(
        [("ACME", "merchant_name")],
        [("12", "merchant_address"), ("HIGH", "merchant_address")],
        [("STREET", "merchant_address")],
        [("X", ""), ("Y", "")],
        [("Z", "")],
        [("STRAY", "merchant_address")],
    )
    assert contents.merchant_address is not None
    assert contents.merchant_address.value == "12 HIGH STREET"
    assert len(contents.merchant_address.boxes) == 2, "one box a line"


def test_unparsable_best_span_gives_way() -> None:
    contents = read([("DUE", "total", 0.99)], [("7.00", "total", 0.6)])
    assert contents.total is not None
    assert contents.total.value == Decimal("7.00")
    assert read([("DUE", "total", 0.99)]).total is None


def test_most_probable_total_wins() -> None:
    contents = read([("8.00", "total", 0.3)], [("7.00", "total", 0.99)], [("8.00", "total", 0.3)])
    assert contents.total is not None
    assert contents.total.value == Decimal("7.00"), "repetition is only a mild preference"


def test_sums_decide_between_equal_totals() -> None:
    contents = read(
        [("10.00", "total", 0.9)],
        [("7.00", "total", 0.88)],
        [("10.00", "cash")],
        [("3.00", "change")],
    )
    assert contents.total is not None
    assert contents.total.value == Decimal("7.00")


@pytest.mark.parametrize(("total", "tax"), [("10.90", "0.90"), ("10.60", "0.60")])
def test_tax_lines_add_up_only_where_the_sums_agree(total: str, tax: str) -> None:
    contents = read(
        [("10.00", "subtotal")],
        [("0.60", "tax", 0.99)],
        [("0.30", "tax")],
        [(total, "total")],
    )
    assert contents.tax is not None
    assert contents.tax.value == Decimal(tax)


def test_confidence_is_tag_times_ocr() -> None:
    contents = read([("7.00", "total", 0.8)])
    assert contents.total is not None
    assert contents.total.confidence == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("lines", "currency"),
    [
        ([[("RM7.00", "total")]], "MYR"),
        ([[("ACME", ""), ("SDN", ""), ("BHD", "")], [("7.00", "total")]], "MYR"),
        ([[("Rp", ""), ("45.000", "total")]], "IDR"),
        ([[("ACME", ""), ("PTE", ""), ("LTD", "")], [("$7.00", "total")]], "SGD"),
        ([[("$7.00", "total")]], "USD"),
        ([[("7,00", "total"), ("EUR", "")]], "EUR"),
        ([[("Siena", ""), ("RM", "")], [("€", ""), ("7,00", "total")]], "EUR"),
        ([[("7.00", "total")]], None),
    ],
)
def test_currency(lines: list[list[Word]], currency: str | None) -> None:
    found = read(*lines).currency
    assert (found.value if found else None) == currency


def test_derived_currency_has_no_box() -> None:
    currency = read([("ACME", ""), ("SDN", ""), ("BHD", "")], [("7.00", "total")]).currency
    assert currency is not None
    assert currency.boxes == []
    assert currency.text == "SDN BHD"


def test_a_date_that_nobody_tagged_is_taken_if_it_is_the_only_one() -> None:
    alone = read([("BILL", ""), ("25/12/2018", "")], [("7.00", "total")]).date
    assert alone is not None
    assert alone.value.isoformat() == "2018-12-25"
    assert alone.confidence < 0.5
    assert read([("25/12/2018", "")], [("26/12/2018", "")], [("7.00", "total")]).date is None


NAME = "merchant_name"


def name_of(*lines: list[Word]) -> str:
    found = assemble(*page_of(lines), LABELS).merchant_name
    assert found
    return found.value


def test_a_doubtful_line_beside_the_name_is_none_of_it() -> None:
    assert name_of([("ROSS", NAME, 0.94)], [("DRESS", "+" + NAME, 0.6)]) == "ROSS"
    assert name_of([("ROSS", NAME, 0.94)], [("STORES", "+" + NAME, 0.8)]) == "ROSS STORES"
    assert name_of([("DAS", NAME, 0.7)], [("BISTRO", "+" + NAME, 0.94)]) == "DAS BISTRO"
    assert name_of([("COPY", NAME, 0.4)], [("BISTRO", "+" + NAME, 0.94)]) == "BISTRO"
    assert name_of([("ALL", NAME, 0.4)], [("UNSURE", "+" + NAME, 0.35)]) == "ALL UNSURE"


def test_a_line_of_which_one_word_is_tagged_is_doubtful() -> None:
    slogan = [("DRESS", "+" + NAME, 0.9), ("FOR", ""), ("LESS", "")]
    assert name_of([("ROSS", NAME, 0.94)], slogan) == "ROSS"
    beside = [("STORES", "+" + NAME, 0.9), ("12.10.2025", "date")]
    assert name_of([("ROSS", NAME, 0.94)], beside) == "ROSS STORES"


ADDRESS = "merchant_address"
STREET = [("Rua", ADDRESS), ("Nova", ADDRESS), ("3", ADDRESS)]
TOWN = [("8005-334", ADDRESS), ("Faro", ADDRESS)]
WHOLE = "Rua Nova 3 8005-334 Faro"


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (
            [
                STREET,
                [("8005-334", "+" + ADDRESS), ("Faro", ADDRESS), ("Telef.", ""), ("9", "date")],
            ],
            WHOLE,
        ),
        ([STREET, [("8005-334", "+" + ADDRESS), ("Tel.", "")]], "Rua Nova 3 8005-334"),
        ([STREET, [("8005-334", "+" + ADDRESS, 0.4), ("Faro", ADDRESS, 0.5)]], WHOLE),
        (
            [STREET, [("F-75010", "+" + ADDRESS, 0.4), ("Paris", ADDRESS, 0.4), ("Bienvenue", "")]],
            "Rua Nova 3 F-75010 Paris",
        ),
        ([[*STREET, *TOWN], [("8001", "+" + ADDRESS, 0.4), ("clientes", ADDRESS, 0.4)]], WHOLE),
        ([STREET, [("desde", "+" + ADDRESS, 0.4), ("1985", ADDRESS, 0.4)]], "Rua Nova 3"),
        ([STREET, [("Cod.", ""), ("Postal:", ""), *TOWN]], WHOLE),
        ([STREET, [("Contrib.", ""), ("509876543", "merchant_tax_id")], TOWN], WHOLE),
        ([STREET, [("Loja", "")], [("2.00", "total")], [("Caixa", "")], TOWN], "Rua Nova 3"),
        ([[*STREET, *TOWN], [("Nome", "")], [("1000-154", ADDRESS), ("Lisboa", ADDRESS)]], WHOLE),
        ([STREET, [("Loja", "")], [("Faro", ADDRESS)]], "Rua Nova 3"),
    ],
)
def test_the_town_belongs_to_its_street(lines: list[list[Word]], address: str) -> None:
    found = assemble(*page_of(lines), LABELS).merchant_address
    assert found
    assert found.value == address


@pytest.mark.parametrize(
    "lines",
    [
        [[("Printed", ""), ("12/10/2025", "date", 0.9)], [("Show", ""), ("15/10/2025", "date")]],
        [[("12/10/2025", "date", 0.9), ("Return", ""), ("by", ""), ("15/11/2025", "date")]],
        [[("Due", ""), ("15/11/2025", "date"), ("Date", ""), ("12/10/2025", "date", 0.9)]],
        [[("Umtausch", ""), ("bis", ""), ("26.10.2025", "date")], [("12.10.2025", "date", 0.9)]],
        [[("Exp.", ""), ("15/11/2026", "date")], [("Sold", ""), ("12/10/2025", "date", 0.9)]],
    ],
)
def test_a_day_that_is_announced_as_another_is_no_purchase(lines: list[list[Word]]) -> None:
    found = read(*lines).date
    assert found and found.value.isoformat() == "2025-10-12"


def test_an_announced_day_is_taken_where_nothing_else_is_tagged() -> None:
    found = read([("Valid", ""), ("until", ""), ("15/10/2025", "date")]).date
    assert found and found.value.isoformat() == "2025-10-15"
