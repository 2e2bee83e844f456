"""The tagged page: what follows from tokens and tags, and what stays when the tags change."""

from __future__ import annotations

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.retagging.tag_changes import with_tags
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import Role

RECEIPT = [
    "KEDAI{merchant_name} ACME{merchant_name} Jakarta",
    "NASI{d} 2 25.000{t}",
    "Subtotal 25.000{subtotal}",
    "Total Rp 27.500{total}",
]


def tagged_page() -> TaggedPage:
    return TaggedPage.of(*typed_page(RECEIPT), LABELS)


def test_lines_spans_and_labelled_amounts_of_a_page() -> None:
    tagged = tagged_page()
    assert [line.text for line in tagged.lines][1] == "NASI 2 25.000"
    assert [(span.label, span.text) for span in tagged.spans][:2] == [
        ("merchant_name", "KEDAI ACME"),
        ("item_description", "NASI"),
    ]
    amounts = {tagged.tokens[a.token].text: a.label for a in tagged.labelled_amounts}
    assert amounts == {"25.000": "subtotal", "27.500": "total"}
    assert {one.label for one in tagged.labelled_by_token().values()} == {"subtotal", "total"}
    assert tagged.columns()["total"] == "item_total"
    assert "item_total" in tagged.labels_with(Role.TABLE) - tagged.labels_with(Role.SUMMARY)


def test_other_tags_give_other_spans_and_keep_the_conventions() -> None:
    tagged = tagged_page()
    total = tagged.spans_of("total")[0].tokens[0]
    changed = tagged.with_tags(with_tags(tagged.tags, {total: "O"}))
    assert not changed.spans_of("total") and tagged.spans_of("total")
    assert changed.label_at(total) is None
    assert changed.lines is tagged.lines and changed.conventions is tagged.conventions
    assert tagged.with_tags(tagged.tags) is tagged


def test_a_span_is_extended_on_its_own_line_only() -> None:
    tagged = tagged_page()
    (name,) = tagged.spans_of("merchant_name")
    assert tagged.extended(name, lambda token: True).text == "KEDAI ACME Jakarta"
    assert tagged.extended(name, lambda token: False) is name
    joined = tagged.joined([name, *tagged.spans_of("item_description")])
    assert joined.text == "KEDAI ACME NASI" and joined.label == "merchant_name"
    assert [part.text for part in tagged.split_at_lines(joined)] == ["KEDAI ACME", "NASI"]


def test_tags_must_be_aligned_with_the_tokens() -> None:
    page, tags = typed_page(RECEIPT)
    with pytest.raises(ValueError, match="tags for"):
        TaggedPage.of(page, typed_page(RECEIPT[:2])[1], LABELS)
    assert TaggedPage.of(page, tags, LABELS).tags is tags
