"""Relative links lead to files, anchors to headings, and every named file exists."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from doc_pages import PAGES, PROJECT, blocks, code_spans, prose, text_of

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FOLDERS = ("configs", "data", "docs", "pipeline", "scripts", "tests")
_NAMED = re.compile(rf"(?<![\w/.-])(?:{'|'.join(_FOLDERS)})/[\w./-]*\w")


def _anchors(page: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_links_and_anchors_lead_somewhere(page):
    for link in _LINK.findall(prose(page)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (PROJECT / page).parent / path if path else PROJECT / page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target.resolve().relative_to(PROJECT).as_posix()), link


@pytest.mark.parametrize("page", PAGES)
def test_no_merge_conflict_is_left(page):
    assert re.findall(r"^(?:<{7}|>{7}) .*$", text_of(page), re.M) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_named_file_exists(page):
    named = {name for span in code_spans(page) for name in _NAMED.findall(span)}
    named |= {name for block in blocks(page, "", "console") for name in _NAMED.findall(block)}
    missing = [name for name in sorted(named) if not (PROJECT / name).exists()]
    assert missing == []


def test_every_page_can_be_found():
    """From the README or CONTRIBUTING, by links."""
    found: set[str] = set()
    waiting = ["README.md", "CONTRIBUTING.md"]
    while waiting:
        page = waiting.pop()
        if page in found or page not in PAGES:
            continue
        found.add(page)
        folder = PurePosixPath(page).parent
        for link in _LINK.findall(text_of(page)):
            path = (PROJECT / folder / link.partition("#")[0]).resolve()
            if path.is_relative_to(PROJECT):
                waiting.append(path.relative_to(PROJECT).as_posix())
    assert sorted(set(PAGES) - found) == []
