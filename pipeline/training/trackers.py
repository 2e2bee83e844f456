"""Send losses and scores to the experiment trackers that transformers supports."""

from __future__ import annotations

from collections.abc import Iterable

from transformers.integrations.integration_utils import (
    INTEGRATION_TO_CALLBACK,
    get_available_reporting_integrations,
)

from pipeline.errors import ConfigError, did_you_mean
from pipeline.install import how_to_install


def check_trackers(names: Iterable[str]) -> None:
    """Refuse unusable trackers now, instead of after the data are read.

    Raises:
        ConfigError: transformers knows no such tracker, or it is not installed.
    """
    installed = get_available_reporting_integrations()  # type: ignore[no-untyped-call]
    for name in names:
        if name not in INTEGRATION_TO_CALLBACK:
            known = ", ".join(sorted(INTEGRATION_TO_CALLBACK))
            hint = did_you_mean(name, INTEGRATION_TO_CALLBACK)
            raise ConfigError(f"report_to: no tracker {name!r}{hint}; known: {known}")
        if name not in installed:
            raise ConfigError(
                f"report_to: {name} is not installed; MLflow and TensorBoard come with: "
                f"{how_to_install('track')}"
            )
