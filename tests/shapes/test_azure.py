"""What Azure's own client library makes of our records."""

from __future__ import annotations

import datetime
import json

import pytest
from any_receipt import HEIGHT, RECEIPTS, WIDTH, whole_receipt
from azure.ai.documentintelligence.models import AnalyzeResult, DocumentFieldType
from hypothesis import given

from pipeline.receipt import Receipt
from pipeline.shapes.azure import as_azure


@pytest.fixture(scope="module")
def result() -> AnalyzeResult:
    answer = json.loads(json.dumps(as_azure(whole_receipt())))
    assert answer["status"] == "succeeded"
    assert answer["source"]["path"] == "a.jpg"
    return AnalyzeResult(answer["analyzeResult"])


def test_the_header_has_the_services_names_and_types(result: AnalyzeResult) -> None:
    assert (result.api_version, result.model_id) == ("2024-11-30", "prebuilt-receipt")
    (document,) = result.documents
    assert document.doc_type == "receipt"
    fields = document.fields
    assert fields["MerchantName"].value_string == "ACME SDN BHD"
    assert fields["MerchantName"].confidence == 0.97
    assert fields["MerchantAddress"].type == DocumentFieldType.ADDRESS
    assert fields["MerchantAddress"].value_address.street_address is None
    assert fields["MerchantAddress"].content == "3 JALAN, 50000 KL"
    assert fields["MerchantPhoneNumber"].value_phone_number == "0312345678"
    assert fields["TransactionDate"].value_date == datetime.date(2020, 4, 3)
    assert fields["TransactionTime"].value_time == datetime.time(14, 33)


def test_amounts_have_their_currency(result: AnalyzeResult) -> None:
    fields = result.documents[0].fields
    amounts = {
        name: fields[name].value_currency.amount
        for name in ("Subtotal", "TotalTax", "Tip", "Total")
    }
    assert amounts == {"Subtotal": 8.0, "TotalTax": 0.8, "Tip": 1.0, "Total": 9.3}
    assert fields["Total"].type == DocumentFieldType.CURRENCY
    assert fields["Total"].value_currency.currency_code == "MYR"


def test_items_are_an_array_of_objects(result: AnalyzeResult) -> None:
    first, second = result.documents[0].fields["Items"].value_array
    cells = first.value_object
    assert cells["Description"].value_string == "COLA"
    assert cells["ProductCode"].value_string == "4711"
    assert cells["Quantity"].value_number == 2
    assert cells["QuantityUnit"].value_string == "l"
    assert cells["Price"].value_currency.amount == 3.5
    assert cells["TotalPrice"].value_currency.amount == 7
    assert list(second.value_object) == ["TotalPrice"]
    assert second.confidence == 0.4


def test_taxes_and_payments_are_arrays_of_objects(result: AnalyzeResult) -> None:
    fields = result.documents[0].fields
    first, second = (tax.value_object for tax in fields["TaxDetails"].value_array)
    assert first["Description"].value_string == "GST"
    assert first["Rate"].value_number == 6
    assert first["NetAmount"].value_currency.amount == 5
    assert first["Amount"].value_currency.amount == 0.3
    assert list(second) == ["Amount"]
    payments = [payment.value_object for payment in fields["Payments"].value_array]
    assert [payment["Method"].value_string for payment in payments] == ["cash", "VISA"]
    assert [payment["Amount"].value_currency.amount for payment in payments] == [10, 1]


def test_what_is_derived_has_the_services_names(result: AnalyzeResult) -> None:
    fields = result.documents[0].fields
    assert fields["CountryRegion"].value_country_region == "MYS"
    assert fields["ReceiptType"].value_string == "Meal"
    assert [alias.value_string for alias in fields["MerchantAliases"].value_array] == ["Acme"]


def test_places_are_pixels_of_the_page_and_spans_lead_to_the_text(result: AnalyzeResult) -> None:
    (page,) = result.pages
    assert (page.page_number, page.unit, page.width, page.height) == (2, "pixel", WIDTH, HEIGHT)
    fields = result.documents[0].fields
    (region,) = fields["Total"].bounding_regions
    assert region.page_number == 2
    assert region.polygon == [40, 260, 140, 260, 140, 276, 40, 276]
    assert len(fields["TotalTax"].bounding_regions) == 2
    flat = [field for field in fields.values() if field.spans]
    items = fields["Items"].value_array
    flat += [*items, *(cell for item in items for cell in item.value_object.values())]
    for field in flat:
        (span,) = field.spans
        assert result.content[span.offset : span.offset + span.length] == field.content


def test_what_is_missing_is_absent(result: AnalyzeResult) -> None:
    bare = whole_receipt().model_copy(update={"tip": None, "items": [], "currency": None})
    fields = AnalyzeResult(as_azure(bare)["analyzeResult"]).documents[0].fields
    assert "Tip" not in fields
    assert "Items" not in fields
    assert fields["Total"].value_currency.currency_code is None


def test_a_page_that_was_not_read_failed() -> None:
    broken = whole_receipt().model_copy(update={"status": "error", "error": "no image"})
    answer = as_azure(broken)
    assert answer["status"] == "failed"
    assert answer["error"]["message"] == "no image"
    assert "analyzeResult" not in answer


@given(RECEIPTS)
def test_any_receipt_can_be_written_and_read(receipt: Receipt) -> None:
    answer = json.loads(json.dumps(as_azure(receipt)))
    if receipt.status == "error":
        assert answer["status"] == "failed"
        return
    document = AnalyzeResult(answer["analyzeResult"]).documents[0]
    assert 0 <= document.confidence <= 1
    assert ("Total" in document.fields) == (receipt.total is not None)
