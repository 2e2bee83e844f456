"""`receipts extract --backend ray`: the same command on a Ray cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.choices import BACKENDS
from pipeline.errors import ConfigError, unknown_name

if TYPE_CHECKING:
    from pipeline.batch.outputs import Again
    from pipeline.cluster.job import ClusterJob
    from pipeline.config import ExtractConfig

_CUDA = "cuda"


@dataclass(frozen=True, slots=True)
class RayOptions:
    """The options of the command that only a Ray cluster has.

    Attributes:
        address: of the cluster; ``None`` for the default.
        gpus: share of a GPU for each worker; 0 to use none.
    """

    address: str | None
    gpus: float


def ray_options(backend: str, address: str | None, gpus: float | None) -> RayOptions | None:
    """The options of a run on Ray; ``None`` for a run on this machine.

    Raises:
        ConfigError: an unknown backend, an option of the other one, or no share of a GPU.
    """
    if backend not in BACKENDS:
        raise unknown_name("backend", backend, BACKENDS)
    if backend == "local":
        _refuse({"--ray-address": address, "--gpus-per-worker": gpus}, "needs --backend ray")
        return None
    if gpus is not None and not (0 < gpus < 1 or (gpus >= 1 and gpus == int(gpus))):
        raise ConfigError(f"--gpus-per-worker {gpus:g}: give a share such as 0.25, or 1, 2, ...")
    return RayOptions(address, gpus or 0.0)


def cluster_job(
    inputs: tuple[str, ...],
    manifest: Path | None,
    output: str,
    again: Again,
    gpus: float,
    local_options: Mapping[str, object],
) -> ClusterJob:
    """Check the options of a run on Ray.

    Args:
        local_options: flags that a cluster does not have, and their values.

    Raises:
        ConfigError: one of these is given, or there is nothing to read or no folder to write.
    """
    from pipeline.cluster.job import ClusterJob
    from pipeline.cluster.output_folder import OutputFolder

    _refuse(local_options, "does not work with --backend ray, which writes JSONL and Parquet parts")
    if not inputs and manifest is None:
        raise ConfigError("nothing to read: give a PATH, or a list of paths with --manifest")
    if output == "-":
        raise ConfigError("--backend ray writes a folder: give --output FOLDER")
    folder = OutputFolder.at(output)
    if Path(folder.address).is_file():
        raise ConfigError(f"{output}: is a file; --backend ray writes a folder")
    return ClusterJob(inputs, folder, manifest, again, gpus)


def on_gpus(settings: ExtractConfig, options: RayOptions) -> ExtractConfig:
    """The settings with OCR on GPUs, where the options give the workers some.

    Raises:
        ConfigError: the engine has no networks that a GPU could run.
    """
    if not options.gpus:
        return settings
    if settings.engine.name != "rapidocr":
        raise ConfigError(f"--gpus-per-worker: the engine {settings.engine.name} uses no GPU")
    return settings.with_engine_options(runtime=_CUDA)


def _refuse(options: Mapping[str, object], why: str) -> None:
    for flag, value in options.items():
        if value not in (None, False):
            raise ConfigError(f"{flag} {why}")
