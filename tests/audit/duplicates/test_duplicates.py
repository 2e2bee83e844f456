"""Second copies of a receipt are found, other receipts of the same merchant are left alone."""

from __future__ import annotations

import pytest
from audited import audited, field, rules, sale

ITEMS = [("Espresso", 2.5), ("Cheese Cake", 4.5), ("Mineral Water", 3.0), ("Club Sandwich", 9.9)]


def bill(path="a.jpg", goods=ITEMS, sha256=None, **values):
    usual = {
        "merchant_address": "1 High Street",
        "merchant_phone": "+49301234567",
        "time": "13:05",
        "receipt_number": "INV-00417",
        "total": 19.9,
        "items": [
            {"description": field(name, top=300 + 30 * n), "total": field(price, top=300 + 30 * n)}
            for n, (name, price) in enumerate(goods)
        ],
    }
    one = sale(path, **{**usual, **values})
    return one.model_copy(update={"source": one.source.model_copy(update={"sha256": sha256})})


def found(folder, *receipts, claims=None):
    return [f for f in audited(folder, receipts, claims) if f.rule.startswith("duplicate")]


def test_the_same_bytes(tmp_path):
    (finding,) = found(tmp_path, bill(sha256="1" * 64), bill("b.jpg", sha256="1" * 64))
    assert finding.rule == "duplicate-file"
    assert [one.path for one in finding.receipts] == ["b.jpg", "a.jpg"]
    assert (finding.severity, finding.score, finding.amount) == ("high", 1.0, 19.9)


def test_another_picture_of_it(tmp_path):
    again = bill("b.jpg", merchant_name="Blue Cafi", merchant_phone="+49301234561")
    (finding,) = found(tmp_path, bill(), again)
    assert finding.rule == "duplicate-picture"
    assert "same total, date, time, receipt number" in finding.reason
    assert {look.receipt for look in finding.look_at} == {0, 1}


def test_the_slip_beside_the_bill(tmp_path):
    slip = sale("slip.jpg", total=19.9, time="13:06")
    assert rules(found(tmp_path, bill(time="13:06"), slip)) == ["duplicate-purchase"]


def test_two_people_claim_it(tmp_path):
    claims = "path,person\na.jpg,Ada\nb.jpg,Ben\n"
    (finding,) = found(tmp_path, bill(), bill("b.jpg"), claims=claims)
    assert finding.reason.endswith("Claimed by Ada and by Ben.")


@pytest.mark.parametrize(
    "other",
    [
        {"time": "15:40", "receipt_number": "INV-00455"},  # a second round
        {"time": None, "receipt_number": None, "cash": 100.0},  # other cash was handed over
        {"date": "2026-02-10", "time": "12:58", "receipt_number": "INV-00131"},  # last month
        {"total": 7.0, "goods": ITEMS[:2], "time": "13:30", "receipt_number": "INV-00418"},
    ],
)
def test_other_receipts_of_the_merchant(tmp_path, other):
    assert found(tmp_path, bill(cash=20.0), bill("b.jpg", **other)) == []


def test_two_parts_of_one_picture(tmp_path):
    first, second = bill(), bill(total=5.0, time="09:00", receipt_number="INV-00007")
    second = second.model_copy(
        update={"source": second.source.model_copy(update={"region": (0, 500, 90, 900)})}
    )
    assert found(tmp_path, first, second) == []


def test_last_months_receipt(tmp_path):
    state = tmp_path / "audit.sqlite"
    audited(tmp_path, [bill()], state=state)
    assert rules(audited(tmp_path, [bill("again.jpg")], state=state)) == ["duplicate-picture"]
