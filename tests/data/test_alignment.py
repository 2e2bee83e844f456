"""Truth texts onto tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.data.alignment import align
from pipeline.data.sroie import TYPES
from pipeline.document import Box, Page, Token
from pipeline.labels import ValueType


def _page(*lines: str) -> Page:
    tokens = [
        Token(word, Box(10 * place, 20 * number, 10 * place + 9, 20 * number + 15), line=number)
        for number, line in enumerate(lines)
        for place, word in enumerate(line.split())
    ]
    return Page(500, 20 * len(lines) + 20, tuple(tokens))


def _spans(page: Page, label: str, text: str) -> list[str]:
    tags, _ = align(page, {label: text}, TYPES)
    spans: list[str] = []
    for token, tag in zip(page.tokens, tags, strict=True):
        if tag == f"B-{label}":
            spans.append(token.text)
        elif tag == f"I-{label}":
            spans[-1] += f" {token.text}"
    return spans


def test_a_name_ends_in_the_middle_of_a_line() -> None:
    page = _page("RECEIPT", "ABC TRADING SDN BHD (139386 X)", "LOT 3, JALAN 4")
    assert _spans(page, "merchant_name", "ABC TRADING SDN BHD") == ["ABC TRADING SDN BHD"]


def test_a_name_runs_over_lines_and_survives_misreading() -> None:
    page = _page("WELCOME TO", "GOLDEN DRAG0N", "RESTAURANT", "TEL 03-555")
    assert _spans(page, "merchant_name", "Golden Dragon Restaurant") == ["GOLDEN DRAG0N RESTAURANT"]


def test_lost_spaces_do_not_matter() -> None:
    page = _page("ABCTRADING SDNBHD", "NO 5, JALAN 2")
    assert _spans(page, "merchant_name", "ABC TRADING SDN BHD") == ["ABCTRADING SDNBHD"]


def test_an_interrupted_address_is_two_spans() -> None:
    page = _page(
        "12, JALAN TAMPOI 7/4,", "TEL: 07-2345678 FAX: 07-2345679", "81200 JOHOR BAHRU, JOHOR"
    )
    address = "12, JALAN TAMPOI 7/4, 81200 JOHOR BAHRU, JOHOR"
    assert _spans(page, "merchant_address", address) == [
        "12, JALAN TAMPOI 7/4,",
        "81200 JOHOR BAHRU, JOHOR",
    ]


def test_a_total_is_tagged_beside_its_key_words_only() -> None:
    page = _page(
        "MILO 9.00",
        "SUBTOTAL 9.00",
        "TOTAL SALES (EXCLUDING GST) 9.00",
        "TOTAL RM 9.00",
        "CASH 9.00",
        "GRAND TOTAL 9.00",
    )
    tags, unaligned = align(page, {"total": "RM9.00"}, TYPES)
    tagged = [
        (token.line, token.text, tag)
        for token, tag in zip(page.tokens, tags, strict=True)
        if tag != "O"
    ]
    assert tagged == [(3, "RM", "B-total"), (3, "9.00", "I-total"), (5, "9.00", "B-total")]
    assert unaligned == ()


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (("TEA 5.00 5.00", "CASH 5.00", "CHANGE 5.00"), 1),  # payments before items and change
        (("TEA 5.00 5.00", "SUBTOTAL 5.00", "CASH 5.00"), 1),
        (("TOTAL", "5.00", "CASH 5.00"), 1),  # the key stands above
        (("TEA 1 5.00", "TOTAL SAVING 0.00 TOTAL 5.00"), 1),  # the nearest key counts
        (("TOTAL 4.98", "ROUNDED TOTAL 5.00"), 1),
        (("GST PAYABLE (5%) 0.24", "TOTAL 5.00"), 1),  # a percentage is no amount
    ],
)
def test_the_likeliest_line_is_the_totals(lines: tuple[str, ...], line: int) -> None:
    page = _page(*lines)
    tags, _ = align(page, {"total": "5.00"}, TYPES)
    assert {token.line for token, tag in zip(page.tokens, tags, strict=True) if tag != "O"} == {
        line
    }


@pytest.mark.parametrize(
    ("truth", "line", "span"),
    [
        ("25/12/2018", "DATE 25-12-2018 14:20", "25-12-2018"),
        ("25/12/2018", "Date:25/12/2018 14:20", "Date:25/12/2018"),
        ("25 DEC 2018", "25/12/18 9.00", "25/12/18"),
        ("20181225", "INV 25 Dec 2018 A", "25 Dec 2018"),
        ("25/12/2018", "REG #19-25/12/2018 10:27", "#19-25/12/2018"),
        ("25/12/2018", "AT 25/12/201823:02:16", "25/12/201823:02:16"),
        ("25/12/18", "25/12/1811:43am 9.00", "25/12/1811:43am"),
        ("25/12/2018", "INV 25122018 7", "25122018"),
    ],
)
def test_dates_match_by_value(truth: str, line: str, span: str) -> None:
    assert _spans(_page("SHOP", line), "date", truth) == [span]


def test_every_occurrence_of_the_date_is_tagged() -> None:
    page = _page("25/12/2018 10:45 - 25/12/2018 11:01", "26/12/2018")
    assert _spans(page, "date", "25-12-2018") == ["25/12/2018", "25/12/2018"]


def test_what_is_not_on_the_page_is_reported() -> None:
    page = _page("SHOP", "TOTAL 9.00")
    fields = {"merchant_name": "ENTIRELY DIFFERENT LTD", "total": "8.00", "date": "01/02/2018"}
    tags, unaligned = align(page, fields, TYPES)
    assert set(tags) == {"O"}
    assert set(unaligned) == set(fields)


@given(
    st.lists(st.text("ABCDE 0123.,:/()", max_size=12), max_size=8),
    st.text("ABCDE 0123.,/", max_size=15),
    st.sampled_from(list(ValueType)),
)
def test_tags_are_always_valid_iob2(lines: list[str], truth: str, value_type: ValueType) -> None:
    page = _page(*lines)
    fields = {"one": truth, "other": truth[::-1]}
    tags, _ = align(page, fields, {"one": ValueType.TEXT, "other": value_type})
    assert len(tags) == len(page.tokens)
    for before, tag in zip(("O", *tags), tags, strict=False):
        assert not tag.startswith("I-") or before[2:] == tag[2:]
