"""Suggested tips are neither the tip nor do they make a total; a charged tip stays one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.assembly.retagging.tip_suggestions import suggested_tips
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.receipt import Contents

BILL = [
    "MARIO'S{merchant_name} TRATTORIA{merchant_name}",
    "1{q} Pizza{d}          14.00{t}",
    "2{q} Iced{d} Tea{d}     6.50{t}",
    "Subtotal      20.50{subtotal}",
    "Tax            1.69{tax}",
    "Total         22.19{total}",
]
SUGGESTIONS = {
    "totals beside them": [
        "Suggested gratuity:",
        "15% Tip 3.08{tip} Total 25.27{total}",
        "18% Tip 3.69{tip} Total 25.88{total}",
        "20% Tip 4.10{tip} Total 26.29{total}",
    ],
    "boxes to tick": [
        "TIP SUGGESTIONS (pre-tax)",
        "(  ) 18% TIP 3.69{tip} TOTAL 25.88{total}",
        "(  ) 20% TIP 4.10{tip} TOTAL 26.29{total}",
    ],
    "all on one line": ["Suggested Tips", "18%: $3.69{tip}  20%: $4.10{tip}  22%: $4.51{tip}"],
    "rates above amounts": ["Tip guide", "15%   18%   20%", "3.08{tip}  3.69{tip}  4.10{tip}"],
    "amounts before rates": ["Tip?", "$3.08{tip} (15%)", "$4.10{tip} (20%)"],
    "without a heading": ["15% Gratuity 3.08{tip}", "20% Gratuity 4.10{tip}"],
    "one alone": ["We recommend a tip:", "18% 3.69{tip} Total 25.88{total}"],
    "without a rate": ["Suggested tip 4.10{tip}"],
    "of the total with tax": ["Tip 15% = 3.33{tip}", "Tip 20% = 4.44{tip}"],
    "German": ["Trinkgeld-Vorschlag", "5% 1.03{tip} Gesamt 23.22{total}", "10% 2.05{tip}"],
    "lines apart": ["Tip 15%", "  3.08{tip}", "Tip 18%", "  3.69{tip}"],
}


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page(lines), LABELS)


@pytest.mark.parametrize("lines", SUGGESTIONS.values(), ids=SUGGESTIONS)
def test_a_suggestion_is_no_tip(lines: Sequence[str]) -> None:
    contents = read([*BILL, *lines])
    assert contents.tip is None
    assert contents.total and contents.total.value == Decimal("22.19")
    assert contents.tax and contents.tax.value == Decimal("1.69")
    assert [item.total.value for item in contents.items if item.total] == [14, Decimal("6.50")]


@pytest.mark.parametrize("lines", SUGGESTIONS.values(), ids=SUGGESTIONS)
def test_a_tip_that_was_paid_beside_suggestions(lines: Sequence[str]) -> None:
    paid = ["Subtotal 20.50{subtotal}", "Tax 1.69{tax}", "Tip 5.00{tip}", "Total 27.19{total}"]
    contents = read([*BILL[:3], *paid, *lines])
    assert contents.tip and contents.tip.value == Decimal("5.00")
    assert contents.total and contents.total.value == Decimal("27.19")


@pytest.mark.parametrize(
    "lines",
    [
        ["Gratuity 18% 3.69{tip}", "Total 25.88{total}"],
        ["Tax 8.25% 1.69", "Tip 3.69", "Total 25.88"],
        ["VAT 5% 0.48", "VAT 20% 1.40"],
        ["VAT 5% 0.50", "VAT 20% 2.00", "Total 12.50"],  # rates of one base, but no tip
        ["10% off 2.05", "20% off 4.10"],
        ["Gratuity 18% 3.69{tip}", "Tax 8% 1.64{tax}", "Total 25.83"],
        ["Service charge 10% 2.05{service_charge}", "GST 8% 1.64{tax}", "Tip", "Total 24.19"],
        ["Tip 15% 3.08{tip}", "SST 6%{tax_rate} 1.23{tax}", "Svc Chg 5% 1.03{service_charge}"],
    ],
)
def test_what_is_charged_is_no_suggestion(lines: Sequence[str]) -> None:
    tagged = TaggedPage.of(*typed_page([*BILL[:5], *lines]), LABELS)
    assert suggested_tips(tagged) == frozenset()
