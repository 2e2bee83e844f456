"""Readings: nothing is left out, whatever goes wrong with a picture."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image
from small_receipts import annotated, field, page_of

from pipeline.document import Page
from pipeline.errors import DataError
from pipeline.evaluation import cases
from pipeline.evaluation.cases import from_boxes, from_images, run, sampled, tag_pages
from pipeline.evaluation.fields import outcomes
from pipeline.labels import Label, LabelSet
from pipeline.receipt import Contents
from pipeline.tagging.types import Tags

PAGE = page_of("TOTAL 9.00")
TRUTH = annotated({"total": "9.00"}, page=PAGE, tags=("O", "B-total"))


class Engine:
    """Reads the same page from every picture."""

    name = "fixed"

    def __init__(self, page: Page) -> None:
        self.page = page

    def read(self, image: Image.Image) -> Page:
        return self.page


@pytest.fixture
def truth(tmp_path):
    Image.new("RGB", (PAGE.width, PAGE.height)).save(tmp_path / "receipt.png")
    return replace(TRUTH, image=tmp_path / "receipt.png")


def test_annotated_tokens_are_read_as_they_are():
    (reading,) = from_boxes([TRUTH])
    assert (reading.page, reading.gold, reading.problem) == (PAGE, TRUTH.tags, None)


def test_labels_are_carried_over_to_what_the_engine_reads(truth):
    (reading,) = from_images([truth], Engine(PAGE))
    assert (reading.gold, reading.problem) == (("O", "B-total"), None)


def test_a_turned_picture_keeps_its_fields_and_loses_its_tags(truth):
    turned = replace(PAGE, rotation=90)
    (reading,) = from_images([truth], Engine(turned))
    assert reading.page is turned
    assert reading.gold is None
    assert "turned" in reading.problem


def test_each_page_is_read_from_its_own_picture(tmp_path):
    pictures = [Image.new("RGB", (PAGE.width, PAGE.height), shade) for shade in ("black", "white")]
    pictures[0].save(tmp_path / "two.tif", save_all=True, append_images=pictures[1:])
    shades = []

    class Looking(Engine):
        def read(self, image):
            shades.append(image.getpixel((0, 0))[0])
            return self.page

    pages = [replace(TRUTH, image=tmp_path / "two.tif", page_number=n) for n in (2, 1, 3)]
    *read, missing = from_images(pages, Looking(PAGE))
    assert shades == [255, 0]
    assert [reading.problem for reading in read] == [None, None]
    assert missing.problem.endswith("two.tif: has 2 pages, so there is no page 3")


def test_a_tagger_that_looks_sees_the_page_that_was_annotated(tmp_path):
    pictures = [Image.new("RGB", (PAGE.width, PAGE.height), shade) for shade in ("black", "white")]
    pictures[0].save(tmp_path / "two.tif", save_all=True, append_images=pictures[1:])
    shades = []

    class Looking:
        reads_images = True

        def tag(self, pages, images):
            shades.extend(image.getpixel((0, 0))[0] for image in images)
            return [None]

    second = replace(TRUTH, image=tmp_path / "two.tif", page_number=2)
    tag_pages(Looking(), [(PAGE, second)])
    assert shades == [255]


def test_a_damaged_picture_is_an_empty_page(truth, tmp_path):
    (tmp_path / "receipt.png").write_bytes(b"no picture")
    (reading,) = from_images([truth], Engine(PAGE))
    assert reading.page.tokens == ()
    assert "receipt.png" in reading.problem


def test_one_receipt_without_a_picture_counts_and_none_with_one_is_an_error(truth):
    readings = list(from_images([truth, TRUTH], Engine(PAGE)))
    assert [reading.problem for reading in readings] == [None, "has no picture"]
    with pytest.raises(DataError, match="--from boxes"):
        list(from_images([TRUTH], Engine(PAGE)))


def test_a_sample_is_the_same_each_time():
    pages = [annotated(id=str(number)) for number in range(20)]
    chosen = sampled(pages, 5)
    assert len(chosen) == 5
    assert chosen == sampled(pages, 5)
    assert sampled(pages, 50) == sampled(pages, None) == pages


class LoyaltyTagger:
    """Tags every token as the number of a loyalty card, a text."""

    label_set = LabelSet(name="own", labels=(Label(name="loyalty"),))
    name, folder, reads_images = "loyalty", None, False

    def tag(self, pages, images=None):
        return [Tags(("B-loyalty",), (0.9,)) for _ in pages]


@pytest.mark.parametrize("number", ["00118887", "1E5", "nan", "1_000", "2018000000000000001"])
def test_a_text_that_looks_like_a_number_is_scored_as_it_is_written(number):
    truth = annotated({"loyalty": number}, annotated=["loyalty"], page=page_of(number))
    (case,) = run(LoyaltyTagger(), from_boxes([truth]))
    (outcome,) = outcomes(case.contents, truth, LoyaltyTagger.label_set)
    assert json.loads(case.contents.model_dump_json())["extra"]["loyalty"]["value"] == number
    assert (outcome.value, outcome.right) == (number, True)


def test_what_writing_loses_counts(monkeypatch):
    """JSON's numbers have 53 bits: of 20 digits a reader gets the first 16."""
    precise = Contents.model_validate({"total": field(Decimal("12345678901234567890.12"))})
    monkeypatch.setattr(cases, "assemble", lambda *_: precise)
    (case,) = run(LoyaltyTagger(), from_boxes([annotated(page=page_of("1"))]))
    assert case.contents.total.value == Decimal("12345678901234567000")
