"""Load the PP-OCR networks from RapidOCR's package into ONNX Runtime or OpenVINO.

Only the package's files are used, none of its code: importing it costs a second, and its
steps are made for any picture, where ours are made for receipts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from numpy.typing import NDArray

from pipeline.errors import EngineUnavailable
from pipeline.install import how_to_install
from pipeline.onnx_session import open_session

DETECTION = "PP-OCRv6_det_small.onnx"
RECOGNITION = "PP-OCRv6_rec_small.onnx"

Floats = NDArray[np.float32]
Network = Callable[[Floats], Floats]
"""One batch in, one out: a network with one input and one output."""


class Alphabet(StrEnum):
    """The characters that the recogniser may read.

    Its last layer has 18,708 characters, most of them Chinese. Leaving out those that a
    receipt in Latin script cannot have saves a sixth of its time and every mistake of a
    full-width comma for a comma.
    """

    LATIN = "latin"
    ALL = "all"


class Runtime(StrEnum):
    """The library that runs the networks. OpenVINO is an extra; it computes in bfloat16 on
    processors that support it, in about half of ONNX Runtime's time."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"


@dataclass(frozen=True, slots=True)
class Recognition:
    """The recognition network and the character of each class; class 0 is the CTC blank, whose
    character is empty."""

    network: Network
    characters: tuple[str, ...]


def model_file(name: str) -> Path:
    """The path of a model in RapidOCR's package.

    Raises:
        EngineUnavailable: it is not installed, or this version of it has no such file.
    """
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise EngineUnavailable(
            "the package rapidocr is not installed; install it with: pip install 'rapidocr<4'"
        )
    path = Path(spec.origin).parent / "models" / name
    if not path.is_file():
        raise EngineUnavailable(
            f"the installed rapidocr carries no {name}; install one that does with: "
            "pip install 'rapidocr>=3.10,<4'"
        )
    return path


def detection_network(threads: int = 1, runtime: Runtime = Runtime.ONNXRUNTIME) -> Network:
    """Pictures (1, 3, height, width), sides multiples of 32, values -1 to 1, channels blue,
    green, red, to the probability of text (1, 1, height, width).

    Raises:
        EngineUnavailable: as ``model_file``.
    """
    return _opened(model_file(DETECTION).read_bytes(), threads, runtime)


def recognition_network(
    alphabet: Alphabet, threads: int = 1, runtime: Runtime = Runtime.ONNXRUNTIME
) -> Recognition:
    """Lines (lines, 3, 48, width), values as for detection, to the probability of each
    character (lines, columns, characters), a column for every eight pixels.

    Raises:
        EngineUnavailable: as ``model_file``.
    """
    model = _onnx_types()["Model"]()
    model.ParseFromString(model_file(RECOGNITION).read_bytes())
    known = next(entry.value for entry in model.metadata_props if entry.key == "character")
    characters = ["", *known.splitlines(), " "]
    if alphabet is Alphabet.LATIN:
        kept = [index for index, text in enumerate(characters) if is_latin(text)]
        _keep_classes(model.graph, len(characters), kept)
        characters = [characters[index] for index in kept]
    network = _opened(model.SerializeToString(), threads, runtime)
    return Recognition(network, tuple(characters))


def is_latin(text: str) -> bool:
    """Whether a receipt in Latin script may contain the character; true for the blank."""
    return all(
        character.isascii()
        or character in _MARKS
        or (unicodedata.category(character) == "Sc" and unicodedata.name(character)[:5] != "FULLW")
        or (unicodedata.name(character, "").startswith("LATIN ") and character <= _LAST_LETTER)
        or character in _ROMANIAN
        for character in text
    )


_MARKS = "°·×÷±²³½¼¾§©®™№–—‘’“”„•…«»¡¿ªº"
_LAST_LETTER = "\u017f"  # of Latin Extended-A; what follows is for phoneticians
_ROMANIAN = "ȘșȚț"


def _opened(model: bytes, threads: int, runtime: Runtime) -> Network:
    return _on_openvino(model, threads) if runtime is Runtime.OPENVINO else _on_onnx(model, threads)


def _on_onnx(model: bytes, threads: int) -> Network:
    network = open_session(model, threads)
    (given,) = network.get_inputs()

    def run(batch: Floats) -> Floats:
        (result,) = network.run(None, {given.name: batch})
        return np.asarray(result, np.float32)

    return run


def _on_openvino(model: bytes, threads: int) -> Network:
    try:
        import openvino
    except ImportError as error:
        raise EngineUnavailable(
            f"{error}; install it with: {how_to_install('openvino')}"
        ) from error
    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
    request = core.compile_model(core.read_model(model), "CPU", settings).create_infer_request()

    one_at_a_time = Lock()  # a request refuses a second thread while it is running

    def run(batch: Floats) -> Floats:
        with one_at_a_time:
            (result,) = request.infer([batch]).values()
            return np.array(result, np.float32)  # the next run writes over OpenVINO's own

    return run


def _keep_classes(graph: Any, count: int, kept: Sequence[int]) -> None:
    """Cut the last axis of the weights and the bias of the last layer, the only ones with a
    column a class."""
    for weights in graph.initializer:
        if weights.dims and weights.dims[-1] == count:
            values = np.frombuffer(weights.raw_data, np.float32).reshape(tuple(weights.dims))
            weights.raw_data = np.ascontiguousarray(values[..., kept]).tobytes()
            weights.dims[-1] = len(kept)
    for output in graph.output:
        output.ClearField("type")  # ONNX Runtime works it out


def _onnx_types() -> dict[str, Any]:
    """Protobuf types of the few fields of an ONNX model that are read here; all others are
    kept as they are. ONNX Runtime brings protobuf with it, but not the package onnx."""
    field = descriptor_pb2.FieldDescriptorProto
    one, many = field.LABEL_OPTIONAL, field.LABEL_REPEATED
    fields = {
        "Entry": [("key", 1, one, field.TYPE_STRING), ("value", 2, one, field.TYPE_STRING)],
        "Tensor": [("dims", 1, many, field.TYPE_INT64), ("raw_data", 9, one, field.TYPE_BYTES)],
        "Value": [("name", 1, one, field.TYPE_STRING), ("type", 2, one, field.TYPE_BYTES)],
        "Graph": [("initializer", 5, many, "Tensor"), ("output", 12, many, "Value")],
        "Model": [("graph", 7, one, "Graph"), ("metadata_props", 14, many, "Entry")],
    }
    file = descriptor_pb2.FileDescriptorProto(name="onnx_parts.proto", package="onnx_parts")
    for message, its_fields in fields.items():
        described = file.message_type.add(name=message)
        for name, number, label, kind in its_fields:
            added = described.field.add(name=name, number=number, label=label)
            if isinstance(kind, str):
                added.type, added.type_name = field.TYPE_MESSAGE, f".onnx_parts.{kind}"
            else:
                added.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        message: message_factory.GetMessageClass(
            pool.FindMessageTypeByName(f"onnx_parts.{message}")
        )
        for message in fields
    }
