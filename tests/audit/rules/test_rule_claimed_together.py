"""One amount that is claimed for several receipts of a file."""

from __future__ import annotations

import pytest
from audited import audited, field, rules, sale

from pipeline.audit.policy.load import load_policy
from pipeline.receipt import Receipt

TOTALS = (10.0, 12.5, 15.0)


def page(number: int, **values: object) -> Receipt:
    """The receipt on a page of `trip.pdf`."""
    found = sale("trip.pdf", **{"merchant_name": f"Cafe {number}", **values})
    source = found.source.model_copy(update={"page": number, "sha256": "f" * 64})
    return found.model_copy(update={"source": source})


@pytest.fixture
def pages() -> list[Receipt]:
    return [page(number, total=total) for number, total in enumerate(TOTALS, start=1)]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("Ada,,37.50,", []),
        ("Ada,,37.51,", ["claim-above-receipt"]),
        ("Ada,,,", []),
        ("Ada,1,10,\nAda,2,12.50,\nAda,3,15,", []),
        ("Ada,2,13,", ["claim-above-receipt"]),
        ("Ada,,37.50,\nAda,,37.50,", ["claimed-by-several"]),
        ("Ada,,25,\nBen,,12.50,", []),  # a file that is shared
        ("Ada,,37.50,\nBen,2,,", ["claimed-by-several"]),
        ("Ada,,37.50,EUR\nBen,,10,USD", ["claimed-by-several"]),
        ("Ada,,50,USD", []),
    ],
)
def test_an_amount_without_a_page_is_for_all_receipts_of_the_file(tmp_path, pages, rows, found):
    claims = "".join(f"trip.pdf,{row}\n" for row in rows.split("\n"))
    assert rules(audited(tmp_path, pages, f"path,person,page,amount,currency\n{claims}")) == found


def test_the_finding_names_each_receipt_and_their_sum(tmp_path, pages):
    (finding,) = audited(tmp_path, pages, "path,person,amount\ntrip.pdf,Ada,40\n")
    assert finding.reason == ("Claimed: Ada 40.00 EUR; the 3 receipts of the file show 37.50 EUR.")
    assert [one.page for one in finding.receipts] == [1, 2, 3]
    assert [(look.receipt, look.field) for look in finding.look_at] == [
        *((0, "total"), (1, "total"), (2, "total"))
    ]
    assert (finding.amount, finding.currency, finding.person) == (2.5, "EUR", "Ada")


def test_claims_of_several_people_for_the_file_are_named(tmp_path, pages):
    claims = "path,person,amount,currency\ntrip.pdf,Ada,37.50,EUR\ntrip.pdf,Ben,{}\n"
    (finding,) = audited(tmp_path, pages, claims.format("2,EUR"))
    assert finding.reason == (
        "2 claims for 3 receipts of one file, of 37.50 EUR: Ada 37.50 EUR, Ben 2.00 EUR; "
        "together 2.00 EUR too much."
    )
    (finding,) = audited(tmp_path, pages, claims.format("2,USD"))
    assert finding.reason.endswith("together more than they show.")


def test_a_total_that_was_not_read_makes_it_a_note(tmp_path, pages):
    pages[1] = page(2, total=None)
    claims = "path,person,amount\ntrip.pdf,Ada,30\n"
    found = [one for one in audited(tmp_path, pages, claims) if one.rule == "claim-above-receipt"]
    assert [one.severity for one in found] == ["info"]
    assert found[0].reason.endswith("The total of 1 of them was not read.")


def test_totals_in_several_currencies_are_left_alone(tmp_path, pages):
    pages[1] = page(2, total=12.5, currency="USD")
    assert audited(tmp_path, pages, "path,person,amount\ntrip.pdf,Ada,100\n") == []


def test_copies_of_a_file_under_other_names_are_not_added_up(tmp_path, pages):
    source = pages[0].source.model_copy(update={"path": "again.pdf"})
    copy = pages[0].model_copy(update={"source": source})
    claims = "path,person,amount\ntrip.pdf,Ada,10\nagain.pdf,Ada,10\n"
    found = audited(tmp_path, [pages[0], copy], claims)
    assert rules(found) == ["duplicate-file"]


def test_copies_of_a_file_of_one_name_count_once(tmp_path, pages):
    copies = [
        one.model_copy(update={"source": one.source.model_copy(update={"path": f"{month}/t.pdf"})})
        for month in ("april", "may")
        for one in pages
    ]
    claims = "path,person,amount\nt.pdf,Ada,40\n"
    found = [one for one in audited(tmp_path, copies, claims) if "duplicate" not in one.rule]
    assert [(one.rule, len(one.receipts)) for one in found] == [("claim-above-receipt", 3)]


def test_sums_over_a_day_have_each_total_once(tmp_path, pages):
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "{name: days, currency: EUR, rates: {USD: 2},"
        " limits: [{name: a-day, per: [person, day], at_most: 30, action: Ask.}]}"
    )
    job = {"policy": load_policy(str(policy))}
    (finding,) = audited(tmp_path, pages, "path,person,amount\ntrip.pdf,Ada,37.50\n", **job)
    assert finding.rule == "a-day"
    assert "37.50 EUR on 3 receipts" in finding.reason
    claims = "path,person,amount,currency\ntrip.pdf,Ada,{},USD\n"
    assert rules(audited(tmp_path, pages, claims.format(20), **job)) == ["a-day"]
    found = audited(tmp_path, pages, claims.format(30), **job)
    assert rules(found) == ["claim-above-exchanged", "a-day"]
    assert "The 3 receipts of the file show 37.50 EUR" in found[0].reason


def test_a_corrected_record_of_the_file_judges_the_claim_anew(tmp_path, pages):
    claims = "path,person,amount\ntrip.pdf,Ada,37.50\n"
    state = tmp_path / "state"
    assert audited(tmp_path, pages, claims, state) == []
    assert audited(tmp_path, pages, claims, state) == []
    pages[2] = page(3, total=field(13.0))
    again = audited(tmp_path, pages, claims, state)
    assert rules(again) == ["claim-above-receipt"]
    assert audited(tmp_path, pages, claims, state) == again
    assert rules(audited(tmp_path, pages, claims.replace("37.50", "35.50"), state)) == []
