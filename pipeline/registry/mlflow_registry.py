"""A registry kept by MLflow: a file of SQLite beside the models, or a tracking server.

A model is a version of a registered model of MLflow: ``reviewed/3`` is version 3 of ``reviewed``.
The aliases ``served``, ``previous`` and ``candidate`` say what it is used for. Its files are an
artifact of the run that trained it, where `receipts train` reported to the same MLflow, and else of
a run of its own.
"""

from __future__ import annotations

import datetime
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, PipelineError
from pipeline.evaluation.provenance import CARD, commit, model_hash
from pipeline.install import needs
from pipeline.registry.folder import check_unchanged, copy_model, numbers_in
from pipeline.registry.history import Action, Event, add_event
from pipeline.registry.mlflow_names import ARTIFACTS, MODEL_HASH
from pipeline.registry.registered import Registered

if TYPE_CHECKING:
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

SERVED, PREVIOUS, CANDIDATE = "served", "previous", "candidate"
EXPERIMENT = "receipts"
SQLITE = "mlflow"
"""The address that stands for a file of SQLite in the folder of models."""
_REASON = "receipts.reason"
_FORCED = "receipts.forced"
_MOST_FAMILIES = 1000


def tracking_address(folder: Path, address: str) -> str:
    """The address that MLflow takes."""
    return f"sqlite:///{(folder / 'mlflow.db').absolute()}" if address == SQLITE else address


@dataclass(frozen=True, slots=True)
class MlflowRegistry:
    """Keeps models in MLflow; ``folder`` has those that were fetched.

    Raises (all methods):
        PipelineError: MLflow cannot be reached, or refuses.
    """

    folder: Path
    address: str
    client: MlflowClient

    def register(self, source: Path, name: str, note: str) -> Registered:
        digest = model_hash(source)
        with _plain_errors(self.address):
            versions = list(self._versions())
            for version in versions:
                if version.tags.get(MODEL_HASH) == digest:
                    raise ConfigError(f"{source}: registered already, as {_full(version)}")
            self._check_free(name, {_full(version) for version in versions})
            run = self._run_of(digest) or self._logged(source, name, digest)
            self._make(name)
            made = self.client.create_model_version(
                name,
                f"{run.info.artifact_uri}/{ARTIFACTS}",
                run.info.run_id,
                tags={MODEL_HASH: digest},
                description=note,
            )
        registered = _registered(made)
        copy_model(source, self.folder / registered.name)
        event = Event(
            action=Action.REGISTERED,
            model=registered.name,
            sha256=digest,
            run=registered.run,
            note=note,
        )
        add_event(self.folder, event)
        return registered

    def models(self) -> list[Registered]:
        with _plain_errors(self.address):
            found = [_registered(one) for one in self._versions() if MODEL_HASH in one.tags]
        return sorted(found, key=lambda one: (one.at, one.name))

    def fetch(self, model: Registered) -> None:
        target = self.folder / model.name
        if not target.is_dir():
            with tempfile.TemporaryDirectory() as temporary:
                with _plain_errors(self.address):
                    version = self.client.get_model_version(*_parts(model.name))
                    copied = self.client.download_artifacts(
                        str(version.run_id), ARTIFACTS, temporary
                    )
                copy_model(Path(copied), target)
        check_unchanged(target, model)

    def tell(self, event: Event) -> None:
        with _plain_errors(self.address):
            if event.action in (Action.PROMOTED, Action.ROLLED_BACK):
                model = self._known(event.model)
                self._move(SERVED, model)
                self._move(PREVIOUS, self._known(event.previous))
                if model is not None:
                    tags = {_REASON: event.note, _FORCED: str(event.forced).lower()}
                    for key, value in tags.items():
                        self.client.set_model_version_tag(*_parts(model), key, value)
            else:
                begun = event.action is Action.SHADOW_BEGUN
                self._move(CANDIDATE, self._known(event.model) if begun else None)

    def _known(self, model: str | None) -> str | None:
        """The model, if MLflow has it: the package and the folder may have others."""
        return model if model in {_full(one) for one in self._versions()} else None

    def _check_free(self, name: str, known: set[str]) -> None:
        """MLflow counts by itself, and must not meet models that the folder has without it."""
        others = {f"{name}/{number}" for number in numbers_in(self.folder / name)} - known
        if others:
            raise ConfigError(
                f"{self.folder} has {', '.join(sorted(others))}, which MLflow does not know: "
                "choose another --name"
            )

    def _versions(self) -> Iterator[ModelVersion]:
        token = None
        while True:
            page = self.client.search_model_versions(max_results=200, page_token=token)
            yield from page
            token = page.token
            if not token:
                return

    def _run_of(self, digest: str) -> Run | None:
        """The finished run of `receipts train` that has the model."""
        experiments = [one.experiment_id for one in self.client.search_experiments()]
        wanted = f"tags.`{MODEL_HASH}` = '{digest}' and attributes.status = 'FINISHED'"
        found = self.client.search_runs(experiments, wanted, max_results=1)
        return found[0] if found else None

    def _logged(self, source: Path, name: str, digest: str) -> Run:
        """A run with the files of a model that no run has."""
        tags = {"mlflow.runName": name, "receipts.commit": commit() or "unknown"}
        run = self.client.create_run(self._experiment(), tags=tags)
        self.client.log_artifacts(run.info.run_id, str(source), ARTIFACTS)
        if (source / CARD).is_file():
            card = (source / CARD).read_text(encoding="utf-8")
            self.client.set_tag(run.info.run_id, "mlflow.note.content", card)
        self.client.set_tag(run.info.run_id, MODEL_HASH, digest)
        self.client.set_terminated(run.info.run_id)
        return run

    def _experiment(self) -> str:
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME", EXPERIMENT)
        found = self.client.get_experiment_by_name(name)
        if found is not None:
            return str(found.experiment_id)
        is_file = self.address.startswith("sqlite:")  # whose default is the working directory
        place = (self.folder / "mlflow-artifacts").absolute().as_uri() if is_file else None
        return self.client.create_experiment(name, place)

    def _make(self, name: str) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self.client.create_registered_model(name)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise

    def _move(self, alias: str, model: str | None) -> None:
        """Give the alias to a version; only one model, of all families, has it."""
        for family in self.client.search_registered_models(max_results=_MOST_FAMILIES):
            if alias in self.client.get_registered_model(family.name).aliases:
                self.client.delete_registered_model_alias(family.name, alias)
        if model is not None:
            name, number = _parts(model)
            self.client.set_registered_model_alias(name, alias, number)


def open_mlflow(folder: Path, address: str) -> MlflowRegistry:
    """The registry at an address.

    Args:
        address: ``mlflow`` for a file of SQLite in the folder, ``sqlite:///FILE``, or the address
            of a tracking server. MLflow's own variables hold passwords and tokens.

    Raises:
        ConfigError: MLflow is not installed.
        PipelineError: it cannot be opened.
    """
    with needs("a registry of MLflow", "track"):
        from mlflow.tracking import MlflowClient
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    at = tracking_address(folder, address)
    with _plain_errors(at):
        return MlflowRegistry(folder, at, MlflowClient(tracking_uri=at, registry_uri=at))


@contextmanager
def _plain_errors(address: str) -> Iterator[None]:
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (MlflowException, SQLAlchemyError, OSError) as error:
        why = str(error).splitlines()[0]
        raise PipelineError(f"the registry at {address}: {why}") from error


def _full(version: ModelVersion) -> str:
    return f"{version.name}/{version.version}"


def _parts(model: str) -> tuple[str, str]:
    """Name and number of a version."""
    name, _, number = model.rpartition("/")
    return name, number


def _registered(version: ModelVersion) -> Registered:
    at = datetime.datetime.fromtimestamp(version.creation_timestamp / 1000, datetime.UTC)
    digest = version.tags.get(MODEL_HASH, "")
    return Registered(
        _full(version), digest, at.replace(microsecond=0), version.description or "", version.run_id
    )
