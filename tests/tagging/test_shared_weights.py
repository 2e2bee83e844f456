"""Int8 weights follow from the float16 ones of the same folder."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.errors import ConfigError
from pipeline.tagging.load import model_folder
from pipeline.tagging.onnx import OnnxTagger
from pipeline.tagging.shared_weights import from_source, int8_weights, rounded_rows

SHIPPED = model_folder("receipts-base")


@given(arrays(np.float32, (3, 5), elements=st.floats(-100, 100, width=32)))
def test_rounding_is_off_by_half_a_step_at_most(weights):
    numbers, scales = rounded_rows(weights)
    assert numbers.dtype == np.int8
    assert scales.shape == (3, 1)
    assert (np.abs(numbers * scales - weights) <= scales * 0.501).all()


def test_a_source_may_be_transposed():
    matrices = {"a": np.array([[1, 2, 4], [8, 16, 32]], np.float16)}
    np.testing.assert_array_equal(from_source("a.T", matrices), from_source("a", matrices).T)


def test_the_shipped_graph_has_no_numbers_of_its_own():
    graph = (SHIPPED / "model.onnx").stat().st_size
    numbers = sum(array.size for array in int8_weights(SHIPPED).values())
    assert graph < 1_000_000 < 19_000_000 < numbers


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "model")


def test_a_folder_without_the_float16_weights_is_refused(copied):
    (copied / "model.safetensors").unlink()
    with pytest.raises(ConfigError, match=r"model\.safetensors"):
        OnnxTagger(copied)


def test_a_folder_without_the_sources_is_refused(copied):
    (copied / "int8.json").unlink()
    with pytest.raises(ConfigError, match=r"int8\.json is missing"):
        OnnxTagger(copied)


def test_a_damaged_graph_is_named(copied):
    (copied / "model.onnx").write_bytes((copied / "model.onnx").read_bytes()[:1000])
    with pytest.raises(ConfigError, match=r"model\.onnx: "):
        OnnxTagger(copied)


def test_a_source_that_is_not_there_is_an_error(copied):
    (copied / "int8.json").write_text(json.dumps({"x/int8": "nothing"}))
    with pytest.raises(ConfigError, match="cannot be read"):
        OnnxTagger(copied)
