"""What ``report_to`` names gets a run's losses and settings, stage by stage."""

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")
mlflow = pytest.importorskip("mlflow", reason="needs the extra [track]")
pytest.importorskip("tensorboardX", reason="needs the extra [track]")

from pipeline.errors import ConfigError  # noqa: E402
from pipeline.training.config import TrainConfig  # noqa: E402
from pipeline.training.train import train  # noqa: E402


def config_with(trackers, folder, project):
    labels = project / "configs" / "labels" / "receipts.yaml"
    path = folder / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {labels}\noutput: model\nvocabulary: 3000\nbatch_size: 1\n"
        f"max_length: 128\nreport_to: {trackers}\n"
        "stages:\n  - {name: one, drawn: {count: 20, seed: 1}}\n"
        "  - {name: two, drawn: {count: 20, seed: 50}}\n"
    )
    return TrainConfig.load(path)


@pytest.fixture
def tracked(tmp_path, project, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    train(config_with("[mlflow, tensorboard]", tmp_path, project), tmp_path / "work")
    return tmp_path


def test_each_stage_is_a_run_of_mlflow_and_a_log_of_tensorboard(tracked):
    runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
    assert len(runs) == 2
    assert all(run.info.status == "FINISHED" and run.data.metrics["loss"] > 0 for run in runs)
    for stage in ("one", "two"):
        (log,) = (tracked / "work" / stage).rglob("events.out.tfevents*")
        assert b"train/loss" in log.read_bytes()


@pytest.mark.parametrize(
    ("tracker", "reason"),
    [("tensorbored", "did you mean 'tensorboard'"), ("neptune", "neptune is not installed")],
)
def test_a_tracker_that_is_not_there_is_refused_before_anything_runs(
    tracker, reason, tmp_path, project
):
    with pytest.raises(ConfigError, match=reason):
        train(config_with(f"[{tracker}]", tmp_path, project), tmp_path / "work")
    assert not (tmp_path / "work").exists()
