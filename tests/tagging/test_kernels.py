"""The shipped tagger answers the same on processors with other instructions than this one.

QEMU's user mode runs the real ONNX Runtime as a processor would that has fewer instructions,
which then chooses other kernels: Haswell has AVX2 and no AVX-512, Nehalem has neither.
"""

import platform
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.data.formats import read
from pipeline.data.jsonl import write_annotated
from pipeline.synthetic.generate import draw_annotated
from pipeline.tagging.load import load_tagger

EMULATOR = shutil.which("qemu-x86_64")
TOKENS = 24
WRITE_LOGITS = """
import sys
from pathlib import Path
import numpy as np
from pipeline.data.formats import read
from pipeline.tagging.load import load_tagger
pages = [annotated.page for annotated in read("jsonl", Path(sys.argv[1]))]
np.savez(sys.argv[2], *load_tagger().logits(pages))
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """The first tokens of a receipt: the emulator takes most of a second for each."""
    (annotated,) = draw_annotated(1, seed=12)
    page = replace(annotated.page, tokens=annotated.page.tokens[:TOKENS])
    path = tmp_path_factory.mktemp("kernels") / "drawn.jsonl"
    write_annotated([replace(annotated, page=page, tags=annotated.tags[:TOKENS])], path)
    return path


@pytest.mark.skipif(platform.machine() != "x86_64", reason="emulates x86-64 processors")
@pytest.mark.skipif(EMULATOR is None, reason="qemu-x86_64 is not installed (Debian: qemu-user)")
def test_tags_do_not_depend_on_the_processors_instructions(drawn, tmp_path):
    here_avx512 = "avx512f" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    other = "Haswell" if here_avx512 else "Nehalem"
    path = tmp_path / "logits.npz"
    command = [EMULATOR, "-cpu", other, sys.executable, "-c", WRITE_LOGITS, drawn, path]
    subprocess.run(command, check=True, stderr=subprocess.PIPE)
    emulated = np.load(path).values()
    pages = [annotated.page for annotated in read("jsonl", drawn)]
    for here, there in zip(load_tagger().logits(pages), emulated, strict=True):
        assert np.abs(here - there).max() < 1e-3
        assert (here.argmax(axis=-1) == there.argmax(axis=-1)).all()


def test_the_shipped_graph_computes_in_float32():
    """Products of 8-bit numbers saturate on some processors and not on others."""
    graph = (load_tagger().folder / "model.onnx").read_bytes()
    for operator in (b"MatMulInteger", b"QLinearMatMul", b"DynamicQuantizeLinear"):
        assert operator not in graph
