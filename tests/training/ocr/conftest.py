from dataclasses import replace

import pytest
from PIL import Image

from pipeline.data.formats import read
from pipeline.data.jsonl import write_annotated
from pipeline.data.parts import Part, write_parts
from pipeline.document import Page


@pytest.fixture(scope="session")
def data(project, tmp_path_factory):
    """The top of a sample twice, once to train on and once for development."""
    folder = tmp_path_factory.mktemp("data")
    samples = read("jsonl", project / "data" / "samples" / "annotations.jsonl")
    sample = next(page for page in samples if page.image.name == "hotel-gb.png")
    height = 420
    kept = [i for i, token in enumerate(sample.page.tokens) if token.box.y1 < height]
    tokens = tuple(sample.page.tokens[i] for i in kept)
    Image.open(sample.image).crop((0, 0, sample.page.width, height)).save(folder / "top.png")
    pages = [
        replace(
            sample,
            id=name,
            page=Page(sample.page.width, height, tokens),
            tags=tuple(sample.tags[i] for i in kept),
            image=folder / "top.png",
        )
        for name in ("one", "other")
    ]
    write_annotated(pages, folder / "two.jsonl")
    write_parts(folder / "parts.json", pages, [Part.TRAIN, Part.DEVELOPMENT])
    return folder
