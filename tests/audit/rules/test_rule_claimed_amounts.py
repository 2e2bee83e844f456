"""Claims above their receipt, and claims that share one."""

from __future__ import annotations

import pytest
from audited import audited, rules, sale

from pipeline.audit.policy.load import load_policy
from pipeline.audit.records.claims import read_claims
from pipeline.errors import ConfigError


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("a.jpg,Ada,12.50", []),
        ("a.jpg,Ada,20", ["claim-above-receipt"]),
        ("a.jpg,Ada,6.50\na.jpg,Ben,6", []),  # a shared bill
        ("a.jpg,Ada,\na.jpg,Ben,", ["claimed-by-several"]),
        ("a.jpg,Ada,12.50\nlost.jpg,Ben,6", ["claim-without-receipt"]),
    ],
)
def test_claims(tmp_path, rows, found):
    assert rules(audited(tmp_path, [sale()], f"path,person,amount\n{rows}\n")) == found


def test_a_claim_by_the_files_name(tmp_path):
    (finding,) = audited(tmp_path, [sale("scans/a.jpg")], "path,amount,project\na.jpg,99,Mars\n")
    assert finding.reason == "Claimed: unnamed 99.00 EUR; the receipt shows 12.50 EUR."
    assert finding.amount == 86.5


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("file,amount\na.jpg,1\n", "no column 'path'"),
        ("path,amount\na.jpg,1\na.jpg,ten\n", "line 3: amount must be an amount"),
        ("path,amount\na.jpg,1e13\n", "line 2: amount must be an amount"),
        ("path,submitted\na.jpg,1/2/2026\n", "line 2: submitted must be a date"),
        (f"path,person\na.jpg,{'x' * 200_000}\n", "line 2: not CSV"),
    ],
)
def test_claims_that_cannot_be_read(tmp_path, text, reason):
    with pytest.raises(ConfigError, match=reason):
        audited(tmp_path, [sale()], text)


def test_claims_in_another_encoding(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_bytes(b"path,person\na.jpg,J\xf6rg\n")
    with pytest.raises(ConfigError, match=r"claims\.csv: not UTF-8"):
        list(read_claims(file))


def test_sums_follow_the_claims_of_other_receipts(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "{name: strict, currency: EUR, limits: [{name: per-day, per: [person, day], at_most: 20,"
        " action: Pay up to the limit., severity: low}]}"
    )
    job = {"policy": load_policy(str(policy)), "state": tmp_path / "state"}
    records = [sale(), sale("b.jpg", total=9.5, merchant_name="Diner", time="20:00:00")]
    before = audited(tmp_path, records, "path,person\na.jpg,Ada\nb.jpg,Ada\n", **job)
    assert rules(before) == ["per-day"]
    assert audited(tmp_path, records, "path,person\na.jpg,Ben\nb.jpg,Ada\n", **job) == []
