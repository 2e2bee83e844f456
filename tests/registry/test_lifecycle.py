"""Models are registered, promoted and taken back, whoever keeps them."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, DataError, PipelineError
from pipeline.evaluation.provenance import model_hash
from pipeline.registry.history import HISTORY_FILE, Action, history
from pipeline.registry.lifecycle import Models
from pipeline.registry.mlflow_registry import SQLITE
from pipeline.registry.opening import open_models
from pipeline.registry.shadowed import SHADOW_FILE, ShadowModel, read_shadow
from pipeline.registry.verdict import Verdict
from pipeline.served_model import SERVED_FILE, ServedModel, location_of, read_served


def verdict(served: str, candidate: str, *worse: str) -> Verdict:
    return Verdict(
        served=served,
        candidate=candidate,
        receipts=30,
        merchants=20,
        source="reviews.jsonl",
        figures={},
        worse=worse,
    )


@pytest.fixture(params=["folder", "mlflow", "server"])
def models(request: pytest.FixtureRequest, tmp_path: Path) -> Models:
    """An empty folder of models with a registry of each kind."""
    address = request.param
    if address == "server":
        address = request.getfixturevalue("mlflow_server")
    if address == "mlflow":
        return request.getfixturevalue("on_sqlite")
    return open_models(tmp_path / "models", address)


@pytest.fixture
def on_sqlite(tmp_path: Path, empty_mlflow: Path) -> Models:
    """An empty folder of models that MLflow keeps in a file of SQLite."""
    (tmp_path / "models").mkdir()
    shutil.copyfile(empty_mlflow, tmp_path / "models" / "mlflow.db")
    return open_models(tmp_path / "models", SQLITE)


def test_the_way_of_a_model(
    models: Models, same_model: Path, worse_model: Path, tmp_path: Path
) -> None:
    family = f"family-{tmp_path.name}"  # a server keeps what earlier tests registered
    first = models.register(str(same_model), family, "the first")
    second = models.register(str(worse_model), family, "")
    assert [first.name, second.name] == [f"{family}/1", f"{family}/2"]
    assert first.sha256 == model_hash(same_model)
    listed = {one.name: one for one in models.registry.models()}
    assert listed[first.name].note == "the first"
    assert model_hash(models.folder / first.name) == first.sha256

    assert models.served() == ServedModel(model="receipts-base")
    assert models.shadow(first.name, 0.25) == read_shadow(models.folder)
    promoted = models.promote(first.name, verdict("receipts-base", first.name), None)
    assert promoted == read_served(models.folder)
    assert promoted == ServedModel(model=first.name, previous="receipts-base")
    assert not (models.folder / SHADOW_FILE).exists()

    with pytest.raises(ConfigError, match=r"is not promoted:\n  fields\.total is lower"):
        models.promote(second.name, verdict(first.name, second.name, "fields.total is lower"), None)
    with pytest.raises(ConfigError, match="was not compared with"):
        models.promote(second.name, None, None)
    with pytest.raises(ConfigError, match="another model is served now"):
        models.promote(second.name, verdict("receipts-base", second.name), None)
    assert read_served(models.folder) == promoted

    models.promote(second.name, None, "labels were renamed")
    assert models.roll_back("wrong dates") == ServedModel(model=first.name, previous=second.name)
    told = [(event.action, event.model, event.note) for event in history(models.folder)]
    assert told == [
        (Action.REGISTERED, first.name, "the first"),
        (Action.REGISTERED, second.name, ""),
        (Action.SHADOW_BEGUN, first.name, "share 0.25"),
        (Action.PROMOTED, first.name, ""),
        (Action.SHADOW_ENDED, first.name, ""),
        (Action.PROMOTED, second.name, "labels were renamed"),
        (Action.ROLLED_BACK, first.name, "wrong dates"),
    ]
    assert [event.forced for event in history(models.folder)] == [*[False] * 5, True, False]


def test_what_is_registered_cannot_be_changed_or_registered_twice(
    models: Models, same_model: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(same_model, own)
    (own / "remark.txt").write_text(tmp_path.name)
    model = models.register(str(own), None, "")
    assert model.name.startswith("same/")
    with pytest.raises(ConfigError, match=f"registered already, as {model.name}"):
        models.register(str(own), "other", "")
    (models.folder / model.name / "remark.txt").write_text("changed")
    with pytest.raises(ConfigError, match="has changed since it was registered"):
        models.promote(model.name, None, "try it")
    assert read_served(models.folder) is None


@pytest.mark.parametrize("models", ["mlflow", "server"], indirect=True)
def test_mlflow_gives_a_model_to_another_machine(
    models: Models, same_model: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(same_model, own)
    (own / "remark.txt").write_text(tmp_path.name)
    registry = models.registry
    model = models.register(str(own), None, "")
    shutil.rmtree(models.folder / model.name)
    other = Models(tmp_path / "elsewhere", type(registry)(tmp_path / "elsewhere", *_rest(registry)))
    other.promote(model.name, None, "the first one")
    assert model_hash(Path(location_of(other.folder, model.name))) == model.sha256
    name, number = model.name.split("/")
    client = registry.client
    assert str(client.get_registered_model(name).aliases["served"]) == number
    tags = client.get_model_version(name, number).tags
    assert tags["receipts.reason"] == "the first one"
    assert tags["receipts.forced"] == "true"
    run = client.get_run(model.run)
    assert "# receipts-base" in run.data.tags["mlflow.note.content"]
    other.promote("receipts-base", None, "the model of the package")
    assert "served" not in client.get_registered_model(name).aliases
    assert str(client.get_registered_model(name).aliases["previous"]) == number
    other.shadow(model.name, 1)
    assert str(client.get_registered_model(name).aliases["candidate"]) == number
    assert other.end_shadow() == model.name
    assert "candidate" not in client.get_registered_model(name).aliases


def _rest(registry: object) -> tuple[object, ...]:
    return registry.address, registry.client  # type: ignore[attr-defined]


def test_a_registry_that_cannot_be_reached_changes_nothing(
    on_sqlite: Models, same_model: Path
) -> None:
    models = on_sqlite
    models.register(str(same_model), None, "")
    (models.folder / "mlflow.db").write_bytes(b"no database")
    with pytest.raises(PipelineError, match=r"the registry at sqlite:.*mlflow\.db: "):
        open_models(models.folder, None).promote("same/1", None, "try it")
    assert not (models.folder / SERVED_FILE).exists()


def test_the_folder_remembers_its_registry(tmp_path: Path, empty_mlflow: Path) -> None:
    shutil.copyfile(empty_mlflow, tmp_path / "mlflow.db")
    assert open_models(tmp_path, None).registry.__class__.__name__ == "FolderRegistry"
    for address in ("mlflow", None):
        assert open_models(tmp_path, address).registry.__class__.__name__ == "MlflowRegistry"
    (tmp_path / "registry.json").write_text("mlflow")
    with pytest.raises(ConfigError, match=r"registry\.json:"):
        open_models(tmp_path, None)


@pytest.fixture
def plain(tmp_path: Path) -> Models:
    return open_models(tmp_path / "models", None)


def test_two_at_once_get_numbers_of_their_own(
    plain: Models, same_model: Path, worse_model: Path
) -> None:
    with ThreadPoolExecutor(2) as threads:
        both = threads.map(
            lambda path: plain.register(str(path), "m", ""), [same_model, worse_model]
        )
        assert {one.name for one in both} == {"m/1", "m/2"}
    assert len(history(plain.folder)) == 2


def test_what_lies_in_the_folder_is_not_overwritten(plain: Models, same_model: Path) -> None:
    """Put there by hand, or left by a registration that was killed before it was noted."""
    by_hand = plain.folder / "same" / "1" / "model.onnx"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("somebody's")
    assert plain.registry.models() == []
    assert plain.register(str(same_model), None, "").name == "same/2"
    assert by_hand.read_text() == "somebody's"


def test_mlflow_keeps_clear_of_the_models_of_the_folder(
    plain: Models, same_model: Path, worse_model: Path, empty_mlflow: Path
) -> None:
    plain.register(str(same_model), "m", "")
    shutil.copyfile(empty_mlflow, plain.folder / "mlflow.db")
    models = open_models(plain.folder, "mlflow")
    with pytest.raises(ConfigError, match="has m/1, which MLflow does not know"):
        models.register(str(worse_model), "m", "")
    assert models.register(str(worse_model), "other", "").name == "other/1"
    assert models.promote("m/1", None, "it is in the folder").model == "m/1"


def test_what_cannot_be_done_is_said(plain: Models, same_model: Path, tmp_path: Path) -> None:
    plain.register(str(same_model), None, "")
    with pytest.raises(ConfigError, match="no model 'same/2' - did you mean 'same/1'"):
        plain.promote("same/2", None, "try it")
    with pytest.raises(ConfigError, match="no other model was served before receipts-base"):
        plain.roll_back("")
    with pytest.raises(ConfigError, match="receipts-base is served already"):
        plain.promote("receipts-base", None, "try it")
    with pytest.raises(ConfigError, match="receipts-base is the served model"):
        plain.shadow("receipts-base", 0.1)
    assert plain.end_shadow() is None
    for source, name in (("rules", None), (str(tmp_path), None), (str(same_model), "../a")):
        with pytest.raises(ConfigError):
            plain.register(source, name, "")
    (plain.folder / SHADOW_FILE).write_text('{"model": "a", "share": 2}')
    with pytest.raises(ConfigError, match=SHADOW_FILE):
        read_shadow(plain.folder)
    (plain.folder / HISTORY_FILE).write_text("{}\n")
    with pytest.raises(DataError, match=r"history\.jsonl: line 1 is no event"):
        history(plain.folder)


def test_shadow_models_are_written_whole(plain: Models, same_model: Path) -> None:
    plain.register(str(same_model), None, "")
    plain.shadow("same/1", 0.5)
    assert read_shadow(plain.folder) == ShadowModel(model="same/1", share=0.5)
    assert [path.name for path in plain.folder.glob("*.part")] == []
