"""Levers on the speed of OCR, each alone, for scripts/bench_ocr: ``--engine lever:NAME``.

Each lever is the default engine with one thing changed; docs/research/speed-notes.md has results.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnx.version_converter
import onnxruntime
from latin_alphabet import latin, without_negligible_weights
from onnx import helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image

from pipeline.ocr import recognition
from pipeline.ocr.character_width import scaled, squeeze_of
from pipeline.ocr.detection import as_input
from pipeline.ocr.networks import DETECTION, RECOGNITION, Floats, Network, Recognition
from pipeline.ocr.page_reading import ReadLine
from pipeline.ocr.quads import Pixels, Quad, line_picture
from pipeline.ocr.rapid import RapidOcrEngine, RapidOcrOptions

SAMPLES = Path(__file__).parents[1] / "data/samples"
_CALIBRATION_LINES = 48
_MARGIN = 6  # pixels of paper left at either end of a trimmed line


def engine(name: str) -> RapidOcrEngine:
    """The default engine with one lever.

    Raises:
        KeyError: there is no such lever.
    """
    onnxruntime.set_default_logger_severity(3)
    changed = RapidOcrEngine(RapidOcrOptions())
    LEVERS[name](changed)
    return changed


def published(name: str) -> Path:
    """A network's file in RapidOCR's package."""
    spec = find_spec("rapidocr")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "models" / name


def published_detection(changed: RapidOcrEngine) -> None:
    """Detection with the denormal weights of RapidOCR's file."""
    changed._detection = network(published(DETECTION.name))


def published_recognition(changed: RapidOcrEngine) -> None:
    """The larger network that recognition was made from, before any training on receipts."""
    model = latin(onnx.load(str(published("PP-OCRv6_rec_small.onnx"))))
    without_negligible_weights(model.graph)
    replace_recogniser(changed, network(model.SerializeToString()))


def fixed_squeeze(changed: RapidOcrEngine) -> None:
    """Every line at three quarters of its width, and doubtful ones again at all of it."""

    def read(used: Recognition, pixels: Pixels, quads: Sequence[Quad]) -> list[ReadLine]:
        lines = recognise_at(used, pixels, quads, 0.75)
        doubtful = [index for index, line in enumerate(lines) if line.weakest < 0.4]
        again = recognise_at(used, pixels, [quads[index] for index in doubtful], 1.0)
        for index, line in zip(doubtful, again, strict=True):
            if line.confidence > lines[index].confidence:
                lines[index] = line
        return lines

    changed._read = read


def recognise_at(
    used: Recognition, pixels: Pixels, quads: Sequence[Quad], width: float
) -> list[ReadLine]:
    return recognition.recognise(used, [line_picture(pixels, quad, 48, width) for quad in quads])


def before(changed: RapidOcrEngine) -> None:
    """As the engine was before all: published networks, and one squeeze for all lines."""
    published_detection(changed)
    published_recognition(changed)
    fixed_squeeze(changed)


def graph_level(level: onnxruntime.GraphOptimizationLevel) -> Callable[[RapidOcrEngine], None]:
    def change(changed: RapidOcrEngine) -> None:
        changed._detection = network(DETECTION, level=level)
        replace_recogniser(changed, network(RECOGNITION, level=level))

    return change


def without_arena(changed: RapidOcrEngine) -> None:
    changed._detection = network(DETECTION, arena=False)
    replace_recogniser(changed, network(RECOGNITION, arena=False))


def batches(count: int, ratio: float) -> Callable[[RapidOcrEngine], None]:
    """Recognise so many lines at once, the widest at most ``ratio`` times the narrowest."""

    def change(changed: RapidOcrEngine) -> None:
        read = changed._read

        def with_batches(*arguments: object) -> list[ReadLine]:
            before = recognition._BATCH, recognition._MAX_WIDTH_RATIO
            recognition._BATCH, recognition._MAX_WIDTH_RATIO = count, ratio
            try:
                return read(*arguments)
            finally:
                recognition._BATCH, recognition._MAX_WIDTH_RATIO = before

        changed._read = with_batches

    return change


def trimmed(changed: RapidOcrEngine) -> None:
    """Cut blank paper off both ends of each line: the words' places are wrong then."""

    def read(used: Recognition, pixels: Pixels, quads: Sequence[Quad]) -> list[ReadLine]:
        pictures = [without_ends(line_picture(pixels, quad, 48, 1.0)) for quad in quads]
        wanted = changed.options.character_columns * recognition.COLUMN_WIDTH
        least = changed.options.squeeze
        return recognition.recognise(
            used, [scaled(one, squeeze_of(one, wanted, least)) for one in pictures]
        )

    changed._read = read


def without_ends(line: Pixels) -> Pixels:
    _, ink = cv2.threshold(line[:, :, 1].copy(), 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    inked = np.flatnonzero(ink.sum(axis=0) >= 3)
    if not len(inked):
        return line
    return line[:, max(0, inked[0] - _MARGIN) : inked[-1] + 1 + _MARGIN]


def int8(path: Path) -> Callable[[RapidOcrEngine], None]:
    """All convolutions and matrix products in 8 bits, per channel, weights of 7 bits: sums of
    products then fit into 16 bits, and all processors compute the same."""

    def change(changed: RapidOcrEngine) -> None:
        with tempfile.TemporaryDirectory() as folder:
            written = Path(folder) / "int8.onnx"
            quantize_static(
                explicit_pads(path, Path(folder) / "float.onnx"),
                written,
                Lines(path),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["Conv", "MatMul"],
            )
            if path == DETECTION:
                changed._detection = network(written)
            else:
                replace_recogniser(changed, network(written))

    return change


class Lines(CalibrationDataReader):  # type: ignore[misc]
    """Inputs from the sample receipts: pages for detection, their lines for recognition."""

    def __init__(self, path: Path) -> None:
        self._name = onnxruntime.InferenceSession(str(path)).get_inputs()[0].name
        self._inputs = self._pages() if path == DETECTION else self._lines()

    def get_next(self) -> dict[str, Floats] | None:
        found = next(self._inputs, None)
        return None if found is None else {self._name: found}

    def _pages(self) -> Iterator[Floats]:
        for pixels in pages():
            yield as_input([np.asarray(cv2.resize(pixels, (480, 960)), np.uint8)])

    def _lines(self) -> Iterator[Floats]:
        left, reader = _CALIBRATION_LINES, RapidOcrEngine(RapidOcrOptions())
        for pixels in pages():
            for quad in reader._find(pixels)[:left]:
                left -= 1
                yield as_input([line_picture(pixels, quad, 48, 0.8)])


def pages() -> Iterator[Pixels]:
    for path in sorted(SAMPLES.glob("*-??.jpg")):
        with Image.open(path) as picture:
            yield np.ascontiguousarray(np.asarray(picture.convert("RGB"))[:, :, ::-1])


def explicit_pads(path: Path, written: Path) -> Path:
    """``auto_pad`` of the 2x2 layers written out, which quantisation does not know, and opset 13,
    the first that quantises each channel on its own."""
    model = onnx.version_converter.convert_version(onnx.load(path), 13)
    for node in model.graph.node:
        for attribute in list(node.attribute):
            if attribute.name == "auto_pad" and attribute.s == b"SAME_UPPER":
                node.attribute.remove(attribute)
                node.attribute.append(helper.make_attribute("pads", [0, 0, 1, 1]))
    onnx.save(model, written)
    return written


def float16(changed: RapidOcrEngine) -> None:
    """Weights rounded to float16, as files of half the size would hold them."""
    changed._detection = network(rounded(DETECTION))
    replace_recogniser(changed, network(rounded(RECOGNITION)))


def rounded(path: Path) -> bytes:
    model = onnx.load(path)
    for weights in model.graph.initializer:
        values = numpy_helper.to_array(weights)
        if values.dtype == np.float32:
            halved = values.astype(np.float16).astype(np.float32)
            weights.CopyFrom(numpy_helper.from_array(halved, weights.name))
    return model.SerializeToString()


def network(
    model: Path | bytes,
    level: onnxruntime.GraphOptimizationLevel = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
    arena: bool = True,
) -> Network:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = level
    options.enable_cpu_mem_arena = arena
    given = model if isinstance(model, bytes) else str(model)
    session = onnxruntime.InferenceSession(given, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda batch: np.asarray(session.run(None, {name: batch})[0], np.float32)


def replace_recogniser(changed: RapidOcrEngine, used: Network) -> None:
    changed._recognition = Recognition(used, changed._recognition.characters)


_LEVEL = onnxruntime.GraphOptimizationLevel
LEVERS: dict[str, Callable[[RapidOcrEngine], None]] = {
    "before": before,
    "fixed-squeeze": fixed_squeeze,
    "published-detection": published_detection,
    "published-recognition": published_recognition,
    "graph-basic": graph_level(_LEVEL.ORT_ENABLE_BASIC),
    "graph-extended": graph_level(_LEVEL.ORT_ENABLE_EXTENDED),
    "no-arena": without_arena,
    "one-line-a-batch": batches(1, 1.0),
    "16-lines-a-batch": batches(16, 1.06),
    "widths-to-1.25": batches(8, 1.25),
    "trimmed-lines": trimmed,
    "int8-recognition": int8(RECOGNITION),
    "int8-detection": int8(DETECTION),
    "float16-weights": float16,
}
