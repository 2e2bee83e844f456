"""Log a whole training run to MLflow: config, data hashes, scores, the model folder and its card.

The stages' losses are runs of transformers' own callback, children of this one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.parts import Part
from pipeline.evaluation.provenance import CARD, commit, data_hash, model_hash
from pipeline.registry.mlflow_names import ARTIFACTS, MODEL_HASH
from pipeline.training.corpus import Corpus
from pipeline.training.model_folder import WrittenModel

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

MLFLOW = "mlflow"
_TAGS = "MLFLOW_TAGS"  # transformers' callback sets these tags on the runs of stages
_AT_ONCE = 100
_LONGEST = 6000
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class MlflowRun:
    """The run of a whole training."""

    client: MlflowClient
    id: str

    def log_config(self, config: Mapping[str, Any]) -> None:
        """The resolved config, a parameter for each key."""
        self._log_params(dict(_flat(config)))

    def log_data(self, corpus: Corpus) -> None:
        """For each source the hash of annotations and pictures, and how many receipts each part
        has."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        inputs, params = [], {}
        for name, pages in _by_source(corpus).items():
            digest = data_hash([page for _, page in pages])
            sizes = {part: sum(of is part for of, _ in pages) for part in Part}
            params[f"data.{name}.sha256"] = digest
            params |= {f"data.{name}.{part}": str(count) for part, count in sizes.items()}
            dataset = Dataset(
                name,
                digest[:_DIGEST],
                "local",
                json.dumps({"source": name}),
                None,
                json.dumps({"receipts": len(pages)}),
            )
            inputs.append(DatasetInput(dataset, [InputTag("mlflow.data.context", "training")]))
        self._log_params(params)
        self.client.log_inputs(self.id, inputs)

    def log_model(self, written: WrittenModel) -> None:
        """The folder with its card, and the scores on held-out receipts."""
        for source, score in written.scores.items():
            for label, figures in score["strict"].items():
                name = label.replace(" ", "_")
                self.client.log_metric(self.id, f"held_out.{source}.{name}.f1", figures["f1"])
        card = (written.folder / CARD).read_text(encoding="utf-8")
        self.client.set_tag(self.id, MODEL_HASH, model_hash(written.folder))
        self.client.set_tag(self.id, "mlflow.note.content", card)
        self.client.log_artifacts(self.id, str(written.folder), ARTIFACTS)

    def _log_params(self, values: Mapping[str, str]) -> None:
        from mlflow.entities import Param

        params = [Param(name, value[:_LONGEST]) for name, value in values.items()]
        for start in range(0, len(params), _AT_ONCE):
            self.client.log_batch(self.id, params=params[start : start + _AT_ONCE])


@contextmanager
def mlflow_run(name: str, trackers: Sequence[str]) -> Iterator[MlflowRun | None]:
    """The run of a training, if MLflow is one of its trackers; ended with the block.

    MLflow's own variables say where: ``MLFLOW_TRACKING_URI``, ``MLFLOW_EXPERIMENT_NAME``.
    """
    if MLFLOW not in trackers:
        yield None
        return
    from mlflow.tracking import MlflowClient

    client = MlflowClient()
    tags = {"mlflow.runName": name, "receipts.commit": commit() or "unknown"}
    run = client.create_run(_experiment(client), tags=tags)
    before = os.environ.get(_TAGS)
    given = json.loads(before) if before else {}
    os.environ[_TAGS] = json.dumps({**given, "mlflow.parentRunId": run.info.run_id})
    status = "FAILED"
    try:
        yield MlflowRun(client, run.info.run_id)
        status = "FINISHED"
    except KeyboardInterrupt:
        status = "KILLED"
        raise
    finally:
        client.set_terminated(run.info.run_id, status)
        if before is None:
            del os.environ[_TAGS]
        else:
            os.environ[_TAGS] = before


def _experiment(client: MlflowClient) -> str:
    name = os.environ.get("MLFLOW_EXPERIMENT_NAME")
    if not name:
        return "0"
    found = client.get_experiment_by_name(name)
    return client.create_experiment(name) if found is None else str(found.experiment_id)


def _by_source(corpus: Corpus) -> dict[str, list[tuple[Part, AnnotatedPage]]]:
    by_source: dict[str, list[tuple[Part, AnnotatedPage]]] = {}
    for page, part in zip(corpus.receipts, corpus.parts, strict=True):
        by_source.setdefault(page.source, []).append((part, page))
    return by_source


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """``stages.0.epochs`` and the like, with plain values."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{name}.{number}")
    else:
        yield name, value if isinstance(value, str) else json.dumps(value)
