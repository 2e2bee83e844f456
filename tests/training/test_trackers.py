"""Trackers that are not there; tests/registry/test_trained_models.py has those that are."""

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.errors import ConfigError
from pipeline.training.config import TrainConfig
from pipeline.training.train import train


@pytest.mark.parametrize(
    ("tracker", "reason"),
    [("tensorbored", "did you mean 'tensorboard'"), ("neptune", "neptune is not installed")],
)
def test_a_tracker_that_is_not_there_is_refused_before_anything_runs(
    tracker, reason, tmp_path, project
):
    path = tmp_path / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        f"report_to: [{tracker}]\nstages: [{{name: one, drawn: {{count: 2}}}}]\n"
    )
    with pytest.raises(ConfigError, match=reason):
        train(TrainConfig.load(path), tmp_path / "work")
    assert not (tmp_path / "work").exists()
