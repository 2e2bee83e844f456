"""SROIE's folders, and how well its truth is found on its pages."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from pipeline.data.formats import read
from pipeline.data.fuzzy_spans import letters_and_digits
from pipeline.data.sroie import relabel_sroie
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import label_of

ROWS = """\
10,10,210,10,210,30,10,30,ABC TRADING SDN BHD
10,40,110,40,110,60,10,60,LOT 1, JALAN 2
200,81,260,81,260,99,200,99,RM 9.00
10,80,60,80,60,100,10,100,TOTAL

10,120,110,120,110,140,10,140,25/12/2018
"""
ENTITIES = {
    "company": "ABC TRADING SDN BHD",
    "address": "LOT 1, JALAN 2",
    "date": "25/12/2018",
    "total": "9.00",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("img", "box", "entities"):
        (tmp_path / name).mkdir()
    (tmp_path / "box" / "001.txt").write_text(ROWS, encoding="utf-8")
    (tmp_path / "entities" / "001.txt").write_text(json.dumps(ENTITIES), encoding="utf-8")
    Image.new("L", (300, 160)).save(tmp_path / "img" / "001.jpg")
    return tmp_path


def test_lines_become_words_in_reading_order(folder: Path) -> None:
    (receipt,) = read("sroie", folder)
    assert (receipt.id, receipt.page.width, receipt.page.height) == ("001", 300, 160)
    assert receipt.image == folder / "img" / "001.jpg"
    assert [[receipt.page.tokens[i].text for i in line] for line in receipt.page.lines()] == [
        ["ABC", "TRADING", "SDN", "BHD"],
        ["LOT", "1,", "JALAN", "2"],  # the text's own comma is no separator
        ["TOTAL", "RM", "9.00"],  # published the other way round
        ["25/12/2018"],
    ]


def test_word_boxes_share_their_lines_width(folder: Path) -> None:
    (receipt,) = read("sroie", folder)
    rm, amount = receipt.page.tokens[-3:-1]
    assert rm.box == Box(200, 81, pytest.approx(200 + 60 * 2 / 7), 99)
    assert amount.box == Box(pytest.approx(200 + 60 * 3 / 7), 81, 260, 99)


def test_tags_and_fields(folder: Path) -> None:
    (receipt,) = read("sroie", folder)
    assert receipt.fields["merchant_name"] == "ABC TRADING SDN BHD"
    assert receipt.annotated == {"merchant_name", "merchant_address", "date", "total"}
    assert receipt.tags == (
        *("B-merchant_name", "I-merchant_name", "I-merchant_name", "I-merchant_name"),
        *("B-merchant_address", "I-merchant_address", "I-merchant_address", "I-merchant_address"),
        *("O", "B-total", "I-total", "B-date"),
    )


def test_relabelling_what_the_engine_read(folder: Path) -> None:
    (receipt,) = read("sroie", folder)
    words = ["ABCTRADING", "SDN", "BHD", "Total:", "RM9.00"]
    page = Page(
        160,
        300,
        tuple(Token(w, Box(0, 9 * i, 9, 9 * i + 8), 0.9, i) for i, w in enumerate(words)),
        90,
    )
    again = relabel_sroie(receipt, page)
    assert again.page is page
    assert again.tags == (
        *("B-merchant_name", "I-merchant_name", "I-merchant_name"),
        *("O", "B-total"),
    )
    assert set(again.unaligned) == {"merchant_address", "date"}
    assert (again.merchant, again.fields) == (receipt.merchant, receipt.fields)


@pytest.mark.parametrize("row", ["1,2,3,4,5,6,7", "1,2,3,4,5,6,7,8", "a,2,3,4,5,6,7,8,TEXT"])
def test_a_broken_row_names_its_file_and_number(folder: Path, row: str) -> None:
    (folder / "box" / "001.txt").write_text(f"{ROWS}{row}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"001\.txt: row 7"):
        list(read("sroie", folder))


def test_broken_or_missing_entities_are_named(folder: Path) -> None:
    (folder / "entities" / "001.txt").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match=r"entities.001\.txt: not JSON"):
        list(read("sroie", folder))
    (folder / "entities" / "001.txt").unlink()
    with pytest.raises(DataError, match=r"entities.001\.txt"):
        list(read("sroie", folder))


def test_text_in_another_encoding_is_read(folder: Path) -> None:
    (folder / "box" / "001.txt").write_bytes("10,10,90,10,90,30,10,30,CAFÉ".encode("cp1252"))
    (receipt,) = read("sroie", folder)
    assert [token.text for token in receipt.page.tokens] == ["CAFÉ"]


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="not a SROIE folder"):
        list(read("sroie", tmp_path))


def test_the_truth_is_found_on_real_receipts(shared_datasets: Path) -> None:
    """Letters-and-digits-exact floors; what is missing are errors in the published truth."""
    exact: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for receipt in read("sroie", shared_datasets / "sroie" / "train"):
        count.update(receipt.fields.keys())
        for label, truth in receipt.fields.items():
            words = [
                token.text
                for token, tag in zip(receipt.page.tokens, receipt.tags, strict=True)
                if label_of(tag) == label
            ]
            if label in ("date", "total"):
                exact[label] += bool(words)
            else:
                exact[label] += letters_and_digits("".join(words)) == letters_and_digits(truth)
    assert count["merchant_name"] == 626
    floors = {"merchant_name": 0.97, "merchant_address": 0.94, "date": 0.995, "total": 0.995}
    for label, floor in floors.items():
        assert exact[label] / count[label] >= floor, label
