"""Fixtures of the tests of documents."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import ImageFile

from pipeline.documents.mail import render_html, rendering


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """HTML is rendered in this process, which loads WeasyPrint once."""

    def run(command: list[str], **given: Any) -> subprocess.CompletedProcess[bytes]:
        typeface, _seconds, _memory, most_pages = command[3:]
        made = render_html.rendered(given["input"], typeface, int(most_pages))
        return subprocess.CompletedProcess(command, 0, render_html.cut_to_content(made), b"")

    monkeypatch.setattr(rendering.subprocess, "run", run)
    truncated = ImageFile.LOAD_TRUNCATED_IMAGES
    yield
    ImageFile.LOAD_TRUNCATED_IMAGES = truncated  # importing WeasyPrint sets it
