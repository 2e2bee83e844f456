"""The trained model to ONNX: float32 from torch, then int8 weights, then compared."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import LayoutLMForTokenClassification

from pipeline.tagging.encoding import Window
from pipeline.tagging.onnx import model_inputs


class _LogitsOnly(torch.nn.Module):
    """The model with plain tensors in and out, as an ONNX graph has them."""

    def __init__(self, model: LayoutLMForTokenClassification) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, input_ids: torch.Tensor, bbox: torch.Tensor, attention_mask: torch.Tensor
    ) -> torch.Tensor:
        outputs = self.model(input_ids=input_ids, bbox=bbox, attention_mask=attention_mask)
        logits: torch.Tensor = outputs.logits
        return logits


def export_onnx(model: LayoutLMForTokenClassification, path: Path) -> None:
    """Write ``path`` with int8 weights (dynamic quantisation, one scale a channel).

    Both axes of the input (windows, pieces) stay dynamic.
    """
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "float32.onnx"
        _export_float32(model, full)
        quantize_dynamic(
            full,
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )


def _export_float32(model: LayoutLMForTokenClassification, path: Path) -> None:
    model.eval()
    input_ids = torch.ones((2, 16), dtype=torch.long)
    example = (input_ids, torch.zeros((2, 16, 4), dtype=torch.long), torch.ones_like(input_ids))
    axes = {0: "windows", 1: "pieces"}
    with torch.no_grad():
        torch.onnx.export(
            _LogitsOnly(model),
            example,
            str(path),
            input_names=["input_ids", "bbox", "attention_mask"],
            output_names=["logits"],
            dynamic_axes=dict.fromkeys(("input_ids", "bbox", "attention_mask", "logits"), axes),
            opset_version=17,
            dynamo=False,
        )


def torch_logits(
    model: LayoutLMForTokenClassification, windows: Sequence[Window]
) -> list[np.ndarray]:
    """First-piece logits of each window straight from torch, shape (tokens, tags)."""
    model.eval()
    results = []
    for window in windows:
        feed = {name: torch.from_numpy(array) for name, array in model_inputs([window]).items()}
        with torch.no_grad():
            logits = model(**feed).logits[0, list(window.first_pieces)]
        results.append(logits.numpy())
    return results
