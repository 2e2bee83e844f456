"""The packaged networks against those in RapidOCR's package; what a network's columns say."""

import hashlib
import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.errors import EngineUnavailable
from pipeline.ocr import networks
from pipeline.ocr.networks import (
    DETECTION,
    RECOGNITION,
    WEIGHTS,
    Alphabet,
    Recognition,
    Runtime,
    Width,
    detection_network,
    is_latin,
    recognition_network,
)
from pipeline.ocr.recognition import recognise
from pipeline.synthetic.picture.fonts import TYPEFACES, load_font


@pytest.mark.parametrize("text", ["", "a", "Z", "7", " ", ".", "€", "é", "Ł", "£", "°"])
def test_latin_receipts_may_hold(text):
    assert is_latin(text)


@pytest.mark.parametrize("text", ["，", "：", "￥", "合", "Ж", "の", "ʃ"])
def test_latin_receipts_do_not_hold(text):
    assert not is_latin(text)


def test_the_packaged_network_reads_as_the_whole_one_does_what_that_is_sure_of():
    pytest.importorskip("rapidocr", reason="the extra cjk is not installed")
    latin = recognition_network(Alphabet.LATIN)
    everything = recognition_network(Alphabet.ALL)
    assert len(latin.characters) < 500 < len(everything.characters)
    assert set(latin.characters) < set(everything.characters)
    assert _read(latin, "Total 12.80") == _read(everything, "Total 12.80") == "Total 12.80"


def test_the_narrow_network_reads_the_same_text():
    narrow = recognition_network(Alphabet.LATIN, width=Width.NARROW)
    assert narrow.characters == recognition_network(Alphabet.LATIN).characters
    assert _read(narrow, "Total 12.80") == "Total 12.80"


def _read(recognition, text):
    """What a network reads from the text in Arimo."""
    picture = Image.new("RGB", (300, 48), "white")
    ImageDraw.Draw(picture).text((8, 4), text, "black", load_font(TYPEFACES[4][0], "normal", 34))
    (line,) = recognise(recognition, [np.asarray(picture)[:, :, ::-1]])
    return " ".join(word.text for word in line.words)


def test_openvino_reads_as_onnx_runtime_does():
    pytest.importorskip("openvino", reason="the extra openvino is not installed")
    lines = np.random.default_rng(0).uniform(-1, 1, (2, 3, 48, 96)).astype(np.float32)
    ours, theirs = (
        recognition_network(Alphabet.LATIN, runtime=runtime).network(lines) for runtime in Runtime
    )
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).mean() < 0.01  # bfloat16 where the processor has it


def test_openvino_missing_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(EngineUnavailable, match=r"pip install .*\[openvino\]"):
        detection_network(runtime=Runtime.OPENVINO)


@pytest.mark.parametrize("path", [DETECTION, RECOGNITION])
def test_weights_are_those_that_the_readme_lists(path):
    assert hashlib.sha256(path.read_bytes()).hexdigest() in (WEIGHTS / "README.md").read_text()


@pytest.mark.parametrize("path", [DETECTION, RECOGNITION])
def test_no_weight_is_a_denormal_number(path):
    onnx = pytest.importorskip("onnx", reason="the extra train is not installed")
    for tensor in onnx.load(path).graph.initializer:
        weights = np.abs(onnx.numpy_helper.to_array(tensor))
        if weights.dtype == np.float32:
            assert not np.any((weights > 0) & (weights < np.finfo(np.float32).tiny))


def test_all_characters_without_rapidocr_say_what_to_install(monkeypatch):
    monkeypatch.setattr(networks, "find_spec", lambda _: None)
    with pytest.raises(EngineUnavailable, match=r"pip install .*\[cjk\]"):
        recognition_network(Alphabet.ALL)


def test_columns_become_words_with_places_and_confidences():
    characters = ("", "a", "b", "1", " ")
    path = [0, 1, 1, 0, 1, 2, 4, 0, 3, 3, 0, 0]

    def network(batch):
        assert batch.shape == (1, 3, 48, 96)
        columns = np.full((1, 12, len(characters)), 0.02, np.float32)
        columns[0, np.arange(12), path] = 0.92
        return columns

    picture = np.full((48, 96, 3), 255, np.uint8)
    (line,) = recognise(Recognition(network, characters), [picture])
    assert [word.text for word in line.words] == ["aab", "1"]
    first, second = line.words
    assert 0 <= first.start < 2 / 12 < 5 / 12 < first.end < second.start < 9 / 12 < second.end <= 1
    assert line.confidence == line.weakest == pytest.approx(0.92)


def test_lines_of_any_width_come_back_in_their_order():
    characters = ("", *"abcdefghij")

    def network(batch):
        answer = np.zeros((len(batch), batch.shape[3] // 8, len(characters)), np.float32)
        answer[..., 0] = 0.5
        for line, picture in zip(answer, batch, strict=True):
            line[0, round((picture[0, 0, 0] + 1) * 5)] = 0.9  # the grey says which line it is
        return answer

    widths = [300, 40, 900, 96, 310, 128, 640, 45, 48]
    pictures = [
        np.full((48, width, 3), round(255 * (index + 1) / 10), np.uint8)
        for index, width in enumerate(widths)
    ]
    lines = recognise(Recognition(network, characters), pictures)
    assert [line.words[0].text for line in lines] == list("abcdefghi")
