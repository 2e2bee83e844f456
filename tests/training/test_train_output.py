"""What `receipts train` says: plain lines, a bar in a terminal, and on Ctrl-C what was kept."""

import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from tiny_models import saved_model

from pipeline.data.jsonl import write_annotated
from pipeline.synthetic.generate import draw_annotated
from pipeline.training.progress import in_words

EPOCHS = 4
SEED = 310  # of 120 receipts, 11 are of the development part

ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "TERM": "xterm", "COLUMNS": "200"}


@pytest.fixture(scope="module")
def command(tmp_path_factory, project):
    """Of a run whose start has another head and whose export is traced with warnings."""
    folder = tmp_path_factory.mktemp("run")
    init = saved_model("lilt", folder / "init")
    write_annotated(draw_annotated(120, seed=SEED), folder / "mine.jsonl")
    (folder / "train.yaml").write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        f"init: {init}\nbatch_size: 8\nmax_length: 128\nstride: 8\n"
        "sources: {mine: {format: jsonl, path: mine.jsonl}}\n"
        f"stages: [{{name: one, sources: {{mine: 1}}, drawn: {{count: 20}}, epochs: {EPOCHS}}}]\n"
    )
    arguments = ["train", str(folder / "train.yaml"), "--work", str(folder / "run")]
    return [sys.executable, "-m", "pipeline.cli", *arguments]


@pytest.fixture(scope="module")
def interrupted(command, project):
    """What a terminal shows of a run that is interrupted in its second epoch; its exit code."""
    terminal, end = pty.openpty()
    run = subprocess.Popen(
        command,
        stdout=end,
        stderr=end,
        env=ENVIRONMENT,
        cwd=project,
        # A test run in the background ignores Ctrl-C, and what it starts would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    os.close(end)
    shown, sent = "", False
    while True:
        try:
            shown += os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # the run has ended
            break
        if f"epoch 1/{EPOCHS}" in shown and not sent:
            run.send_signal(signal.SIGINT)
            sent = True
    os.close(terminal)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown), run.wait()


@pytest.fixture(scope="module")
def resumed(interrupted, command, project):
    """What the same command writes to a file when it goes on."""
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=ENVIRONMENT, cwd=project
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_ctrl_c_saves_a_checkpoint_and_says_how_to_go_on(interrupted, command):
    shown, code = interrupted
    assert code == 130, shown
    (kept,) = re.findall(r"interrupted; checkpoint: (.*?/run/one/checkpoint-\d+)", shown)
    assert (Path(kept) / "trainer_state.json").exists()
    assert f"resume with: receipts {' '.join(command[3:])}" in shown


def test_a_terminal_shows_a_bar_with_the_time_left(interrupted):
    shown, _ = interrupted
    assert re.search(r"drawing receipts of stage one .*\d+/20", shown)
    assert re.search(r"stage one .*\d+/\d+ .*\d:\d\d:\d\d", shown)


def test_the_lines_are_plain(interrupted, resumed):
    for output in (interrupted[0], resumed):
        for noise in ("MISMATCH", "LOAD REPORT", "{", "it/s", "Warning", "pre-process"):
            assert noise not in output
    assert "\r" not in resumed
    assert "\x1b" not in resumed
    for number in range(2, EPOCHS):
        assert re.search(
            rf"^epoch {number}/{EPOCHS}: loss \d+\.\d+, development F1 \d\.\d+, \d+ s left$",
            resumed,
            re.MULTILINE,
        ), resumed
    assert re.search(
        rf"^epoch {EPOCHS}/{EPOCHS}: loss \d+\.\d+, development F1 \d\.\d+$", resumed, re.MULTILINE
    )
    assert re.search("^going on from .*checkpoint-", resumed, re.MULTILINE)
    assert "epoch 1/" not in resumed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (59, "59 s"), (60, "1 min"), (3599, "1 h 00 min"), (3900, "1 h 05 min")],
)
def test_a_time_in_words(seconds, words):
    assert in_words(seconds) == words
