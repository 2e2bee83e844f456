"""What scripts/bench compares: the pipeline and common alternatives, each a function that loads its
models and returns one that reads a picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

Reader = Callable[[Path], None]


def ours(profile: str) -> Reader:
    from pipeline.extractor import Extractor

    options = {"profile": profile}
    extractor = Extractor(engine={"name": "rapidocr", "options": options})

    def read(path: Path) -> None:
        extractor.extract(path)

    return read


def rapidocr_defaults() -> Reader:
    from rapidocr import RapidOCR

    from pipeline.documents.load import load_page

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    engine = RapidOCR(params={"Global.log_level": "critical", **one})

    def read(path: Path) -> None:
        engine(np.asarray(load_page(path, 1))[:, :, ::-1])

    return read


def pytesseract_defaults() -> Reader:
    import pytesseract

    from pipeline.documents.load import load_page

    def read(path: Path) -> None:
        pytesseract.image_to_data(load_page(path, 1), output_type=pytesseract.Output.DICT)

    return read


def layoutlm_loop() -> Reader:
    import pytesseract
    import torch
    from transformers import LayoutLMConfig, LayoutLMForTokenClassification

    from pipeline.documents.load import load_page

    torch.set_num_threads(1)
    config = LayoutLMConfig(num_labels=33)
    model = LayoutLMForTokenClassification(config).eval()
    pieces_per_word, window = 2, config.max_position_embeddings

    def read(path: Path) -> None:
        image = load_page(path, 1)
        table = pytesseract.image_to_data(image, output_type=pytesseract.Output.DICT)
        words = [at for at, text in enumerate(table["text"]) if text.strip()]
        boxes = [grid_box(table, at, image.size) for at in words for _ in range(pieces_per_word)]
        with torch.inference_mode():
            for start in range(0, len(boxes), window):
                part = torch.tensor([boxes[start : start + window]])
                ids = torch.randint(config.vocab_size, part.shape[:2])
                model(input_ids=ids, bbox=part).logits.argmax(-1).tolist()

    return read


def grid_box(table: dict[str, list[int]], at: int, size: tuple[int, int]) -> list[int]:
    """A word's box on the grid of 0 to 1000 that LayoutLM reads."""
    left, top = table["left"][at], table["top"][at]
    right, bottom = left + table["width"][at], top + table["height"][at]
    width, height = size
    scaled = (
        1000 * left / width,
        1000 * top / height,
        1000 * right / width,
        1000 * bottom / height,
    )
    return [min(1000, max(0, int(value))) for value in scaled]


CANDIDATES: dict[str, Callable[[], Reader]] = {
    "ours": partial(ours, "balanced"),
    "ours-fast": partial(ours, "fast"),
    "rapidocr": rapidocr_defaults,
    "pytesseract": pytesseract_defaults,
    "layoutlm": layoutlm_loop,
}
