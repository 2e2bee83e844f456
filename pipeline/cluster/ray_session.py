"""Connect to a Ray cluster, or start one on this machine, without anything that needs a network."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.errors import ConfigError
from pipeline.install import needs

# Ray reads these when it is imported or started. Its statistics would be sent to its makers. Where
# a run was interrupted, a thread that still waits for a part would start another cluster.
_OFF = {
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_ENABLE_AUTO_CONNECT": "0",
    "RAY_USAGE_STATS_ENABLED": "0",
}
# Otherwise its C++ part warns on the terminal that actors may not be started again if the driver's
# machine is lost; the run ends with it anyway.
_DEFAULTS = {"RAY_BACKEND_LOG_LEVEL": "fatal"}
# Nobody else can reach it, whatever networks the machine is in.
_ON_THIS_MACHINE: dict[str, Any] = {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
# They tell what the user has not asked for and cannot change here.
_TALKATIVE = ("ray._private.authentication", "ray.data._internal.progress")


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """A connection to Ray within the block.

    Args:
        address: of a cluster, such as ``10.0.0.1:6379``; ``None`` for the one that the
            variable ``RAY_ADDRESS`` names, or else for a new one on this machine, without
            dashboard, which ends with the block.

    Raises:
        ConfigError: Ray is not installed, or the cluster cannot be reached.
    """
    os.environ.update(_OFF)
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    with needs("--backend ray needs Ray Data", "ray"):
        import ray
        import ray.data
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    is_given = address is not None or "RAY_ADDRESS" in os.environ
    try:
        ray.init(
            address=address or (None if is_given else "local"),
            log_to_driver=False,
            logging_level=logging.WARNING,
            **({} if is_given else _ON_THIS_MACHINE),
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"at {address or os.environ['RAY_ADDRESS']}" if is_given else "on this machine"
        raise ConfigError(f"no connection to Ray {where}: {error}") from error
    logging.getLogger("ray.data").setLevel(logging.WARNING)
    try:
        yield
    finally:
        ray.shutdown()


def cores() -> int:
    """The cores of the cluster, at least 1."""
    import ray

    return max(1, int(ray.cluster_resources().get("CPU", 1)))  # type: ignore[no-untyped-call]
