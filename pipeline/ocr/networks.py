"""Load the OCR networks into ONNX Runtime or OpenVINO; ``weights/README.md`` is their card."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from pipeline.errors import ConfigError, EngineUnavailable
from pipeline.install import how_to_install
from pipeline.onnx_session import LOAD_ERRORS, open_session

WEIGHTS = Path(__file__).parent / "weights"
DETECTION = WEIGHTS / "PP-OCRv6_det_small.onnx"
RECOGNITION = WEIGHTS / "receipts_rec_small_latin.onnx"
NARROW_RECOGNITION = WEIGHTS / "receipts_rec_narrow_latin.onnx"

Floats = NDArray[np.float32]
Network = Callable[[Floats], Floats]
"""A network with one input and one output, each a batch."""


class Alphabet(StrEnum):
    """The characters that the recogniser may read.

    PP-OCR's has 18,708, most of them Chinese. Leaving out those that a receipt in Latin script
    cannot have saves a sixth of its time. The network of all characters is an extra; ``auto``
    uses it for pages that turn out to be Chinese or Japanese.
    """

    AUTO = "auto"
    LATIN = "latin"
    ALL = "all"


class Runtime(StrEnum):
    """The library that runs the networks. OpenVINO is an extra; it computes in bfloat16 on
    processors that support it, in about half of ONNX Runtime's time. ``cuda`` is ONNX Runtime on
    an NVIDIA GPU; it needs the package onnxruntime-gpu in the place of onnxruntime."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    CUDA = "cuda"


class Width(StrEnum):
    """How many channels the recognition network has. The narrow one takes about half the time; it
    reads clean print as well, and merchants' logos on photos less well. ``mixed``: the normal one
    reads lines that stand out on the page, the narrow one all others."""

    NORMAL = "normal"
    NARROW = "narrow"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Recognition:
    """The recognition network and the character of each class; class 0 is the CTC blank, whose
    character is empty."""

    network: Network
    characters: tuple[str, ...]


def detection_network(threads: int = 1, runtime: Runtime = Runtime.ONNXRUNTIME) -> Network:
    """Pictures (1, 3, height, width), sides multiples of 32, values -1 to 1, channels blue,
    green, red, to the probability of text (1, 1, height, width).

    Raises:
        EngineUnavailable: the runtime is not installed, or there is no GPU for it.
    """
    if runtime is Runtime.OPENVINO:
        return _on_openvino(DETECTION, threads)
    return _running(open_session(str(DETECTION), threads, on_gpu=runtime is Runtime.CUDA))


def network_from(network: Path | bytes, threads: int = 1) -> Network:
    """A network of one input and one output, from its ONNX file or the file's content."""
    return _running(open_session(network if isinstance(network, bytes) else str(network), threads))


def recognition_network(
    alphabet: Alphabet,
    threads: int = 1,
    runtime: Runtime = Runtime.ONNXRUNTIME,
    width: Width = Width.NORMAL,
) -> Recognition:
    """As ``recognition_from``, with a network of the package or of RapidOCR's.

    Args:
        alphabet: ``auto`` is the network of Latin letters.
        width: of that network, ``mixed`` is ``narrow``; there is one of all characters.

    Raises:
        EngineUnavailable: the runtime, or the network of the alphabet, is not installed.
    """
    if alphabet is Alphabet.ALL:
        return recognition_from(_of_all_characters(), threads, runtime)
    path = RECOGNITION if width is Width.NORMAL else NARROW_RECOGNITION
    return recognition_from(path, threads, runtime)


def recognition_from(
    path: Path, threads: int = 1, runtime: Runtime = Runtime.ONNXRUNTIME
) -> Recognition:
    """Lines (lines, 3, 48, width), values as for detection, to the probability of each
    character (lines, columns, characters), a column for every eight pixels.
    Full-width signs and digits are given as ordinary ones.

    Args:
        path: an ONNX file whose metadata ``character`` lists its characters, one a line.

    Raises:
        ConfigError: the file is not such a network.
        EngineUnavailable: the runtime is not installed.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    try:
        session = open_session(str(path), threads, on_gpu=runtime is Runtime.CUDA)
        listed = session.get_modelmeta().custom_metadata_map["character"]
    except (*LOAD_ERRORS, KeyError) as error:
        reason = "lists no characters" if isinstance(error, KeyError) else "is not an ONNX network"
        raise ConfigError(f"{path}: {reason}; a file of `receipts train-ocr` is wanted") from error
    network = _on_openvino(path, threads) if runtime is Runtime.OPENVINO else _running(session)
    return Recognition(network, ("", *map(_ordinary, listed.splitlines()), " "))


def _of_all_characters() -> Path:
    """The path of the recognition network in RapidOCR's package."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise EngineUnavailable(
            f"the network of all characters needs the package rapidocr; {how_to_install('cjk')}"
        )
    path = Path(spec.origin).parent / "models" / "PP-OCRv6_rec_small.onnx"
    if not path.is_file():
        raise EngineUnavailable(
            f"the installed rapidocr has no {path.name}; {how_to_install('cjk')}"
        )
    return path


def _ordinary(character: str) -> str:
    """The ASCII or Latin-1 character that a full-width one stands for; others as they are."""
    ordinary = unicodedata.normalize("NFKC", character)
    return ordinary if character in _FULL_WIDTH and ordinary.isprintable() else character


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
_LAST_LETTER = "\u017f"  # of Latin Extended-A; later blocks are mostly phonetic
_FULL_WIDTH = {chr(code) for code in (*range(0xFF01, 0xFF5F), 0xFFE0, 0xFFE1, 0xFFE5)}
_ROMANIAN = "ȘșȚț"


def _running(session: InferenceSession) -> Network:
    (given,) = session.get_inputs()

    def run(batch: Floats) -> Floats:
        (result,) = session.run(None, {given.name: batch})
        return np.asarray(result, np.float32)

    return run


def _on_openvino(path: Path, threads: int) -> Network:
    try:
        import openvino
    except ImportError as error:
        raise EngineUnavailable(
            f"{error}; install it with: {how_to_install('openvino')}"
        ) from error
    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
    request = core.compile_model(core.read_model(path), "CPU", settings).create_infer_request()

    one_at_a_time = Lock()  # a request cannot be used by two threads at once

    def run(batch: Floats) -> Floats:
        with one_at_a_time:
            (result,) = request.infer([batch]).values()
            return np.array(result, np.float32)  # a copy: the next run overwrites OpenVINO's buffer

    return run
