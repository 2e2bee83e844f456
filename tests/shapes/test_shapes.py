"""Shapes by name."""

import json

import pytest
from any_receipt import whole_receipt

from pipeline.errors import ConfigError
from pipeline.shapes.registry import SHAPES, shape_named


def test_the_projects_own_shape_is_the_record() -> None:
    receipt = whole_receipt()
    assert shape_named("receipt")(receipt) == json.loads(receipt.model_dump_json())


def test_every_shape_is_plain_json() -> None:
    for shape in SHAPES.values():
        assert json.loads(json.dumps(shape(whole_receipt())))


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'azure'"):
        shape_named("azur")
