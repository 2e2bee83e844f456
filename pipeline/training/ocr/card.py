"""The card of a trained recognition network: from what, on what, how well."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path

from pipeline.training.ocr.config import OcrTrainConfig
from pipeline.training.ocr.corpus import SourceLines
from pipeline.training.ocr.score import LineScore

_TEMPLATE = """\
# {name}

A text recognition network fine-tuned on receipt lines by `receipts train-ocr`. It has the
characters of the network that it started from, and {size}.

- Started from `{start}`, SHA-256
  `{sha256}`.
  PP-OCRv6, on which all such networks are based, is copyright Baidu and the PaddleOCR authors,
  Apache License 2.0.
- {steps} steps of {batch_size} lines. The weights are {share:g} trained and {rest:g} original.

| trained on | receipts | lines | without text | no transcript | licence of the pictures |
| --- | ---: | ---: | ---: | ---: | --- |
{data}

On lines of development receipts, whose merchants were not trained on, squeezed to the engine's
default `squeeze` (before → after). They chose the share of trained weights, and lines whose
transcript the original network's reading does not resemble are left out, so the figures are
optimistic.

| source | lines | character errors | words | amounts | merchants' names |
| --- | ---: | ---: | ---: | ---: | ---: |
{scores}
"""


def card_text(
    config: OcrTrainConfig,
    start: Path,
    share: float,
    sources: Mapping[str, SourceLines],
    before: Mapping[str, LineScore],
    after: Mapping[str, LineScore],
) -> str:
    """The card as Markdown."""
    data = [
        f"| {name} | {source.receipts} | {len(source.train)} "
        f"| {sum(not line.text and not line.is_taught for line in source.train)} "
        f"| {sum(line.is_taught for line in source.train)} | {source.licence} |"
        for name, source in sources.items()
    ]
    scores = [
        f"| {name} | {score.lines} | {_change(before[name].cer, score.cer, 4)} "
        f"| {_change(before[name].words, score.words)} "
        f"| {_change(before[name].amounts, score.amounts)} "
        f"| {_change(before[name].names, score.names)} |"
        for name, score in after.items()
    ]
    return _TEMPLATE.format(
        name=config.name,
        size=_size(config),
        start=start.name,
        sha256=hashlib.sha256(start.read_bytes()).hexdigest(),
        steps=config.steps,
        batch_size=config.batch_size,
        share=share,
        rest=1 - share,
        data="\n".join(data),
        scores="\n".join(scores),
    )


def _size(config: OcrTrainConfig) -> str:
    if config.narrow is None:
        return "its graph and speed"
    return f"{config.narrow:g} of the multiplications between its hidden channels"


def _change(before: float | None, after: float | None, digits: int = 3) -> str:
    if before is None or after is None or math.isnan(before):
        return "–"
    return f"{before:.{digits}f} → {after:.{digits}f}"
