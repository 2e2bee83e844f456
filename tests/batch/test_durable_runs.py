"""Runs that are killed, stopped, disturbed and run again: each receipt exactly once."""

from __future__ import annotations

import os
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from scripted import Record, ScriptedRun, reads, records, write_receipt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")

KILLS = 12
FILES = 200


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def fill(folder: Path) -> None:
    """Receipts that take a moment, some of them with the same content, some of them bad."""
    for number in range(FILES):
        content = number % 150  # the rest are copies
        kind = "raise" if content % 50 == 7 else "slow"
        write_receipt(folder / f"{number % 7}" / f"{number}.png", f"{kind} {'x' * content}")


def test_a_run_that_is_killed_again_and_again_ends_as_one_that_is_not(
    inbox: Path, tmp_path: Path
) -> None:
    fill(inbox)
    undisturbed = tmp_path / "undisturbed.jsonl"
    assert ScriptedRun(tmp_path, "in", "-o", undisturbed, "--workers", "2").end()[0] == 1
    expected = records(undisturbed)
    assert len(expected) == FILES
    assert sum(record["source"]["duplicate_of"] is not None for record in expected) == FILES - 150

    out = tmp_path / "out.jsonl"
    dice = random.Random(11)
    kills = 0
    while kills < KILLS:
        run = ScriptedRun(tmp_path, "in", "-o", out, "--workers", "2")
        worker_first = dice.random() < 0.5
        kills += worker_first and _kill_after(run, dice.randint(0, 40), dice, a_worker=True)
        kills += _kill_after(run, dice.randint(0, 60), dice, a_worker=False)
        if run.end()[0] == 1:  # it was finished before its time had come: once more
            assert records(out) == expected
            out.unlink()
        else:
            assert not out.exists()
    code, _, complaints = ScriptedRun(tmp_path, "in", "-o", out, "--workers", "2").end()
    assert code == 1, complaints
    assert records(out) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "in",
        "out.jsonl",
        "out.jsonl.journal",
        "read.log",
        "undisturbed.jsonl",
        "undisturbed.jsonl.journal",
    ]


def _kill_after(run: ScriptedRun, count: int, dice: random.Random, a_worker: bool) -> bool:
    """Kill the run's process, all of its processes or one worker after ``count`` readings."""
    already = run.reads
    if count and not run.wait_until(lambda: run.reads >= already + count):
        return False
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(run.process.pid)
        victims = parent.children(recursive=True)
        if a_worker:
            victims = dice.sample(victims, min(1, len(victims)))
        else:
            victims = [parent, *(victims if dice.random() < 0.5 else [])]
        for victim in victims:
            victim.kill()
        return bool(victims)
    return False


def test_killed_at_each_step_of_landing_the_output(inbox: Path, tmp_path: Path) -> None:
    for number in range(4):
        write_receipt(inbox / f"{number}.png", f"ok {'x' * number}")
    out = tmp_path / "out.parquet"
    codes = []
    while 0 not in codes:
        step = str(len(codes) + 1)
        run = ScriptedRun(tmp_path, "in", "-o", out, "--workers", "1", KILL_AT_STEP=step)
        codes.append(run.end()[0])
        if out.exists():
            assert pq.read_table(out).num_rows == 4
    assert set(codes[:-1]) == {-signal.SIGKILL}
    assert len(codes) > 4
    assert pq.read_table(out).num_rows == 4
    assert reads(run.log) <= 8  # once more at most, after the first step


def test_segfaulting_hanging_and_greedy_receipts_are_one_error_record_each(
    inbox: Path, tmp_path: Path
) -> None:
    for number in range(12):
        write_receipt(inbox / f"good-{number}.png", f"ok {'x' * number}")
    for kind in ("segfault", "hang", "eat", "raise"):
        write_receipt(inbox / f"g-{kind}.png", f"{kind} {kind}")
    write_receipt(inbox / "h-hang.png", "hang hang")  # a copy, which is not waited for again
    out = tmp_path / "out.jsonl"
    limits = ["--timeout", "5", "--memory-limit", "400"]
    code, _, complaints = ScriptedRun(tmp_path, "in", "-o", out, "--workers", "2", *limits).end()
    assert code == 1, complaints
    found = {Path(record["source"]["path"]).name: record for record in records(out)}
    assert len(found) == len(records(out)) == 17
    errors = {name: record["error"] for name, record in found.items() if record["error"]}
    assert errors == {
        "g-segfault.png": "reading it failed twice: its process was killed by SIGSEGV",
        "g-hang.png": "reading it failed twice: it took longer than 5 seconds",
        "h-hang.png": "reading it failed twice: it took longer than 5 seconds",
        "g-eat.png": "reading it failed twice: it took more than 400 MB of memory",
        "g-raise.png": "reading it failed: RuntimeError: the lens fell off",
    }
    assert found["h-hang.png"]["source"]["duplicate_of"] == "in/g-hang.png"
    assert all(record["source"]["sha256"] for record in found.values())


def test_the_same_command_later_reads_only_what_is_new_or_changed(
    inbox: Path, tmp_path: Path
) -> None:
    for number in range(5):
        write_receipt(inbox / f"{number}.png", f"ok {'x' * number}")
    (inbox / "bad.png").write_text("raise hell")
    out, log = tmp_path / "out.jsonl", tmp_path / "read.log"
    command = ["in", "-o", out, "--workers", "1"]
    assert ScriptedRun(tmp_path, *command).end()[0] == 1
    first = records(out)
    assert reads(log) == 6

    code, _, complaints = ScriptedRun(tmp_path, *command).end()
    assert code == 1
    assert (records(out), reads(log)) == (first, 6)
    assert "known from an earlier run: 6 files" in complaints

    before = (inbox / "1.png").stat()
    write_receipt(inbox / "1.png", "ok y")  # as long as before, and as old
    os.utime(inbox / "1.png", ns=(before.st_atime_ns, before.st_mtime_ns))
    (inbox / "2.png").rename(inbox / "two.png")
    (inbox / "3.png").unlink()
    write_receipt(inbox / "new.png", "ok new")
    (inbox / "bad.png").write_text("ok at last")
    assert ScriptedRun(tmp_path, *command).end()[0] == 0
    assert sorted(log.read_text().splitlines()[6:]) == ["in/1.png", "in/bad.png", "in/new.png"]
    assert _paths(records(out)) == [
        f"in/{name}.png" for name in ("0", "1", "4", "bad", "new", "two")
    ]

    code, _, complaints = ScriptedRun(tmp_path, *command, FAKE_CODE="2").end()
    assert code == 0
    assert "reading everything again: changed since the last run: code" in complaints
    assert reads(log) == 9 + 6


def test_errors_are_read_again_on_demand_and_everything_too(inbox: Path, tmp_path: Path) -> None:
    write_receipt(inbox / "good.png", "ok")
    write_receipt(inbox / "moody.png", "moody")
    out, log = tmp_path / "out.csv", tmp_path / "read.log"
    command = ["in", "-o", out, "--workers", "1"]
    assert ScriptedRun(tmp_path, *command).end()[0] == 1
    assert ScriptedRun(tmp_path, *command, MOOD="good").end()[0] == 1
    assert ScriptedRun(tmp_path, *command, "--retry-errors", MOOD="good").end()[0] == 0
    assert log.read_text().splitlines()[2:] == ["in/moody.png"]
    assert ScriptedRun(tmp_path, *command, "--fresh", MOOD="good").end()[0] == 0
    assert reads(log) == 5


def test_ctrl_c_ends_with_what_is_done_and_the_same_command_goes_on(
    inbox: Path, tmp_path: Path
) -> None:
    for number in range(3):
        write_receipt(inbox / f"{number}.png", f"ok {'x' * number}")
    hanging = write_receipt(inbox / "9.png", "hang")
    out = tmp_path / "out.jsonl"
    run = ScriptedRun(tmp_path, "in/[0-2].png", "in/9.png", "-o", out, "--workers", "1")
    assert run.wait_until(lambda: run.reads == 4)
    run.process.send_signal(signal.SIGINT)
    code, _, complaints = run.end()
    assert code == 130
    assert "stopped early: 1 file not read" in complaints
    assert _paths(records(out)) == ["in/0.png", "in/1.png", "in/2.png"]
    write_receipt(hanging, "ok, it works again")
    run = ScriptedRun(tmp_path, "in/[0-2].png", "in/9.png", "-o", out, "--workers", "1")
    assert run.end()[0] == 0
    assert _paths(records(out)) == [f"in/{number}.png" for number in (0, 1, 2, 9)]
    assert run.reads == 5


def _paths(found: list[Record]) -> list[str]:
    return [record["source"]["path"] for record in found]
