"""The tree edit distance against another algorithm's: APTED (Pawlik and Augsten 2016)."""

import pytest
from apted import APTED, Config
from apted.helpers import Tree
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from pipeline.evaluation.cord import tree_accuracy

TEXTS = st.text("ab1", min_size=1, max_size=4)
ITEMS = st.lists(
    st.dictionaries(st.sampled_from(["nm", "cnt", "price"]), TEXTS, min_size=1), max_size=3
)
TOTALS = st.dictionaries(st.sampled_from(["total_price", "cashprice"]), TEXTS)
PARSES = st.fixed_dictionaries({"menu": ITEMS, "total": TOTALS})


class Costs(Config):
    """A key costs 1, a text its length; texts are named with a quote before them."""

    def delete(self, node):
        return len(node.name) - 1 if node.name.startswith("'") else 1

    insert = delete

    def rename(self, node1, node2):
        texts = [node.name[1:] for node in (node1, node2) if node.name.startswith("'")]
        if len(texts) == 2:
            return Levenshtein.distance(*texts)
        return 1 + len(texts[0]) if texts else int(node1.name != node2.name)


def tree(parse):
    """A parse's tree; a mapping alone is a list of one, and what is empty is left out."""
    groups = {"menu": parse["menu"], "total": [parse["total"]] if parse["total"] else []}
    return Tree(
        "root",
        *(
            Tree(name, *(Tree("entry", *map(leaf, ordered(entry))) for entry in entries))
            for name, entries in groups.items()
            if entries
        ),
    )


def ordered(mapping):
    return sorted(mapping.items(), key=lambda pair: (len(pair[0]), pair[0]))


def leaf(pair):
    key, text = pair
    return Tree(key, Tree(f"'{text}"))


def distance(one, other):
    return APTED(tree(one), tree(other), Costs()).compute_edit_distance()


@settings(deadline=None, max_examples=60)
@given(PARSES, PARSES)
def test_the_accuracy_is_made_of_apteds_distances(predicted, truth):
    whole = distance({"menu": [], "total": {}}, truth)
    if whole:
        wanted = max(0, 1 - distance(predicted, truth) / whole)
        assert tree_accuracy(predicted, truth) == pytest.approx(wanted)
