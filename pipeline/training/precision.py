"""What the processor computes fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


def has_bfloat16() -> bool:
    """Whether the processor has instructions for bfloat16; without them it is slower than
    float32."""
    abilities = torch.cpu.get_capabilities()
    return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))


@contextmanager
def denormals_are_zero() -> Iterator[None]:
    """Intel processors take a hundred times as long to compute with denormal numbers."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)
