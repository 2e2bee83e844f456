"""The shipped model's card is what training writes, and documents agree on its figures."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from doc_pages import text_of

CARD = "pipeline/models/receipts-base/README.md"
WITH_FIGURES = ("README.md", "docs/benchmarks.md", CARD)
BLOCK = re.compile(r"<!-- figures: (\w+) (\w+) -->\n(.*?)<!-- end of figures -->", re.S)


def rows_in(text: str) -> Iterator[list[str]]:
    """The cells of each row of Markdown tables."""
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("| ---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_card_is_what_training_writes(project: Path) -> None:
    """With the scores and sizes that it names; they are of receipts outside the project."""
    pytest.importorskip("torch", reason="needs the extra [train]")
    from pipeline.assembly.confidence.calibration import load_calibration
    from pipeline.data.part_sizes import PartSize
    from pipeline.data.parts import Part
    from pipeline.labels import load_label_set
    from pipeline.training.card import model_card
    from pipeline.training.config import TrainConfig
    from pipeline.training.model import architecture_of, load_model

    committed = BLOCK.sub("<!-- figures: \\1 \\2 -->\n<!-- end of figures -->", text_of(CARD))
    folder = (project / CARD).parent
    labels = folder / "labels.yaml"
    raw = json.loads((folder / "training.json").read_text())
    config = TrainConfig.model_validate({**raw, "label_set": labels, "output": folder})
    label_set = load_label_set(labels)
    held_out, development = re.findall(r"(\d+) receipts of (\d+) merchants", committed)
    sizes = {
        Part.TRAIN: PartSize(0, 0),
        Part.HELD_OUT: PartSize(*map(int, held_out)),
        Part.DEVELOPMENT: PartSize(*map(int, development)),
    }
    written = model_card(
        config,
        label_set,
        architecture_of(load_model(folder, label_set)),
        sizes,
        _scores(committed),
        load_calibration(folder),
    )
    assert written == committed


def _scores(card: str) -> dict[str, Any]:
    (_, *sources), *rows = rows_in(card)
    scores: dict[str, Any] = {source: {"strict": {}} for source in sources}
    for name, *cells in rows:
        for source, cell in zip(sources, cells, strict=True):
            if cell:
                scores[source]["strict"][name] = {"f1": float(cell)}
    return scores


def test_a_figure_is_the_same_in_all_documents() -> None:
    """Those of the same tokens, receipts and model, measured at the same commit."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for page in WITH_FIGURES:
        for _kind, tokens, body in BLOCK.findall(text_of(page)):
            commit = re.search(r"at commit (\w+)", body)
            heads: list[str] = []
            for name, *cells in rows_in(body):
                if not name:
                    heads = cells
                    continue
                for head, cell in zip(heads, cells, strict=True):
                    key = (tokens, commit[1] if commit else "", head, name)
                    found.setdefault(key, {})[page] = cell
    shared = {key: pages for key, pages in found.items() if len(pages) > 1}
    assert len(shared) > 20
    assert {key: pages for key, pages in shared.items() if len(set(pages.values())) > 1} == {}
