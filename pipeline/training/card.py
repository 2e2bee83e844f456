"""Write the model card: training data, scores, limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.assembly.confidence.calibration import Calibration
from pipeline.data.part_sizes import LEAST_HELD_OUT, PartSize
from pipeline.data.parts import Part
from pipeline.labels import LabelSet
from pipeline.training.config import SourceConfig, Stage, TrainConfig

_INITS = {
    "minilm": "the text weights of MiniLM-L6-H384 (Apache-2.0), with new 2-D position embeddings"
}
_LICENCES = {
    "sroie": "SROIE (ICDAR 2019) is CC BY 4.0.",
    "cord": "CORD v2 is CC BY 4.0.",
    "wildreceipt": "The licence of WildReceipt's pictures is not stated; none of them is part of "
    "this folder.",
    "transcribed": "Transcriptions are model-assisted labels of a public collection (MIT).",
    "portugal": "The Portuguese receipts' texts are of Zenodo 6371710, CC BY 4.0, printed anew.",
    "us": "The US receipts' texts are of the ExpressExpense SRD (MIT), printed anew.",
    "indonesia": "The Indonesian receipts' texts are of CORD v2, CC BY 4.0, printed anew.",
}
"""By format or name of a source."""


def model_card(
    config: TrainConfig,
    label_set: LabelSet,
    architecture: str,
    sizes: Mapping[Part, PartSize],
    scores: Mapping[str, Mapping[str, Any]],
    calibration: Calibration | None,
) -> str:
    """Markdown for the model folder's ``README.md``.

    Args:
        architecture: the family and its size, in words.
        sizes: of the parts of its sources.
        scores: source to what ``tag_scores`` gives for its held-out pages.
        calibration: in the model folder.
    """
    names = {name for stage in config.stages for name in stage.sources}
    known = {*names, *(config.sources[name].format for name in names)} & _LICENCES.keys()
    return "\n".join(
        [
            f"# {config.name}",
            "",
            f"Tags the words of a receipt with {len(label_set.labels)} labels: "
            f"{', '.join(label_set.names)}.",
            "",
            f"{architecture}, started from {_INITS.get(config.init, config.init)}.",
            "`model.safetensors` has float16 weights; further training starts from them, and "
            "`model.onnx` computes",
            "with int8 ones that follow from them (`int8.json` says which);",
            "`parts.json` lists the receipts that were not trained on.",
            _calibration(calibration),
            "",
            "## Training data",
            "",
            *(_stage_line(stage, config.sources) for stage in config.stages),
            "",
            *(_LICENCES[name] for name in sorted(known)),
            "Drawn receipts are synthetic.",
            "",
            "## Tags on receipts of merchants that training never saw",
            "",
            *_parts(sizes),
            "",
            *_table(label_set, scores),
            "",
            "## Fields, end to end from the picture",
            "",
            "Written by `scripts/readme_figures README.md REPORT.json …` from reports of",
            "`receipts evaluate --held-out -o REPORT.json`.",
            "",
            "<!-- figures: fields image -->",
            "<!-- end of figures -->",
            "",
            "## Limits",
            "",
            *_limits(label_set, scores),
            "Accuracy on languages and countries outside the training data is not measured.",
            "Not for documents other than receipts.",
            "",
        ]
    )


def _calibration(calibration: Calibration | None) -> str:
    if calibration is None:
        return (
            "It has no `calibration.json`: confidences rank fields but are not probabilities "
            "until `receipts calibrate` fits one."
        )
    if calibration.receipts:
        return (
            "`calibration.json`, which turns confidences into probabilities, was fitted on "
            f"{len(calibration.receipts)} development receipts."
        )
    return (
        f"`calibration.json` is that of the start model, {calibration.about['start_model']}: this "
        "run had too few development receipts to fit one. Confidences are approximate, and "
        "`--auto-approve` is refused, until `receipts calibrate` fits one."
    )


def _parts(sizes: Mapping[Part, PartSize]) -> Iterator[str]:
    held_out, development = sizes[Part.HELD_OUT], sizes[Part.DEVELOPMENT]
    yield "seqeval, strict IOB2, entity F1, over annotated boxes and the words that OCR reads"
    yield f"together, on {held_out}."
    if development.receipts:
        yield f"{development}, a development part, chose the epoch and the temperature of the"
        yield "probabilities."
    else:
        yield "There was no development part to choose an epoch by: each stage's last one is kept."
    if held_out.receipts > 0 and not held_out.reaches(LEAST_HELD_OUT):
        yield ""
        yield f"**{held_out}: too few to say how good the model is**, which takes at least"
        yield f"{LEAST_HELD_OUT}."


def _limits(label_set: LabelSet, scores: Mapping[str, Mapping[str, Any]]) -> Sequence[str]:
    scored = {name for source in scores.values() for name in source["strict"]}
    unscored = [name for name in label_set.names if name not in scored]
    return [f"Not scored on any held-out receipt: {', '.join(unscored)}."] if unscored else []


def _stage_line(stage: Stage, sources: Mapping[str, SourceConfig]) -> str:
    parts = [
        f"{name} ({_tokens(sources[name])}{f', {weight} times' if weight > 1 else ''})"
        for name, weight in stage.sources.items()
    ]
    if stage.drawn:
        parts.append(f"{stage.drawn.count:,} drawn receipts")
    return f"- {stage.name}, {stage.epochs:g} epochs: {', '.join(parts)}"


def _tokens(source: SourceConfig) -> str:
    return " and ".join(source.tokens or ("boxes", "ocr where there are pictures"))


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
