"""Labels that drawn receipts do not have by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.data.tags import spans
from pipeline.data.validate import problems_of
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.synthetic.layout.extra_line import LOYALTY_NUMBER, ExtraLine, with_extra_line

TABLE = ExtraLine("table_number", ("Table:",), ("##",))


@pytest.mark.parametrize("seed", range(12))
def test_the_extra_line_is_the_only_difference(seed: int) -> None:
    plain = draw_receipt(seed)
    drawn = with_extra_line(plain, TABLE, seed)
    page, before = annotated_page(drawn), annotated_page(plain)
    new = [i for i, tag in enumerate(page.tags) if tag.endswith("table_number")]
    (value,) = new
    assert page.page.tokens[value].text == page.fields["table_number"]
    assert page.page.tokens[value].text.isdecimal()
    assert page.page.tokens[value - 1].text == "Table:"
    line = page.page.tokens[value].line
    others = [t.text for t in page.page.tokens if t.line != line]
    assert others == [token.text for token in before.page.tokens]
    assert {**before.fields, "table_number": page.fields["table_number"]} == page.fields
    assert page.annotated == before.annotated | {"table_number"}
    assert [t.line for t in page.page.tokens] == sorted(t.line for t in page.page.tokens)
    assert list(problems_of(page)) == []


def test_lines_do_not_overlap() -> None:
    for seed in range(30):
        page = annotated_page(with_extra_line(draw_receipt(seed), LOYALTY_NUMBER, seed)).page
        new = {t.line for t, tag in zip(page.tokens, _tags(seed), strict=True) if "loyalty" in tag}
        for one in (token for token in page.tokens if token.line in new):
            for other in page.tokens:
                if other.line not in new:
                    assert one.box.intersection(other.box) < 0.25 * one.box.area


def _tags(seed: int) -> tuple[str, ...]:
    return annotated_page(with_extra_line(draw_receipt(seed), LOYALTY_NUMBER, seed)).tags


def test_share_of_receipts_with_the_line_and_its_spans() -> None:
    printed = 0
    for seed in range(60):
        tags = _tags(seed)
        found = [span for span in spans(tags) if span[0] == "loyalty_number"]
        assert len(found) <= 1
        printed += len(found)
    assert 36 <= printed <= 58
    never = replace(LOYALTY_NUMBER, share=0.0)
    drawn = with_extra_line(draw_receipt(1), never, 1)
    assert drawn == replace(draw_receipt(1), labels=drawn.labels)
    assert "loyalty_number" in drawn.labels


def test_the_same_seed_gives_the_same_line() -> None:
    assert with_extra_line(draw_receipt(5), LOYALTY_NUMBER, 5) == with_extra_line(
        draw_receipt(5), LOYALTY_NUMBER, 5
    )
