"""The shipped int8 weights say what the shipped float weights say."""

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.formats import read  # noqa: E402
from pipeline.data.parts import PARTS_FILE, Part, pages_of  # noqa: E402
from pipeline.evaluation.tags import micro_f1, tag_scores  # noqa: E402
from pipeline.tagging.load import load_tagger, model_folder  # noqa: E402
from pipeline.tagging.onnx import OnnxTagger  # noqa: E402
from pipeline.training.examples import PageEncoder  # noqa: E402
from pipeline.training.model import input_format, load_model  # noqa: E402
from pipeline.training.torch_tagger import TorchTagger  # noqa: E402

MODEL = "receipts-base"


@pytest.fixture(scope="module")
def torch_tagger():
    onnx = load_tagger(MODEL)
    assert isinstance(onnx, OnnxTagger)
    model = load_model(model_folder(MODEL), onnx.label_set)
    wanted = input_format(model, onnx.tokenizer)
    encoder = PageEncoder(onnx.tokenizer, wanted, onnx.label_set, onnx.max_length, onnx.stride)
    return TorchTagger(model, encoder)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("sroie", "sroie/train"),
        ("wildreceipt", "wildreceipt/train.txt"),
        ("cord", "cord/validation.jsonl"),
    ],
)
def test_strict_f1_is_the_same_within_half_a_point(name, path, shared_datasets, torch_tagger):
    everyone = read(name, shared_datasets / path)
    pages = pages_of(Part.DEVELOPMENT, everyone, model_folder(MODEL) / PARTS_FILE)
    texts = [page.page for page in pages]
    of_onnx = micro_f1(tag_scores(load_tagger(MODEL).tag(texts), pages))
    of_torch = micro_f1(tag_scores(torch_tagger.tag(texts), pages))
    assert of_onnx == pytest.approx(of_torch, abs=0.005)
