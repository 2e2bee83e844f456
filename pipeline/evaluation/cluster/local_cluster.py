"""Ray clusters of several node processes on this machine, and commands that run on them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[3]
_PATIENCE_SECONDS = 580

# A busy machine takes long to start processes; a dead node is noticed soon all the same.
_OF_RAY = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_agent_register_timeout_ms": "600000",
    "RAY_health_check_failure_threshold": "3",
    "RAY_health_check_timeout_ms": "20000",
    "RAY_raylet_start_wait_time_s": "300",
    "RAY_worker_niceness": "0",
    "RAY_worker_register_timeout_seconds": "300",
}


def environment(*importable: Path) -> dict[str, str]:
    """What to add to the environment of a cluster and of commands that use it.

    Args:
        importable: folders whose modules actors import, besides the project's.
    """
    return {"PYTHONPATH": os.pathsep.join(map(str, [_PROJECT, *importable])), **_OF_RAY}


class Command:
    """A Python script, or a program text, in a process of its own.

    Args:
        importable: as in ``environment``.
    """

    def __init__(
        self,
        script: Path | str,
        *arguments: object,
        cwd: Path,
        importable: Sequence[Path] = (),
    ) -> None:
        start = [str(script)] if isinstance(script, Path) else ["-c", script]
        self._log = cwd / "command.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *start, *map(str, arguments)],
                cwd=cwd,
                env={**os.environ, **environment(*importable)},
                stderr=log,
            )

    @property
    def complaints(self) -> str:
        return self._log.read_text()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait while the command runs.

        Raises:
            RuntimeError: it ended before, or takes too long; with what it wrote.
        """
        until = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self.complaints)
            time.sleep(0.02)

    def end(self) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(_PATIENCE_SECONDS)


class LocalCluster:
    """A head without cores, and nodes of one core each."""

    def __init__(self, nodes: int) -> None:
        from ray.cluster_utils import Cluster

        memory = 100 << 20  # bytes, of the object store
        self._cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "include_dashboard": False,
                "object_store_memory": memory,
            },
        )
        self._nodes = [
            self._cluster.add_node(num_cpus=1, object_store_memory=memory) for _ in range(nodes)
        ]
        self.address = self._cluster.address

    def kill_node(self) -> None:
        """All processes of a node at once, as when its machine is lost."""
        self._cluster.remove_node(self._nodes.pop(), allow_graceful=False)

    def stop(self) -> None:
        self._cluster.shutdown()  # type: ignore[no-untyped-call]
