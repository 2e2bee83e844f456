from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.assembly.summary.checks import check_summary, check_sums
from pipeline.receipt import Field, LineItem


def amounts(**values: str) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in values.items()}


def field(value: str) -> Field[Decimal]:
    return Field[Decimal](value=Decimal(value), text=value, confidence=1, boxes=[])


def item(quantity: str, price: str, total: str) -> LineItem:
    return LineItem(quantity=field(quantity), unit_price=field(price), total=field(total))


def test_items() -> None:
    right, wrong = check_sums([item("2", "3.50", "7.00"), item("2", "3.50", "8.00")], {})
    assert (right.rule, right.ok) == ("items[0]: quantity*unit_price=total", True)
    assert (wrong.rule, wrong.ok) == ("items[1]: quantity*unit_price=total", False)
    assert (wrong.expected, wrong.found) == (Decimal("7.00"), Decimal("8.00"))


def test_items_and_discount_make_the_subtotal() -> None:
    for discount in ("1.00", "-1.00"):
        checks = check_sums(
            [LineItem(total=field("7.00"))], amounts(subtotal="6.00", discount=discount)
        )
        assert [(check.rule, check.ok) for check in checks] == [("items-discount=subtotal", True)]


def test_the_subtotal_may_leave_out_the_tax_in_the_prices() -> None:
    items = [LineItem(total=field("4.64")), LineItem(total=field("1.29"))]
    checks = check_sums(items, amounts(subtotal="5.49", tax="0.44", total="5.93"))
    assert [check.ok for check in checks] == [True, True]


def test_no_check_without_all_item_totals() -> None:
    items = [LineItem(total=field("7.00")), LineItem(description=None, quantity=field("1"))]
    assert check_sums(items, amounts(subtotal="7.00")) == []


def test_tax_added_or_included() -> None:
    for total, ok in (("11.60", True), ("11.00", True), ("12.00", False)):
        (check,) = check_summary(amounts(subtotal="10", tax="0.60", tip="1.00", total=total))
        assert check.ok is ok


def test_a_subtotal_may_lack_the_tax_that_the_prices_include() -> None:
    net = amounts(subtotal="10.00", tax="0.60", total="10.60")
    for bought, ok in (("10.60", True), ("10.00", True), ("11.60", False)):
        first, *_ = check_sums([LineItem(total=field(bought))], net)
        assert (first.rule, first.ok) == ("items-discount=subtotal", ok)


def test_unit_prices_may_lack_the_tax() -> None:
    taxed = amounts(tax="4.95", total="87.45")
    for total, ok in (("87.45", True), ("82.50", True), ("85.00", False)):
        (check,) = check_sums([item("5", "16.50", total)], taxed)
        assert check.ok is ok
    (untaxed,) = check_sums([item("5", "16.50", "87.45")], {})
    assert not untaxed.ok


def test_a_service_charge_is_a_term_of_the_total() -> None:
    charged = amounts(subtotal="35.60", tax="2.36", total="41.50")
    for surcharges, ok in (((0, Decimal("3.56")), True), ((0,), False)):
        (check,) = check_summary(charged, surcharges)
        assert check.ok is ok


def test_part_of_the_total_in_cash_is_no_contradiction() -> None:
    assert check_summary(amounts(cash="7500", change="0", total="57500")) == []
    (more,) = check_summary(amounts(cash="60000", change="0", total="57500"))
    assert not more.ok


def test_cash_printed_with_a_minus() -> None:
    (check,) = check_summary(amounts(cash="-7840.00", change="1.20", total="7838.80"))
    assert check.ok


def test_rounding_to_five_cents() -> None:
    (near,) = check_summary(amounts(cash="10.00", change="2.95", total="7.02"))
    (far,) = check_summary(amounts(cash="10.00", change="2.95", total="7.12"))
    assert near.ok
    assert not far.ok


def test_only_where_all_parts_are_present() -> None:
    assert check_summary(amounts(total="7.00", cash="10.00")) == []
    assert check_summary(amounts(total="7.00", subtotal="6.00")) == []


cents = st.decimals("0", "9999", places=2)


@given(cents, cents, cents)
def test_true_sums_hold(subtotal: Decimal, tax: Decimal, tip: Decimal) -> None:
    total = subtotal + tax + tip
    checks = check_summary({"subtotal": subtotal, "tax": tax, "tip": tip, "total": total,
                            "cash": total + 5, "change": Decimal(5)})  # fmt: skip
    assert [check.ok for check in checks] == [True, True]
