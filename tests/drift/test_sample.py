"""The reference file: the same columns after it was written, and clear errors."""

from __future__ import annotations

import numpy as np
import pytest
from drawn_samples import records

from pipeline.audit.records.read import read_records
from pipeline.batch.formats import Format
from pipeline.batch.sinks import open_file_sink
from pipeline.batch.table_columns import RECEIPTS
from pipeline.drift.features import NUMBERS, merchant_key
from pipeline.drift.sample import MOST, read_reference, sample_of, write_reference
from pipeline.errors import ConfigError, PipelineError


def test_a_reference_is_read_as_it_was_written(tmp_path):
    sample = sample_of(records(1, 50, lost=0.5), {"from": "tests"})
    path = tmp_path / "reference.json"
    write_reference(sample, path)
    again = read_reference(tmp_path)
    assert again.categories == sample.categories
    assert again.merchants == sample.merchants
    assert again.about["receipts"] == 50
    assert again.about["from"] == "tests"
    for name in NUMBERS:
        np.testing.assert_allclose(again.numbers[name], sample.numbers[name], rtol=1e-3)
    assert again.confidences["total"].found == sample.confidences["total"].found


def test_a_reference_names_no_merchant(tmp_path):
    write_reference(sample_of(records(1, 30)), tmp_path / "reference.json")
    assert "Shop" not in (tmp_path / "reference.json").read_text()


def test_a_large_pile_gives_a_reference_of_limited_size(tmp_path):
    write_reference(sample_of(records(1, MOST + 500)), tmp_path / "reference.json")
    again = read_reference(tmp_path)
    assert len(again) == MOST
    assert again.about["receipts"] == MOST + 500


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not a reference"),
        ('{"version": 2}', "version"),
        (
            '{"about": {}, "merchants": ["a"], "numbers": {"words": [1, 2]}, "categories": {}, '
            '"confidences": {}}',
            "differ in length",
        ),
    ],
)
def test_what_is_no_reference_is_named(tmp_path, text, reason):
    path = tmp_path / "other.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=reason) as error:
        read_reference(path)
    assert str(path) in str(error.value)


def test_nothing_makes_no_reference(tmp_path):
    with pytest.raises(PipelineError, match="no receipts"):
        write_reference(sample_of([]), tmp_path / "reference.json")


def test_case_and_spaces_make_no_other_merchant():
    one, other, third = records(1, 3, shops=1)
    renamed = other.merchant_name.model_copy(update={"value": "SHOP  0."})
    other = other.model_copy(update={"merchant_name": renamed})
    assert merchant_key(one) == merchant_key(other)
    assert merchant_key(third.model_copy(update={"merchant_name": None})) == ""


def test_parquet_holds_what_is_watched_and_csv_the_fields(tmp_path):
    drawn = records(1, 30)
    samples = {}
    for name, format_ in (("r.parquet", Format.PARQUET), ("r.csv", Format.CSV)):
        with open_file_sink(tmp_path / name, format_, RECEIPTS) as sink:
            sink.write(drawn)
        samples[name] = sample_of(read.record for read in read_records(tmp_path / name))
    whole = sample_of(drawn)
    for name in ("words", "sharpness", "picture_shape", "ocr_confidence", "total_across"):
        np.testing.assert_allclose(samples["r.parquet"].numbers[name], whole.numbers[name])
        assert np.isnan(samples["r.csv"].numbers[name]).all()
    assert samples["r.parquet"].categories["language"] == whole.categories["language"]
    assert set(samples["r.csv"].categories["language"]) == {None}
    assert (whole.numbers["items"] == 0).all()
    for sample in samples.values():
        assert np.isnan(sample.numbers["items"]).all()  # tables do not have them
        assert sample.categories["country"] == whole.categories["country"]
        assert sample.merchants == whole.merchants


def test_csv_has_no_new_columns(tmp_path):
    with open_file_sink(tmp_path / "r.csv", Format.CSV, RECEIPTS) as sink:
        sink.write(records(1, 2))
    header = (tmp_path / "r.csv").read_text().splitlines()[0]
    assert "quality" not in header
    assert "width" not in header
