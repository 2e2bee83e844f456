"""How well wrong sums and breaches of a policy are found in piles of drawn receipts."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from pipeline.audit.finding import Severity
from pipeline.audit.policy.exchanged_claims import ABOVE_EXCHANGED
from pipeline.audit.policy.load import load_policy
from pipeline.audit.policy.rules import Policy
from pipeline.audit.records.claims import COLUMNS
from pipeline.audit.run import AuditJob
from pipeline.evaluation.audit.audit_cost import POLICY
from pipeline.evaluation.audit.audited_pile import TODAY, audited
from pipeline.evaluation.audit.drawn_records import Plain, receipt_of
from pipeline.evaluation.audit.fault import Faulty, Row
from pipeline.evaluation.audit.faults import faults, shared
from pipeline.evaluation.audit.form_faults import form_faults
from pipeline.evaluation.audit.pile import draw_pile, draw_tills
from pipeline.evaluation.audit.precision_recall import Cases, curve_lines
from pipeline.evaluation.small_samples import shown

_ONE_SHARED_OF = 20  # receipts without a fault
_Injected = tuple[str, list[list[str]]]  # the rule to find, and the paths of each fault
_Scores = Mapping[str, Mapping[str, float]]  # by path and rule, the highest


def fault_lines(tills: int, count: int, seed: int, folder: Path, miss: float) -> Iterator[str]:
    """How many faults are found, false findings, and the curves of the rules of no policy.

    Args:
        folder: for records, claims and the state.
        miss: what a missed fault costs, in looks at a finding.
    """
    policy = load_policy(POLICY)
    wanted, clean = _write_faulty(tills, count, seed, policy, folder)
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
    for kind, (rule, places) in wanted.items():
        found = [any(path in reported[rule] for path in paths) for paths in places]
        totals["all of form" if kind in of_form else "all sums, claims and breaches"] += found
        yield f"| {kind} | `{rule}` | {sum(found)} | {len(found)} | {shown(found)} |"
    for kind, found in totals.items():
        yield f"| {kind} | | {sum(found)} | {len(found)} | {shown(found)} |"
    # What drawn receipts breach of the policy, they do breach.
    own = {rule.name for rule in policy.file.rules} | {one.name for one in policy.file.limits}
    own.add(ABOVE_EXCHANGED)
    yield f"\nFindings of no policy on {len(clean)} receipts without a fault:\n"
    yield "| rule | reported | of | share |\n| --- | ---: | ---: | ---: |"
    for rule in sorted(reported.keys() - own):
        alarms = [path in reported[rule] for path in sorted(clean)]
        if any(alarms):
            yield f"| `{rule}` | {sum(alarms)} | {len(alarms)} | {shown(alarms)} |"
    for rule in sorted({rule for rule, _ in wanted.values()} - own - {"split-purchase"}):
        yield from curve_lines(f"`{rule}`", _cases(rule, wanted.values(), clean, scores), miss)


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


def _write_faulty(
    tills: int, count: int, seed: int, policy: Policy, folder: Path
) -> tuple[dict[str, _Injected], set[str]]:
    """Write records and claims; each second record gets the next fault that fits.

    Returns the paths of each kind's faults with the rule to find, and the paths without a fault.
    """
    rng = random.Random(seed)
    kinds = {**faults(policy.file), **form_faults()}
    wanted: dict[str, _Injected] = {name: (fault.rule, []) for name, fault in kinds.items()}
    clean = set()
    rows: list[Row] = []
    with (folder / "records.jsonl").open("w") as file:
        for number, placed in enumerate(draw_pile(draw_tills(tills, seed), count, seed, 0, 0)):
            plain, claim = placed.plain, _claim_for(placed.plain, number, rng)
            faulty, kind = None, ""
            if number % 2:
                kind = min(kinds, key=lambda name: (len(wanted[name][1]), name))
                for kind in sorted(kinds, key=lambda name: (len(wanted[name][1]), name)):
                    if (faulty := kinds[kind].put(plain, claim, rng)) is not None:
                        break
            if faulty is None:
                clean.add(plain["source"]["path"])
                is_shared = number % _ONE_SHARED_OF == 0
                faulty = shared(plain, claim) if is_shared else Faulty(plain, claim)
            else:
                wanted[kind][1].append([])
            for at, one in enumerate((faulty.plain, faulty.second)):
                if one is None:
                    continue
                path = f"{at}-{plain['source']['path']}" if at else plain["source"]["path"]
                one["source"] = {**plain["source"], "path": path, "sha256": f"{number}-{at}"}
                file.write(f"{receipt_of(one).model_dump_json()}\n")
                rows.append({**faulty.claim, "path": path})
                if faulty.other_claim is not None:
                    rows.append({**faulty.other_claim, "path": path})
                if kind and path not in clean:
                    wanted[kind][1][-1].append(path)
    with (folder / "claims.csv").open("w", newline="") as claims:
        writer = csv.DictWriter(claims, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return wanted, clean


def _claim_for(plain: Plain, number: int, rng: random.Random) -> Row:
    """A claim of one of many people, in time and approved."""
    day = date.fromisoformat(plain["date"]["value"]) if "date" in plain else TODAY
    return {
        "person": f"P{number:05}",
        "submitted": (day + timedelta(days=rng.randrange(1, 30))).isoformat(),
        "approved_by": "Lee",
    }
