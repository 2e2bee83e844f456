"""From training to service: tracked, registered, in the shadow, promoted, taken back under load."""

import os
import shutil
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")
mlflow = pytest.importorskip("mlflow", reason="needs the extra [track]")
pytest.importorskip("tensorboardX", reason="needs the extra [track]")

for other in ("service", "batch", "training"):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / other))

from services import client_of  # noqa: E402
from serving_fakes import extractor_with_tagger, of_drawn_receipt  # noqa: E402
from tiny_models import saved_model  # noqa: E402
from under_load import (  # noqa: E402
    accept_until_shadowed,
    check_nothing_was_lost,
    under_load,
    wait_until_read_by,
)

from pipeline.config import ExtractConfig  # noqa: E402
from pipeline.data.formats import read  # noqa: E402
from pipeline.data.jsonl import write_annotated  # noqa: E402
from pipeline.data.part_sizes import LEAST_HELD_OUT  # noqa: E402
from pipeline.data.parts import Part  # noqa: E402
from pipeline.errors import ConfigError  # noqa: E402
from pipeline.evaluation.provenance import data_hash, model_hash  # noqa: E402
from pipeline.registry.compare import Pair, on_shadow  # noqa: E402
from pipeline.registry.history import history  # noqa: E402
from pipeline.registry.mlflow_names import ARTIFACTS, MODEL_HASH  # noqa: E402
from pipeline.registry.opening import open_models  # noqa: E402
from pipeline.service.parts import running_service  # noqa: E402
from pipeline.service.settings import ServiceSettings  # noqa: E402
from pipeline.synthetic.generate import draw_annotated  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.mlflow_run import mlflow_run  # noqa: E402
from pipeline.training.train import train  # noqa: E402

RECEIPTS, SEED = 10, 1000  # of which some are held out


def all_runs():
    client = mlflow.MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    return client.search_runs([one.experiment_id for one in client.search_experiments()])


def config_with(trackers, folder, project):
    labels = project / "configs" / "labels" / "receipts.yaml"
    init = saved_model("word_layoutlm", folder / "init")
    path = folder / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {labels}\noutput: model\ninit: {init}\nbatch_size: 1\n"
        f"max_length: 64\nstride: 8\nreport_to: {trackers}\n"
        "sources: {mine: {format: jsonl, path: mine.jsonl}}\n"
        "stages:\n  - {name: one, sources: {mine: 1}, drawn: {count: 14, seed: 1}}\n"
        "  - {name: two, drawn: {count: 20, seed: 50}}\n"
    )
    return TrainConfig.load(path)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, project):
    folder = tmp_path_factory.mktemp("trained")
    write_annotated(draw_annotated(RECEIPTS, SEED), folder / "mine.jsonl")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        patch.chdir(folder)  # MLflow keeps artifacts in the working directory
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # steps are too small to share, and threads wait busily
        train(config_with("[mlflow, tensorboard]", folder, project), folder / "work")
        torch.set_num_threads(threads)
        yield folder


def test_each_stage_is_a_run_of_mlflow_and_a_log_of_tensorboard(trained):
    runs = {run.info.run_name: run for run in all_runs()}
    assert runs.keys() == {"one", "two", "tiny"}
    assert all(run.info.status == "FINISHED" for run in runs.values())
    for stage in ("one", "two"):
        assert runs[stage].data.metrics["loss"] > 0
        assert runs[stage].data.tags["mlflow.parentRunId"] == runs["tiny"].info.run_id
    for stage in ("one", "two"):
        (log,) = (trained / "work" / stage).rglob("events.out.tfevents*")
        assert b"train/loss" in log.read_bytes()


def test_the_run_has_config_data_scores_and_the_model_with_its_card(trained):
    (run,) = (run for run in all_runs() if run.info.run_name == "tiny")
    params, metrics = run.data.params, run.data.metrics
    assert params["stages.1.drawn.count"] == "20"
    assert params["init"] == str(trained / "init")
    pages = list(read("jsonl", trained / "mine.jsonl"))
    (source,) = {page.source for page in pages}
    assert params[f"data.{source}.sha256"] == data_hash(pages)
    sizes = {part: int(params[f"data.{source}.{part}"]) for part in Part}
    assert sum(sizes.values()) == RECEIPTS
    assert sizes[Part.TRAIN] > sizes[Part.HELD_OUT] > 0
    assert [one.dataset.name for one in run.inputs.dataset_inputs] == [source]
    assert 0 <= metrics[f"held_out.{source}.micro_avg.f1"] <= 1
    assert run.data.tags[MODEL_HASH] == model_hash(trained / "model")
    assert "# tiny" in run.data.tags["mlflow.note.content"]
    client = mlflow.MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
    local = client.download_artifacts(run.info.run_id, ARTIFACTS)
    assert model_hash(Path(local)) == model_hash(trained / "model")


def test_the_registry_of_the_same_mlflow_finds_the_run(trained, registered):
    """And gives the model to a machine that has not got it."""
    (run,) = (run for run in all_runs() if run.info.run_name == "tiny")
    models, model = registered
    if "mlflow.db" not in models.registry.address:
        assert model.run != run.info.run_id
        return
    assert (model.name, model.run) == ("tiny/1", run.info.run_id)
    shutil.rmtree(models.folder / model.name)
    assert model_hash(Path(models.location(model.name))) == model_hash(trained / "model")


def test_shadow_promotion_and_rollback_under_load(registered, same_model, tmp_path):
    """No request is refused, no file is lost or read twice, whatever model reads.

    The model that was trained on ten receipts is refused, and tried by force; one that is as good
    as the served model is promoted by what its shadow read.
    """
    models, trained_model = registered
    good = known_or_registered(models, same_model)
    settings = ServiceSettings(data=tmp_path / "data", models=models.folder)
    extraction = ExtractConfig(workers=1, timeout=60, memory_limit=4000)
    shadow, accepted = tmp_path / "shadow.jsonl", set()

    def compared(model, least):
        models.shadow(model.name, 1)
        accept_until_shadowed(client, answers, shadow, model.name, least=least, accepted=accepted)
        at = models.location(model.name)
        return on_shadow(shadow, Pair("receipts-base", model.name, "receipts-base", at)).verdict

    with (
        running_service(settings, extraction, extractor_with_tagger) as service,
        client_of(service) as client,
        under_load(client, of_drawn_receipt, pause=0.5) as answers,
    ):
        verdict = compared(trained_model, 1)
        with pytest.raises(ConfigError, match="20 receipts of 10 merchants are the least"):
            models.promote(trained_model.name, verdict, None)
        models.promote(trained_model.name, verdict, "a trial")
        wait_until_read_by(answers, trained_model.name)
        models.roll_back("the trial is over")
        wait_until_read_by(answers, "receipts-base")

        promoted = models.promote(good.name, compared(good, LEAST_HELD_OUT.receipts), None)
        assert promoted.previous == "receipts-base"
        wait_until_read_by(answers, good.name)
        models.roll_back("for the test")
        wait_until_read_by(answers, "receipts-base")
    assert [event.forced for event in history(models.folder) if event.verdict] == [True, False]
    check_nothing_was_lost(answers, "receipts-base", trained_model.name, good.name)


@pytest.fixture(params=["mlflow", "server"])
def registered(request, trained, tmp_path):
    """The trained model in the MLflow that tracked it, or on a server."""
    address = f"sqlite:///{trained}/mlflow.db"
    if request.param == "server":
        address = request.getfixturevalue("mlflow_server")
    models = open_models(tmp_path / "models", address)
    return models, known_or_registered(models, trained / "model")


def known_or_registered(models, folder):
    """A server keeps what earlier tests registered."""
    known = {one.sha256: one for one in models.registry.models()}
    return known.get(model_hash(folder)) or models.register(str(folder), None, "")


def test_a_run_that_is_interrupted_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "receipts")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TAGS", '{"team": "books"}')
    for error in (KeyboardInterrupt, ValueError):
        with pytest.raises(error), mlflow_run("tiny", ["mlflow"]):
            assert "mlflow.parentRunId" in os.environ["MLFLOW_TAGS"]
            raise error
    assert os.environ["MLFLOW_TAGS"] == '{"team": "books"}'
    assert sorted(run.info.status for run in all_runs()) == ["FAILED", "KILLED"]
    (experiment,) = {run.info.experiment_id for run in all_runs()}
    assert mlflow.MlflowClient().get_experiment(experiment).name == "receipts"
