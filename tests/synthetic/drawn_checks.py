"""What holds for every drawn receipt, and what is read from one whose tags are the true ones."""

from pipeline.assembly.assemble import assemble
from pipeline.labels import label_of
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import LABELS
from pipeline.tagging.types import Tags


def read_with_true_tags(drawn, labels):
    page = annotated_page(drawn)
    return assemble(page.page, Tags(page.tags, (1.0,) * len(page.tags)), labels)


def assert_iob2(tags):
    previous = None
    for tag in tags:
        assert not tag.startswith("I-") or previous == label_of(tag)
        previous = label_of(tag)


def assert_tags_are_valid_and_boxes_lie_on_the_page(drawn):
    assert_iob2([token.tag for token in drawn.tokens])
    for token in drawn.tokens:
        assert 0 <= token.box.x0 < token.box.x1 <= drawn.width
        assert 0 <= token.box.y0 < token.box.y1 <= drawn.height
        assert not {"{", "}", "\0"} & set(token.text), token.text
    assert drawn.labels == LABELS
