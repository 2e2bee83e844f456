"""Claims above their receipt, and claims that share one."""

from __future__ import annotations

from decimal import Decimal

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


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("a.jpg,Ada,14,USD", []),  # a matter of rates
        ("a.jpg,Ada,12.50,eur\na.jpg,Ben,14,USD", ["claimed-by-several"]),
        ("a.jpg,Ada,,\na.jpg,Ben,14,USD", ["claimed-by-several"]),
        ("a.jpg,Ada,6,EUR\na.jpg,Ben,7,USD", []),  # a shared bill
        ("a.jpg,Ada,12.50,EUR\na.jpg,Ben,0,USD", []),
    ],
)
def test_claims_in_two_currencies(tmp_path, rows, found):
    findings = audited(tmp_path, [sale()], f"path,person,amount,currency\n{rows}\n")
    assert rules(findings) == found
    assert all("Ben 14.00 USD; together more than it shows" in one.reason for one in findings)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("a.jpg,20,EUR", ["claim-above-receipt"]),
        ("a.jpg,12.50,EUR", []),
        ("a.jpg,20,EUR\na.jpg,20,USD", []),
    ],
)
def test_where_the_currency_was_not_read_the_claims_say_it(tmp_path, rows, found):
    findings = audited(tmp_path, [sale(currency=None)], f"path,amount,currency\n{rows}\n")
    assert rules(findings) == found


def test_claims_above_the_policys_rate(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("{name: rates, currency: EUR, rates: {USD: 0.9}}")
    job = {"policy": load_policy(str(policy))}

    def found(amount, currency):
        rows = f"path,person,amount,currency\na.jpg,Ada,{amount},{currency}\n"
        return audited(tmp_path, [sale()], rows, **job)

    (finding,) = found(20, "USD")
    assert (finding.rule, finding.person) == ("claim-above-exchanged", "Ada")
    assert finding.reason.startswith("Claimed: Ada 20.00 USD; that is 18.00 EUR by the policy's")
    assert (finding.amount, finding.currency) == (5.5, "EUR")
    assert found(15, "USD") == []  # 8 % more: another day's rate
    assert found(20, "CHF") == []  # no rate
    assert found(5, "USD\na.jpg,Ben,7.50,EUR") == []
    (shared,) = found(10, "USD\na.jpg,Ben,7.50,EUR")
    assert shared.reason.startswith("Claimed: Ada 10.00 USD, Ben 7.50 EUR; that is 16.50 EUR")


def test_a_policy_looks_at_each_claim(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "{name: strict, currency: EUR, rules: [{name: approval, when: '!has(claim.approved_by)',"
        " reason: '{claim.person} has no approval.', action: Ask., severity: low}]}"
    )
    job = {"policy": load_policy(str(policy))}
    shared = "path,person,amount,approved_by\na.jpg,Ada,6.50,Cem\na.jpg,Ben,6,"
    (finding,) = audited(tmp_path, [sale()], f"{shared}\n", **job)
    assert (finding.person, finding.reason) == ("Ben", "Ben has no approval.")
    assert audited(tmp_path, [sale()], f"{shared}Cem\n", **job) == []


@pytest.mark.parametrize(
    "text",
    [
        "path,person,amount,approved_by,category\na.jpg,Ada,1234.50,Cem,meals\n",
        "Path;Person;Amount;Approved by;Category\na.jpg;Ada;1.234,50;Cem;Meals\n",
        'path\tPERSON\tamount\tApproved-By\tcategory\na.jpg\tAda\t"1,234.50"\tCem\tMEALS\n',
        "path,person,amount,approved_by,category\na.jpg,Ada,1234.50,Cem,meals,,\n",
    ],
)
def test_claims_as_spreadsheets_write_them(tmp_path, text):
    file = tmp_path / "claims.csv"
    file.write_text(text, encoding="utf-8")
    (claim,) = read_claims(file)
    assert (claim.person, claim.approved_by, claim.category) == ("Ada", "Cem", "meals")
    assert (claim.amount, claim.other) == (Decimal("1234.50"), {})


def test_columns_and_categories_of_ones_own_stay_as_they_are(tmp_path):
    file = tmp_path / "claims.csv"
    file.write_text("path,Cost centre,category\na.jpg,X 1,Team Event\n", encoding="utf-8")
    (claim,) = read_claims(file)
    assert (claim.other, claim.category) == ({"Cost centre": "X 1"}, "Team Event")


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
        ("path,amount\na.jpg,12,50\n", "line 2: more cells than columns"),
        ('path,amount\na.jpg,"1,234"\n', "line 2: amount must be an amount"),
        ("path,amount,Amount\na.jpg,1,2\n", "two columns 'amount'"),
        ("path,currency\na.jpg,Euro\n", "line 2: currency must be a code such as EUR"),
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
