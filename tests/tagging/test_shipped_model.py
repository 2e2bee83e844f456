"""The model inside the package: parity with torch, long receipts, no tokens."""

import math

import pytest

from pipeline.document import Box, Page, Token
from pipeline.labels import label_of
from pipeline.ocr.networks import WEIGHTS as NETWORKS
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_annotated, draw_receipt
from pipeline.tagging.load import load_tagger
from pipeline.tagging.names import MODELS


@pytest.fixture(scope="module")
def tagger():
    return load_tagger()


def long_page(count):
    """One receipt's item lines over and over, then its summary: ``count`` tokens or more."""
    drawn = next(
        page
        for page in map(annotated_page, map(draw_receipt, range(200)))
        if {"B-total", "B-item_total"} <= set(page.tags) and len(page.tags) > 60
    )
    items = [i for i, tag in enumerate(drawn.tags) if tag.startswith(("B-item", "I-item"))]
    first, last = items[0], items[-1] + 1
    tokens = list(drawn.page.tokens)
    repeats = math.ceil((count - len(tokens)) / (last - first)) + 1
    order = [*range(first), *list(range(first, last)) * repeats, *range(last, len(tokens))]
    placed, truth, line, previous = [], [], -1, None
    for index in order:
        token = tokens[index]
        if token.line != previous or (placed and placed[-1].box.x0 > token.box.x0):
            line += 1
        previous = token.line
        box = Box(token.box.x0, 30.0 * line, token.box.x1, 30.0 * line + 20)
        placed.append(Token(token.text, box, 1.0, line))
        truth.append(drawn.tags[index])
    return Page(int(drawn.page.width), 30 * (line + 2), tuple(placed)), truth


def test_a_receipt_of_2000_tokens_is_tagged_to_its_last_line(tagger):
    page, truth = long_page(2000)
    assert len(page.tokens) >= 2000
    (tags,) = tagger.tag([page])
    assert len(tags.labels) == len(page.tokens)
    end = range(len(page.tokens) - 300, len(page.tokens))
    items = [i for i in end if (label_of(truth[i]) or "").startswith("item")]
    found = [i for i in items if (label_of(tags.labels[i]) or "").startswith("item")]
    assert len(found) >= 0.8 * len(items)


def test_a_pages_tags_do_not_depend_on_its_neighbours(tagger):
    pages = [page.page for page in draw_annotated(8, seed=77)]
    assert tagger.tag(pages) == [tagger.tag([page])[0] for page in pages]


def test_an_empty_page_gives_no_tags(tagger):
    assert tagger.tag([Page(10, 10, ())])[0].labels == ()


def test_shipped_weights_are_small():
    files = [*MODELS.rglob("*"), *NETWORKS.iterdir()]
    weights = [path for path in files if path.suffix in (".onnx", ".safetensors")]
    assert len(weights) >= 4
    assert sum(path.stat().st_size for path in weights) <= 70_000_000
