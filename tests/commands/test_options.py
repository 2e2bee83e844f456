"""Options that all commands share: help, version, completion, and the names they take."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version

import pytest
import typer.main
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from pipeline.batch.formats import Format
from pipeline.cli import app
from pipeline.commands import choices
from pipeline.data.formats import FORMATS
from pipeline.evaluation.corruption import parse_corruptions
from pipeline.evaluation.evaluate import TokensFrom
from pipeline.ocr.installed_engines import engine_names
from pipeline.ocr.rapid import Profile
from pipeline.shapes.registry import SHAPES


def commands(group: TyperGroup, *names: str) -> Iterator[tuple[tuple[str, ...], TyperCommand]]:
    for name, command in group.commands.items():
        yield (*names, name), command
        if isinstance(command, TyperGroup):
            yield from commands(command, *names, name)


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_h_is_help_everywhere(words: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(app, [*words, flag]) for flag in ("-h", "--help"))
    assert short.exit_code == 0
    assert short.output == long.output
    assert "-h, --help" in short.output


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help_is_complete_and_fits_80_columns(words: tuple[str, ...]) -> None:
    """Every option is explained, by a name of its value and not of its Python type; the list of
    commands cuts none short."""
    text = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "80"}).output
    assert max(map(len, text.splitlines())) <= 80
    assert "..." not in text.partition("Commands:")[2]
    for parameter in COMMANDS[words].params if words else ():
        assert parameter.help, parameter.name
    options = text.partition("Options:")[2]
    assert not re.search(r"<(str|path|int|float|list)\b", options)


def test_the_version_is_the_distributions() -> None:
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"receipts {version('receipt-pipeline')}\n")


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (choices.OUTPUT_FORMATS, list(Format)),
        (choices.SHAPES, SHAPES),
        (choices.PROFILES, list(Profile)),
        (choices.TOKENS, list(TokensFrom)),
        (choices.DAMAGE, dict.fromkeys(one.kind for one in parse_corruptions("all"))),
        (choices.DATA_FORMATS, FORMATS),
        (choices.WRITTEN_DATA_FORMATS, [name for name, one in FORMATS.items() if one.write]),
    ],
)
def test_the_names_of_options_are_those_that_their_modules_know(names, known) -> None:
    assert list(names) == [str(name) for name in known]


@pytest.mark.parametrize("words", [words for words in COMMANDS if words != ("data",)], ids=" ".join)
def test_the_help_names_every_choice(words: tuple[str, ...]) -> None:
    """As far as a command has the option."""
    text = CliRunner().invoke(app, [*words, "--help"], terminal_width=400).output
    lines = {line.split()[0].rstrip(","): line for line in text.splitlines() if line.strip()}
    expected = {
        "--shape": choices.SHAPES,
        "--ocr-profile": choices.PROFILES,
        "--from": choices.TOKENS,
        "--engine": ("rapidocr", "tesseract"),
        "--format": choices.OUTPUT_FORMATS if words == ("extract",) else choices.DATA_FORMATS,
        "--to": choices.WRITTEN_DATA_FORMATS,
    }
    for option in COMMANDS[words].params:
        for name in expected.get(option.opts[0], ()):
            assert name in lines[option.opts[0]]


@pytest.mark.parametrize(
    ("words", "option", "found"),
    [
        (("extract",), "--format", ["jsonl", "json"]),
        (("extract",), "--engine", engine_names()),
        (("data", "validate"), "--format", ["jsonl"]),
    ],
)
def test_the_shell_completes_names(words, option, found) -> None:
    (parameter,) = [one for one in COMMANDS[words].params if option in one.opts]
    context = COMMANDS[words].make_context(words[-1], [], resilient_parsing=True)
    typed = "" if option == "--engine" else "j"
    assert [item.value for item in parameter.shell_complete(context, typed)] == found


def test_completion_can_be_installed() -> None:
    assert "--install-completion" in CliRunner().invoke(app, ["--help"]).output


def test_help_loads_nothing_heavy() -> None:
    # Not pydantic: typer itself imports it for options that have a range.
    heavy = "PIL cv2 fsspec numpy onnxruntime psutil pyarrow pypdfium2 rapidocr tokenizers"
    more = "datasets pandas scipy sklearn torch transformers watchfiles"
    code = """
import sys, typer
from pipeline.cli import app
command = typer.main.get_command(app)
for arguments in [[], *([name] for name in command.commands)]:
    command.main([*arguments, "--help"], standalone_mode=False)
print([name for name in sys.argv[1:] if name in sys.modules])
"""
    names = [*heavy.split(), *more.split()]
    ran = subprocess.run(
        [sys.executable, "-c", code, *names], capture_output=True, text=True, check=True
    )
    assert "Usage:" in ran.stdout
    assert ran.stdout.splitlines()[-1] == "[]"
