"""The configuration: defaults, overrides, and errors that help."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.config import ExtractConfig, load_config
from pipeline.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "extract.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_file_is_the_default(project: Path) -> None:
    assert load_config(project / "configs" / "extract.yaml") == ExtractConfig()


def test_the_example_config_lists_every_setting(project: Path) -> None:
    text = (project / "configs" / "extract.yaml").read_text(encoding="utf-8")
    assert list(yaml.safe_load(text)) == list(ExtractConfig.model_fields)


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "# nothing\n")) == ExtractConfig()


def test_a_config_made_in_python_says_what_is_wrong_in_plain_words() -> None:
    with pytest.raises(ConfigError) as caught:
        ExtractConfig(auto_approve=98, modle="rules")
    lines = str(caught.value).splitlines()
    assert lines == [
        "auto_approve: must be a share between 0 and 1, not 98 - did you mean 0.98?",
        "  modle: unknown key - did you mean 'model'?",
    ]


def test_overrides_win(tmp_path: Path) -> None:
    path = written(tmp_path, "model: rules\nworkers: 3\nlimits: {max_pages: 7}")
    config = load_config(path, {"workers": 1})
    assert (config.model, config.workers, config.limits.max_pages) == ("rules", 1, 7)


def test_naming_another_engine_drops_the_options_of_the_first(tmp_path: Path) -> None:
    path = written(tmp_path, "engine: {name: rapidocr, options: {threads: 2}}")
    same = load_config(path, {"engine": "rapidocr"})
    other = load_config(path, {"engine": "tesseract"})
    assert same.engine.options == {"threads": 2}
    assert (other.engine.name, other.engine.options) == ("tesseract", {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("modle: rules", "modle: unknown key - did you mean 'model'?"),
        ("limits: {max_pixel: 5}", "limits.max_pixel: unknown key - did you mean 'max_pixels'?"),
        ("zzz: 1", "zzz: unknown key (known: engine, model,"),
        ("workers: 0", "workers: "),
        ("workers: many", "workers: "),
        ("review_below: {totl: 0.5}", "unknown field 'totl' - did you mean 'total'?"),
        ("review_below: {total: 50}", "a threshold is a confidence from 0 to 1"),
        ("- a list", "a configuration is a mapping"),
        ("model: [", "not YAML"),
    ],
)
def test_mistakes_name_file_key_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_every_mistake_is_listed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(tmp_path, "modle: rules\nworkers: 0"))
    assert "modle" in str(caught.value)
    assert "workers" in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        load_config(tmp_path / "none.yaml")
