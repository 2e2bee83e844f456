"""How well wrong sums and breaches of a policy are found in piles of drawn receipts."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from pipeline.audit.finding import Severity
from pipeline.audit.policy.exchanged_claims import ABOVE_EXCHANGED
from pipeline.audit.policy.load import load_policy
from pipeline.audit.policy.rules import Policy
from pipeline.audit.records.claims import COLUMNS
from pipeline.audit.rules.innocent_sums import PAYMENTS
from pipeline.audit.run import AuditJob
from pipeline.evaluation.audit.audit_cost import POLICY
from pipeline.evaluation.audit.audited_pile import TODAY, audited
from pipeline.evaluation.audit.drawn_records import Plain, receipt_of
from pipeline.evaluation.audit.fault import Faulty, Row
from pipeline.evaluation.audit.faults import faults
from pipeline.evaluation.audit.form_faults import form_faults
from pipeline.evaluation.audit.harmless import shared, unread_discount
from pipeline.evaluation.audit.pile import draw_pile, draw_tills
from pipeline.evaluation.audit.precision_recall import Cases, curve_lines
from pipeline.evaluation.small_samples import shown

_ONE_SHARED_OF = 20  # receipts without a fault
_ONE_DISCOUNTED_OF = 4  # receipts, where it fits
_SUM = "sum-does-not-hold"
_PAYMENTS = {True: "add up to the total", False: "in cash"}
_Injected = tuple[str, list[list[str]]]  # the rule to find, and the paths of each fault
_Scores = Mapping[str, Mapping[str, float]]  # by path and rule, the highest


@dataclass(frozen=True, slots=True)
class _Pile:
    """Paths of the records that were written.

    Attributes:
        wanted: of each kind's faults, with the rule to find.
        clean: without a fault.
        discounted: without a fault, and with a discount that was not read; by whether payments
            are added up.
    """

    wanted: dict[str, _Injected]
    clean: set[str] = field(default_factory=set)
    discounted: dict[bool, list[str]] = field(default_factory=lambda: {True: [], False: []})


def fault_lines(tills: int, count: int, seed: int, folder: Path, miss: float) -> Iterator[str]:
    """How many faults are found, false findings, and the curves of the rules of no policy.

    Args:
        folder: for records, claims and the state.
        miss: what a missed fault costs, in looks at a finding.
    """
    policy = load_policy(POLICY)
    pile = _write_faulty(tills, count, seed, policy, folder)
    job = AuditJob(folder / "records.jsonl", TODAY, folder / "claims.csv", policy)
    scores: defaultdict[str, dict[str, float]] = defaultdict(dict)
    reported: defaultdict[str, set[str]] = defaultdict(set)
    for finding in audited(job, folder):
        of_path = scores[finding.receipts[0].path]
        of_path[finding.rule] = max(finding.score, of_path.get(finding.rule, 0.0))
        if finding.severity is not Severity.INFO:
            reported[finding.rule].add(finding.receipts[0].path)
    yield "| fault | rule | found | of | recall |"
    yield "| --- | --- | ---: | ---: | ---: |"
    of_form = form_faults()
    totals: dict[str, list[bool]] = {"all sums, claims and breaches": [], "all of form": []}
    for kind, (rule, places) in pile.wanted.items():
        found = [any(path in reported[rule] for path in paths) for paths in places]
        totals["all of form" if kind in of_form else "all sums, claims and breaches"] += found
        yield f"| {kind} | `{rule}` | {sum(found)} | {len(found)} | {shown(found)} |"
    for kind, found in totals.items():
        yield f"| {kind} | | {sum(found)} | {len(found)} | {shown(found)} |"
    # What drawn receipts breach of the policy, they do breach.
    own = {rule.name for rule in policy.file.rules} | {one.name for one in policy.file.limits}
    own.add(ABOVE_EXCHANGED)
    yield f"\nFindings of no policy on {len(pile.clean)} receipts without a fault:\n"
    yield "| rule | reported | of | share |\n| --- | ---: | ---: | ---: |"
    for rule in sorted(reported.keys() - own):
        alarms = [path in reported[rule] for path in sorted(pile.clean)]
        if any(alarms):
            yield f"| `{rule}` | {sum(alarms)} | {len(alarms)} | {shown(alarms)} |"
    yield from _discount_lines(pile, reported[_SUM])
    for rule in sorted({rule for rule, _ in pile.wanted.values()} - own - {"split-purchase"}):
        yield from curve_lines(
            f"`{rule}`", _cases(rule, pile.wanted.values(), pile.clean, scores), miss
        )


def _discount_lines(pile: _Pile, reported: Collection[str]) -> Iterator[str]:
    yield f"\nReceipts that lack a discount which was not read, reported by `{_SUM}`:\n"
    yield "| payments | reported | of | share |\n| --- | ---: | ---: | ---: |"
    for is_paid, paths in pile.discounted.items():
        alarms = [path in reported for path in paths]
        yield f"| {_PAYMENTS[is_paid]} | {sum(alarms)} | {len(alarms)} | {shown(alarms)} |"


def _cases(
    rule: str, wanted: Iterable[_Injected], clean: Collection[str], scores: _Scores
) -> Cases:
    """The faults that the rule has to find, notes (`info`) included, and the clean receipts."""
    faulty = [paths for to_find, places in wanted if to_find == rule for paths in places]
    return Cases(
        np.array([_highest(rule, paths, scores) for paths in faulty]),
        np.array([_highest(rule, [path], scores) for path in sorted(clean)]),
    )


def _highest(rule: str, paths: Sequence[str], scores: _Scores) -> float:
    return max(scores.get(path, {}).get(rule, -np.inf) for path in paths)


def _write_faulty(tills: int, count: int, seed: int, policy: Policy, folder: Path) -> _Pile:
    """Write records and claims; each second record gets the next fault that fits."""
    rng = random.Random(seed)
    kinds = {**faults(policy.file), **form_faults()}
    pile = _Pile({name: (fault.rule, []) for name, fault in kinds.items()})
    rows: list[Row] = []
    with (folder / "records.jsonl").open("w") as file:
        for number, placed in enumerate(draw_pile(draw_tills(tills, seed), count, seed, 0, 0)):
            plain, claim = placed.plain, _claim_for(placed.plain, number, rng)
            paths: list[str] = []
            faulty = None
            if number % 2:
                # The rarest fault so far that fits.
                for kind in sorted(kinds, key=lambda name: (len(pile.wanted[name][1]), name)):
                    if (faulty := kinds[kind].put(plain, claim, rng)) is not None:
                        pile.wanted[kind][1].append(paths)
                        break
            if faulty is None:
                faulty = _without_fault(plain, claim, number, seed, pile)
            for at, one in enumerate((faulty.plain, faulty.second)):
                if one is None:
                    continue
                path = f"{at}-{plain['source']['path']}" if at else plain["source"]["path"]
                one["source"] = {**plain["source"], "path": path, "sha256": f"{number}-{at}"}
                file.write(f"{receipt_of(one).model_dump_json()}\n")
                rows.append({**faulty.claim, "path": path})
                if faulty.other_claim is not None:
                    rows.append({**faulty.other_claim, "path": path})
                paths.append(path)
    with (folder / "claims.csv").open("w", newline="") as claims:
        writer = csv.DictWriter(claims, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return pile


def _without_fault(plain: Plain, claim: Row, number: int, seed: int, pile: _Pile) -> Faulty:
    """The record as it is, one that two people share, or one whose discount was not read."""
    path = plain["source"]["path"]
    if number % _ONE_DISCOUNTED_OF == 2:
        lacking = unread_discount(plain, random.Random(f"{seed}/{number}/discount"))
        if lacking is not None:
            is_paid = any(check.rule == PAYMENTS for check in receipt_of(lacking).checks)
            pile.discounted[is_paid].append(path)
            return Faulty(lacking, claim)
    pile.clean.add(path)
    return Faulty(plain, claim) if number % _ONE_SHARED_OF else shared(plain, claim)


def _claim_for(plain: Plain, number: int, rng: random.Random) -> Row:
    """A claim of one of many people, in time and approved."""
    day = date.fromisoformat(plain["date"]["value"]) if "date" in plain else TODAY
    return {
        "person": f"P{number:05}",
        "submitted": (day + timedelta(days=rng.randrange(1, 30))).isoformat(),
        "approved_by": "Lee",
    }
