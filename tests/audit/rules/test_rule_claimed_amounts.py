"""Claims above their receipt, and claims that share one."""

from __future__ import annotations

import pytest
from audited import audited, rules, sale

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
        ("path,submitted\na.jpg,1/2/2026\n", "line 2: submitted must be a date"),
    ],
)
def test_claims_that_cannot_be_read(tmp_path, text, reason):
    with pytest.raises(ConfigError, match=reason):
        audited(tmp_path, [sale()], text)
