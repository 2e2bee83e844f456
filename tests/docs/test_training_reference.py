"""docs/training.md and docs/ocr-training.md name every key of a config, with its default."""

import re

import pytest
import yaml
from pydantic import BaseModel

from pipeline.training.config import DrawnReceipts, SourceConfig, Stage, TrainConfig
from pipeline.training.ocr.config import (
    AnnotatedSource,
    DrawnSource,
    OcrTrainConfig,
    UnlabelledSource,
)

SECTIONS = {"The run": TrainConfig, "A source": SourceConfig, "A stage": Stage}
OCR_SECTIONS = {
    "The run": OcrTrainConfig,
    "An annotated source": AnnotatedSource,
    "An unlabelled source": UnlabelledSource,
    "Drawn receipts": DrawnSource,
}
# Defaults that the page says in words, as they depend on the run.
IN_WORDS = {
    "tokens": "both",
    "learning_rate": "5e-5 or 1e-4",
    "layout_learning_rate": "10 or 5",
}


@pytest.fixture(scope="module")
def reference(project):
    return (project / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ocr_reference(project):
    return (project / "docs" / "ocr-training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "section"), SECTIONS.items())
def test_every_key_with_its_default(reference, title, section):
    _check_table(reference, title, section)


@pytest.mark.parametrize(("title", "section"), OCR_SECTIONS.items())
def test_every_key_of_train_ocr_with_its_default(ocr_reference, title, section):
    _check_table(ocr_reference, title, section)


def _check_table(reference, title, section):
    text = reference.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert rows.keys() == section.model_fields.keys()
    for key, field in section.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if field.is_required():
            assert rows[key] == "required", key
        elif key in IN_WORDS and section in SECTIONS.values():
            assert (default, rows[key]) == (None, IN_WORDS[key])
        elif not default and default not in (0, False):
            assert rows[key] == "none", key
        else:
            assert _read(rows[key]) == _yaml(default), key


def _read(cell):
    """The default in a cell, as YAML reads it; it reads 1e-4 as a text."""
    (value,) = yaml.safe_load(f"[{cell.strip('`')}]")
    return float(value) if isinstance(value, str) and re.fullmatch(r"\d+e-\d+", value) else value


def _yaml(value):
    plain = value.model_dump() if isinstance(value, BaseModel) else value
    return yaml.safe_load(yaml.safe_dump(list(plain) if isinstance(plain, tuple) else plain))


def test_drawn_receipts(reference):
    line = next(line for line in reference.splitlines() if line.startswith("`drawn` takes"))
    assert set(re.findall(r"`([a-z]+)`", line)) - {"drawn"} == DrawnReceipts.model_fields.keys()


def test_the_example_is_a_config(reference, tmp_path):
    example = re.search(r"\n\n((?:    .*\n)+)", reference).group(1)
    path = tmp_path / "train.yaml"
    path.write_text(example.replace("\n    ", "\n").removeprefix("    "), encoding="utf-8")
    assert TrainConfig.load(path).sources["mine"].path == tmp_path / "export.json"


def test_the_example_of_train_ocr_is_a_config(ocr_reference, tmp_path):
    example = re.search(r"\n\n((?:    .*\n)+)", ocr_reference).group(1)
    path = tmp_path / "train.yaml"
    path.write_text(example.replace("\n    ", "\n").removeprefix("    "), encoding="utf-8")
    assert OcrTrainConfig.load(path).annotated["mine"].path == tmp_path / "receipts.jsonl"


def test_the_config_for_the_public_datasets_is_one(project):
    assert OcrTrainConfig.load(project / "configs" / "ocr" / "receipts.yaml").drawn is not None
