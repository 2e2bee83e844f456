import pytest

from pipeline.labels import load_label_set


@pytest.fixture(scope="session")
def labels(project):
    return load_label_set(project / "configs" / "labels" / "receipts.yaml")
