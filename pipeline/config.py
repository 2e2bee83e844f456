"""The settings of extraction, from YAML, keywords or the command line, as one typed object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator
from pydantic import Field as Constraint

from pipeline.documents.limits import ImageLimits
from pipeline.errors import ConfigError, did_you_mean, did_you_mean_share
from pipeline.page_reader import PdfText
from pipeline.plain_errors import plain_problems
from pipeline.receipt import FIELD_NAMES, KEY_FIELDS, REVIEW_BELOW

RUN_SETTINGS = ("workers", "timeout", "memory_limit")
"""Settings that only affect worker processes."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class EngineConfig(_Section):
    """An OCR engine by name, and the options that the engine itself checks.

    A string is the name of an engine with default options.
    """

    name: str = "rapidocr"
    options: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _plain_name(cls, raw: Any) -> Any:
        return {"name": raw} if isinstance(raw, str) else raw


class ExtractConfig(_Section):
    """The settings of extraction.

    Attributes:
        engine: reads the text.
        model: a model folder, ``receipts-base`` for the one in the package, or ``rules``
            for the rule-based baseline.
        limits: inputs that exceed them are refused before they are decoded.
        workers: processes of a folder run, each on one core; ``None`` for one per core.
        timeout: seconds that a file of a folder run may take.
        memory_limit: megabytes (2**20 bytes) per worker; ``None`` for an equal share of the
            machine's memory.
        pdf_text: ``trusted`` takes the text that PDF pages bring where it is what they show, and
            OCR elsewhere; ``never`` reads every page by OCR.
        ocr_cache: a folder that keeps OCR results between runs; ``None`` for no cache.
        review_below: field name to confidence, 0 to 1; a receipt with a field below its
            threshold gets ``needs_review``. The key fields that are not named keep 0.5.
        auto_approve: approve records that need no human check, at this precision between 0
            and 1, as the record's ``approved``; ``None`` for no approval.
        approve_fields: the fields that must be right in an approved record.
    """

    engine: EngineConfig = EngineConfig()
    model: str = "receipts-base"
    limits: ImageLimits = ImageLimits()
    workers: int | None = Constraint(default=None, ge=1)
    timeout: float = Constraint(default=300, gt=0)
    memory_limit: int | None = Constraint(default=None, ge=1)
    pdf_text: PdfText = PdfText.TRUSTED
    ocr_cache: Path | None = None
    review_below: dict[str, float] = dict(REVIEW_BELOW)

    auto_approve: float | None = Constraint(default=None, gt=0, lt=1)
    approve_fields: tuple[str, ...] = Constraint(default=KEY_FIELDS, min_length=1)

    @field_validator("auto_approve", mode="before")
    @classmethod
    def _no_percentage(cls, given: Any) -> Any:
        if isinstance(given, int | float) and given > 1:
            hint = did_you_mean_share(given)
            raise ValueError(f"must be a share between 0 and 1, not {given:g}{hint}")
        return given

    @field_validator("approve_fields")
    @classmethod
    def _known_fields(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in FIELD_NAMES:
                raise ValueError(f"unknown field {name!r}{did_you_mean(name, FIELD_NAMES)}")
        return names

    @field_validator("review_below")
    @classmethod
    def _fields_and_shares(cls, thresholds: dict[str, float]) -> dict[str, float]:
        for name, threshold in thresholds.items():
            if name not in FIELD_NAMES:
                raise ValueError(f"unknown field {name!r}{did_you_mean(name, FIELD_NAMES)}")
            if not 0 <= threshold <= 1:
                hint = did_you_mean_share(threshold)
                raise ValueError(f"{name}: a threshold is a confidence from 0 to 1{hint}")
        return thresholds

    if not TYPE_CHECKING:  # type checkers know the keywords from the attributes

        def __init__(self, **settings: Any) -> None:
            try:
                super().__init__(**settings)
            except ValidationError as error:
                raise ConfigError("\n  ".join(plain_problems(error, type(self)))) from error

    @classmethod
    def of(cls, raw: Mapping[str, Any], where: str = "settings") -> Self:
        """Validate plain values.

        Raises:
            ConfigError: naming ``where`` and every wrong key and value.
        """
        try:
            return cls(**raw)
        except ConfigError as error:
            raise ConfigError(f"{where}:\n  {error}") from error

    def with_settings(self, settings: Mapping[str, Any], where: str = "settings") -> Self:
        """The same config with ``settings`` applied over its top-level keys.

        Raises:
            ConfigError: an unknown setting or a wrong value.
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return self.of({**given, **settings}, where)

    def with_engine_options(self, **options: Any) -> Self:
        """The same config with these engine options applied over its own."""
        engine = EngineConfig(name=self.engine.name, options={**self.engine.options, **options})
        return self.model_copy(update={"engine": engine})

    def worker_count(self) -> int:
        """The configured number of workers, or the number of cores that this process may use."""
        if self.workers is not None:
            return self.workers
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1


def load_config(path: Path | None, overrides: Mapping[str, Any] | None = None) -> ExtractConfig:
    """Read a YAML file, if given, and apply ``overrides`` to its top-level keys.

    Relative paths in the file are relative to the working directory.

    Raises:
        ConfigError: unreadable file, unknown key or wrong value.
    """
    where = "command line" if path is None else str(path)
    from_file = ExtractConfig.of({} if path is None else read_yaml(path), where)
    over = dict(overrides or {})
    if over.get("engine") == from_file.engine.name:
        del over["engine"]  # the same engine: the file's options for it stay
    return from_file.with_settings(over, where)


def read_yaml(path: Path) -> dict[str, Any]:
    """The keys and values of a YAML file.

    Raises:
        ConfigError: it cannot be read, or is no mapping.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML: {error}") from error
    if raw is None:
        return {}
    if not isinstance(raw, dict) or not all(isinstance(key, str) for key in raw):
        raise ConfigError(f"{path}: a configuration is a mapping of keys to values")
    return raw
