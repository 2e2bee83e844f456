"""Create ONNX Runtime sessions with one thread count and one shared memory arena."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as runtime

from pipeline.errors import EngineUnavailable

LOAD_ERRORS = (
    runtime.Fail,
    runtime.InvalidArgument,
    runtime.InvalidGraph,
    runtime.InvalidProtobuf,
    runtime.NoSuchFile,
    runtime.NotImplemented,
    runtime.RuntimeException,
)
"""What ONNX Runtime raises if it cannot load a model; they share no base class."""


_CPU, _GPU = "CPUExecutionProvider", "CUDAExecutionProvider"


def open_session(
    model: str | bytes,
    threads: int,
    weights: Mapping[str, NDArray[np.int8]] | None = None,
    on_gpu: bool = False,
) -> onnxruntime.InferenceSession:
    """A session on the CPU, or on the first NVIDIA GPU that this process may use.

    Args:
        model: a path, or the model itself.
        weights: those that the graph names and does not hold.

    Raises:
        EngineUnavailable: the installed ONNX Runtime cannot use a GPU, or there is none.
        LOAD_ERRORS: the model cannot be loaded.
    """
    if on_gpu and _GPU not in onnxruntime.get_available_providers():
        raise EngineUnavailable(
            "the installed onnxruntime cannot use a GPU: pip uninstall onnxruntime, then "
            "pip install onnxruntime-gpu"
        )
    _share_arena()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.use_env_allocators", "1")
    if weights:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in weights.values()]
        options.add_external_initializers(list(weights), values)
    # What CUDA has no kernel for runs on the CPU.
    providers = [_GPU, _CPU] if on_gpu else [_CPU]
    session = onnxruntime.InferenceSession(model, options, providers=providers)
    if on_gpu and _GPU not in session.get_providers():  # it falls back without an error
        raise EngineUnavailable("no GPU can be used: CUDA or its driver cannot be loaded")
    return session


@cache
def _share_arena() -> None:
    """Share one memory arena between all sessions of the process. They run one after the other, so
    each can reuse the memory that another has freed. Without an arena (RapidOCR's way) every run
    causes page faults for its memory."""
    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    unlimited, default = 0, -1
    onnxruntime.create_and_register_allocator(
        memory, onnxruntime.OrtArenaCfg(unlimited, default, default, default)
    )
