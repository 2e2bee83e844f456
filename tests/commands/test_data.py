"""``receipts data`` from outside: exit codes, files written, messages."""

from __future__ import annotations

import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.commands.data.split import split
from pipeline.data.formats import FORMATS, read
from pipeline.data.jsonl import write_annotated
from pipeline.data.parts import HELD_OUT_SHARE, SPLIT_SEED

TWO_SAMPLES = ("fuel-au.jpg", "cafe-fr.jpg")
PAGE: dict[str, Any] = {
    "id": "1",
    "source": "made",
    "width": 100,
    "height": 50,
    "tokens": [
        {"text": "Total", "box": [0, 0, 20, 10]},
        {"text": "9.99", "box": [30, 0, 60, 10], "tag": "B-total"},
    ],
    "annotated": ["total"],
}


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


def lines(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    return path


def test_formats_are_listed() -> None:
    shown = run("formats")
    assert shown.exit_code == 0
    listed = {line.split()[0]: line for line in shown.stdout.splitlines()}
    assert set(listed) == set(FORMATS)
    assert "written .json" in listed["label-studio"]
    assert "written" not in listed["doccano"]


def test_formats_are_documented(project: Path) -> None:
    page = (project / "docs" / "data-formats.md").read_text(encoding="utf-8")
    table = page.partition("\n## ")[0]
    rows = re.findall(r"^\| `([\w-]+)` \|.*\|([^|]*)\|$", table, re.MULTILINE)
    assert {name: "`" in written for name, written in rows} == {
        name: entry.write is not None for name, entry in FORMATS.items()
    }


def test_formats_need_no_training_packages() -> None:
    """The light install lists, checks and converts; ``datasets`` comes with its own format."""
    asked = "import sys, pipeline.cli, pipeline.data.formats, pipeline.data.validate;"
    asked += "print(sorted({'torch', 'transformers', 'datasets'} & set(sys.modules)))"
    shown = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "[]"


def test_validate_names_file_and_record(tmp_path: Path, project: Path) -> None:
    labels = project / "configs" / "labels" / "receipts.yaml"
    data = lines(tmp_path / "pages.jsonl", PAGE)
    fine = run("validate", data, "--format", "jsonl", "--labels", labels)
    assert (fine.exit_code, fine.stdout) == (0, "")
    assert "1 records, 0 problems" in fine.stderr
    loyal = {"text": "4411", "box": [30, 20, 160, 30], "tag": "I-loyalty_number"}
    wrong = PAGE | {"id": "2", "tokens": [loyal], "annotated": ["loyalty_number"]}
    lines(data, PAGE, {"id": 3}, wrong)
    found = run("validate", data, "--format", "jsonl", "--labels", labels)
    assert found.exit_code == 1
    assert found.stdout.splitlines() == [
        f"{data}, line 2: id: must be text, not 3; source: is missing; width: is missing; "
        "and 3 more",
        f"{data}, line 3: boxes outside of the page: token 0 '4411' at [30, 20, 160, 30] "
        "(page 100 x 50)",
        f"{data}, line 3: I- tags that continue nothing (a span begins with B-): token 0 '4411' "
        "at [30, 20, 160, 30] (page 100 x 50), I-loyalty_number",
        f"{data}, line 3: labels that the label set does not have: loyalty_number",
    ]
    assert "3 records, 4 problems" in found.stderr


def test_validate_finds_what_is_held_out(tmp_path: Path) -> None:
    train = lines(tmp_path / "train.jsonl", PAGE)
    held_out = tmp_path / "held.conll"
    assert run("convert", train, held_out, "--format", "jsonl").exit_code == 0
    found = run(
        *("validate", train, "--format", "jsonl"),
        *("--against", held_out, "--against-format", "conll"),
    )
    assert found.exit_code == 1
    assert "a receipt with the same words is held out: " in found.stdout
    assert f"{held_out}, line 3, page 1" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("validate", "gone.jsonl", "--format", "jsonl"), "gone.jsonl: "),
        (("validate", "gone.jsonl", "--format", "jsonal"), "did you mean 'jsonl'?"),
        (("stats", "gone.json", "--format", "lable-studio"), "did you mean 'label-studio'?"),
        (
            ("convert", "a", "b.txt", "--format", "jsonl"),
            "no format with this suffix",
        ),
        (("convert", "a", "b", "--format", "jsonl", "--to", "sroie"), "'sroie' can only be read"),
        (("convert", "a.json", "a.json", "--format", "doccano"), "the input and the output"),
        (("print", "a.jsonl", "b.txt", "--format", "jsonl"), "are written as .jsonl"),
        (("prelabel", "gone", "-o", "t.json", "--model", "lost"), "no model 'lost'"),
    ],
)
def test_what_cannot_be_run(arguments: tuple[str, ...], reason: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.split())


@pytest.mark.parametrize("name", ["label-studio", "conll", "datasets", "jsonl"])
def test_the_samples_go_there_and_back(tmp_path: Path, project: Path, name: str) -> None:
    samples = tmp_path / "samples"
    shutil.copytree(project / "data" / "samples", samples)
    there = samples / f"there{FORMATS[name].suffix}"
    back = samples / "back.jsonl"
    source = samples / "annotations.jsonl"
    assert run("convert", source, there, "--format", "jsonl").exit_code == 0
    assert run("convert", there, back, "--format", name).exit_code == 0
    assert list(read("jsonl", back)) == list(read("jsonl", source))
    assert run("validate", there, "--format", name).exit_code == 0


def test_split_holds_out_what_training_holds_out() -> None:
    defaults = inspect.signature(split).parameters
    assert (defaults["share"].default, defaults["seed"].default) == (HELD_OUT_SHARE, SPLIT_SEED)


def test_split_parts_merchants(tmp_path: Path) -> None:
    pages = [
        PAGE | {"id": str(number), "merchant": f"merchant {chr(97 + number // 4) * 6}"}
        for number in range(80)
    ]
    data = lines(tmp_path / "pages.jsonl", *pages)
    train, held_out = tmp_path / "train.json", tmp_path / "held.conll"
    options = ("--train", train, "--test", held_out, "--share", "0.3")
    assert run("split", data, "--format", "jsonl", *options).exit_code == 0
    kept = list(read("label-studio", train))
    apart = list(read("conll", held_out))
    assert len(kept) + len(apart) == 80
    assert apart
    assert not {page.merchant for page in kept} & {page.merchant for page in apart}
    same = run("split", data, "--format", "jsonl", "--train", data, "--test", held_out)
    assert same.exit_code == 2
    assert len(list(read("jsonl", data))) == 80


def test_labels_without_text_take_the_words_from_ocr(tmp_path: Path, project: Path) -> None:
    """Rectangles alone, as many label them: the OCR engine reads what stands in them."""
    sample = next(
        page
        for page in read("jsonl", project / "data" / "samples" / "annotations.jsonl")
        if page.image is not None and page.image.name == "hotel-gb.png"
    )
    shutil.copy(project / "data" / "samples" / "hotel-gb.png", tmp_path)
    width, height = sample.page.width, sample.page.height
    result = [
        {
            "id": str(number),
            "type": "rectanglelabels",
            "original_width": width,
            "original_height": height,
            "value": {
                "x": 100 * token.box.x0 / width,
                "y": 100 * token.box.y0 / height,
                "width": 100 * token.box.width / width,
                "height": 100 * token.box.height / height,
                "rectanglelabels": [tag[2:]],
            },
        }
        for number, (token, tag) in enumerate(zip(sample.page.tokens, sample.tags, strict=True))
        if tag != "O"
    ]
    task = {"id": 1, "data": {"image": "hotel-gb.png"}, "annotations": [{"result": result}]}
    export = tmp_path / "export.json"
    export.write_text(json.dumps([task]), encoding="utf-8")
    assert "tokens without text" in run("validate", export, "--format", "label-studio").stdout
    read_by_ocr = tmp_path / "ocr.jsonl"
    converted = run(
        *("convert", export, read_by_ocr, "--format", "label-studio", "--engine", "rapidocr")
    )
    assert converted.exit_code == 0
    (page,) = read("jsonl", read_by_ocr)
    assert len(page.page.tokens) > len(result)
    totals = [t.text for t, tag in zip(page.page.tokens, page.tags, strict=True) if "-total" in tag]
    assert any(sample.fields["total"] in text.replace(",", "") for text in totals)
    assert run("validate", read_by_ocr, "--format", "jsonl").exit_code == 0


def test_prelabel(tmp_path: Path, project: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for name in ("fuel-au.jpg", "taxi-sg-on-its-side.jpg", "two-receipts.pdf"):
        shutil.copy(project / "data" / "samples" / name, inbox)
    (inbox / "broken.jpg").write_bytes(b"no picture")
    (inbox / "notes.txt").touch()
    labels = tmp_path / "labels.yaml"
    labels.write_text("name: two\nlabels:\n  total: {type: amount, role: summary}\n  table: {}\n")
    tasks_file = tmp_path / "tasks.json"
    outside = shutil.copy(project / "data" / "samples" / "cafe-fr.jpg", tmp_path.parent)
    done = run("prelabel", outside, inbox, "-o", tasks_file, "--labels", labels)
    assert done.exit_code == 1
    assert "broken.jpg" in done.stderr and "cafe-fr.jpg" in done.stderr
    assert f"skipped, not images by their suffix: 1 ({inbox / 'notes.txt'})" in done.stderr
    tasks = json.loads(tasks_file.read_text(encoding="utf-8"))
    assert [task["data"]["image"] for task in tasks if "inbox" in task["data"]["image"]] == [
        "/data/local-files/?d=inbox/fuel-au.jpg"
    ]
    scores = [task["predictions"][0]["score"] for task in tasks]
    assert scores == sorted(scores)
    assert len(tasks) == 4
    pages = {page.id: page for page in read("label-studio", tasks_file)}
    assert set(pages) == {
        "inbox/fuel-au",
        "tasks-pages/taxi-sg-on-its-side.jpg-1",
        "tasks-pages/two-receipts.pdf-1",
        "tasks-pages/two-receipts.pdf-2",
    }
    for page in pages.values():
        assert page.annotated == {"total", "table"}
        assert {tag[2:] for tag in page.tags} <= {"", "total"}
        assert page.image is not None
        assert page.image.is_file()
        assert page.page.height > page.page.width
    config = (tmp_path / "tasks.xml").read_text(encoding="utf-8")
    assert 'value="table"' in config
    assert run("validate", tasks_file, "--format", "label-studio").exit_code == 0
    # What nobody corrected is there on request, whatever annotation there is.
    write_annotated(read("label-studio-predictions", tasks_file), tmp_path / "guess.jsonl")
    assert len(list(read("jsonl", tmp_path / "guess.jsonl"))) == 4
    elsewhere = run("prelabel", inbox / "fuel-au.jpg", "-o", tmp_path / "deep" / "tasks.json")
    assert elsewhere.exit_code == 2
    assert "folder that holds the pictures" in " ".join(elsewhere.stderr.split())
    assert not (tmp_path / "deep").exists()


def test_prelabel_leaves_out_a_file_with_all_its_pages(tmp_path: Path, project: Path) -> None:
    first, second = (Image.open(project / "data" / "samples" / name) for name in TWO_SAMPLES)
    first.save(tmp_path / "a.tif", save_all=True, append_images=[second, Image.new("L", (4, 4))])
    shutil.copy(project / "data" / "samples" / TWO_SAMPLES[0], tmp_path)
    done = run("prelabel", tmp_path / "*.*", "-o", tmp_path / "t.json", "--model", "rules")
    assert done.exit_code == 1, done.stderr
    assert "too small: 4 x 4 pixels" in " ".join(done.stderr.split())
    assert len(json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))) == 1


def test_printed_receipts_have_pictures_and_bad_records_are_named(tmp_path: Path) -> None:
    pytest.importorskip("fontpkg", reason="needs the extra [synthetic]")
    texts = [("1", ["Corner Cafe", "Total 9.99"], 9.99), ("2", ["Harbour Inn", "Total 12.00"], 12)]
    good = [
        {"id": name, "source": "made", "lines": printed, "total": total}
        for name, printed, total in texts
    ]
    data = lines(tmp_path / "made.jsonl", *good, {"id": "3", "source": "made"})
    known = lines(tmp_path / "known.jsonl", good[1])
    output = tmp_path / "printed.jsonl"
    done = run("print", data, output, "--format", "transcribed", "--without", known)
    assert done.exit_code == 1
    assert "line 3: lines: is missing" in " ".join(done.stderr.split())
    (page,) = read("jsonl", output)
    assert (page.id, page.fields) == ("1", {"total": "9.99"})
    assert page.image == tmp_path / "printed-pictures" / "00000.jpg"
    assert run("validate", output, "--format", "jsonl").exit_code == 0
