"""Training leaves a reference for `receipts drift` with the model."""

from __future__ import annotations

import logging
import shutil

import pytest
from extraction_fakes import FakeEngine, FakeOptions
from PIL import Image

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Page
from pipeline.drift.sample import REFERENCE_FILE, calibration_of, read_reference
from pipeline.tagging.load import model_folder
from pipeline.training.reference import LEAST_PICTURES, write_model_reference


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped model without its reference."""
    copy = tmp_path / "model"
    shutil.copytree(model_folder("receipts-base"), copy)
    (copy / REFERENCE_FILE).write_text("of an older model")
    return copy


def pages(folder, count):
    picture = folder / "page.png"
    Image.new("RGB", (200, 100), "white").save(picture)
    return [
        AnnotatedPage(f"{n}", "test", Page(200, 100, ()), (), frozenset(), image=picture)
        for n in range(count)
    ]


def test_pictures_are_extracted_with_the_model(folder, tmp_path):
    engine = FakeEngine(FakeOptions())
    written = write_model_reference(folder, pages(tmp_path, LEAST_PICTURES), engine)
    assert written == folder / REFERENCE_FILE
    reference = read_reference(folder)
    assert len(reference) == LEAST_PICTURES
    assert set(reference.numbers["words"]) == {4}
    assert set(reference.categories["engine"]) == {"fake"}
    assert reference.about["calibration"] == calibration_of(folder)


def test_too_few_pictures_leave_no_reference_and_say_so(folder, tmp_path, caplog):
    engine = FakeEngine(FakeOptions())
    with caplog.at_level(logging.WARNING):
        assert write_model_reference(folder, pages(tmp_path, 3), engine) is None
    assert "3 development receipts with a picture" in caplog.text
    assert not (folder / REFERENCE_FILE).exists()
