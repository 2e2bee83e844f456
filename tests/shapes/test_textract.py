"""Our records against the service's own description of AnalyzeExpense, and a reader of it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import botocore.session
import pytest
import trp.trp2_expense as reader
from any_receipt import HEIGHT, RECEIPTS, WIDTH, whole_receipt
from botocore.model import Shape
from botocore.validate import ParamValidator
from extra_fields import EXTRAS
from hypothesis import given

from pipeline.receipt import Receipt
from pipeline.shapes.textract import as_textract

ADDED = {"source", "Error"}  # which the service's answer has not


@pytest.fixture(scope="module")
def described() -> Shape:
    model = botocore.session.get_session().get_service_model("textract")
    return model.operation_model("AnalyzeExpense").output_shape


def problems(answer: dict[str, Any], described: Shape) -> str:
    """What the service's description has against an answer; empty if nothing."""
    plain = {name: value for name, value in answer.items() if name not in ADDED}
    return str(ParamValidator().validate(plain, described).generate_report())


def names_in(value: Any, described: Shape) -> set[str]:
    """Keys that the service does not know, at any depth."""
    if described.type_name == "structure":
        unknown = value.keys() - described.members.keys()
        return unknown.union(
            *(names_in(value[k], described.members[k]) for k in value.keys() - unknown)
        )
    if described.type_name == "list":
        return set().union(*(names_in(entry, described.member) for entry in value))
    return set()


def summary(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    fields = answer["ExpenseDocuments"][0]["SummaryFields"]
    return {field["Type"]["Text"]: field for field in fields if "LabelDetection" not in field}


@given(EXTRAS)
def test_custom_labels_keep_their_text_and_only_amounts_have_a_currency(
    extra: dict[str, Any],
) -> None:
    answer = as_textract(whole_receipt().model_copy(update={"extra": extra}))
    fields = answer["ExpenseDocuments"][0]["SummaryFields"]
    others = [field for field in fields if field["Type"]["Text"] == "OTHER"][-len(extra) :]
    for read, other in zip(extra.values(), others if extra else [], strict=True):
        assert ("Currency" in other) == (read.type == "amount")
        if not isinstance(read.value, Decimal):
            assert other["ValueDetection"]["Text"] == read.text


def test_it_is_what_the_service_describes(described: Shape) -> None:
    answer = as_textract(whole_receipt())
    assert problems(answer, described) == ""
    assert names_in(answer, described) == {"source"}


def test_the_summary_has_the_services_types() -> None:
    fields = summary(as_textract(whole_receipt()))
    assert {kind: field["ValueDetection"]["Text"] for kind, field in fields.items()} == {
        "VENDOR_NAME": "ACME SDN BHD",
        "VENDOR_ADDRESS": "3 JALAN, 50000 KL",
        "VENDOR_PHONE": "03-1234 5678",
        "VENDOR_VAT_NUMBER": "000123456789",
        "INVOICE_RECEIPT_ID": "A-0012",
        "INVOICE_RECEIPT_DATE": "03/04/2020",
        "SUBTOTAL": "8.00",
        "TAX": "0.80",  # 0.30 and 0.50
        "SERVICE_CHARGE": "0.80",
        "GRATUITY": "1.00",
        "DISCOUNT": "-0.50",
        "TOTAL": "RM9.30",
        "AMOUNT_PAID": "1.00",
    }
    assert fields["TOTAL"]["Currency"]["Code"] == "MYR"
    assert fields["TOTAL"]["ValueDetection"]["Confidence"] == 99
    assert "Currency" not in fields["VENDOR_NAME"]


def test_what_the_service_has_no_type_for_is_other() -> None:
    fields = as_textract(whole_receipt())["ExpenseDocuments"][0]["SummaryFields"]
    others = {
        field["LabelDetection"]["Text"]: field["ValueDetection"]["Text"]
        for field in fields
        if field["Type"]["Text"] == "OTHER"
    }
    assert others == {
        "merchant_brand": "ACME SDN BHD",
        "country": "SDN BHD",
        "category": "COLA",
        "time": "2:33 PM",
        "rounding": "-0.02",
        "change": "0.70",
        "loyalty_points": "12",
    }


def test_each_payment_is_an_amount_paid_and_each_of_several_taxes_has_its_name() -> None:
    fields = as_textract(whole_receipt())["ExpenseDocuments"][0]["SummaryFields"]
    found = [
        (field.get("LabelDetection", {}).get("Text"), field["ValueDetection"]["Text"])
        for field in fields
        if field["Type"]["Text"] in ("TAX", "AMOUNT_PAID")
    ]
    assert found == [
        (None, "0.80"), (None, "10.00"), (None, "1.00"), ("GST 6%", "0.30"), ("tax", "0.50"),
    ]  # fmt: skip


def test_a_repaired_amount_is_the_records_value() -> None:
    receipt = whole_receipt()
    assert receipt.total
    total = receipt.total.model_copy(update={"text": "9.80", "repaired": True})
    answer = as_textract(receipt.model_copy(update={"total": total}))
    assert summary(answer)["TOTAL"]["ValueDetection"]["Text"] == "9.30"


def test_places_are_shares_of_the_page() -> None:
    geometry = summary(as_textract(whole_receipt()))["TOTAL"]["ValueDetection"]["Geometry"]
    assert geometry["BoundingBox"] == pytest.approx(
        {"Left": 40 / WIDTH, "Top": 260 / HEIGHT, "Width": 100 / WIDTH, "Height": 16 / HEIGHT}
    )
    assert len(geometry["Polygon"]) == 4
    unknown = as_textract(whole_receipt().model_copy(update={"size": None}))
    assert "Geometry" not in summary(unknown)["TOTAL"]["ValueDetection"]


def test_a_reader_of_the_services_answers_reads_ours() -> None:
    answer = as_textract(whole_receipt())
    document = reader.TAnalyzeExpenseDocumentSchema().load(json.loads(json.dumps(answer)))
    (expense,) = document.expenses_documents
    kinds = {field.ftype.text for field in expense.summaryfields}
    assert {"VENDOR_NAME", "TOTAL", "OTHER"} <= kinds
    (group,) = expense.lineitemgroups
    rows = [
        {field.ftype.text: field.valuedetection.text for field in row.lineitem_expensefields}
        for row in group.lineitems
    ]
    assert rows == [
        {"PRODUCT_CODE": "4711", "ITEM": "COLA", "QUANTITY": "2 l", "UNIT_PRICE": "3.50",
         "OTHER": "-0.50", "PRICE": "7.00", "EXPENSE_ROW": "4711 COLA 2 l 3.50 -0.50 7.00"},
        {"PRICE": "1.00", "EXPENSE_ROW": "1.00"},
    ]  # fmt: skip


def test_a_page_that_was_not_read_has_no_document(described: Shape) -> None:
    broken = whole_receipt().model_copy(update={"status": "error", "error": "no image"})
    answer = as_textract(broken)
    assert answer["ExpenseDocuments"] == []
    assert answer["Error"]["Message"] == "no image"
    assert problems(answer, described) == ""


@given(RECEIPTS)
def test_any_receipt_fits_the_description(described: Shape, receipt: Receipt) -> None:
    answer = json.loads(json.dumps(as_textract(receipt)))
    assert problems(answer, described) == ""
