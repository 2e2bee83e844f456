"""The file that says which model services use."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.served_model import (
    SERVED_FILE,
    ServedModel,
    location_of,
    models_in,
    read_served,
    write_served,
)
from pipeline.tagging.names import TAGGER_FILE


def add_model(folder: Path, name: str) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / TAGGER_FILE).write_text("{}")


def test_models_of_the_folder_and_of_the_package(tmp_path):
    add_model(tmp_path, "reviewed-2")
    add_model(tmp_path, "reviewed/3")
    add_model(tmp_path, ".hidden")
    (tmp_path / "no-model").mkdir()
    assert models_in(tmp_path) == ["reviewed-2", "reviewed/3", "receipts-base", "rules"]
    assert location_of(tmp_path, "reviewed/3") == str(tmp_path / "reviewed" / "3")
    assert location_of(tmp_path, "rules") == "rules"
    # A model of the folder may take the place of the package's.
    add_model(tmp_path, "receipts-base")
    assert location_of(tmp_path, "receipts-base") == str(tmp_path / "receipts-base")
    assert models_in(tmp_path).count("receipts-base") == 1


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", "", "reviewed-3", "reviewed-2/.."])
def test_names_that_are_no_model(tmp_path, name):
    add_model(tmp_path / "models", "reviewed-2")
    add_model(tmp_path, "elsewhere")
    with pytest.raises(ConfigError, match="no model"):
        location_of(tmp_path / "models", name)


def test_what_is_written_is_read(tmp_path):
    assert read_served(tmp_path) is None
    add_model(tmp_path, "reviewed-2")
    served = ServedModel(model="reviewed-2", previous="receipts-base")
    write_served(tmp_path, served)
    assert read_served(tmp_path) == served
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [SERVED_FILE]
    with pytest.raises(ConfigError, match="did you mean 'reviewed-2'"):
        write_served(tmp_path, ServedModel(model="reviewed-1"))
    assert read_served(tmp_path) == served


@pytest.mark.parametrize("content", ["", "[]", '{"previous": "x"}', '{"model": 1}'])
def test_a_damaged_file_is_named(tmp_path, content):
    (tmp_path / SERVED_FILE).write_text(content)
    with pytest.raises(ConfigError, match=str(tmp_path / SERVED_FILE)):
        read_served(tmp_path)


def test_keys_of_a_registry_are_ignored(tmp_path):
    (tmp_path / SERVED_FILE).write_text('{"model": "a", "by": "somebody"}')
    assert read_served(tmp_path) == ServedModel(model="a")
