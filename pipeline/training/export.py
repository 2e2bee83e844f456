"""Export the trained model to ONNX: float32 from torch, then weights stored in int8."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import torch
from torch.jit import TracerWarning  # type: ignore[attr-defined]
from transformers import LayoutLMForTokenClassification, PreTrainedModel

from pipeline.tagging.encoding import Window
from pipeline.tagging.input_format import InputFormat
from pipeline.tagging.inputs import model_inputs
from pipeline.training.fused_attention import fused_attention
from pipeline.training.quantise import quantise


class _LogitsOnly(torch.nn.Module):
    """The model with plain tensors as input and output, as an ONNX graph requires."""

    def __init__(self, model: PreTrainedModel, inputs: Sequence[str]) -> None:
        super().__init__()
        self.model, self.inputs = model, inputs

    def forward(self, *values: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(**dict(zip(self.inputs, values, strict=True))).logits
        return logits


@contextmanager
def _quiet_export() -> Iterator[None]:
    """Suppress torch's warnings about every export by tracing: deprecation, fixed Python branches,
    negative indices. Tests compare each family's exported model with torch, at other window
    sizes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=TracerWarning)
        for known in (
            "You are using the legacy TorchScript-based ONNX export",
            "The feature will be removed",
            "Exporting aten::index operator of advanced indexing",
        ):
            warnings.filterwarnings("ignore", known)
        yield


def export_onnx(model: PreTrainedModel, wanted: InputFormat, path: Path) -> None:
    """Write ``path`` with int8 weights, see ``quantise``.

    Both axes of the input (windows, positions) stay dynamic.
    """
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "float32.onnx"
        export_float32(model, wanted, full)
        quantise(full, path)


def export_float32(model: PreTrainedModel, wanted: InputFormat, path: Path) -> None:
    """Export the model in float32.

    The graph of a LayoutLM, over pieces or words, takes no ``attention_mask``: its windows
    are all of one length.
    """
    model.train(False)
    tokens = tuple(range(16))
    example = Window(tokens, tuple((5 + n, 6 + n) for n in tokens), ((0, 0, 1, 1),) * len(tokens))
    feed = model_inputs([example, example], wanted)
    fused = isinstance(model, LayoutLMForTokenClassification)
    if fused:
        del feed["attention_mask"]
    texts = [name for name in feed if name != "pixel_values"]
    axes = {name: {0: "windows", 1: "positions"} for name in [*texts, "logits"]}
    if "pixel_values" in feed:
        axes["pixel_values"] = {0: "windows"}
    with torch.no_grad(), _quiet_export(), fused_attention(model) if fused else nullcontext():
        torch.onnx.export(
            _LogitsOnly(model, list(feed)),
            tuple(torch.from_numpy(array) for array in feed.values()),
            str(path),
            input_names=list(feed),
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
            autograd_inlining=False,  # the fused attention knows its own node
        )
