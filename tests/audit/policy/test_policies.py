"""Policies: the shipped ones hold to their examples, mistakes are named with the nearest name."""

from __future__ import annotations

import pytest
from audited import audited, field, sale

from pipeline.audit.policy.load import load_policy, policy_of, shipped_policies
from pipeline.errors import ConfigError

HEAD = "name: Test\ncurrency: EUR\n"
RULE = HEAD + 'rules:\n- {{name: big, when: "{when}", reason: "{reason}", action: Ask.}}\n'


def policy(when="receipt.total > 10.0", reason="Big."):
    return policy_of(RULE.format(when=when, reason=reason), "test.yaml")


@pytest.mark.parametrize("name", shipped_policies())
def test_shipped_policies_hold_to_their_examples(name):
    file = load_policy(name).file
    shown = {rule for example in file.examples for rule in example.finds}
    assert {rule.name for rule in file.rules} <= shown, "a rule without an example"


@pytest.mark.parametrize("name", shipped_policies())
def test_each_shipped_rule_has_an_example_and_one_that_it_leaves_alone(name):
    file = load_policy(name).file
    for rule in (*file.rules, *file.limits):
        about = [
            example
            for example in file.examples
            if not rule.categories
            or {one.receipt.get("category") for one in example.receipts} & set(rule.categories)
        ]
        assert any(rule.name in example.finds for example in about), rule.name
        assert any(
            rule.name not in example.finds or example.finds.count(rule.name) < len(example.receipts)
            for example in about
        ), rule.name


@pytest.mark.parametrize(
    ("when", "reason"),
    [
        ("receipt.totl > 1.0", r"unknown name 'receipt.totl' - did you mean 'total'"),
        ("receit.total > 1.0", r"unknown name 'receit' - did you mean 'receipt'"),
        ("mentions.wine", r"unknown name 'mentions.wine'"),
        ("receipt.items.exists(i, i.descripton == 'x')", "did you mean 'description'"),
        ("receipt.total >", "not an expression: column"),
        ("receipt.total", "neither true nor false"),
        ("receipt.total > 'ten'", "test.yaml: rule big: when: "),
    ],
)
def test_mistakes_in_expressions(when, reason):
    with pytest.raises(ConfigError, match=reason):
        policy(when)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + "rule: []\n", "rule: unknown key - did you mean 'rules'"),
        (RULE.format(when="true", reason="{receipt.totl}"), "'totl' is not known - did you mean"),
        (
            HEAD
            + "limits:\n- {name: a, per: [receipt], at_most: 5, action: b, categories: [meal]}",
            "category 'meal' is not known - did you mean 'meals'",
        ),
        ("currency: [", "not YAML"),
    ],
)
def test_mistakes_in_the_file(text, reason):
    with pytest.raises(ConfigError, match=reason):
        policy_of(text, "test.yaml")


def test_an_example_that_does_not_hold(tmp_path):
    path = tmp_path / "policy.yaml"
    examples = "examples:\n- {name: cheap, receipts: [{receipt: {total: 9}}], finds: [big]}\n"
    path.write_text(RULE.format(when="receipt.total > 10.0", reason="Big.") + examples)
    with pytest.raises(ConfigError, match="example 'cheap': finds nothing, not big"):
        load_policy(str(path))


def test_an_unknown_policy():
    with pytest.raises(ConfigError, match="did you mean 'university'"):
        load_policy("univresity")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("receipt.total > 12", True),
        ("!has(receipt.tip) && receipt.total > 12.0", True),
        ("receipt.tip > 1.0", False),  # it has none: the rule does not apply
        ("receipt.tip > 1.0 || receipt.weekday == 'tuesday'", True),
        ("receipt.items.exists(i, i.total > 5.0)", True),
        ("claim.people > 1", False),
    ],
)
def test_expressions(tmp_path, when, holds):
    receipt = sale(items=[{"description": field("Tea"), "total": field(6.0, top=90)}])
    found = audited(tmp_path, [receipt], policy=policy(when, "{receipt.total} of {claim.person}."))
    assert [one.reason for one in found] == (["12.50 of unknown."] if holds else [])


def test_the_boxes_of_what_a_rule_asks_for(tmp_path):
    text = HEAD + (
        "words: {wine: [wine]}\nrules:\n"
        "- {name: wine, when: mentions.wine && receipt.hour < 20.0, reason: R., action: A.}\n"
    )
    items = [{"description": field(name)} for name in ("Bread", "Red wine", "Winegums")]
    receipt = sale(items=items, time="11:30")
    (finding,) = audited(tmp_path, [receipt], policy=policy_of(text, "test.yaml"))
    assert [look.field for look in finding.look_at] == ["time", "items[1].description"]
