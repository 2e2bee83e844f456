"""Labels that the data annotate and the label set lacks stop a run before it begins."""

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.jsonl import write_annotated
from pipeline.data.parts import Part
from pipeline.errors import ConfigError
from pipeline.labels import load_label_set
from pipeline.ocr.installed_engines import create_engine
from pipeline.synthetic.generate import draw_annotated
from pipeline.training.config import TrainConfig
from pipeline.training.corpus import read_corpus
from pipeline.training.train import train


def renamed(page, label, to):
    tags = tuple(
        tag.replace(f"-{label}", f"-{to}") if tag[2:] == label else tag for tag in page.tags
    )
    return replace(page, tags=tags, annotated=(page.annotated - {label}) | {to})


@pytest.fixture
def pages():
    """Receipts whose dates and totals an annotator has given names of their own."""
    drawn = draw_annotated(12, seed=3)
    return [renamed(renamed(page, "total", "totl"), "date", "purchased") for page in drawn]


def config_with(source, pages, folder, project):
    write_annotated(pages, folder / "mine.jsonl")
    path = folder / "train.yaml"
    path.write_text(
        f"name: tiny\nlabel_set: {project}/configs/labels/receipts.yaml\noutput: model\n"
        "vocabulary: 2000\nmax_length: 64\nstride: 8\n"
        f"sources:\n  mine: {{format: jsonl, path: mine.jsonl{source}}}\n"
        "stages:\n  - {name: one, sources: {mine: 1}}\n"
    )
    return TrainConfig.load(path)


def test_an_unknown_label_is_named_with_its_source_its_count_and_the_nearest_label(
    pages, tmp_path, project
):
    config = config_with("", pages, tmp_path, project)
    with pytest.raises(ConfigError) as refused:
        train(config, tmp_path / "work")
    message = str(refused.value)
    receipts = sum("B-totl" in page.tags for page in pages)
    tokens = sum(tag.endswith("-totl") for page in pages for tag in page.tags)
    assert f"'totl', {tokens} tokens on {receipts} receipts - did you mean 'total'?" in message
    assert "'purchased'" in message
    assert "source 'mine'" in message
    assert "mine.jsonl" in message
    assert "receipts.yaml" in message
    assert "ignore_labels" in message
    assert not (tmp_path / "work").exists()


def test_a_label_that_stands_in_the_text_but_on_no_token_is_unknown_too(tmp_path, project):
    pages = [replace(page, unaligned=("loyalty",)) for page in draw_annotated(2, seed=3)]
    config = config_with("", pages, tmp_path, project)
    with pytest.raises(ConfigError, match="'loyalty', 0 tokens on 2 receipts"):
        train(config, tmp_path / "work")


def test_ignored_labels_are_as_if_nobody_had_annotated_them(pages, tmp_path, project):
    config = config_with(", ignore_labels: [totl, purchased]", pages, tmp_path, project)
    label_set = load_label_set(config.label_set)
    corpus = read_corpus(config, label_set, create_engine(config.ocr_engine))
    read = [page for part in Part for page in corpus.all_of(part)]
    assert len(read) == len(pages)
    assert {tag[2:] for page in read for tag in page.tags if tag != "O"} <= set(label_set.names)
    assert not any({"totl", "purchased"} & page.annotated for page in read)
    kept = {page.id: sum(tag.endswith("-tax") for tag in page.tags) for page in read}
    assert kept == {page.id: sum(tag.endswith("-tax") for tag in page.tags) for page in pages}


def test_a_label_of_the_label_set_cannot_be_ignored(pages, tmp_path, project):
    config = config_with(", ignore_labels: [totl, purchased, tax]", pages, tmp_path, project)
    with pytest.raises(ConfigError, match=r"sources\.mine\.ignore_labels: tax"):
        train(config, tmp_path / "work")
