"""The four stages composed: one record a page, whatever happens."""

from __future__ import annotations

import datetime
import hashlib
import logging
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from extraction_fakes import (
    BLANK,
    GOOD,
    NO_TOTAL,
    RAISES,
    FakeEngine,
    FakeOptions,
    FakeTagger,
    fake_extractor,
)
from PIL import Image

import pipeline
from pipeline import ConfigError, Extractor
from pipeline.document import Page
from pipeline.labels import LabelSet
from pipeline.tagging.types import Tags

Colour = tuple[int, int, int]


def page_of(colour: Colour) -> Image.Image:
    return Image.new("RGB", (100, 100), colour)


def tiff(*colours: Colour) -> bytes:
    first, *others = map(page_of, colours)
    buffer = BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=others)
    return buffer.getvalue()


def test_a_good_receipt(tmp_path: Path) -> None:
    path = tmp_path / "good.png"
    page_of(GOOD).save(path)
    (record,) = fake_extractor().extract(path)
    assert (record.status, record.error) == ("ok", None)
    assert record.source.path == str(path)
    assert record.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record.merchant_name is not None and record.merchant_name.value == "ACME"
    assert record.date is not None and record.date.value == datetime.date(2024, 1, 31)
    assert record.total is not None and record.total.value == Decimal("12.50")
    assert (record.engine, record.model) == ("fake", "fake-model")
    assert set(record.timings) == {"load", "ocr", "tag", "assemble"}
    assert all(seconds >= 0 for seconds in record.timings.values())


def test_a_path_may_be_a_string_and_a_source_may_be_bytes(tmp_path: Path) -> None:
    content = tiff(GOOD)
    (tmp_path / "a.tif").write_bytes(content)
    extractor = fake_extractor()
    (from_string,) = extractor.extract(str(tmp_path / "a.tif"))
    (from_bytes,) = extractor.extract(content, name="upload 7")
    assert from_string.source.sha256 == from_bytes.source.sha256
    assert from_bytes.source.path == "upload 7"


def test_a_blank_page_is_partial_and_gives_nulls() -> None:
    (record,) = fake_extractor().extract(tiff(BLANK))
    assert record.status == "partial"
    assert record.error == "no text was found on the page"
    assert record.total is None
    assert record.merchant_name is None
    assert record.items == []
    assert record.needs_review


def test_a_missing_key_field_is_named() -> None:
    (record,) = fake_extractor().extract(tiff(NO_TOTAL))
    assert (record.status, record.error) == ("partial", "not found: total")
    assert record.date is not None
    assert record.needs_review


def test_a_field_that_the_label_set_lacks_is_not_missed() -> None:
    class WithoutTotal(FakeTagger):
        def __init__(self) -> None:
            super().__init__()
            labels = [label for label in self.label_set.labels if label.name != "total"]
            self.label_set = LabelSet(name="no-total", labels=tuple(labels))

    extractor = Extractor.of_parts(FakeEngine(FakeOptions()), WithoutTotal())
    (record,) = extractor.extract(tiff(NO_TOTAL))
    assert record.status == "ok"


def test_a_threshold_asks_for_review() -> None:
    def reviewed(threshold: float) -> bool:
        extractor = Extractor.of_parts(
            FakeEngine(FakeOptions()), FakeTagger(), review_below={"total": threshold}
        )
        return extractor.extract(tiff(GOOD))[0].needs_review

    assert reviewed(1.0)
    assert not reviewed(0.0)


def test_a_threshold_may_be_lower_than_the_default() -> None:
    class Unsure(FakeTagger):
        def tag(self, pages: Sequence[Page], images: object = None) -> list[Tags]:
            sure = super().tag(pages, images)
            return [Tags(tags.labels, (0.4,) * len(tags.labels)) for tags in sure]

    def needs_review(**review_below: float) -> bool:
        extractor = Extractor.of_parts(
            FakeEngine(FakeOptions()), Unsure(), review_below=review_below
        )
        return extractor.extract(tiff(GOOD))[0].needs_review

    assert needs_review()
    assert needs_review(total=0.3), "the others keep 0.5"
    assert not needs_review(total=0.3, date=0.3, merchant_name=0.3)


def test_every_page_gets_its_record() -> None:
    records = fake_extractor().extract(tiff(GOOD, RAISES, BLANK, GOOD), name="scan.tif")
    assert [record.source.page for record in records] == [1, 2, 3, 4]
    assert [record.status for record in records] == ["ok", "error", "partial", "ok"]
    assert len({record.source.sha256 for record in records}) == 1


def test_an_exception_becomes_a_record_and_a_traceback_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        (record,) = fake_extractor().extract(tiff(RAISES), name="scan.tif")
    assert record.status == "error"
    assert record.error == "ocr failed: RuntimeError: the lens fell off"
    assert set(record.timings) == {"load", "ocr"}
    assert "scan.tif, page 1: ocr failed" in caplog.text
    assert "Traceback" in caplog.text


def test_a_tagger_that_loses_a_page_is_an_error_not_a_gap() -> None:
    class Forgetful(FakeTagger):
        def tag(self, pages: Sequence[Page], images: object = None) -> list[Tags]:
            return []

    extractor = Extractor.of_parts(FakeEngine(FakeOptions()), Forgetful())
    (record,) = extractor.extract(tiff(GOOD))
    assert record.error is not None and record.error.startswith("tag failed: ValueError")


def test_what_cannot_be_loaded_is_a_record(tmp_path: Path) -> None:
    extractor = fake_extractor()
    (missing,) = extractor.extract(tmp_path / "nowhere.jpg")
    assert (missing.status, missing.error) == ("error", "the file does not exist")
    assert missing.source.sha256 is None

    (tmp_path / "diary.jpg").write_text("dear diary")
    (text,) = extractor.extract(tmp_path / "diary.jpg")
    assert text.error is not None and "not an image" in text.error
    assert text.source.sha256 == hashlib.sha256(b"dear diary").hexdigest()


def test_pages_before_a_damaged_one_are_kept() -> None:
    content = tiff(GOOD, GOOD)
    records = fake_extractor().extract(content[: len(content) - 200])
    assert records[-1].status == "error"
    assert len({record.source.page for record in records}) == len(records)


def test_unknown_settings_and_engines_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="did you mean 'engine'"):
        Extractor(engin="rapidocr")
    with pytest.raises(ConfigError, match="did you mean 'rapidocr'"):
        Extractor(engine="rapidorc")


def test_a_setting_of_folder_runs_is_refused() -> None:
    with pytest.raises(
        ConfigError, match=r"workers, timeout: no effect on extract\(\).*extract_many"
    ):
        Extractor(model="rules", workers=4, timeout=10)


def test_a_configuration_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"takes an ExtractConfig or settings by name.*not a dict"):
        Extractor({"model": "rules"})  # type: ignore[arg-type]


def test_the_version_is_that_of_the_project(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text())["project"]["version"]
    assert pipeline.__version__ == declared


@pytest.mark.parametrize("package", ["pipeline", "receipt_pipeline"])
def test_importing_the_package_loads_nothing_heavy(package: str) -> None:
    heavy = ["torch", "numpy", "pydantic", "onnxruntime", "cv2", "pyarrow"]
    code = f"import sys, {package}; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
