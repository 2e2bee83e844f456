"""Apply a policy's limits: on one receipt, and on sums over people, days, trips and so on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pipeline.audit.finding import Finding, ReceiptRef, Severity, finding_id, looks
from pipeline.audit.policy.document import Limit, PolicyFile
from pipeline.audit.policy.values import in_currency
from pipeline.audit.receipts import AuditedReceipt, money
from pipeline.audit.rules.context import Context
from pipeline.audit.state.entered import receipt_numbered
from pipeline.audit.state.expenses import Expense, expense_groups, expenses_of

_RECEIPT = "receipt"
_MOST = 10  # receipts that a finding lists
_SPLIT = ("person", "merchant", "day")


def limits(policy: PolicyFile, receipt: AuditedReceipt, context: Context) -> Iterator[Finding]:
    """The limits that the receipt, or a sum of which it is the latest part, exceeds.

    `split-purchase`: several receipts of one person, merchant and day, each within a limit per
    receipt and together above it. `no-exchange-rate`: the amount cannot be compared.
    """
    total, currency = receipt.value("total"), receipt.value("currency")
    if not policy.limits or total is None:
        return
    if in_currency(total, currency, policy) is None:
        yield receipt.finding(
            "no-exchange-rate",
            Severity.INFO,
            1.0,
            f"The policy has no rate from {currency or 'an unknown currency'} to "
            f"{policy.currency}, so its limits were not applied.",
            "Add the rate to the policy, or compare the amount yourself.",
            fields=("currency", "total"),
        )
        return
    for limit in policy.limits:
        for group in expense_groups(receipt):
            if limit.categories and group["category"] not in limit.categories:
                continue
            at_most = limit.by_city.get(group["city"] or "", limit.at_most)
            if _RECEIPT in limit.per:
                yield from _on_receipt(policy, limit, at_most, receipt)
                yield from _split(policy, limit, at_most, receipt, group, context)
                break
            yield from _on_sum(policy, limit, at_most, receipt, group, context)


def _on_receipt(
    policy: PolicyFile, limit: Limit, at_most: Decimal, receipt: AuditedReceipt
) -> Iterator[Finding]:
    total = receipt.record.total
    amount = in_currency(receipt.value("total"), receipt.value("currency"), policy)
    if total is None or amount is None or amount <= at_most:
        return
    excess = Decimal(str(amount)) - at_most
    yield receipt.finding(
        limit.name,
        limit.severity,
        total.confidence,
        f"{_what(limit)}: {_amount(amount, policy)} on one receipt; the limit is "
        f"{_amount(at_most, policy)}.",
        limit.action,
        fields=("total",),
    ).model_copy(update={"amount": float(excess), "currency": policy.currency})


def _on_sum(
    policy: PolicyFile,
    limit: Limit,
    at_most: Decimal,
    receipt: AuditedReceipt,
    group: Mapping[str, str | None],
    context: Context,
) -> Iterator[Finding]:
    keys = _keys(limit.per, group)
    if keys is None:
        return
    parts = expenses_of(context.database, keys, limit.categories)
    whole = _sum(parts, policy)
    if parts[-1].receipt != receipt.number or whole <= at_most:
        return
    over = ", ".join(f"{name} {value}" for name, value in keys.items())
    reason = (
        f"{_what(limit)}: {_amount(whole, policy)} on {len(parts)} receipts ({over}); the limit is "
        f"{_amount(at_most, policy)}."
    )
    yield _over(
        limit.name, limit.severity, limit.action, reason, receipt, parts, context
    ).model_copy(update={"amount": float(whole - at_most), "currency": policy.currency})


def _split(
    policy: PolicyFile,
    limit: Limit,
    at_most: Decimal,
    receipt: AuditedReceipt,
    group: Mapping[str, str | None],
    context: Context,
) -> Iterator[Finding]:
    keys = _keys(_SPLIT, group)
    if keys is None:
        return
    parts = expenses_of(context.database, keys, limit.categories)
    receipts = {part.receipt for part in parts}
    whole = _sum(parts, policy)
    largest = max((_sum([part], policy) for part in parts), default=Decimal())
    if len(receipts) < 2 or max(receipts) != receipt.number:
        return
    if largest > at_most or whole <= at_most:
        return
    reason = (
        f"{len(receipts)} receipts of {keys['person']} from one merchant on {keys['day']} are each "
        f"within the limit of {_amount(at_most, policy)} and together {_amount(whole, policy)}."
    )
    action = "Ask whether this was one purchase."
    yield _over(
        "split-purchase", Severity.MEDIUM, action, reason, receipt, parts, context, limit.name
    ).model_copy(update={"amount": float(whole - at_most), "currency": policy.currency})


def _keys(names: Sequence[str], group: Mapping[str, str | None]) -> dict[str, str] | None:
    """The values of these columns, ``None`` if one is missing."""
    keys = {name: value for name in names if (value := group[name]) is not None}
    return keys if len(keys) == len(names) else None


def _sum(parts: Sequence[Expense], policy: PolicyFile) -> Decimal:
    """In the policy's currency; amounts without a rate are left out."""
    amounts = (in_currency(Decimal(str(part.amount)), part.currency, policy) for part in parts)
    return sum((Decimal(str(one)) for one in amounts if one is not None), Decimal())


def _over(
    rule: str,
    severity: Severity,
    action: str,
    reason: str,
    receipt: AuditedReceipt,
    parts: Sequence[Expense],
    context: Context,
    detail: str = "",
) -> Finding:
    numbers = list(dict.fromkeys(part.receipt for part in parts if part.receipt != receipt.number))
    others = [receipt_numbered(context.database, number) for number in numbers[-_MOST:]]
    shown = [receipt, *others]
    return Finding(
        id=finding_id(rule, [one.key for one in shown], detail),
        rule=rule,
        severity=severity,
        score=round(min(one.record.total.confidence for one in shown if one.record.total), 4),
        receipts=[ReceiptRef.of(one.record.source) for one in shown],
        reason=reason,
        look_at=[
            look
            for place, one in enumerate(shown)
            for look in looks([("total", one.record.total)], one.record.source, place)
        ],
        suggested_action=action,
        person=receipt.person,
    )


def _what(limit: Limit) -> str:
    return ", ".join(limit.categories) or "expenses"


def _amount(amount: Decimal | float, policy: PolicyFile) -> str:
    return money(Decimal(str(amount)), policy.currency)
