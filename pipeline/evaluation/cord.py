"""CORD metrics as in Donut (Kim et al., ECCV 2022): F1 over flat fields, tree edit accuracy.

Both compare the record, spelled as CORD's ``gt_parse``, with the published one, all classes
included: those that no label of ours covers count as missed. Texts are compared as read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rapidfuzz.distance import Levenshtein

from pipeline.evaluation.scores import Count, Score, Share
from pipeline.install import needs
from pipeline.receipt import Contents

if TYPE_CHECKING:
    from zss import Node

Parse = Mapping[str, Any]

_ITEM = {"description": "nm", "quantity": "cnt", "unit_price": "unitprice", "total": "price"}
_GROUPS = {
    "sub_total": {
        "subtotal": "subtotal_price",
        "discount": "discount_price",
        "tax": "tax_price",
    },
    "total": {"total": "total_price", "cash": "cashprice", "change": "changeprice"},
}
FIGURES: dict[str, type[Count]] = {"cord.f1": Score, "cord.tree": Share}
_LEAF = "\0"  # marks a node that holds a text: no key begins with it


def as_gt_parse(contents: Contents) -> dict[str, Any]:
    """The record with CORD's names."""
    menu = [
        {key: field.text for name, key in _ITEM.items() if (field := getattr(item, name))}
        for item in contents.items
    ]
    groups = {
        group: {
            key: field.text for name, key in names.items() if (field := getattr(contents, name))
        }
        for group, names in _GROUPS.items()
    }
    return {"menu": menu, **groups}


def donut_counts(predicted: Parse, truth: Parse) -> dict[str, Count]:
    """Counts of one receipt for ``cord.f1`` and ``cord.tree`` (mean over receipts)."""
    found, wanted = Counter(_flat(_normal(predicted))), Counter(_flat(_normal(truth)))
    return {
        "cord.f1": Score((found & wanted).total(), found.total(), wanted.total()),
        "cord.tree": Share(tree_accuracy(predicted, truth), 1),
    }


def tree_accuracy(predicted: Parse, truth: Parse) -> float:
    """``1 - TED(predicted, truth) / TED(nothing, truth)``, not below 0.

    TED is the tree edit distance (Zhang and Shasha 1989): a key costs 1, a text its length,
    one text for another their edit distance, a key for a text the text's length and 1.

    Raises:
        ConfigError: zss is not installed.
    """
    whole = _distance({}, truth)
    return max(0.0, 1 - _distance(predicted, truth) / whole) if whole else float(not predicted)


def _normal(data: Any) -> Any:
    """Keys by length and alphabet, every value a list, texts stripped, empty ones dropped."""
    if isinstance(data, Mapping):
        kept = {key: _normal(data[key]) for key in sorted(data, key=lambda key: (len(key), key))}
        return {
            key: value if isinstance(value, list) else [value]
            for key, value in kept.items()
            if value
        }
    if isinstance(data, list):
        if all(isinstance(entry, Mapping) for entry in data):
            return [entry for entry in map(_normal, data) if entry]
        return [text for entry in data if entry is not None and (text := str(entry).strip())]
    text = "" if data is None else str(data).strip()
    return [text] if text else []


def _flat(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All texts with the keys above them, such as ``menu.nm``."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else key)
    elif isinstance(data, list):
        for value in data:
            yield from _flat(value, path)
    else:
        yield path, data


def _distance(one: Parse, other: Parse) -> float:
    with needs("CORD's tree accuracy needs zss", "evaluate"):
        import zss
    distance: float = zss.distance(
        _tree(_normal(one), "root"),
        _tree(_normal(other), "root"),
        get_children=zss.Node.get_children,
        insert_cost=_cost,
        remove_cost=_cost,
        update_cost=_change_cost,
    )
    return distance


def _tree(data: Any, name: str) -> Node:
    from zss import Node

    node = Node(name)
    entries = data.items() if isinstance(data, dict) else [("subtree", entry) for entry in data]
    for key, value in entries:
        node.addkid(Node(_LEAF + value) if isinstance(value, str) else _tree(value, key))
    return node


def _text(node: Node) -> str | None:
    label: str = node.label
    return label[len(_LEAF) :] if label.startswith(_LEAF) else None


def _cost(node: Node) -> int:
    text = _text(node)
    return 1 if text is None else len(text)


def _change_cost(one: Node, other: Node) -> int:
    texts = (_text(one), _text(other))
    if texts[0] is not None and texts[1] is not None:
        return Levenshtein.distance(texts[0], texts[1])
    if texts == (None, None):
        return int(one.label != other.label)
    return 1 + len(texts[0] or texts[1] or "")
