"""Python examples of the documentation run, in the root of the checkout."""

from __future__ import annotations

import pytest
from doc_pages import PAGES, blocks

EXAMPLES = [
    pytest.param(example, id=f"{page}-{number}")
    for page in PAGES
    for number, example in enumerate(blocks(page, "python"))
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_run(example, project, monkeypatch):
    monkeypatch.chdir(project)
    exec(compile(example, "example", "exec"), {"__name__": "example"})
