"""The plan, parts and manifest of a cluster run: each input's records once, whatever was repeated.

No Ray: the actors' work is done here, in an order that a cluster might have.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cluster_output import Output
from hypothesis import given
from hypothesis import strategies as st

from pipeline.batch.inputs import Input
from pipeline.cluster import commit as commits
from pipeline.cluster import plan
from pipeline.cluster.plan_index import open_index
from pipeline.cluster.run_state import RunState


def test_a_part_that_is_written_twice_is_one_part(output: Output) -> None:
    output.plan("a", "b", "c")
    first = output.read(1, 0, 2)
    assert output.read(1, 2, 0) == first  # a task that Ray repeats, its blocks in another order
    output.settle(first, output.read(1, 1))
    output.finish(RunState(run=1))
    assert sorted(one.source.path for one in output.records()) == [
        "/in/0.png",
        "/in/1.png",
        "/in/2.png",
    ]
    assert len(output.folder.names("records")) == 2


def test_an_input_in_two_parts_stays_in_the_later_one(output: Output) -> None:
    output.plan("a", "b", "c")
    lost = output.read(1, 0, 1)  # by a node that was believed dead
    again = output.read(2, 1, 2)
    output.settle(lost, again)
    summary = output.finish(RunState(run=2))
    assert [one.source.path for one in output.records()] == ["/in/0.png", "/in/1.png", "/in/2.png"]
    assert (summary.files_done, summary.statuses["ok"]) == (3, 3)
    assert [one.number for one in commits.load(output.folder, lost).inputs] == [(0, 0)]


def test_a_part_all_of_whose_inputs_were_read_again_is_deleted(output: Output) -> None:
    output.plan("bad")
    output.settle(output.read(1, 0))
    output.contents[0] = "good"
    again = output.read(2, 0)
    output.settle(again)
    output.finish(RunState(run=2))
    assert commits.parts(output.folder) == [again]
    assert [one.status for one in output.records()] == ["ok"]
    assert len(output.folder.names("receipts")) == 1


def test_files_of_attempts_that_did_not_finish_are_deleted(output: Output) -> None:
    output.plan("a")
    output.folder.write("records/000000-0000-001-aaaa-0000.jsonl", b"{")
    output.settle(output.read(1, 0))
    output.finish(RunState(run=1))
    assert len(output.folder.names("records")) == 1


def test_copies_name_the_first_of_them_by_argument_and_path(output: Output) -> None:
    output.plan("a", "same", "b", "same", "bad same", None, None)
    output.settle(output.read(1, 3, 0, 5), output.read(1, 1, 2), output.read(1, 4, 6))
    summary = output.finish(RunState(run=1))
    found = {one.source.path: one.source.duplicate_of for one in output.records()}
    assert {name: other for name, other in found.items() if other} == {"/in/3.png": "/in/1.png"}
    assert summary.duplicates == 1


@given(st.data())
def test_whatever_is_repeated_each_input_is_in_the_output_once(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    contents = data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=8))
    rows = st.lists(st.integers(0, len(contents) - 1), min_size=1, unique=True)
    with open_index() as index:
        output = Output(tmp_path_factory.mktemp("out"), index)
        output.plan(*contents)
        tasks = data.draw(st.lists(st.tuples(st.integers(1, 3), rows), max_size=4))
        for run, some in [*sorted(tasks), (4, list(range(len(contents))))]:
            output.settle(output.read(run, *some, pages=2))
        summary = output.finish(RunState(run=4))
        paths = [one.source.path for one in output.records()]
        assert sorted(paths) == sorted(
            f"/in/{row}.png" for row in range(len(contents)) for _ in "12"
        )
        assert summary.files_done == len(contents)
        for one in output.records():
            row = int(Path(one.source.path).stem)
            first = contents.index(contents[row])
            assert one.source.duplicate_of == (None if first == row else f"/in/{first}.png")


def test_the_parquet_files_have_the_same_records(output: Output) -> None:
    output.plan("a", "bad")
    output.settle(output.read(1, 0, 1, pages=3))
    output.finish(RunState(run=1))
    (name,) = output.folder.names("receipts")
    table = pq.read_table(Path(output.folder.address) / "receipts" / name)
    assert table.column("status").to_pylist() == ["ok"] * 3 + ["error"] * 3


def test_an_input_that_is_listed_twice_or_in_a_later_run_is_planned_once(output: Output) -> None:
    inputs = [Input("/in/a.png"), Input("/in/b.png", 1), Input("/in/a.png", 2)]
    assert plan.add_new(output.folder, inputs, output.index, 0, bool) == 2
    with open_index() as index:  # of the next run
        for one in plan.read_chunk(output.folder, 0):
            index.add(one.chunk, one.row, one.found, one.name)
        assert plan.add_new(output.folder, [*inputs, Input("/in/c.png")], index, 1, bool) == 1
    assert [one.name for one in plan.read_chunk(output.folder, 1)] == ["/in/c.png"]


def test_names_that_are_not_unicode_survive_the_plan(output: Output) -> None:
    odd = Input("/in/caf\udce9.png", 3, b"/in/caf\xe9.png")
    plan.add_new(output.folder, [odd], output.index, 0, bool)
    (stored,) = plan.read_chunk(output.folder, 0)
    assert stored.found == odd
    assert stored.name == odd.name


def test_relative_paths_are_kept_in_the_name_only(
    output: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    plan.add_new(output.folder, [Input("in/a.png")], output.index, 0, bool)
    (stored,) = plan.read_chunk(output.folder, 0)
    assert (stored.name, stored.found.location) == ("in/a.png", str(tmp_path / "in" / "a.png"))
