"""A run that is killed in the middle of an epoch ends where an undisturbed one ends."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from safetensors.torch import load_file  # noqa: E402
from tiny_models import saved_model  # noqa: E402

from pipeline.training.checkpoints import last_checkpoint, remove_unfinished, steps_done  # noqa: E402

# 16 pages in batches of two are 8 steps an epoch; a checkpoint follows every step, and the
# examples say on the standard output which of them was asked for.
RUN = """
import sys, time
from pathlib import Path
from pipeline.training import examples
from pipeline.training.config import TrainConfig
from pipeline.training.train import train

plain = examples.PageExamples.__getitem__

def told(self, index):
    print(f"{self.epoch}/{index}", flush=True)
    time.sleep(float(sys.argv[3]))
    return plain(self, index)

examples.PageExamples.__getitem__ = told
train(TrainConfig.load(Path(sys.argv[1])), Path(sys.argv[2]))
"""


@pytest.fixture
def config(tmp_path, project):
    labels = project / "configs" / "labels" / "receipts.yaml"
    path = tmp_path / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {labels}\noutput: model\nbatch_size: 2\n"
        f"init: {saved_model('word_layoutlm', tmp_path / 'init')}\n"
        "max_length: 64\nstride: 8\nprecision: float32\ncheckpoint_minutes: 0.0001\n"
        "stages:\n  - {name: one, drawn: {count: 16, seed: 1}, epochs: 2}\n"
    )
    return path


def start(config, work, pause, output):
    command = [sys.executable, "-c", RUN, str(config), str(work), str(pause)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, env=environment)


def seen(path):
    """What was asked for: EPOCH/INDEX, among what the trainer prints."""
    return [line for line in path.read_text().splitlines() if re.fullmatch(r"\d+/\d+", line)]


def steps_saved(work):
    checkpoint = last_checkpoint(work / "one")
    return 0 if checkpoint is None else steps_done(checkpoint)


def test_killed_in_mid_epoch(config, tmp_path):
    whole, first, second = (tmp_path / f"{name}.txt" for name in ("whole", "first", "second"))
    with whole.open("w") as output:
        undisturbed = start(config, tmp_path / "undisturbed", 0, output)
        assert undisturbed.wait() == 0, undisturbed.stderr.read().decode()

    work = tmp_path / "killed"
    with first.open("w") as output:
        run = start(config, work, 0.1, output)
        while not (8 < steps_saved(work) < 16):
            assert run.poll() is None, run.stderr.read().decode()
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        run.wait()
    saved = steps_saved(work)
    assert 8 < saved < 16

    with second.open("w") as output:
        resumed = start(config, work, 0, output)
        assert resumed.wait() == 0, resumed.stderr.read().decode()
    everything = seen(whole)
    assert everything[2 * saved :] == seen(second)
    first_epoch, second_epoch = (
        [one.split("/")[1] for one in everything if one.startswith(f"{epoch}/")] for epoch in (0, 1)
    )
    assert sorted(first_epoch) == sorted(second_epoch)
    assert first_epoch != second_epoch
    one, other = (
        load_file(tmp_path / name / "one" / "done" / "model.safetensors")
        for name in ("undisturbed", "killed")
    )
    for name, weights in one.items():
        torch.testing.assert_close(weights, other[name], atol=1e-4, rtol=1e-3)


def test_a_checkpoint_whose_state_is_half_written_does_not_count(tmp_path):
    for step, state in ((5, '{"global_step": 5}'), (6, '{"global_st'), (7, ""), (8, None)):
        checkpoint = tmp_path / f"checkpoint-{step}"
        checkpoint.mkdir()
        if state is not None:
            (checkpoint / "trainer_state.json").write_text(state)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-5"
    remove_unfinished(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-5"]
