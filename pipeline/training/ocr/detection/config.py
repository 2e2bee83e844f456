"""The config of ``scripts/narrow_detection``: one YAML file, validated before anything runs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from pipeline.training.config import ConfigFile, ConfigPath
from pipeline.training.ocr.config import AnnotatedSource, DrawnSource, UnlabelledSource


class NarrowDetectionConfig(ConfigFile):
    """How a smaller detection network is made from one that is its teacher.

    Attributes:
        start: the teacher's ONNX file; ``None`` is the packaged network.
        output: the ONNX file to write, relative to the config file.
        parts: a model's ``parts.json``: annotated receipts that it lists as held out are not used,
            development receipts only to score.
        annotated, unlabelled, drawn: the receipts whose pictures are trained on; what is annotated
            does not matter, the teacher's output is the target.
        narrow: the share of the multiplications between hidden channels that are kept.
        measured: so many pages measure the activations.
        steps: of the optimiser, each on ``batch_size`` pieces of ``piece`` by ``piece`` pixels.
        learning_rate: the highest; it rises over ``warmup`` steps, then falls linearly to zero.
    """

    described_as: ClassVar[str] = "a config of narrow_detection"

    name: str
    output: ConfigPath
    start: ConfigPath | None = None
    parts: ConfigPath | None = None
    annotated: dict[str, AnnotatedSource] = Field(min_length=1)
    unlabelled: dict[str, UnlabelledSource] = Field(default_factory=dict)
    drawn: DrawnSource | None = None
    narrow: Annotated[float, Field(gt=0, lt=1)] = 0.4
    measured: int = Field(60, ge=1)
    steps: int = Field(3000, ge=0)
    batch_size: int = Field(2, ge=1)
    piece: int = Field(512, ge=64, multiple_of=32)
    learning_rate: float = Field(3e-4, gt=0)
    warmup: int = Field(50, ge=0)
    weight_decay: float = Field(0.01, ge=0)
    checkpoint_minutes: float = Field(3, ge=0)
    threads: int = Field(1, ge=1)
    seed: int = 0
