"""Labels and their BIO tags."""

import pytest

from pipeline.labels import Label, LabelSet, Role, ValueType, label_of, tag_of


@pytest.mark.parametrize("name", ["total", "item_total", "i-b", None])
def test_a_tag_names_its_label(name: str | None) -> None:
    assert label_of(tag_of(name, inside=False)) == name
    assert label_of(tag_of(name, inside=True)) == name


def test_the_tags_of_a_label_set_are_those_of_its_labels() -> None:
    labels = tuple(Label(name=n, type=ValueType.TEXT, role=Role.EXTRA) for n in ("note", "code"))
    made = [tag_of(None, inside=False)]
    made += [tag_of(label.name, inside=inside) for label in labels for inside in (False, True)]
    assert list(LabelSet(name="own", labels=labels).tags) == made
