"""Commands in the documentation can be typed, and every command and option is documented."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import takewhile

import pytest
import typer.main
from doc_pages import PAGES, PROJECT, code_spans, command_lines, text_of
from typer.core import TyperCommand, TyperGroup

from pipeline.cli import app

CLI = typer.main.get_command(app)


def _command(words: list[str]) -> tuple[TyperCommand | TyperGroup, list[str]]:
    """The command or group that the words after ``receipts`` name, and its arguments."""
    command = CLI
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        command, words = command.commands[words[0]], words[1:]
    return command, words


def _leaves(group: TyperGroup, *names: str) -> Iterator[tuple[str, TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _leaves(command, *names, name)
        else:
            yield " ".join([*names, name]), command


LEAVES = dict(_leaves(CLI))


@pytest.mark.parametrize("page", PAGES)
def test_command_lines_are_accepted(page):
    for line in command_lines(page, "receipts "):
        command, arguments = _command(shlex.split(line)[1:])
        if command is CLI:  # an option of `receipts` itself
            assert set(arguments) <= {name for option in CLI.params for name in _names(option)}
            continue
        assert command.name in {name.split()[-1] for name in LEAVES}, line
        command.make_context(command.name, arguments)  # raises on what it does not know


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_running_text_exist(page):
    for span in code_spans(page):
        words = span.split()
        if words[0] != "receipts" or words[1:2] == ["COMMAND"]:
            continue
        named = list(takewhile(lambda word: not word.startswith("-"), words[1:]))
        command, _ = _command(named)  # a KeyError is an unknown command
        known = {name for option in command.params for name in _names(option)}
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options <= known, span


def _names(option: object) -> list[str]:
    return [*option.opts, *option.secondary_opts]


@pytest.mark.parametrize("page", PAGES)
def test_options_of_scripts_exist(page):
    for line in command_lines(page, "scripts/"):
        script, *arguments = shlex.split(line)
        source = (PROJECT / script).read_text(encoding="utf-8")
        options = {word.partition("=")[0] for word in arguments if word.startswith("--")}
        assert [option for option in sorted(options) if option not in source] == []


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_option_is_documented(name):
    pages = "\n".join(map(text_of, PAGES))
    assert f"receipts {name}" in pages
    for option in LEAVES[name].params:
        long = [one for one in _names(option) if one.startswith("--")]
        assert not long or any(one in pages for one in long), long
