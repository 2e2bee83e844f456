"""The options of `receipts extract --backend ray`, and GPUs as configuration."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
from typer.testing import CliRunner

from pipeline.batch.outputs import Again
from pipeline.cli import app
from pipeline.cluster.dataset import Pool, read_in_parts
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.reader import Reading
from pipeline.commands.extract_on_ray import cluster_job, on_gpus, ray_options
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError, EngineUnavailable
from pipeline.ocr.installed_engines import create_engine


def refused(*arguments: str) -> str:
    """The message of a command that was not run."""
    result = CliRunner().invoke(app, ["extract", *arguments])
    assert result.exit_code == 2
    return result.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "--backend", "rya"], "no backend 'rya' - did you mean 'ray'? (known: local, ray)"),
        (["in", "--ray-address", "x:1"], "--ray-address needs --backend ray"),
        (["in", "--gpus-per-worker", "1"], "--gpus-per-worker needs --backend ray"),
        (["in", "--backend", "ray"], "--backend ray writes a folder: give --output FOLDER"),
        (["--backend", "ray", "-o", "out"], "nothing to read: give a PATH"),
        (
            ["in", "--backend", "ray", "-o", "out", "--watch"],
            "--watch does not work with --backend ray, which writes JSONL and Parquet parts",
        ),
        (["in", "--backend", "ray", "-o", "out", "--shape", "azure"], "--shape does not work"),
        (["in", "--backend", "ray", "-o", "out", "--format", "csv"], "--format does not work"),
        (
            ["in", "--backend", "ray", "-o", "out", "--gpus-per-worker", "1.5"],
            "--gpus-per-worker 1.5: give a share such as 0.25, or 1, 2, ...",
        ),
        (
            [
                "in",
                "--backend",
                "ray",
                "-o",
                "out",
                "--gpus-per-worker",
                "1",
                "--engine",
                "tesseract",
            ],
            "--gpus-per-worker: the engine tesseract uses no GPU",
        ),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_started(
    arguments: list[str], message: str
) -> None:
    assert refused(*arguments).startswith(f"error: {message}")


def test_an_existing_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").touch()
    with pytest.raises(ConfigError, match="is a file; --backend ray writes a folder"):
        cluster_job(("in",), None, str(tmp_path / "out.jsonl"), Again.NOTHING, 0.0, {})


def test_an_address_stays_an_address() -> None:
    job = cluster_job(("in",), None, "s3://bucket/out/", Again.NOTHING, 0.0, {})
    assert job.folder.address == "s3://bucket/out"


def test_without_ray_the_message_says_how_to_install_it(tmp_path: Path) -> None:
    code = f"""
import sys
sys.modules["ray"] = None
from pipeline.cli import app
from pipeline.cluster.dataset import Pool, read_in_parts
from pipeline.cluster.output_folder import OutputFolder
from pipeline.cluster.reader import Reading
app(["extract", "in", "--backend", "ray", "-o", {str(tmp_path / "out")!r}])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--backend ray needs Ray Data: pip install" in done.stderr
    assert "[ray]" in done.stderr


def test_a_share_of_a_gpu_runs_the_networks_there() -> None:
    options = ray_options("ray", None, 0.25)
    assert options is not None
    settings = on_gpus(ExtractConfig().with_engine_options(profile="fast"), options)
    assert settings.engine.options == {"profile": "fast", "runtime": "cuda"}
    assert on_gpus(ExtractConfig(), type(options)(None, 0.0)) == ExtractConfig()


def test_networks_for_a_gpu_ask_for_onnx_runtimes_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine has none; the provider is asked for, and nothing falls back to the CPU."""
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(EngineUnavailable, match="pip install onnxruntime-gpu"):
        create_engine("rapidocr", {"runtime": "cuda"})


def test_a_gpu_that_cannot_be_used_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """ONNX Runtime itself would go on with the CPU."""
    asked = []
    real = onnxruntime.InferenceSession

    def session(model: object, options: object, providers: list[str]) -> object:
        asked.append(providers)
        return real(model, options, providers=["CPUExecutionProvider"])

    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    with pytest.raises(EngineUnavailable, match="no GPU can be used"):
        create_engine("rapidocr", {"runtime": "cuda"})
    assert asked == [["CUDAExecutionProvider", "CPUExecutionProvider"]]


class Recorder:
    """Stands for a Ray Dataset, and keeps what its stages ask for."""

    def __init__(self) -> None:
        self.stages: list[dict[str, Any]] = []
        self.batches: list[dict[str, Any]] = []

    def from_items(self, items: list[dict[str, Any]], override_num_blocks: int) -> Recorder:
        assert override_num_blocks == len(items)  # so that a batch is what a node's death costs
        self.batches = items
        return self

    def map_batches(self, _work: object, **options: Any) -> Recorder:
        self.stages.append(options)
        return self

    def iter_rows(self) -> Iterator[dict[str, Any]]:
        return iter([{"part": "a", "problem": None}])


@pytest.mark.parametrize("gpus", [0.0, 0.25])
def test_what_ray_is_asked_for(gpus: float, monkeypatch: pytest.MonkeyPatch) -> None:
    data = pytest.importorskip("ray.data", reason="the extra [ray] is not installed")
    recorder = Recorder()
    monkeypatch.setattr(data, "from_items", recorder.from_items)
    reading = Reading(lambda: None, ExtractConfig(), {})  # type: ignore[arg-type, return-value]
    unread = [(0, list(range(1000))), (3, [5, 7])]
    parts = read_in_parts(OutputFolder("out"), 1, unread, reading, Pool(4, gpus))
    assert list(parts) == ["a"]
    actors, writing = recorder.stages
    assert (actors["num_cpus"], actors["num_gpus"]) == (1, gpus or None)
    assert (actors["compute"].max_size, actors["compute"].min_size) == (4, 1)
    # The actors may hold all cores while they wait for this.
    assert writing["num_cpus"] == 0
    assert writing["batch_size"] == 16
    rows = [(one["chunk"], row) for one in recorder.batches for row in one["rows"]]
    assert rows == [*((0, row) for row in range(1000)), (3, 5), (3, 7)]
    assert max(len(one["rows"]) for one in recorder.batches) == 16
