"""Every family of models that can be fine-tuned: start, train, save, load, export, agree.

No hub is reached from tests, so each starts from a tiny model with random weights that is
saved as a hub's folder would be.
"""

import json

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from safetensors.torch import load_file, save_file  # noqa: E402
from tiny_models import FAMILIES, SIZE, saved_model  # noqa: E402
from transformers import BertConfig, BertForTokenClassification  # noqa: E402

from pipeline.data.jsonl import write_annotated  # noqa: E402
from pipeline.errors import ConfigError  # noqa: E402
from pipeline.labels import Label, LabelSet, load_label_set  # noqa: E402
from pipeline.synthetic.generate import draw_annotated  # noqa: E402
from pipeline.tagging.onnx import OnnxTagger  # noqa: E402
from pipeline.tagging.tokenizer import load_tokenizer  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.examples import PageEncoder  # noqa: E402
from pipeline.training.model import input_format, load_model  # noqa: E402
from pipeline.training.torch_tagger import TorchTagger  # noqa: E402
from pipeline.training.train import train  # noqa: E402


def config_for(init, folder, project):
    """Two annotated receipts with a picture and a few drawn ones."""
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (60, 40, 3), np.uint8)).save(folder / "page.png")
    write_annotated(draw_annotated(2, seed=3), folder / "pages.jsonl")
    lines = [json.loads(line) for line in (folder / "pages.jsonl").read_text().splitlines()]
    text = "".join(json.dumps({**line, "image": "page.png"}) + "\n" for line in lines)
    (folder / "pages.jsonl").write_text(text)
    path = folder / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        f"init: {init}\nbatch_size: 2\nmax_length: 128\nstride: 16\n"
        "sources: {mine: {format: jsonl, path: pages.jsonl, split: false}}\n"
        "stages:\n  - {name: one, sources: {mine: 1}, drawn: {count: 2, seed: 1}}\n"
    )
    return TrainConfig.load(path)


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_trains_and_the_folder_agrees_with_torch(family, tmp_path, project):
    init = saved_model(family, tmp_path / "init")
    folder = train(config_for(init, tmp_path, project), tmp_path / "work")
    onnx = OnnxTagger(folder)
    assert onnx.reads_images == (family == "layoutlmv3")
    label_set = load_label_set(folder / "labels.yaml")
    model = load_model(folder, label_set)
    assert model.config.model_type == family
    tokenizer = load_tokenizer(folder / "tokenizer.json")
    encoder = PageEncoder(tokenizer, input_format(model, tokenizer), label_set, 128, 16)
    pages = [page.page for page in draw_annotated(3, seed=20)]
    images = [Image.new("RGB", (50, 80), color) for color in ("white", "navy", "salmon")]
    for page, of_onnx, of_torch in zip(
        pages,
        onnx.tag(pages, images),
        TorchTagger(model, encoder).tag(pages, images),
        strict=True,
    ):
        assert len(of_onnx.labels) == len(page.tokens)
        assert np.allclose(of_onnx.probabilities, of_torch.probabilities, atol=0.1)


def test_a_picture_changes_what_layoutlmv3_sees(tmp_path, project):
    init = saved_model("layoutlmv3", tmp_path / "init")
    tagger = OnnxTagger(train(config_for(init, tmp_path, project), tmp_path / "work"))
    (page,) = [page.page for page in draw_annotated(1, seed=20)]
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    (with_noise,), (without,) = tagger.logits([page], [noise]), tagger.logits([page])
    assert not np.allclose(with_noise, without)


def test_a_label_set_that_adds_a_label_keeps_what_was_learnt(tmp_path):
    old = LabelSet(name="old", labels=(Label(name="x"), Label(name="y")))
    new = LabelSet(name="new", labels=(Label(name="z"), Label(name="y")))
    saved_model("layoutlm", tmp_path / "init")
    load_model(tmp_path / "init", old).save_pretrained(tmp_path / "trained")
    before = load_model(tmp_path / "trained", old).classifier.weight
    after = load_model(tmp_path / "trained", new).classifier.weight
    for tag in ("O", "B-y", "I-y"):
        assert torch.equal(after[new.tag_ids[tag]], before[old.tag_ids[tag]])
    assert not torch.equal(after[new.tag_ids["B-z"]], before[old.tag_ids["B-x"]])


def test_weights_that_a_source_lacks_are_named_and_a_new_head_is_not(tmp_path, caplog, capfd):
    label_set = LabelSet(name="one", labels=(Label(name="x"),))
    saved_model("layoutlm", tmp_path)
    load_model(tmp_path, label_set)
    assert caplog.text == ""
    weights = load_file(tmp_path / "model.safetensors")
    del weights["layoutlm.encoder.layer.1.output.dense.weight"]
    save_file(weights, tmp_path / "model.safetensors", {"format": "pt"})
    load_model(tmp_path, label_set)
    assert "lacks 1 of the weights (layoutlm.encoder.layer.1.output.dense.weight" in caplog.text
    assert "MISMATCH" not in capfd.readouterr().err


def test_a_model_of_another_family_is_refused_by_name(tmp_path, monkeypatch):
    # Else the hub is asked five times.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    BertForTokenClassification(BertConfig(**SIZE)).save_pretrained(tmp_path)
    labels = LabelSet(name="one", labels=(Label(name="x"),))
    with pytest.raises(ConfigError, match=r"'bert'.*can be trained: bros, layoutlm"):
        load_model(tmp_path, labels)
    with pytest.raises(ConfigError, match="no model 'nowhere/at-all'"):
        load_model("nowhere/at-all", labels)
