"""A served model whose files are damaged: what reads goes on reading, and says why."""

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "service"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "batch"))

from io import BytesIO

from PIL import Image
from services import client_of, post
from serving_fakes import extractor_with_tagger

from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError
from pipeline.registry.folder import check_served
from pipeline.registry.history import HISTORY_FILE
from pipeline.registry.opening import open_models
from pipeline.served_model import ServedModel, write_served
from pipeline.service.parts import running_service
from pipeline.service.settings import ServiceSettings
from pipeline.tagging.load import load_tagger
from pipeline.tagging.names import DEFAULT_MODEL, MODELS


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.fixture
def models(tmp_path, same_model):
    """A folder with one registered model, and its damaged copies put there by hand."""
    opened = open_models(tmp_path / "models", None)
    assert opened.register(str(same_model), "reviewed", "").name == "reviewed/1"
    for name, file in (("truncated", "model.onnx"), ("missing", "tokenizer.json")):
        shutil.copytree(same_model, opened.folder / name)
        truncate(opened.folder / name / file)
    (opened.folder / "missing" / "tokenizer.json").unlink()
    return opened


def read_by(client, number):
    content = BytesIO()
    Image.new("RGB", (100 + number, 100), "white").save(content, "PNG")
    answer = post(client, content.getvalue(), params={"wait": 60})
    assert answer.status_code == 200
    return answer.json()["files"][0]["receipts"][0]["record"]["model"]


def test_at_a_switch_and_at_the_start(models, tmp_path, caplog):
    settings = ServiceSettings(data=tmp_path / "data", models=models.folder)
    extraction = ExtractConfig(workers=1, timeout=60, memory_limit=4000)

    def running():
        return running_service(settings, extraction, extractor_with_tagger)

    with running() as service, client_of(service) as client:
        assert client.put("/v1/model", json={"model": "reviewed/1"}).status_code == 200
        for name, why in (
            ("truncated", "model.onnx: [ONNXRuntimeError]"),
            ("missing", "not a model folder: tokenizer.json is missing"),
        ):
            refused = client.put("/v1/model", json={"model": name})
            assert (refused.status_code, why in refused.text) == (409, True)
        assert read_by(client, 0) == "reviewed/1"
        (models.folder / "reviewed" / "1" / "further").touch()
        write_served(models.folder, ServedModel(model="truncated", previous="reviewed/1"))
    with running() as service, client_of(service) as client:
        assert client.get("/v1/model").json()["refused"].startswith("truncated: ")
        assert read_by(client, 1) == DEFAULT_MODEL
        assert "truncated cannot be used" in client.get("/readyz").json()["status"]
    said = [one for one in caplog.messages if "cannot be used" in one]
    assert any("has changed since it was registered" in one for one in said)


def test_registered_files_are_compared_also_if_they_can_be_loaded(models):
    check_served(models.folder, "reviewed/1")
    check_served(models.folder, "truncated")  # nobody has registered it
    (models.folder / "reviewed" / "1" / "further").touch()
    with pytest.raises(ConfigError, match="has changed since it was registered"):
        check_served(models.folder, "reviewed/1")
    (models.folder / HISTORY_FILE).write_text("{")
    check_served(models.folder, "reviewed/1")  # a log that cannot be read stops no service


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("labels.yaml", b"\xff"),
        ("model.safetensors", b"\xff" * 9),
        ("model.safetensors", None),
        ("int8.json", None),
        ("tokenizer.json", None),
        ("tagger.json", None),
    ],
    ids=str,
)
def test_a_damaged_file_of_a_model_is_named(tmp_path, file, content):
    folder = tmp_path / "model"
    shutil.copytree(MODELS / DEFAULT_MODEL, folder)
    if content is None:
        truncate(folder / file)
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(ConfigError, match=str(folder)):
        load_tagger(str(folder))
