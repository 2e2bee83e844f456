"""The model card: what a model was trained on, what it scores, what it must not be used for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.labels import LabelSet
from pipeline.training.config import SourceConfig, Stage, TrainConfig


def model_card(
    config: TrainConfig, label_set: LabelSet, scores: Mapping[str, Mapping[str, Any]]
) -> str:
    """Markdown for the model folder's ``README.md``.

    Args:
        scores: source to what ``tag_scores`` gives for its held-out pages.
    """
    return "\n".join(
        [
            f"# {config.name}",
            "",
            f"Tags the words of a receipt with {len(label_set.labels)} labels: "
            f"{', '.join(label_set.names)}.",
            "A LayoutLM (text and 2-D positions; 6 layers, 384 wide) started from MiniLM-L6-H384 "
            "(Apache-2.0),",
            "`model.onnx` with int8 weights for inference, `model.safetensors` in float16 for "
            "further training.",
            "",
            "## Training data",
            "",
            *(_stage_line(stage, config.sources) for stage in config.stages),
            "",
            "SROIE and CORD are CC BY 4.0. The licence of WildReceipt's pictures is not stated;",
            "none of them is part of this model's folder. The other receipts are drawn.",
            "",
            "## Tags on receipts of merchants that training never saw",
            "",
            "seqeval, strict IOB2, entity F1, over annotated boxes and the words that OCR reads",
            "together.",
            "",
            *_table(label_set, scores),
            "",
            "## Limits",
            "",
            "Trained on receipts in English, Malay and Indonesian and on drawn ones in seven "
            "languages;",
            "other scripts are read badly. Labels that only drawn receipts hold (unit price, "
            "discount, cash, change) are less certain.",
            "Not for documents other than receipts.",
            "",
        ]
    )


def _stage_line(stage: Stage, sources: Mapping[str, SourceConfig]) -> str:
    parts = [
        f"{name} ({' and '.join(sources[name].tokens)}{f', {weight} times' if weight > 1 else ''})"
        for name, weight in stage.sources.items()
    ]
    if stage.drawn:
        parts.append(f"{stage.drawn.count:,} drawn receipts")
    return f"- {stage.name}, {stage.epochs:g} epochs: {', '.join(parts)}"


def _table(label_set: LabelSet, scores: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    if not scores:
        return ["No receipts were held out."]
    heads = list(scores)
    rows = [f"| | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}"]
    for name in (*label_set.names, "micro avg", "macro avg"):
        cells = [scores[head]["strict"].get(name, {}).get("f1") for head in heads]
        shown = ["" if cell is None else f"{cell:.3f}" for cell in cells]
        rows.append(f"| {name} | {' | '.join(shown)} |")
    return rows
