"""Load a policy: a file, or one that ships with the package."""

from __future__ import annotations

import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.audit.policy.document import Limit, PolicyFile, PolicyRule
from pipeline.audit.policy.examples import check_examples
from pipeline.audit.policy.exchanged_claims import ABOVE_EXCHANGED
from pipeline.audit.policy.expressions import Names, compile_expression
from pipeline.audit.policy.names import CLAIM, RECEIPT
from pipeline.audit.policy.rules import Policy
from pipeline.audit.policy.values import word_pattern
from pipeline.categories import Category
from pipeline.errors import ConfigError, did_you_mean, unknown_name
from pipeline.plain_errors import plain_problems

_FOLDER = "shipped"
_SUFFIXES = (".yaml", ".yml")


def shipped_policies() -> list[str]:
    """The names of the policies in the package."""
    folder = files(__package__).joinpath(_FOLDER)
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name[-5:] == ".yaml"
    )


def load_policy(name: str) -> Policy:
    """The policy in a YAML file, or the shipped one of that name; its examples are run.

    Raises:
        ConfigError: no such policy, it is not of the form, uses a name that is not known, or one
            of its examples gives other findings than it says; the message names the place.
    """
    policy = policy_of(_read(name), name)
    check_examples(policy, name)
    return policy


def policy_of(text: str, where: str) -> Policy:
    """The policy that a YAML text says, checked; its examples are not run."""
    try:
        file = PolicyFile.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ConfigError(f"{where}: not YAML: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        raise ConfigError(f"{where}: {plain_problems(error, PolicyFile)[0]}") from error
    names: Names = {
        "receipt": RECEIPT,
        "claim": {**CLAIM, **dict.fromkeys(file.claim_columns, "text")},
        "mentions": dict.fromkeys(file.words, True),
    }
    _check_names(file, names, where)
    expressions = {
        rule.name: compile_expression(rule.when, names, f"{where}: rule {rule.name}: when")
        for rule in file.rules
    }
    words = {name: word_pattern(listed) for name, listed in file.words.items()}
    used = {path for expression in expressions.values() for path in expression.used}
    uses_items = any(path.startswith("receipt.items") for path in used)
    return Policy(file, expressions, words, uses_items, text)


def _read(name: str) -> str:
    if not name.endswith(_SUFFIXES):
        if name not in shipped_policies():
            raise unknown_name("policy", name, [*shipped_policies(), "a .yaml file"])
        shipped = files(__package__).joinpath(_FOLDER, f"{name}.yaml")
        return shipped.read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: cannot be read: {error}") from error


def _check_names(file: PolicyFile, names: Names, where: str) -> None:
    """Raise ConfigError for a name that is not known or given twice."""
    parts: list[PolicyRule | Limit] = [*file.rules, *file.limits]
    given: set[str] = set()
    for part in parts:
        if part.name in given:
            raise ConfigError(f"{where}: two rules are called {part.name!r}")
        given.add(part.name)
        for category in part.categories:
            _check(category, [*Category, *file.own_categories], f"{where}: {part.name}: category")
    for rule in file.rules:
        for root, key in _template_names(rule.reason, f"{where}: {rule.name}: reason"):
            _check(root, names, f"{where}: {rule.name}: reason: name")
            _check(key, names[root], f"{where}: {rule.name}: reason: name")
    known = [*given, "split-purchase", "no-exchange-rate", ABOVE_EXCHANGED]
    for example in file.examples:
        for name in example.finds:
            _check(name, known, f"{where}: example {example.name!r}: rule")


def _template_names(template: str, where: str) -> Iterator[tuple[str, str]]:
    try:
        for _, name, _, _ in string.Formatter().parse(template):
            if name is not None:
                root, _, key = name.partition(".")
                yield root, key
    except ValueError as error:
        raise ConfigError(f"{where}: {error}") from error


def _check(name: str, known: Any, what: str) -> None:
    if name not in known:
        listed = [str(one) for one in known]
        hint = did_you_mean(name, listed) or f" (known: {', '.join(listed)})"
        raise ConfigError(f"{what} {name!r} is not known{hint}")
