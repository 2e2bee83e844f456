"""Reviewed records become labelled words."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.data.formats import read
from pipeline.errors import DataError
from pipeline.receipt import Amount, Field, FurtherPage, LineItem, Payment, Receipt, Source
from pipeline.receipt_words import Word

LINES = ["ACME STORES", "2 Tea 9.00", "TOTAL 9.OO", "13.05.2012 CASH 10.00"]


def words_of(lines: list[str], page: int = 1) -> list[Word]:
    return [
        Word(text=text, box=box_of(line, column), page=page, line=line, confidence=0.9)
        for line, words in enumerate(lines)
        for column, text in enumerate(words.split())
    ]


def box_of(line: int, column: int) -> tuple[float, float, float, float]:
    return 100.0 * column, 20.0 * line, 100.0 * column + 80, 20.0 * line + 15


def text(value: str, *boxes: tuple[float, float, float, float], **more: Any) -> Field[str]:
    return Field[str](value=value, text=value, confidence=1, boxes=list(boxes), **more)


def amount(value: str, *boxes: tuple[float, float, float, float]) -> Field[Amount]:
    return Field[Amount](value=Decimal(value), text=value, confidence=1, boxes=list(boxes))


def reviewed(tmp_path: Path, words: list[Word], **contents: Any) -> Any:
    record = Receipt(
        source=Source(path="a.jpg", page=1, sha256=None),
        **{"status": "ok", "engine": "e", "model": "m", "size": (400, 100), **contents},
    )
    entry = {
        "id": "one",
        "record": record.model_dump(mode="json"),
        "words": [word.model_dump() for word in words],
    }
    path = tmp_path / "reviews.jsonl"
    path.write_text(json.dumps(entry) + "\n")
    (page,) = read("reviews", path)
    return page


def test_the_words_in_the_boxes_of_fields_and_rows_are_labelled(tmp_path):
    page = reviewed(
        tmp_path,
        words_of(LINES),
        merchant_name=text("Acme Stores", box_of(0, 0), box_of(0, 1)),
        items=[
            LineItem(
                quantity=amount("2", box_of(1, 0)),
                description=text("Tea", box_of(1, 1)),
                total=amount("9.00", box_of(1, 2)),
            )
        ],
        # The typed value differs from what the engine read there.
        total=amount("9.00", box_of(2, 1)),
        payments=[Payment(method=text("cash", box_of(3, 1)), amount=amount("10", box_of(3, 2)))],
    )
    assert page.tags == (
        *("B-merchant_name", "I-merchant_name"),
        *("B-item_quantity", "B-item_description", "B-item_total"),
        *("O", "B-total"),
        *("O", "B-payment_method", "B-cash"),
    )
    assert page.fields == {"merchant_name": "Acme Stores", "total": "9.00"}
    assert page.items == ({"quantity": "2", "description": "Tea", "total": "9.00"},)
    assert (page.unaligned, page.merchant) == ((), "ACMESTORES")
    assert page.annotated == {tag[2:] for tag in page.tags if tag != "O"}


def test_a_value_that_is_not_in_its_boxes_is_searched_for_or_unknown(tmp_path):
    day = Field[datetime.date](
        value=datetime.date(2012, 5, 13), text="2012-05-13", confidence=1, boxes=[box_of(0, 0)]
    )
    page = reviewed(
        tmp_path,
        words_of(LINES),
        date=day,
        merchant_name=text("Acme Stores", box_of(2, 0)),
        total=amount("77.31", box_of(0, 1)),
    )
    labelled = [tag for tag in page.tags if tag != "O"]
    assert labelled == ["B-merchant_name", "I-merchant_name", "B-date"]
    assert page.unaligned == ("total",)


def test_pages_stand_one_below_the_other(tmp_path):
    words = [*words_of(LINES[:1]), *words_of(LINES[2:3], page=2)]
    page = reviewed(
        tmp_path,
        words,
        further_pages=[FurtherPage(page=2, size=(300, 80))],
        merchant_name=text("STORES", box_of(0, 1), pages=[1]),
        total=Field[Amount](
            value=Decimal("9.00"), text="9.00", confidence=1, boxes=[box_of(0, 1)], pages=[2]
        ),
    )
    assert page.tags == ("O", "B-merchant_name", "O", "B-total")
    assert (page.page.height, page.page.tokens[3].box.y0) == (180, 100)


def test_a_review_without_words_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"reviews.jsonl, line 1: the review has no words"):
        reviewed(tmp_path, [])


def test_fields_of_custom_labels_are_labelled(tmp_path):
    number = {"type": "code", "value": "13", "text": "13", "confidence": 1.0}
    page = reviewed(
        tmp_path,
        words_of(["Card 13", "x 13"]),
        extra={"loyalty": {**number, "boxes": [box_of(0, 1)]}},
    )
    assert page.tags == ("O", "B-loyalty", "O", "O")
    assert page.fields == {"loyalty": "13"}
    assert page.annotated == {"loyalty"}
