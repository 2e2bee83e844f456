"""A picture is read once; settings and pixels make the key."""

import errno
from pathlib import Path

import pytest
from PIL import Image

from pipeline.document import Box, Page, Reading, Token
from pipeline.errors import DataError, PipelineError
from pipeline.ocr.cache import CachedEngine
from pipeline.ocr.engine import EngineOptions


class CountingOptions(EngineOptions):
    level: int = 1


class CountingEngine:
    name = "counting"
    options_type = CountingOptions

    def __init__(self, options):
        self.options = options
        self.reads = 0

    def read(self, image):
        self.reads += 1
        doubted = (Reading("a", 0.875), Reading("ä", 0.125))
        sure = Token("b", Box(3, 1, 4, 3.25), 1.0, 4)
        token = Token("a", Box(0.5, 1, 2, 3.25), 0.75, 4, doubted)
        return Page(image.width, image.height, (token, sure), 90)


def test_second_read_comes_from_disk_and_is_equal(tmp_path):
    engine = CountingEngine(CountingOptions())
    image = Image.new("RGB", (8, 9), "red")
    first = CachedEngine(engine, tmp_path).read(image)
    second = CachedEngine(engine, tmp_path).read(image)
    assert engine.reads == 1
    assert first == second


def test_other_pixels_or_options_are_read_anew(tmp_path):
    engine = CountingEngine(CountingOptions())
    other = CountingEngine(CountingOptions(level=2))
    CachedEngine(engine, tmp_path).read(Image.new("RGB", (8, 9), "red"))
    CachedEngine(engine, tmp_path).read(Image.new("RGB", (8, 9), "blue"))
    CachedEngine(other, tmp_path).read(Image.new("RGB", (8, 9), "red"))
    assert (engine.reads, other.reads) == (2, 1)


def test_a_damaged_cache_file_is_named(tmp_path):
    engine = CachedEngine(CountingEngine(CountingOptions()), tmp_path)
    image = Image.new("RGB", (8, 9))
    engine.read(image)
    (stored,) = tmp_path.glob("*.json")
    stored.write_text("{}")
    with pytest.raises(DataError, match=stored.name):
        engine.read(image)


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path, monkeypatch):
    def full(page, file, ensure_ascii):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pipeline.ocr.cache.json.dump", full)
    engine = CachedEngine(CountingEngine(CountingOptions()), tmp_path)
    with pytest.raises(PipelineError, match=rf"{tmp_path}.*: cannot be written: No space left"):
        engine.read(Image.new("RGB", (8, 9)))
    assert list(tmp_path.iterdir()) == []


class FileOptions(EngineOptions):
    network: Path


def test_a_file_with_other_content_is_read_with_anew(tmp_path):
    network = tmp_path / "network.onnx"
    image = Image.new("RGB", (8, 9), "red")
    reads = 0
    for content in (b"one", b"one", b"two"):
        network.write_bytes(content)
        engine = CountingEngine(FileOptions(network=network))
        CachedEngine(engine, tmp_path / "cache").read(image)
        reads += engine.reads
    assert reads == 2
