"""How many findings of which rule and severity there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.audit.finding import Finding, Severity
from pipeline.wording import counted

_ORDER = tuple(reversed(Severity))


@dataclass(slots=True)
class Summary:
    """Counts, filled while findings pass by."""

    receipts: int
    by_rule: Counter[tuple[Severity, str]] = field(default_factory=Counter)

    def passing(self, findings: Iterable[Finding]) -> Iterable[Finding]:
        """The findings, which are counted."""
        for finding in findings:
            self.by_rule[finding.severity, finding.rule] += 1
            yield finding

    def lines(self) -> list[str]:
        """For the terminal: the most severe first."""
        total = counted(self.by_rule.total(), "finding")
        head = f"{counted(self.receipts, 'receipt')}, {total}"
        ranked = sorted(
            self.by_rule.items(), key=lambda one: (_ORDER.index(one[0][0]), -one[1], one[0][1])
        )
        return [head, *(f"  {severity:<7}{count:>7}  {rule}" for (severity, rule), count in ranked)]
