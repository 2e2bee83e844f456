"""The documentation's pages, and what their Markdown holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(PROJECT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "data/**/*.md", "pipeline/models/*/*.md")
    for path in PROJECT.glob(pattern)
    if path.name != "CHANGELOG.md"
)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_SHELL = ("", "console", "bash", "sh")


def text_of(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    """The fenced code blocks of these languages."""
    return [body for language, body in _FENCE.findall(text_of(page)) if language in languages]


def prose(page: str) -> str:
    """The page without its fenced code blocks."""
    return _FENCE.sub("", text_of(page))


def code_spans(page: str) -> list[str]:
    """The inline code of the page, line breaks as spaces."""
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose(page))]


def command_lines(page: str, program: str) -> Iterator[str]:
    """The command lines in code blocks that call a program whose name begins so."""
    for block in blocks(page, *_SHELL):
        for line in block.replace("\\\n", " ").splitlines():
            for command in line.removeprefix("$ ").split(" | "):
                if command.startswith(program):
                    yield command.partition(" #")[0]
