"""Files of transcribed receipts: broken records, scans, numbers, and the real ones."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transcribed_receipts import CAFE, texts

from pipeline.data.formats import read, records
from pipeline.data.ocr_tokens import relabel
from pipeline.data.transcribed.numbers import means, numbers
from pipeline.data.validate import find_problems
from pipeline.document import Page, Token
from pipeline.errors import DataError
from pipeline.labels import label_of


def test_a_broken_record_is_named_and_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    lines = [json.dumps({**CAFE, "total": "much"}), "{", json.dumps(CAFE)]
    path.write_text("\n".join(lines), encoding="utf-8")
    first, second, third = records("transcribed", path)
    with pytest.raises(DataError, match="line 1: total"):
        first.parse()
    with pytest.raises(DataError, match="line 2"):
        second.parse()
    assert third.parse().id == "cafe-1"


ROWS = [
    "10,10,210,10,210,30,10,30,CORNER CAFE",
    "10,40,210,40,210,60,10,60,GST ID : 001335787520",
    "10,80,210,80,210,100,10,100,2 FLAT WHITE 4.00 8.00",
    "10,110,210,110,210,130,10,130,TOTAL 8.00",
    "10,140,210,140,210,160,10,160,05/04/2019 14:30",
]


SCAN = {
    **CAFE,
    "merchant_name": "The Corner",
    "merchant_tax_id": "001335787520",
    "items": CAFE["items"][:1],
    "subtotal": 8.0,
    "total": 9.0,  # the folder's truth says 8.00
    "tax": 0.0,
    "change": 0.0,
    "picture": "sroie/train/img/007.jpg",
}


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A file beside a SROIE folder of two receipts, of which it names one twice."""
    folder = tmp_path / "sroie" / "train"
    truth = {"company": "CORNER CAFE", "address": "", "date": "05/04/2019", "total": "8.00"}
    for name in ("box", "entities", "img"):
        (folder / name).mkdir(parents=True)
    for number in ("007", "008"):
        (folder / "box" / f"{number}.txt").write_text("\n".join(ROWS), encoding="utf-8")
        (folder / "entities" / f"{number}.txt").write_text(json.dumps(truth), encoding="utf-8")
    path = tmp_path / "transcribed" / "sroie.jsonl"
    path.parent.mkdir()
    wrong = {**SCAN, "items": [{"description": "Tea", "total": 3.0}]}
    path.write_text(f"{json.dumps(wrong)}\n{json.dumps(SCAN)}\n", encoding="utf-8")
    (folder / "img" / "007.jpg").touch()
    return path


def test_a_scan_keeps_its_id_and_its_own_four_fields(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.data.sroie.picture_size", lambda _: (220, 170))
    transcribed, other = read("transcribed", scans)
    official = list(read("sroie", scans.parent.parent / "sroie" / "train"))
    assert [transcribed.id, other.id] == [page.id for page in official]
    assert other == official[1]
    assert transcribed.fields.items() >= official[0].fields.items()
    assert texts(transcribed, "merchant_name") == ["CORNER CAFE"]
    assert texts(transcribed, "item_total") == ["8.00"]
    assert texts(transcribed, "merchant_tax_id") == ["001335787520"]
    assert texts(transcribed, "time") == ["14:30"]
    assert transcribed.page == official[0].page
    assert transcribed.annotated > official[0].annotated


def test_labels_of_a_scan_go_over_to_what_ocr_reads(
    scans: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.data.sroie.picture_size", lambda _: (220, 170))
    scan = next(iter(read("transcribed", scans)))
    misread = {"WHITE": "WH1TE", "4.00": "4.0O", "001335787520": "OO1335787520"}
    tokens = tuple(
        Token(misread.get(token.text, token.text), token.box, 0.9, token.line)
        for token in scan.page.tokens
    )
    ocr = relabel(scan, Page(220, 170, tokens))
    assert ocr.tags == scan.tags
    assert ocr.annotated == scan.annotated
    turned = relabel(scan, Page(170, 220, tokens, 90))
    assert {label_of(tag) for tag in turned.tags} == {None, "merchant_name", "date", "total"}
    assert turned.annotated == {"merchant_name", "merchant_address", "date", "total"}


@given(st.decimals(0, 99999, places=2), st.sampled_from([".", ","]), st.booleans())
def test_numbers_are_read_in_either_notation(value, mark, grouped) -> None:  # type: ignore[no-untyped-def]
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    printed = text.translate({ord(","): "," if mark == "." else ".", ord("."): mark})
    for word in (printed, f"RM{printed}", f"{printed}SR", f"TOTAL:{printed}", f"-{printed}"):
        assert means(word, float(value))


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("1.250", (1250.0, 1.25)),
        ("2X", (2.0,)),
        (".40", (0.4,)),
        ("8.000,00", (8000.0,)),
        ("6%", ()),
        ("12/03/2018", ()),
        ("13:45", ()),
        ("TOTAL", ()),
    ],
)
def test_what_a_word_may_mean(word: str, values: tuple[float, ...]) -> None:
    assert numbers(word) == values


def test_real_transcriptions_have_labels_and_no_problems(shared_datasets: Path) -> None:
    folder = shared_datasets / "transcribed"
    if not folder.is_dir():
        pytest.skip(f"no transcriptions in {shared_datasets}")
    for name, least in (("sroie", 10), ("cord", 4), ("portugal", 5), ("us", 8)):
        some = list(islice(records("transcribed", folder / f"{name}.jsonl"), 8))
        pages = [record.parse() for record in some]
        found = sum(len({label_of(tag) for tag in page.tags} - {None}) for page in pages)
        assert found / len(pages) >= least, name
        assert not [problem for problem in find_problems(some) if "same" not in problem.what]
