"""The weights of corrections are fitted on receipts whose print is known."""

from __future__ import annotations

from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, held_possible, page_of

from pipeline.assembly.summary.corrections import FEATURES, Change, probabilities
from pipeline.ocr.networks import Alphabet, recognition_network
from pipeline.training.damaged_receipts import draw_damaged, read_numbers
from pipeline.training.repair_fit import Decision, decisions, fit, text_at

PRINTED: list[list[Word]] = [
    [("COLA", "item_description"), ("7.00", "item_total")],
    [("BREAD", "item_description"), ("2.10", "item_total")],
    [("Subtotal", ""), ("9.10", "subtotal")],
    [("GST", ""), ("0.55", "tax")],
    [("Total", ""), ("9.65", "total")],
]


def misread(line: int, text: str) -> list[list[Word]]:
    lines = [list(words) for words in PRINTED]
    lines[line][1] = (text, lines[line][1][1])
    return lines


@pytest.mark.parametrize(("possible", "right"), [("9.10", True), ("9.65", None)])
def test_a_failing_sum_is_a_decision(possible: str, right: bool | None) -> None:
    page, tags = page_of(misread(2, "9.70"))
    printed, _ = page_of(PRINTED)
    read = held_possible(page, {"9.70": {possible: 0.3}, "7.00": {"7.60": 0.1}})
    found = list(decisions(read, tags, LABELS, printed))
    changes = [(one.term[0], str(one.value)) for decision in found for one in decision.changes]
    if right:
        assert changes == [("item_total", "7.60"), ("subtotal", "9.10")]
        assert found[0].right == 1
    else:
        assert all(decision.right is None for decision in found)


def test_the_fit_gives_what_is_seen() -> None:
    def decision(reading: float, right: int | None) -> Decision:
        return Decision([Change(("total", 0), Decimal(1), (1.0, reading, 0.0, 0.0))], right)

    likely = [decision(-1.0, 0)] * 90 + [decision(-1.0, None)] * 10
    unlikely = [decision(-6.0, 0)] * 30 + [decision(-6.0, None)] * 70
    weights = fit([*likely, *unlikely])
    for made, share in ((likely[0], 0.9), (unlikely[0], 0.3)):
        (found,) = probabilities(made.changes, [weights[name] for name in FEATURES])
        assert found == pytest.approx(share, abs=0.03)


def test_a_drawn_receipt_whose_numbers_are_read() -> None:
    receipt = draw_damaged(800_104)
    page = read_numbers(receipt, recognition_network(Alphabet.LATIN))
    printed = receipt.page.page
    assert {t.text for t in printed.tokens if not any(map(str.isdigit, t.text))} <= {
        token.text for token in page.tokens
    }
    numbers = [n for n, token in enumerate(page.tokens) if any(map(str.isdigit, token.text))]
    right = sum(page.tokens[n].text == text_at([n], page, printed) for n in numbers)
    assert right >= len(numbers) / 2
    assert any(page.tokens[n].readings for n in numbers)
