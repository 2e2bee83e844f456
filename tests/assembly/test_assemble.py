import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.categories import Category
from pipeline.document import Page
from pipeline.labels import Label, LabelSet, Role, ValueType
from pipeline.receipt import FIELD_NAMES, Contents
from pipeline.tagging.types import Tags

RECEIPT: list[list[Word]] = [
    [("KEDAI", "merchant_name"), ("ACME", "merchant_name"), ("SDN", "merchant_name"),
     ("BHD", "merchant_name")],
    [("3", "merchant_address"), ("JALAN", "merchant_address")],
    [("Tel:", ""), ("03-1234", "merchant_phone"), ("5678", "merchant_phone")],
    [("Date:03/04/2018", "date"), ("2:33", "time"), ("PM", "time")],
    [("COLA", "item_description"), ("7.00", "item_total")],
    [("2", "item_quantity"), ("x", ""), ("3.50", "item_unit_price")],
    [("Subtotal", ""), ("7.00", "subtotal")],
    [("GST", ""), ("6%", ""), ("0.42", "tax")],
    [("Total", ""), ("RM7.42", "total")],
    [("Cash", ""), ("10.00", "cash")],
    [("Change", ""), ("2.58", "change")],
]  # fmt: skip


def test_a_whole_receipt() -> None:
    contents = assemble(*page_of(RECEIPT), LABELS)
    fields = contents.model_dump(include=set(FIELD_NAMES))
    assert {name: field and field["value"] for name, field in fields.items()} == {
        **dict.fromkeys(FIELD_NAMES),
        "merchant_name": "KEDAI ACME SDN BHD",
        "country": "MY",
        "category": Category.MEALS,
        "merchant_address": "3 JALAN",
        "merchant_phone": "0312345678",
        "date": datetime.date(2018, 4, 3),
        "time": "14:33",
        "subtotal": Decimal("7.00"),
        "tax": Decimal("0.42"),
        "total": Decimal("7.42"),
        "cash": Decimal("10.00"),
        "change": Decimal("2.58"),
        "currency": "MYR",
    }
    assert len(contents.items) == 1
    assert len(contents.checks) == 4
    assert all(check.ok for check in contents.checks)
    assert not contents.needs_review


def test_american_page_reads_month_first() -> None:
    lines: list[list[Word]] = [
        [("Austin,", ""), ("TX", ""), ("78701", "")],
        [("03/04/2018", "date")],
    ]
    date = assemble(*page_of(lines), LABELS).date
    assert date is not None
    assert date.value == datetime.date(2018, 3, 4)


def test_rupiah_page_has_no_decimals() -> None:
    lines: list[list[Word]] = [[("TEH", "item_description"), ("5.000", "item_total")],
                               [("NASI", "item_description"), ("45.000", "item_total")],
                               [("TOTAL", ""), ("50.000", "total")]]  # fmt: skip
    contents = assemble(*page_of(lines), LABELS)
    assert contents.total is not None
    assert contents.total.value == 50000
    assert [item.total and item.total.value for item in contents.items] == [5000, 45000]


@pytest.mark.parametrize(
    "spoilt", [(8, ("RM9.99", "total")), (8, ("RM7.42", "total", 0.4)), (8, ("", ""))]
)
def test_doubt_asks_for_review(spoilt: tuple[int, Word]) -> None:
    lines = list(RECEIPT)
    line, word = spoilt
    lines[line] = [word] if word[0] else [("TOTAL", "")]
    assert assemble(*page_of(lines), LABELS).needs_review


def test_blank_page() -> None:
    contents = assemble(Page(100, 100, ()), Tags((), ()), LABELS)
    assert contents == Contents(needs_review=True)


def test_page_without_spans_is_all_null() -> None:
    contents = assemble(*page_of([[("hello", ""), ("world", "")]]), LABELS)
    assert contents == Contents(needs_review=True)


def test_custom_labels_come_out_under_extra() -> None:
    labels = LabelSet(
        name="fuel",
        labels=(
            Label(name="odometer", type=ValueType.QUANTITY),
            Label(name="pump"),
            Label(name="due", type=ValueType.DATE),
            Label(name="total", type=ValueType.TEXT, role=Role.HEADER),
        ),
    )
    lines: list[list[Word]] = [[("12345", "odometer")], [("PUMP", "pump"), ("4", "pump")],
                               [("25/12/2018", "due")], [("5.00", "total")]]  # fmt: skip
    contents = assemble(*page_of(lines), labels)
    assert {name: field.value for name, field in contents.extra.items()} == {
        "odometer": 12345,
        "pump": "PUMP 4",
        "due": datetime.date(2018, 12, 25),
        "total": "5.00",
    }
    assert {name: field.type for name, field in contents.extra.items()} == {
        "odometer": "quantity",
        "pump": "text",
        "due": "date",
        "total": "text",
    }
    assert contents.total is None, "this set's total is a text, the record's an amount"
    assert contents.items == []
    assert contents.needs_review, "the set has a total that the record lacks"


def test_a_set_without_required_labels_needs_no_review() -> None:
    labels = LabelSet(name="phones", labels=(Label(name="fax", type=ValueType.PHONE),))
    assert not assemble(*page_of([[("hello", "")]]), labels).needs_review


def test_misaligned_tags_are_refused() -> None:
    page, _ = page_of([[("a", "")]])
    with pytest.raises(ValueError, match="0 tags for 1 tokens"):
        assemble(page, Tags((), ()), LABELS)


words = st.tuples(
    st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=8)
    | st.sampled_from(["12.50", "2", "25/12/2018", "14:33", "1.000"]),
    st.sampled_from(["", *LABELS.names]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(words, min_size=1, max_size=4), max_size=6))
def test_any_page_serialises_and_reads_back(lines: list[list[Word]]) -> None:
    contents = assemble(*page_of(lines), LABELS)
    assert Contents.model_validate_json(contents.model_dump_json()).needs_review == (
        contents.needs_review
    )


def test_a_field_has_its_own_text() -> None:
    lines: list[list[Word]] = [
        [("SP3", ""), ("ACME", "merchant_name"), ("BHD", "merchant_name"),
         ("(139386-X)", "merchant_name")],
        [("3", "merchant_address"), ("JALAN", "merchant_address"), ("TEI", "merchant_address")],
        [("DATE:03/04/2018", "date"), ("TOTAL:RM7.42", "total")],
    ]  # fmt: skip
    contents = assemble(*page_of(lines), LABELS)
    assert contents.merchant_address and contents.date and contents.total
    assert contents.merchant_address.text == contents.merchant_address.value == "3 JALAN"
    assert contents.date.text == "03/04/2018"
    assert contents.total.text == "RM7.42"
    assert contents.merchant_name and contents.merchant_name.text == "ACME BHD"
    assert contents.merchant_name.boxes[0][0] == 100
