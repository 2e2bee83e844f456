"""docs/records.md lists exactly the keys of the JSON Schema and the columns of the tables."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipeline.assembly.summary.checks import check_sums
from pipeline.assembly.tables.checks import check_payments, check_taxes
from pipeline.batch.table_columns import ITEMS, RECEIPTS
from pipeline.receipt import Amount, Field, LineItem, Payment, TaxLine


@pytest.fixture(scope="module")
def schema(project):
    text = (project / "pipeline" / "receipt.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


@pytest.fixture(scope="module")
def sections(project):
    """Heading to the text below it."""
    page = (project / "docs" / "records.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", page, re.M | re.S))


def _rows(section: str) -> dict[str, list[str]]:
    """Key to type and example of a table of keys."""
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| .* \| `(.*)` \|$", section, re.M)
    return {key: [kind, example] for key, kind, example in rows}


def _definition(schema: dict[str, Any], heading: str) -> dict[str, Any]:
    names = {
        "Source": "Source",
        "Quality": "Quality",
        "Field": "Field_date_",
        "Line item": "LineItem",
        "Tax": "TaxLine",
        "Payment": "Payment",
        "Check": "Check",
    }
    return schema if heading == "Record" else schema["$defs"][names[heading]]


@pytest.mark.parametrize(
    "heading", ["Record", "Source", "Quality", "Field", "Line item", "Tax", "Payment", "Check"]
)
def test_every_key_is_listed_with_a_valid_example(schema, sections, heading):
    properties = _definition(schema, heading)["properties"]
    rows = _rows(sections[heading])
    assert list(rows) == list(properties)
    for key, (kind, example) in rows.items():
        wanted = properties[key]
        if kind.endswith(" field"):
            wanted = _value_of_field(schema, wanted)
        checked = {"$defs": schema["$defs"], **wanted}
        Draft202012Validator(checked).validate(json.loads(example))


def _value_of_field(schema: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    (field,) = [one["$ref"] for one in reference["anyOf"] if "$ref" in one]
    value: dict[str, Any] = schema["$defs"][field.rpartition("/")[2]]["properties"]["value"]
    return value


def test_an_extra_field_has_the_keys_of_a_field_and_a_type(schema, sections):
    rows = _rows(sections["Extra field"])
    for name in ("TextField", "AmountField", "DateField"):
        listed = {*_rows(sections["Field"]), *rows}
        assert listed == set(schema["$defs"][name]["properties"])
    types = schema["properties"]["extra"]["additionalProperties"]["discriminator"]["mapping"]
    assert all(f"`{name}`" in sections["Extra field"] for name in types)


def test_a_tax_number_has_the_keys_of_a_field_and_a_verdict(schema, sections):
    rows = _rows(sections["Tax number"])
    assert {*_rows(sections["Field"]), *rows} == set(schema["$defs"]["TaxIdField"]["properties"])


@pytest.mark.parametrize(("table", "place"), [(RECEIPTS, 0), (ITEMS, 1)])
def test_every_column_is_listed(sections, table, place):
    text = sections["CSV and Parquet"].split("`--items FILE`")[place]
    cells = re.findall(r"^\| (`.*?) \| (.*) \|$", text, re.M)
    listed = set()
    for names, meaning in cells:
        for name in re.findall(r"`(\w+)`", names):
            listed |= {name, f"{name}_confidence"} if "NAME_confidence" in meaning else {name}
    assert listed == set(table.columns)


def test_every_rule_is_listed(sections):
    one = Field[Amount](value=Decimal(1), text="1.00", confidence=1, boxes=[])
    item = LineItem(quantity=one, unit_price=one, total=one)
    amounts = dict.fromkeys(("subtotal", "tax", "total", "cash", "change"), Decimal(1))
    tax = TaxLine(rate=one, net=one, amount=one)
    checks = [
        *check_sums([item], amounts),
        *check_taxes([tax, TaxLine(amount=one)], amounts),
        *check_payments([Payment(amount=one)], amounts),
    ]
    rules = [check.rule.replace("[0]", "[N]") for check in checks]
    assert rules == re.findall(r"^- `([^`]+)`", sections["Check"], re.M)
