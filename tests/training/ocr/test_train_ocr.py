"""A tiny run from the samples to a network that the engine reads with, interrupted and resumed."""

import itertools
import json
import random
import shutil
from dataclasses import replace

import numpy as np
import pytest
import yaml
from lines import CHARACTERS, line
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.data.formats import read
from pipeline.data.ocr_tokens import load_picture
from pipeline.errors import ConfigError
from pipeline.ocr.installed_engines import create_engine
from pipeline.ocr.networks import RECOGNITION, detection_network, recognition_from
from pipeline.synthetic.generate import draw_receipt
from pipeline.training.ocr.batches import Batches
from pipeline.training.ocr.config import OcrTrainConfig, UnlabelledSource
from pipeline.training.ocr.corpus import SourceLines, read_lines, unlabelled_pictures
from pipeline.training.ocr.cutting import as_pixels, line_finder
from pipeline.training.ocr.drawn import with_rare_characters
from pipeline.training.ocr.page_lines import OriginalReader, annotated_lines, self_read_lines
from pipeline.training.ocr.train import train_ocr
from pipeline.training.ocr.transcripts import Style
from pipeline.training.progress import no_progress


def settings(data, **changes):
    return {
        "name": "tiny",
        "output": "written/tiny.onnx",
        "parts": str(data / "parts.json"),
        "annotated": {
            "samples": {"format": "jsonl", "path": str(data / "two.jsonl"), "licence": "CC0"}
        },
        "steps": 3,
        "batch_size": 4,
        "shares": [0.5],
        "checkpoint_minutes": 0,
        **changes,
    }


def write_config(folder, content):
    path = folder / "tiny.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


class Stop(Exception):
    pass


def stops_at(step):
    def progress(what, done, total):
        if what == "training" and done == step:
            raise Stop

    return progress


@pytest.fixture(scope="module")
def runs(data, tmp_path_factory):
    """The results of a run in one go and of one that was interrupted after two steps."""
    folder = tmp_path_factory.mktemp("train-ocr")
    config = OcrTrainConfig.load(write_config(folder, settings(data)))
    whole = train_ocr(config, folder / "work")
    in_one_go = whole.path.read_bytes()
    (folder / "work" / "checkpoint.pt").unlink()
    with pytest.raises(Stop):
        train_ocr(config, folder / "work", stops_at(2))
    resumed = train_ocr(config, folder / "work")
    return folder, in_one_go, resumed


def test_a_resumed_run_gives_the_same_network(runs):
    _, in_one_go, resumed = runs
    assert resumed.path.read_bytes() == in_one_go
    assert resumed.path.stat().st_size == RECOGNITION.stat().st_size


def test_the_card_says_from_what_on_what_and_how_well(runs):
    _, _, trained = runs
    card = trained.path.with_suffix(".md").read_text()
    assert "Apache License 2.0" in card and "| samples | 1 | " in card and "| CC0 |" in card
    assert "3 steps of 4 lines. The weights are 0.5 trained and 0.5 original." in card
    score = trained.after["samples"]
    assert f"| samples | {score.lines} | " in card
    assert score.lines > 3 and score.cer < 0.2


def test_the_engine_reads_with_the_trained_network(runs, data):
    _, _, trained = runs
    image = Image.open(data / "top.png").convert("RGB")
    page = create_engine("rapidocr", {"recogniser": str(trained.path)}).read(image)
    assert page.tokens
    changed = recognition_from(trained.path).network(np.zeros((1, 3, 48, 64), np.float32))
    original = recognition_from(RECOGNITION).network(np.zeros((1, 3, 48, 64), np.float32))
    assert np.abs(changed - original).max() > 0


def test_the_engine_names_files_that_are_no_network(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.onnx: no such file"):
        create_engine("rapidocr", {"recogniser": str(tmp_path / "none.onnx")})
    (tmp_path / "text.onnx").write_text("text")
    with pytest.raises(ConfigError, match=r"text\.onnx: is not an ONNX network"):
        create_engine("rapidocr", {"recogniser": str(tmp_path / "text.onnx")})
    with pytest.raises(ConfigError, match="leave out recogniser"):
        create_engine("rapidocr", {"recogniser": str(RECOGNITION), "alphabet": "all"})


def test_the_command_trains_from_lines_that_were_cut_before(runs, data, tmp_path):
    folder, _, _ = runs
    shutil.copytree(folder / "work" / "lines", tmp_path / "work" / "lines")
    config = write_config(tmp_path, settings(data, steps=1))
    result = CliRunner().invoke(
        app, ["train-ocr", str(config), "--work", str(tmp_path / "work")], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    assert (tmp_path / "written" / "tiny.onnx").is_file()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"steps": -1}, "steps"),
        ({"anotated": {}}, "anotated"),
        ({"unlabelled": {"more": {"folder": "nowhere"}}}, "nowhere: no such folder"),
        ({"start": "nowhere.onnx"}, "nowhere.onnx: No such file"),
    ],
)
def test_the_command_names_what_is_wrong(data, tmp_path, changes, reason):
    config = write_config(tmp_path, settings(data, **changes))
    result = CliRunner().invoke(app, ["train-ocr", str(config), "--work", str(tmp_path / "work")])
    assert result.exit_code == 2
    assert reason in result.output.replace("\n", "")


def test_pictures_that_a_model_is_scored_on_are_not_trained_on(data, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("scored", "free"):
        shutil.copy(data / "top.png", folder / f"{name}.png")
    parts = json.loads((data / "parts.json").read_text())
    (tmp_path / "parts.json").write_text(json.dumps(parts | {"more": {"held_out": ["scored"]}}))
    changes = {"unlabelled": {"more": {"folder": str(folder)}}, "steps": 0}
    config = settings(data, **changes, parts=str(tmp_path / "parts.json"))
    reader = OriginalReader(line_finder(detection_network()), recognition_from(RECOGNITION))
    loaded = OcrTrainConfig.load(write_config(tmp_path, config))
    lines = read_lines(loaded, reader, tmp_path / "lines", no_progress)
    assert lines["more"].receipts == 1
    assert lines["more"].train


def test_pictures_that_are_scored_do_not_take_the_place_of_others(data, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.png").touch()
    source = UnlabelledSource(folder=folder, receipts=3)
    first = unlabelled_pictures(source, "more", None)
    parts = json.loads((data / "parts.json").read_text())
    scored = {"more": {"held_out": [path.stem for path in first]}}
    (tmp_path / "parts.json").write_text(json.dumps(parts | scored))
    others = unlabelled_pictures(source, "more", tmp_path / "parts.json")
    assert len(first) == len(others) == 3
    assert not set(first) & set(others)


@pytest.mark.parametrize("kind", ["annotated", "unlabelled"])
def test_lines_without_a_transcript_can_be_taught_by_the_start(data, kind):
    """A picture of two lines; the annotation gives one of them, and the other's is not sure."""
    reader = OriginalReader(line_finder(detection_network()), recognition_from(RECOGNITION))
    (page, _) = read("jsonl", data / "two.jsonl")
    pixels = as_pixels(load_picture(page))

    def lines(taught):
        squeezes = itertools.repeat(0.75)
        if kind == "annotated":
            wrong = tuple(replace(token, text="Ω") for token in page.page.tokens[:4])
            tokens = (*wrong, *page.page.tokens[4:])
            changed = replace(page, page=replace(page.page, tokens=tokens))
            return annotated_lines(pixels, changed, Style(), reader, squeezes, taught)
        return self_read_lines(pixels, reader, squeezes, taught)

    without, with_taught = lines(False), lines(True)
    assert not any(one.is_taught for one in without)
    taught = [one for one in with_taught if one.is_taught]
    assert len(with_taught) == len(without) + len(taught)
    assert taught and any(one.text for one in taught)


def test_a_resumed_run_gets_the_batches_that_it_would_have_got():
    sources = {
        "many": SourceLines(Style(), 3, 1, [line("ab" * n) for n in range(20)]),
        "few": SourceLines(Style(), 1, 1, [line("1", "0"), line("10")]),
        "none": SourceLines(Style(), 5, 0, []),
    }
    first, second = (Batches(sources, CHARACTERS, 4, 0.5, 0) for _ in range(2))
    batches = [first.of_step(step) for step in range(12)]
    later = second.of_step(7)
    assert {batch.source for batch in batches} == {"many", "few"}
    assert [one.text for one in later.lines] == [one.text for one in batches[7].lines]
    np.testing.assert_array_equal(later.pictures, batches[7].pictures)
    with pytest.raises(ValueError, match="ascending"):
        first.of_step(3)


def test_drawn_receipts_hold_letters_and_signs_that_are_rare():
    characters = recognition_from(RECOGNITION).characters
    plain = draw_receipt(4)
    rare = with_rare_characters(plain, 1.0, characters, random.Random(0))
    pairs = [(a.text, b.text) for a, b in zip(plain.tokens, rare.tokens, strict=True)]
    assert sum(a != b for a, b in pairs) > len(pairs) / 2
    new = {letter for _, word in pairs for letter in word if not letter.isascii()}
    assert len(new) > 20 and new <= set(characters)
    assert with_rare_characters(plain, 0.0, characters, random.Random(0)) == plain
