"""A small set of receipts: no epoch is chosen by a handful of them."""

import json
import logging

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from tiny_models import saved_model  # noqa: E402

from pipeline.data.jsonl import write_annotated  # noqa: E402
from pipeline.data.parts import Part, parts_by_merchant  # noqa: E402
from pipeline.synthetic.generate import draw_annotated  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.start_model import start_temperature  # noqa: E402
from pipeline.training.train import train  # noqa: E402

RECEIPTS, SEED = 10, 1000


@pytest.fixture
def config(tmp_path, project):
    write_annotated(draw_annotated(RECEIPTS, SEED), tmp_path / "mine.jsonl")
    path = tmp_path / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        f"init: {saved_model('word_layoutlm', tmp_path / 'init')}\n"
        "max_length: 64\nstride: 8\nbatch_size: 4\n"
        "sources: {mine: {format: jsonl, path: mine.jsonl}}\n"
        "stages: [{name: one, sources: {mine: 1}, patience: 1}]\n"
    )
    return TrainConfig.load(path)


def test_the_last_epoch_is_kept_and_said_to_be(config, tmp_path, caplog):
    parts = parts_by_merchant(draw_annotated(RECEIPTS, SEED))
    held_out = parts.count(Part.HELD_OUT)
    assert 0 < parts.count(Part.DEVELOPMENT) < 10  # else draw other receipts
    assert 0 < held_out < 20
    with caplog.at_level(logging.INFO, logger="pipeline"):
        folder = train(config, tmp_path / "work")
    assert "too few to choose the best epoch by" in caplog.text
    assert f"held-out part: {held_out} receipt" in caplog.text
    assert f"{RECEIPTS - held_out} real" in caplog.text
    (kept,) = json.loads((folder / "parts.json").read_text()).values()
    assert {part: len(ids) for part, ids in kept.items()} == {"held_out": held_out}
    assert json.loads((folder / "tagger.json").read_text())["temperature"] == 1.0
    card = (folder / "README.md").read_text()
    assert "each stage's last one is kept" in card
    assert f"**{held_out} receipt" in card


def test_without_receipts_to_fit_it_the_temperature_is_that_of_the_start(tmp_path):
    assert start_temperature("minilm") == 1.0
    assert start_temperature(str(tmp_path)) == 1.0
    (tmp_path / "tagger.json").write_text('{"temperature": 1.7}')
    assert start_temperature(str(tmp_path)) == 1.7
