"""Export attention as one fused ONNX node, which ONNX Runtime computes block by block.

Exported as torch writes it, attention is a dozen nodes and a matrix of (heads, pieces,
pieces) that goes through memory several times.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AttentionInterface, PreTrainedModel

_NAME = "one_onnx_node"


class _Attention(torch.autograd.Function):
    """Queries, keys and values of shape (windows, pieces, width) to the same shape."""

    @staticmethod
    def forward(
        _: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        heads: int,
        scale: float,
    ) -> torch.Tensor:
        q, k, v = (
            part.view(*part.shape[:2], heads, -1).transpose(1, 2) for part in (query, key, value)
        )
        seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, scale=scale)
        return seen.transpose(1, 2).flatten(2)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any, heads: int, scale: float) -> Any:
        node = g.op(
            "com.microsoft::MultiHeadAttention",
            query,
            key,
            value,
            num_heads_i=heads,
            scale_f=scale,
        )
        return node.setType(query.type())


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    _: torch.Tensor | None,
    *,
    scaling: float,
    **__: Any,
) -> tuple[torch.Tensor, None]:
    """transformers' attention interface, with heads second. No mask, because windows are tagged one
    at a time."""
    joined = [part.transpose(1, 2).flatten(2) for part in (query, key, value)]
    seen: torch.Tensor = _Attention.apply(  # type: ignore[no-untyped-call]
        *joined, module.num_attention_heads, scaling
    )
    return seen, None


AttentionInterface.register(_NAME, _attend)


@contextmanager
def fused_attention(model: PreTrainedModel) -> Iterator[None]:
    """A context in which a LayoutLM exports each layer's attention as one node.

    The graph then takes no attention mask: all windows of a batch are of one length. Other
    families add biases of their own to the attention, which the node does not know.
    """
    before = model.config._attn_implementation
    model.set_attn_implementation(_NAME)
    try:
        yield
    finally:
        model.set_attn_implementation(before)
