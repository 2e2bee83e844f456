"""The shipped models' manifest, and the command that makes them anew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ConfigError, DataError, PipelineError
from pipeline.rebuild.differences import differences
from pipeline.rebuild.hashes import files_at
from pipeline.rebuild.manifest import MANIFEST, files_of, read_manifest
from pipeline.rebuild.plan import Plan
from pipeline.rebuild.run import record, run_steps

PLAN = """
steps:
  - name: letters
    about: letters
    run: [cp data/letters.txt models/letters]
    data: [data/letters.txt]
    code: [code]
    packages: [numpy]
    makes: [models/letters]
  - name: words
    about: words
    run: [cp models/letters models/words/weights, cp data/cards/a models/words/card]
    config: configs/words.yaml
    data: [data/cards]
    uses: ["models/lett*"]
    makes: ["models/words/*"]
    without: [card]
"""
WEIGHTS = ("*weights*.json", "*weights*.tsv", "*.npz", "*.onnx", "*.safetensors")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project of two steps."""
    files = {
        "configs/rebuild.yaml": PLAN,
        "configs/words.yaml": "epochs: 3  # enough\nsources:\n  own: {format: x, path: ../own.x}\n",
        "data/letters.txt": "abc",
        "data/cards/a": "card",
        "own.x": "own",
        "code/a.py": "pass",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "models" / "words").mkdir(parents=True)
    (tmp_path / MANIFEST).parent.mkdir(parents=True)
    return tmp_path


def plan_of(checkout: Path) -> Plan:
    return Plan.load(checkout / "configs" / "rebuild.yaml")


def rebuilt(checkout: Path, only_changed: bool = False) -> list[str]:
    """Run all steps; what was said."""
    said: list[str] = []
    plan = plan_of(checkout)
    run_steps(plan, plan.steps, checkout, said.append, only_changed)
    return said


def differing(checkout: Path) -> list[str]:
    manifest = read_manifest(checkout / MANIFEST)
    steps = plan_of(checkout).steps
    return [str(one) for step in steps for one in differences(step, checkout, manifest)]


def test_nothing_differs_after_a_rebuild(checkout: Path) -> None:
    assert differing(checkout) == [
        "letters: step letters: not in the manifest",
        "words: step words: not in the manifest",
    ]
    assert rebuilt(checkout)[0] == "letters: cp data/letters.txt models/letters"
    assert (checkout / "models" / "words" / "weights").read_text() == "abc"
    assert differing(checkout) == []
    words = read_manifest(checkout / MANIFEST).steps["words"]
    assert words.how == "run"
    assert list(words.inputs.data) == ["data/cards", "own.x"]
    assert list(words.inputs.models) == ["models/letters"]
    assert list(words.files) == ["models/words/weights"]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("configs/words.yaml", "sources: {own: {format: x, path: ../own.x}}\nepochs: 3", []),
        ("configs/words.yaml", "epochs: 4", ["config configs/words.yaml", "data own.x: missing"]),
        ("data/cards/b", "another card", ["data data/cards"]),
        ("own.x", "others", ["data own.x"]),
        ("code/a.py", "print()", ["code code"]),
        ("code/weights.json", "{}", []),
        ("models/letters", "xyz", ["made models/letters", "model of an earlier step models/lett"]),
        ("models/words/card", "text", []),
        ("models/words/new", "", ["made models/words/new: not used before"]),
    ],
)
def test_what_differs_is_named(checkout: Path, path: str, text: str, found: list[str]) -> None:
    rebuilt(checkout)
    (checkout / path).write_text(text)
    differences_now = differing(checkout)
    assert len(differences_now) == len(found)
    for line, part in zip(differences_now, found, strict=True):
        assert part in line


def test_only_what_changed_is_run_and_what_follows_from_it(checkout: Path) -> None:
    rebuilt(checkout)
    assert rebuilt(checkout, only_changed=True) == [
        "letters: inputs as in the manifest, not run",
        "words: inputs as in the manifest, not run",
    ]
    (checkout / "data" / "letters.txt").write_text("xyz")
    rebuilt(checkout, only_changed=True)
    assert (checkout / "models" / "words" / "weights").read_text() == "xyz"
    assert differing(checkout) == []


def test_a_step_without_its_data_is_not_run(checkout: Path) -> None:
    (checkout / "own.x").unlink()
    with pytest.raises(DataError, match=r"step words: missing: own\.x"):
        rebuilt(checkout)
    assert list(read_manifest(checkout / MANIFEST).steps) == ["letters"]


def test_a_command_that_fails_ends_the_rebuild(checkout: Path) -> None:
    (checkout / "models" / "words").rmdir()
    with pytest.raises(PipelineError, match=r"cp models/letters .*: ended with exit code 1"):
        rebuilt(checkout)


def test_what_was_made_by_hand_is_recorded(checkout: Path) -> None:
    plan, said = plan_of(checkout), []
    with pytest.raises(DataError, match="step letters: missing: models/letters"):
        record(plan, plan.steps, checkout, said.append)
    (checkout / "models" / "letters").write_text("by hand")
    (checkout / "data" / "letters.txt").unlink()
    record(plan, plan.chosen(["letters"]), checkout, said.append)
    assert said[-1] == "letters: data/letters.txt is missing, noted as unknown"
    assert read_manifest(checkout / MANIFEST).steps["letters"].how == "recorded"
    with pytest.raises(ConfigError, match="no step 'leters' - did you mean 'letters'"):
        plan.chosen(["leters"])


def test_sources_of_the_config_are_given_to_commands(checkout: Path) -> None:
    path = checkout / "configs" / "rebuild.yaml"
    path.write_text(
        PLAN.replace(
            "cp data/cards/a models/words/card", '"cp {sources} {formats} models/words/card"'
        )
    )
    (_, words) = plan_of(checkout).chosen(["words"])[0].commands(checkout)
    assert words == ["cp", "own.x", "--format", "x", "x=own.x", "models/words/card"]


def test_a_damaged_manifest_is_named(checkout: Path) -> None:
    (checkout / MANIFEST).write_text("{}x")
    with pytest.raises(ConfigError, match=r"manifest\.json:\n  .*JSON"):
        differing(checkout)


def test_the_script(checkout: Path, project: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        script = [sys.executable, str(project / "scripts" / "rebuild"), "--project", str(checkout)]
        environment = {"PYTHONPATH": str(project), "PATH": "/usr/bin:/bin"}
        return subprocess.run(
            [*script, *arguments], capture_output=True, text=True, check=False, env=environment
        )

    shown = run("--dry-run")
    assert shown.returncode == 0
    assert "1. letters: letters (1 difference, see --check)" in shown.stdout
    assert "   cp data/letters.txt models/letters" in shown.stdout
    assert run().returncode == 0
    checked = run("--check")
    assert checked.returncode == 0
    assert checked.stdout == "2 steps: all inputs and shipped files are those of the manifest\n"
    (checkout / "own.x").write_text("others")
    checked = run("--check")
    assert checked.returncode == 1
    assert checked.stdout.startswith("words: data own.x: was ")
    assert run("nothing").returncode == 2


@pytest.fixture(scope="module")
def plan(project: Path) -> Plan:
    """Of the shipped models."""
    return Plan.load(project / "configs" / "rebuild.yaml")


def test_the_manifest_is_that_of_the_shipped_files(project: Path, plan: Plan) -> None:
    manifest = read_manifest(project / MANIFEST)
    for step in plan.steps:
        if step.makes[0].startswith("pipeline"):
            made = manifest.steps[step.name]
            again = f"made anew? scripts/rebuild --record {step.name}"
            assert made.files == files_of(step, project), again


def test_every_file_of_weights_is_made_by_a_step(project: Path, plan: Plan) -> None:
    shipped = {path for one in WEIGHTS for path in files_at(project, [f"pipeline/**/{one}"])}
    made = {path for step in plan.steps for path in files_of(step, project)}
    assert len(shipped) > 10
    assert shipped - made == set()


def test_every_script_that_fits_is_a_step(project: Path, plan: Plan) -> None:
    run = {words[0] for step in plan.steps for words in step.commands(project)}
    scripts = {f"scripts/{path.name}" for path in (project / "scripts").glob("fit_*")}
    assert scripts - run == set()


def test_no_step_reads_what_it_makes(project: Path, plan: Plan) -> None:
    for step in plan.steps:
        assert files_of(step, project).keys().isdisjoint(files_at(project, step.uses)), step.name


def test_the_commands_are_those_that_the_weights_name(project: Path, plan: Plan) -> None:
    """Some scripts write their command line into what they make."""
    weights = {
        "words": "pipeline/ocr/words/choice_weights.json",
        "judgement": "pipeline/assembly/summary/judgement_weights.json",
        "repair": "pipeline/assembly/summary/repair_weights.json",
        "assembly": "pipeline/assembly/thresholds.json",
    }
    for name, path in weights.items():
        (step,) = plan.chosen([name])
        (words,) = step.commands(project)
        said = " ".join(words).removeprefix("scripts/")
        assert said in (project / path).read_text(encoding="utf-8")


def test_each_input_of_the_project_exists(project: Path, plan: Plan) -> None:
    for step in plan.steps:
        named = [*step.code, *(path for path in step.data if not path.startswith(".."))]
        for path in [*named, *([step.config] if step.config else [])]:
            assert (project / path).exists(), f"{step.name}: {path}"
        for words in step.commands(project):
            if words[0].startswith("scripts/"):
                assert (project / words[0]).is_file()
