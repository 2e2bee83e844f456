"""Which tokens a source's receipts are trained on."""

import json
import logging

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.parts import Part  # noqa: E402
from pipeline.errors import ImageError  # noqa: E402
from pipeline.labels import load_label_set  # noqa: E402
from pipeline.ocr.engine import EngineOptions  # noqa: E402
from pipeline.ocr.installed_engines import create_engine  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.corpus import read_corpus  # noqa: E402

PICTURED, WITHOUT = "cafe-fr.jpg", "restaurant-us.jpg"


@pytest.fixture
def config(tmp_path, project):
    """Two samples, one of them without its picture."""
    samples = project / "data" / "samples"
    lines = (samples / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["image"]: record for record in map(json.loads, lines)}
    kept = [
        {**records[PICTURED], "id": PICTURED, "image": str(samples / PICTURED)},
        {**records[WITHOUT], "id": WITHOUT, "image": None},
    ]
    (tmp_path / "mine.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in kept))
    path = tmp_path / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        "sources: {mine: {format: jsonl, path: mine.jsonl, split: false}}\n"
        "stages: [{name: one, sources: {mine: 1}}]\n"
    )
    return TrainConfig.load(path)


class EngineOf:
    """An engine that reads one page out of every picture."""

    name, options = "one page", EngineOptions()

    def __init__(self, page):
        self._page = page

    def read(self, image):
        return self._page


class NoEngine(EngineOf):
    """An engine that can read nothing."""

    def __init__(self):
        super().__init__(None)

    def read(self, image):
        raise ImageError("picture", "blind")


def corpus_of(config, engine):
    return read_corpus(config, load_label_set(config.label_set), engine)


def pages_in(corpus):
    return corpus.pages[Part.TRAIN]["mine"]


def test_a_receipt_with_a_picture_is_trained_on_as_annotated_and_as_read(config, caplog):
    engine = create_engine("rapidocr")
    with caplog.at_level(logging.WARNING):
        pages = pages_in(corpus_of(config, engine))
    assert [page.id for page in pages] == [PICTURED, WITHOUT, PICTURED]
    annotated, _, read = pages
    assert read.page != annotated.page
    assert "B-total" in read.tags
    assert "mine: 1 of 2 receipts have no picture" in caplog.text


def test_a_receipt_that_is_read_as_annotated_comes_once(config):
    annotated = next(page for page in pages_in(corpus_of(config, NoEngine())) if page.image)
    corpus = corpus_of(config, EngineOf(annotated.page))
    assert [page.id for page in pages_in(corpus)] == [PICTURED, WITHOUT]
