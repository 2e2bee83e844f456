"""scripts/without_avx512 runs a command with a patched copy of ONNX Runtime."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path("scripts/without_avx512")
NETWORK = Path("pipeline/ocr/weights/receipts_rec_narrow_latin.onnx")
READ = """
import sys
import numpy as np
import onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
line = np.random.default_rng(0).random((1, 3, 48, 160), np.float32)
(scores,) = session.run(None, {session.get_inputs()[0].name: line})
print(onnxruntime.__file__, scores.argmax(-1).tolist())
"""

pytestmark = pytest.mark.skipif(
    platform.system() != "Linux" or platform.machine() != "x86_64",
    reason="patches the library of Linux on x86-64",
)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def test_a_command_runs_with_the_copy_and_gives_the_same_output():
    python = (sys.executable, "-c", READ, str(NETWORK))
    native, patched = run(*python), run(sys.executable, str(SCRIPT), *python)
    assert native.returncode == 0 == patched.returncode, native.stderr + patched.stderr
    (native_file, expected), (copy, found) = (
        one.stdout.split(maxsplit=1) for one in (native, patched)
    )
    assert found == expected
    assert copy != native_file
    assert not Path(copy).exists()  # the copy is deleted with the command's end


def test_the_exit_status_is_the_commands():
    assert (
        run(sys.executable, str(SCRIPT), sys.executable, "-c", "raise SystemExit(3)").returncode
        == 3
    )
    assert run(sys.executable, str(SCRIPT)).returncode == 2
