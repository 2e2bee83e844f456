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
def test_tags_are_the_same_and_so_is_f1(name, path, shared_datasets, torch_tagger):
    everyone = read(name, shared_datasets / path)
    pages = pages_of(Part.DEVELOPMENT, everyone, model_folder(MODEL) / PARTS_FILE)
    texts = [page.page for page in pages]
    of_onnx, of_torch = (list(tagger.tag(texts)) for tagger in (load_tagger(MODEL), torch_tagger))
    pairs = [
        pair
        for one, other in zip(of_onnx, of_torch, strict=True)
        for pair in zip(one.labels, other.labels, strict=True)
    ]
    assert len(pairs) > 150
    assert sum(one == other for one, other in pairs) >= 0.99 * len(pairs)
    onnx_f1, torch_f1 = (micro_f1(tag_scores(tags, pages)) for tags in (of_onnx, of_torch))
    assert onnx_f1 > 0.5
    assert abs(onnx_f1 - torch_f1) <= 0.01  # of a few hundred entities
