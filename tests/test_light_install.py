"""What the light install takes stays within its budget."""

import subprocess
import sys

import pytest

BUDGET = 480  # MB, of which pip and setuptools take
PIP = 25


@pytest.mark.skipif(sys.platform != "linux", reason="packages differ in size between systems")
def test_the_light_install_stays_within_its_budget(project):
    command = [sys.executable, str(project / "scripts" / "measure_install")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "onnxruntime" in done.stdout
    total, *_ = done.stdout.splitlines()[-1].split()
    assert float(total) <= BUDGET - PIP
