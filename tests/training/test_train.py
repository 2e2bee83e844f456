"""Training from a config to a folder that tags, and on again after a stop."""

import json

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.errors import ConfigError  # noqa: E402
from pipeline.synthetic.generate import draw_annotated  # noqa: E402
from pipeline.tagging.onnx import OnnxTagger  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.train import train  # noqa: E402


def config_in(folder, project):
    path = folder / "train.yaml"
    labels = project / "configs" / "labels" / "receipts.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {labels}\noutput: model\nvocabulary: 3000\nbatch_size: 4\n"
        "max_length: 128\nstages:\n  - {name: one, drawn: {count: 8, seed: 1}}\n"
        "  - {name: two, drawn: {count: 4, seed: 50}}\n"
    )
    return TrainConfig.load(path)


def test_a_trained_folder_is_all_that_tagging_needs(tmp_path, project):
    config = config_in(tmp_path, project)
    folder = train(config, tmp_path / "work")
    pages = [page.page for page in draw_annotated(3, seed=9)]
    for page, tags in zip(pages, OnnxTagger(folder).tag(pages), strict=True):
        assert len(tags.labels) == len(page.tokens)
    assert "## Limits" in (folder / "README.md").read_text()
    assert json.loads((folder / "training.json").read_text())["name"] == "tiny"
    # What is done is not done again: the stages' folders are found and only the export runs.
    done = tmp_path / "work" / "two" / "done" / "model.safetensors"
    before = done.stat().st_mtime_ns
    train(config, tmp_path / "work")
    assert done.stat().st_mtime_ns == before


def test_a_config_with_an_unknown_key_is_refused(tmp_path):
    path = tmp_path / "train.yaml"
    path.write_text("name: x\nlearning: fast\n")
    with pytest.raises(ConfigError, match=r"train\.yaml"):
        TrainConfig.load(path)
