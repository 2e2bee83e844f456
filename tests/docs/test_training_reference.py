"""docs/training.md names every key of the training config, with its default."""

import re

import pytest
import yaml

from pipeline.training.config import DrawnReceipts, SourceConfig, Stage, TrainConfig

SECTIONS = {"The run": TrainConfig, "A source": SourceConfig, "A stage": Stage}
# Defaults that the page says in words, as they depend on the run.
IN_WORDS = {
    "tokens": "both",
    "learning_rate": "5e-5 or 1e-4",
    "layout_learning_rate": "10 or 5",
}


@pytest.fixture(scope="module")
def reference(project):
    return (project / "docs" / "training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("title", "section"), SECTIONS.items())
def test_every_key_with_its_default(reference, title, section):
    text = reference.split(f"\n## {title}\n")[1].split("\n## ")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text, re.MULTILINE))
    assert rows.keys() == section.model_fields.keys()
    for key, field in section.model_fields.items():
        if field.is_required():
            assert rows[key] == "required", key
        elif key in IN_WORDS:
            assert (field.default, rows[key]) == (None, IN_WORDS[key])
        elif not field.default and field.default not in (0, False):
            assert rows[key] == "none", key
        else:
            assert yaml.safe_load(f"[{rows[key].strip('`')}]") == [_yaml(field.default)], key


def _yaml(value):
    return yaml.safe_load(yaml.safe_dump(value))


def test_drawn_receipts(reference):
    line = next(line for line in reference.splitlines() if line.startswith("`drawn` takes"))
    assert set(re.findall(r"`([a-z]+)`", line)) - {"drawn"} == DrawnReceipts.model_fields.keys()


def test_the_example_is_a_config(reference, tmp_path):
    example = re.search(r"\n\n((?:    .*\n)+)", reference).group(1)
    path = tmp_path / "train.yaml"
    path.write_text(example.replace("\n    ", "\n").removeprefix("    "), encoding="utf-8")
    assert TrainConfig.load(path).sources["mine"].path == tmp_path / "export.json"
