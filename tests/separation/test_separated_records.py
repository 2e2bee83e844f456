"""Records of files with several receipts on a page, and with one on several pages."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from sheet_pages import BOOKS, NOODLES

from pipeline import Extractor
from pipeline.batch.table_columns import ITEMS, RECEIPTS
from pipeline.receipt import Receipt
from pipeline.shapes.azure import as_azure
from pipeline.shapes.textract import as_textract
from pipeline.synthetic.picture.fonts import TYPEFACES, load_font

GROUND, PAPER, INK = (70, 60, 50), (245, 245, 245), (35, 35, 35)
FIRST = ("BIG BASKET MARKET", "19/10/2025 18:22", "MILK|2.29", "EGGS|3.85", "BUTTER|3.19")
SECOND = ("COFFEE|6.50", "TOTAL|15.83", "CARD|15.83", "VAT 9%|1.31")


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(model="rules")


def paper(rows: Sequence[str]) -> Image.Image:
    font = load_font(TYPEFACES[0][0], "normal", 26)
    image = Image.new("RGB", (620, 90 + 40 * len(rows)), PAPER)
    brush = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        text, _, amount = row.partition("|")
        brush.text((40, 45 + 40 * number), text, fill=INK, font=font)
        brush.text((580, 45 + 40 * number), amount, fill=INK, font=font, anchor="ra")
    return image


@pytest.fixture(scope="module")
def side_by_side(extractor: Extractor, tmp_path_factory) -> tuple[Path, list[Receipt]]:
    image = Image.new("RGB", (1360, 420), GROUND)
    image.paste(paper(NOODLES), (40, 60))
    image.paste(paper(BOOKS), (700, 70))
    path = tmp_path_factory.mktemp("sheet") / "two.png"
    image.save(path)
    return path, extractor.extract(path)


@pytest.fixture(scope="module")
def two_pages(extractor: Extractor, tmp_path_factory) -> tuple[Path, list[Receipt]]:
    path = tmp_path_factory.mktemp("pages") / "two.tif"
    paper(FIRST).save(path, save_all=True, append_images=[paper(SECOND)])
    return path, extractor.extract(path)


def test_two_receipts_on_a_picture_are_two_records(side_by_side) -> None:
    _, records = side_by_side
    assert [float(record.total.value) for record in records] == [12.99, 10.00]
    assert [record.date.value.month for record in records] == [2, 3] or [
        record.date.value.day for record in records
    ] == [2, 3]
    regions = [record.source.region for record in records]
    assert regions[0][2] <= regions[1][0] + 20
    for record, (left, top, right, bottom) in zip(records, regions, strict=True):
        assert record.size == (1360, 420)
        for x0, y0, x1, y1 in record.total.boxes:
            assert left <= x0 < x1 <= right and top <= y0 < y1 <= bottom


def test_each_is_drawn_and_written_with_its_region(side_by_side) -> None:
    _, records = side_by_side
    for record in records:
        assert record.draw().height == 420
        (row,) = RECEIPTS.rows(record)
        assert row["region"] is not None and row["pages"] is None
        assert {item["region"] for item in ITEMS.rows(record)} <= {row["region"]}
        (area,) = as_azure(record)["analyzeResult"]["documents"][0]["boundingRegions"]
        assert area["polygon"][:2] == list(record.source.region[:2])
    assert len({RECEIPTS.rows(record)[0]["region"] for record in records}) == 2


def test_a_receipt_over_two_pages_is_one_record(two_pages) -> None:
    _, (record,) = two_pages
    assert record.source.pages == [1, 2]
    assert record.source.page == 1
    assert (record.merchant_name.pages, record.total.pages) == ([1], [2])
    assert float(record.total.value) == 15.83
    assert len(record.items) == 4
    assert [page.page for page in record.further_pages] == [2]
    assert record.draw().height >= sum(
        (record.size[1], *(page.size[1] for page in record.further_pages))
    )
    with pytest.raises(ValueError, match="is on 2 pages, not 1"):
        record.draw(Image.new("RGB", record.size))


def test_its_pages_are_in_all_outputs(two_pages) -> None:
    _, (record,) = two_pages
    assert RECEIPTS.rows(record)[0]["pages"] == "[1, 2]"
    result = as_azure(record)["analyzeResult"]
    assert [page["pageNumber"] for page in result["pages"]] == [1, 2]
    total = result["documents"][0]["fields"]["Total"]["boundingRegions"]
    assert {region["pageNumber"] for region in total} == {2}
    textract = as_textract(record)
    assert textract["DocumentMetadata"] == {"Pages": 2}
    numbers = {
        one["Type"]["Text"]: one["PageNumber"]
        for one in textract["ExpenseDocuments"][0]["SummaryFields"]
    }
    assert (numbers["VENDOR_NAME"], numbers["TOTAL"]) == (1, 2)


def test_several_receipts_in_one_file_stay_several(extractor: Extractor) -> None:
    content = BytesIO()
    paper(NOODLES).save(content, "TIFF", save_all=True, append_images=[paper(BOOKS)])
    records = extractor.extract(content.getvalue(), name="two")
    assert [record.source.page for record in records] == [1, 2]
    assert all(not record.source.pages and record.source.region is None for record in records)
