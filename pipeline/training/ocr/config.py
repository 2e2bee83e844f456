"""The config of ``receipts train-ocr``: one YAML file, validated before anything runs."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pipeline.training.config import ConfigFile, ConfigPath, Section

Share = Annotated[float, Field(ge=0, le=1)]


class AnnotatedSource(Section):
    """Annotated receipts with pictures.

    Attributes:
        format: a reader's name, such as ``sroie``.
        path: of the data, relative to the config file.
        weight: how often its lines are drawn, relative to those of other sources.
        case: whether transcripts have the case of the print; if not, both cases are right.
        spaces: whether transcripts have the spaces of the print; if not, any spaces are right.
        taught: train on the lines without a credible transcript too, with the start network's
            output as what is right: for networks that are narrowed.
        receipts: train on at most so many receipts; ``None`` takes all.
        development: score at most so many development receipts; ``None`` takes all.
        licence: of the pictures, for the network's card.
    """

    format: str
    path: ConfigPath
    weight: float = Field(1, ge=0)
    case: bool = True
    spaces: bool = True
    taught: bool = False
    receipts: int | None = Field(None, ge=1)
    development: int | None = Field(None, ge=1)
    licence: str = "not stated"


class UnlabelledSource(Section):
    """A folder of pictures without annotations. Lines that the original network reads alike at two
    widths, and with high confidence, are trained on; its reading is the transcript. With ``taught``
    the other lines are too, with its output as what is right."""

    folder: ConfigPath
    weight: float = Field(1, ge=0)
    taught: bool = False
    receipts: int | None = Field(None, ge=1)
    licence: str = "not stated"


class DrawnSource(Section):
    """Synthetic receipts: ``receipts`` of them, starting at ``seed``.

    Attributes:
        rare: the share of words that get a random diacritic or currency sign.
    """

    receipts: int = Field(ge=1)
    seed: int = 0
    weight: float = Field(1, ge=0)
    rare: Share = 0.03


class KeepNear(Section):
    """The weight of the term that keeps the output near the original network's where that was
    right, by kind of character."""

    letters: float = Field(1.0, ge=0)
    others: float = Field(0.3, ge=0)


class OcrTrainConfig(ConfigFile):
    """The config of a training run of the recognition network.

    Attributes:
        start: the ONNX file to start from; ``None`` is the packaged network.
        output: the ONNX file to write, relative to the config file; its card is written beside it.
        narrow: the trained network keeps this share of the multiplications between hidden channels,
            and learns to read as ``start`` does; ``None`` keeps the size. See ``narrowing``.
        parts: a model's ``parts.json``: receipts that it lists as development or held out are
            not trained on. ``None`` splits the sources by merchant.
        steps: of the optimiser, each on ``batch_size`` lines of one source.
        easy: the chance in each epoch, 0 to 1, of lines that the original network reads right and
            with high confidence; the others are in every epoch.
        learning_rate: the highest; it rises over ``warmup`` steps, then falls linearly to zero.
        half: whether the file holds float16: it is half as large, and cannot be trained on.
        precision: of convolutions and matrix products; ``auto`` is bfloat16 where the processor has
            instructions for it, as it is slower than float32 elsewhere.
        shares: the result is the mean of trained and original weights. Of these shares of the
            trained weights, the one with the best development score is kept.
    """

    described_as: ClassVar[str] = "a config of train-ocr"

    name: str
    output: ConfigPath
    start: ConfigPath | None = None
    narrow: Annotated[float, Field(gt=0, lt=1)] | None = None
    parts: ConfigPath | None = None
    annotated: dict[str, AnnotatedSource] = Field(min_length=1)
    unlabelled: dict[str, UnlabelledSource] = Field(default_factory=dict)
    drawn: DrawnSource | None = None
    keep_near: KeepNear = KeepNear()
    steps: int = Field(1500, ge=0)
    batch_size: int = Field(16, ge=1)
    easy: float = Field(0.3, gt=0, le=1)
    learning_rate: float = Field(1e-4, gt=0)
    warmup: int = Field(50, ge=0)
    weight_decay: float = Field(0.01, ge=0)
    shares: tuple[Share, ...] = Field((0.5, 0.7, 1.0), min_length=1)
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int = Field(1, ge=1)
    half: bool = False
    checkpoint_minutes: float = Field(3, ge=0)
    seed: int = 0
