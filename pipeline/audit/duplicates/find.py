"""The rule that reports receipts which were probably handed in before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.audit.duplicates.block_keys import block_keys, file_key
from pipeline.audit.duplicates.evidence import (
    evidence_of_values,
    evidence_of_words,
    same_paper,
    same_picture,
)
from pipeline.audit.duplicates.traits import Traits, unpack_traits
from pipeline.audit.duplicates.weights import fitted_weights
from pipeline.audit.finding import Finding, Look, ReceiptRef, Severity, finding_id, looks
from pipeline.audit.receipts import AuditedReceipt, money
from pipeline.audit.rules.context import Context
from pipeline.audit.state.entered import (
    earlier_in_blocks,
    receipt_numbered,
    traits_text,
    traits_texts,
)
from pipeline.receipt import Source

FILE, PICTURE, PURCHASE = "duplicate-file", "duplicate-picture", "duplicate-purchase"
_LIKELY = 0.5
_MOST = 10  # receipts that a finding lists
_FIELDS = ("merchant_name", "date", "time", "receipt_number", "total")
_WORDS = {
    "total": "total",
    "date": "date",
    "time": "time",
    "number": "receipt number",
    "merchant": "merchant",
    "card": "card",
    "cash": "cash",
}


@dataclass(frozen=True, slots=True)
class Match:
    """An earlier receipt that is probably the same, by its number in the state."""

    rule: str
    probability: float
    number: int
    evidence: Mapping[str, float]


def duplicates(receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """`duplicate-file`, `duplicate-picture` and `duplicate-purchase`, at most one of each.

    The receipt is compared with earlier ones only, so that each pair is reported once.
    """
    matches = list(_matches(receipt, context.database))
    for rule in (FILE, PICTURE, PURCHASE):
        found = [match for match in matches if match.rule == rule]
        if found:
            best = sorted(found, key=lambda match: (-match.probability, match.number))
            yield _finding(receipt, rule, best[:_MOST], len(found), context.database)


def _matches(receipt: AuditedReceipt, database: sqlite3.Connection) -> Iterator[Match]:
    own = unpack_traits(traits_text(database, receipt.number))
    same_file = file_key(own)
    copies = set(
        earlier_in_blocks(database, receipt.number, [] if same_file is None else [same_file])
    )
    near = set(earlier_in_blocks(database, receipt.number, block_keys(own)))
    for number, text in traits_texts(database, sorted(copies | near)):
        others = unpack_traits(text)
        if _is_same_source(own.source, others.source):
            continue
        if number in copies and own.source.region == others.source.region:
            yield Match(FILE, 1.0, number, {})
        elif (match := compared(own, others, number)) is not None:
            yield match


def compared(own: Traits, others: Traits, number: int) -> Match | None:
    """The match with another receipt, ``None`` if it is less likely than the threshold."""
    weights = fitted_weights()
    found = evidence_of_values(own, others)
    # Words can speak for a match little, and need more time than all else.
    if weights.probability({**found, "words_same": 1.0}) >= weights.threshold:
        found |= evidence_of_words(own, others)
    probability = weights.probability(found)
    if probability >= weights.threshold:
        is_paper = same_paper(own, others) or same_picture(own, others)
        return Match(PICTURE if is_paper else PURCHASE, probability, number, found)
    has_values = any(name.endswith("_differs") for name in found)
    if same_picture(own, others) and not has_values:
        return Match(PICTURE, max(probability, weights.threshold), number, found)
    return None


def _is_same_source(one: Source, two: Source) -> bool:
    """Whether both were read from one part of one file, by two runs of the extraction."""
    is_same = (one.path, one.sha256, one.page, one.attachment) == (
        *(two.path, two.sha256, two.page, two.attachment),
    )
    if not is_same or one.region is None or two.region is None:
        return is_same
    return (
        one.region[0] < two.region[2]
        and two.region[0] < one.region[2]
        and one.region[1] < two.region[3]
        and two.region[1] < one.region[3]
    )


def _finding(
    receipt: AuditedReceipt,
    rule: str,
    matches: Sequence[Match],
    count: int,
    database: sqlite3.Connection,
) -> Finding:
    best = matches[0]
    others = [receipt_numbered(database, match.number) for match in matches]
    first = others[0]
    reason = f"{_what(rule)} {first.record.source.path}{_agreeing(receipt, best)}."
    if count > 1:
        reason += f" So are {count - 1} more."
    if first.person and receipt.person and first.person != receipt.person:
        reason += f" Claimed by {first.person} and by {receipt.person}."
    total = receipt.value("total")
    shown = [receipt, *others]
    return Finding(
        id=finding_id(rule, [one.key for one in shown]),
        rule=rule,
        severity=Severity.HIGH if best.probability >= _LIKELY else Severity.MEDIUM,
        score=round(best.probability, 4),
        receipts=[ReceiptRef.of(one.record.source) for one in shown],
        reason=reason,
        look_at=[*_looks(receipt, 0), *_looks(first, 1)],
        suggested_action="Compare both pictures; pay the receipt once.",
        amount=None if total is None else float(total),
        currency=receipt.value("currency"),
        person=receipt.person,
    )


def _what(rule: str) -> str:
    return {
        FILE: "The file has the same bytes as",
        PICTURE: "It seems to be another picture of the receipt in",
        PURCHASE: "It seems to be another paper for the purchase in",
    }[rule]


def _agreeing(receipt: AuditedReceipt, match: Match) -> str:
    """The values that agree and differ, in words."""
    if not match.evidence:
        return ""
    same = [word for name, word in _WORDS.items() if f"{name}_same" in match.evidence]
    near = [word for name, word in _WORDS.items() if f"{name}_near" in match.evidence]
    parts = [f"same {', '.join(same)}"] if same else []
    if near:
        parts.append(f"nearly the same {', '.join(near)}")
    if (total := receipt.value("total")) is not None and "total_same" in match.evidence:
        parts.append(money(total, receipt.value("currency")))
    if "words_same" in match.evidence:
        parts.append("nearly all words stand at the same places")
    if "items_same" in match.evidence:
        parts.append("most line items are the same")
    return f" ({'; '.join(parts)})" if parts else ""


def _looks(receipt: AuditedReceipt, place: int) -> list[Look]:
    fields = [(name, getattr(receipt.record, name)) for name in _FIELDS]
    return looks(fields, receipt.record.source, place)
