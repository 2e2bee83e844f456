"""A run of the audit: records enter the state, each is judged, and the findings are written.

All records enter before the first is judged, so that findings do not depend on where an
interrupted run went on.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.audit.combinations.find import combinations_of, company_of, sample_of
from pipeline.audit.duplicates.block_keys import block_keys, file_key
from pipeline.audit.duplicates.traits import pack_traits, traits_of
from pipeline.audit.pictures import file_of
from pipeline.audit.policy.exchanged_claims import exchanged_claims
from pipeline.audit.policy.limits import limits
from pipeline.audit.policy.rules import Policy
from pipeline.audit.receipts import Claim
from pipeline.audit.records.claims import read_claims
from pipeline.audit.records.read import ReadRecord, read_records
from pipeline.audit.rules.all_rules import ALL_RULES
from pipeline.audit.rules.claimed_amounts import claim_without_receipt
from pipeline.audit.rules.context import Rule, context_of
from pipeline.audit.seen import Seen, seen_in
from pipeline.audit.state import claimed, database, entered, judged

_PORTION = 1000  # receipts between two commits
_PACKAGE = Path(__file__).parent

Step = Callable[[str, int], None]
"""Told what is done (``reading``, ``judging``) and how many receipts are done, and for how many
receipts there is no file (``NOT_FOUND``)."""
NOT_FOUND = "files that are not in the folder of pictures"


@dataclass(frozen=True, slots=True)
class AuditJob:
    """What to audit.

    Attributes:
        records: output of `receipts extract`.
        today: the day on which claims count as submitted that do not say when.
        images: the folder of the receipts' pictures. If it is given, they are compared, and looked
            at for signs of changes.
        combinations: also report unusual combinations of values, for which scikit-learn is needed.
    """

    records: Path
    today: date
    claims: Path | None = None
    policy: Policy | None = None
    images: Path | None = None
    combinations: bool = False


def run_audit(
    state: sqlite3.Connection, job: AuditJob, step: Step = lambda what, done: None
) -> int:
    """Enter the job's records into the state and judge them; returns the session's number.

    The findings are in the state: ``findings_of_session``.

    Raises:
        ConfigError: the records or claims cannot be read.
    """
    session = int(database.fact(state, "session") or 0) + 1
    database.set_fact(state, "session", str(session))
    claims = read_claims(job.claims) if job.claims is not None else ()
    claimed.enter_claims(state, claims)
    missing = 0
    for done, read in enumerate(read_records(job.records), start=1):
        missing += not _enter(state, read, job, session)
        if done % _PORTION == 0:
            database.commit(state)
            step("reading", done)
    if missing:
        step(NOT_FOUND, missing)
    database.commit(state)
    rules, settings = rules_of(job.policy), [job.policy.text if job.policy else ""]
    if job.combinations and (company := company_of(sample_of(state))) is not None:
        rules = *rules, combinations_of(company)
        settings.append("combinations")
    judge(state, session, rules, fingerprint(*settings), step)
    unclaimed = [claim_without_receipt(claim) for claim in claimed.unused_claims(state)]
    judged.keep_findings(state, judged.UNCLAIMED, unclaimed, "")
    database.commit(state)
    return session


def rules_of(policy: Policy | None) -> tuple[Rule, ...]:
    """The rules of a run: those of the package, and those of its policy."""
    if policy is None:
        return ALL_RULES
    file = policy.file
    return *ALL_RULES, policy.rules, partial(limits, file), partial(exchanged_claims, file)


def judge(
    state: sqlite3.Connection,
    session: int,
    rules: Sequence[Rule],
    by: str,
    step: Step = lambda what, done: None,
) -> None:
    """Judge the session's receipts that were not judged under the fingerprint ``by``."""
    context = context_of(state)
    for done, receipt in enumerate(entered.pending(state, session, by), start=1):
        found = [finding for rule in rules for finding in rule(receipt, context)]
        judged.keep_findings(state, receipt.number, found, by)
        if done % _PORTION == 0:
            database.commit(state)
            step("judging", done)


def fingerprint(*settings: str) -> str:
    """Of the audit's code and data and of the settings: others judge receipts anew."""
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".yaml", ".json"):
            digest.update(path.read_bytes())
    for text in settings:
        digest.update(text.encode())
    return digest.hexdigest()


def _enter(state: sqlite3.Connection, read: ReadRecord, job: AuditJob, session: int) -> bool:
    """Enter a record; whether its file was found, if it was looked for."""
    claims = claimed.claims_for(state, read.record.source)
    file = None if job.images is None else file_of(read.record, job.images)
    enter_seen(state, read, claims, job.today, session, seen_in(file, read.record))
    return file is not None or job.images is None or read.record.status == "error"


def enter_seen(
    state: sqlite3.Connection,
    read: ReadRecord,
    claims: Sequence[Claim],
    today: date,
    session: int,
    seen: Seen,
) -> int:
    """Enter a record into the state, with what was seen in its picture; returns its number."""
    traits = traits_of(read.record, seen.picture)
    keys = set(block_keys(traits))
    if (same_file := file_key(traits)) is not None:
        keys.add(same_file)
    return entered.enter(state, read, claims, today, keys, session, pack_traits(traits), seen.signs)
