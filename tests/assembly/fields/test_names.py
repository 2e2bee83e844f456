"""A merchant's name: the words beside its tagged ones, and a line that nobody tagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Field

BELOW = [
    "10/10/2025{date} 10:10{time}",
    "TEA{d}      2.00{t}",
    "CAKE{d}     3.50{t}",
    "TOTAL    5.50{total}",
]


def name_of(lines: Sequence[str], likelihood: Mapping[str, float]) -> Field[str] | None:
    """The name of a page whose tagger holds these words, of those untagged, for a name."""
    page, tags = typed_page([*lines, *BELOW])
    given = [
        0.95 if tag.endswith("merchant_name") else likelihood.get(token.text, 0.01)
        for token, tag in zip(page.tokens, tags.labels, strict=True)
    ]
    scores = {name: np.zeros(len(given), np.float32) for name in LABELS.names}
    scores["merchant_name"] = np.array(given, np.float32)
    for index, tag in enumerate(tags.labels):
        if tag != "O":
            scores[tag[2:]][index] = 0.95
    return assemble(page, replace(tags, scores=scores), LABELS).merchant_name


@pytest.mark.parametrize(
    ("lines", "likelihood", "name"),
    [
        (["FORMAT TEST CAFE"], {"FORMAT": 0.2, "TEST": 0.1, "CAFE": 0.3}, "FORMAT TEST CAFE"),
        (["PRINT TEST BAR"], {"PRINT": 0.1, "BAR": 0.1}, "PRINT TEST BAR"),
        (["TAX INVOICE", "DOMINO'S PIZZA"], {"PIZZA": 0.3}, "DOMINO'S PIZZA"),
        (["Higher Standards", "meijer"], {"Standards": 0.1, "meijer": 0.2}, "meijer"),
        (["*158590*", "Steak'nshake No: 11"], {"Steak'nshake": 0.5}, "Steak'nshake No: 11"),
        (["CUSTOMER COPY", "WAL*HART 1044"], {"COPY": 0.3, "WAL*HART": 0.2}, "WAL*HART 1044"),
    ],
)
def test_the_likeliest_of_the_first_lines_is_the_name(
    lines: Sequence[str], likelihood: Mapping[str, float], name: str
) -> None:
    found = name_of(lines, likelihood)
    assert found and found.value == name
    assert found.confidence < 0.5, "nobody tagged it"


@pytest.mark.parametrize(
    "lines",
    [
        ["TAX INVOICE"],
        ["(512) 555-0142"],
        ["Order 17"],
        ["12 Oak{merchant_address} St{merchant_address}", "CAFE"],  # below what is tagged
        ["NOT LIKELY"],
    ],
)
def test_what_is_no_name(lines: Sequence[str]) -> None:
    assert name_of(lines, {"INVOICE": 0.2, "Order": 0.2, "CAFE": 0.2}) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("FORMAT{merchant_name} TEST{merchant_name} CAFE", "FORMAT TEST CAFE"),
        ("Value{merchant_name} CAFE", "Value CAFE"),
        ("CAFE Anna{merchant_name}", "CAFE Anna"),
        ("CAFE Anna{merchant_name} CAFE", "CAFE Anna CAFE"),
        ("Anna{merchant_name} STORE{merchant_name} 17", "Anna STORE"),
        ("Anna{merchant_name} CAFE{merchant_address}", "Anna"),
    ],
)
def test_likely_words_beside_the_name_belong_to_it(line: str, name: str) -> None:
    found = name_of([line], {"CAFE": 0.4, "17": 0.2})
    assert found and found.value == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ENG{merchant_name} BHD{merchant_name} CO.{merchant_name} NO: 986624-G", "ENG BHD"),
        ("ENG{merchant_name} BHD{merchant_name} (REG{merchant_name} NO. 98662)", "ENG BHD"),
        ("TEA{merchant_name} AND{merchant_name} CO.{merchant_name}", "TEA AND CO."),
    ],
)
def test_the_key_of_a_registration_number_is_no_part(line: str, name: str) -> None:
    found = name_of([line], {})
    assert found and found.value == name


@pytest.mark.parametrize("where", ["above", "below"])
def test_a_line_that_is_much_less_sure_is_no_part(where: str) -> None:
    lines = ["Preconto{merchant_name}", "G&Y{|merchant_name} DRUGS{merchant_name}"]
    if where == "below":
        lines.reverse()
    page, tags = typed_page([*lines, *BELOW])
    doubted = [0.5 if token.text == "Preconto" else 0.95 for token in page.tokens]
    found = assemble(page, replace(tags, probabilities=tuple(doubted)), LABELS).merchant_name
    assert found and found.value == "G&Y DRUGS"


@pytest.mark.parametrize(
    "number",
    ["(543483-B)", "(20000812634) (543483-B)", "Reg No. 362404", "NZBN 9429062650533",
     "NO 581306504 MVA", "813-94-95593", "NON-VAT REG TIN 474-932-185-000", "REG: 12.345.678"],
)  # fmt: skip
def test_a_line_of_the_name_may_end_with_a_number(number: str) -> None:
    first = "TAN{merchant_name} CHONG{merchant_name}"
    found = name_of([first, f"STORE{{merchant_name}} {number}"], {})
    assert found and found.value == "TAN CHONG STORE"


@pytest.mark.parametrize("rest", ["FRESH FOOD DAILY", "Opposite the station", "Unit 12"])
def test_a_line_of_other_words_is_doubtful(rest: str) -> None:
    first = "TAN{merchant_name} CHONG{merchant_name}"
    found = name_of([first, f"BEST{{merchant_name}} {rest}"], {})
    assert found and found.value == "TAN CHONG"


def test_the_buyer_ends_where_the_merchant_is_named() -> None:
    lines = [
        *("NIF Cliente: 123456789", "Socio 567146", "LA{merchant_name} CASA{merchant_name}"),
        *(
            "Calle{merchant_address} 60{merchant_address}",
            "Tel 999{merchant_phone} 648397{merchant_phone}",
        ),
    ]
    contents = assemble(*typed_page([*lines, *BELOW]), LABELS)
    assert contents.merchant_address and contents.merchant_address.value == "Calle 60"
    assert contents.merchant_phone
