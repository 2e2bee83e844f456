"""What ONNX Runtime computes is what torch computed."""

import random

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.labels import Label, LabelSet  # noqa: E402
from pipeline.tagging.encoding import Window  # noqa: E402
from pipeline.tagging.input_format import InputFormat  # noqa: E402
from pipeline.tagging.inputs import model_inputs, token_places  # noqa: E402
from pipeline.training.export import export_float32, export_onnx  # noqa: E402
from pipeline.training.minilm import from_minilm, minilm_folder  # noqa: E402
from pipeline.training.torch_tagger import window_logits  # noqa: E402
from pipeline.training.vocabulary import (  # noqa: E402
    count_pieces,
    kept_pieces,
    load_library_tokenizer,
    pruned_tokenizer,
)

WORDS = InputFormat(word_pieces=8)
LABELS = LabelSet(name="two", labels=(Label(name="x"), Label(name="y")))


@pytest.fixture(scope="module")
def tokenizer():
    return load_library_tokenizer(minilm_folder() / "tokenizer.json")


@pytest.fixture(scope="module")
def kept(tokenizer):
    return kept_pieces(tokenizer, count_pieces(tokenizer, ["total tax cash"]), 3000)


def window(length, rng):
    boxes = []
    for _ in range(length):
        x0, y0 = rng.randrange(900), rng.randrange(900)
        boxes.append((x0, y0, x0 + rng.randrange(100), y0 + rng.randrange(30)))
    pieces = [tuple(rng.choices(range(5, 3000), k=rng.randint(1, 8))) for _ in range(length)]
    return Window(tuple(range(length)), tuple(pieces), tuple(boxes))


def worst_error(path, windows, expected):
    """The largest difference of any logit, as a share of the spread of the logits."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path))
    names = [entry.name for entry in session.get_inputs()]
    fed = [{name: model_inputs([one], WORDS)[name] for name in names} for one in windows]
    found = [
        session.run(["logits"], feed)[0][0, token_places(one, WORDS)]
        for feed, one in zip(fed, windows, strict=True)
    ]
    spread = max(float(np.ptp(logits)) for logits in expected)
    return max(float(np.abs(a - b).max()) for a, b in zip(found, expected, strict=True)) / spread


@pytest.fixture(scope="module")
def model(kept):
    torch.manual_seed(0)
    return from_minilm(minilm_folder(), kept, LABELS)


def torch_logits(model, windows):
    model.train(False)
    return [window_logits(model, one, WORDS) for one in windows]


@pytest.fixture(scope="module")
def windows():
    rng = random.Random(0)
    return [window(length, rng) for length in (7, 40, 300)]


def test_float32_onnx_is_torch_at_any_length(tmp_path, model, windows):
    export_float32(model, WORDS, tmp_path / "model.onnx")
    assert worst_error(tmp_path / "model.onnx", windows, torch_logits(model, windows)) < 1e-4


def test_int8_onnx_stays_near_torch(tmp_path, model, windows):
    # The head is untrained here, so noise counts for more than in a trained model, whose
    # parity is tested on the shipped weights.
    export_onnx(model, WORDS, tmp_path / "model.onnx")
    assert worst_error(tmp_path / "model.onnx", windows, torch_logits(model, windows)) < 0.2


def test_pruned_tokenizer_cuts_known_words_the_same(tokenizer, kept):
    pruned = pruned_tokenizer(tokenizer, kept)
    assert pruned.get_vocab_size() == len(kept) == 3000
    words = "Total tax CASH 12.50"
    assert (
        pruned.encode(words, add_special_tokens=False).tokens
        == tokenizer.encode(words, add_special_tokens=False).tokens
    )


def test_nothing_becomes_unknown_by_pruning(tokenizer, kept):
    pruned = pruned_tokenizer(tokenizer, kept)
    text = "Zwiebelröstbraten 0815/4711-X €9,90"
    assert "[UNK]" not in pruned.encode(text, add_special_tokens=False).tokens
