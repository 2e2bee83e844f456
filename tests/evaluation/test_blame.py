"""Each stage broken in turn: the blame must fall on it."""

from collections import Counter
from dataclasses import replace

import pytest
from small_receipts import LABELS, annotated, case, field, page_of

from pipeline.document import Page
from pipeline.evaluation import cases
from pipeline.evaluation.blame import Stage, blame, stage_costs
from pipeline.evaluation.cases import Reading, from_boxes
from pipeline.evaluation.evaluate import TokensFrom, evaluate
from pipeline.evaluation.fields import outcomes
from pipeline.labels import OUTSIDE
from pipeline.receipt import Contents
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.types import Tags

PAGE = page_of("ACME LTD", "25/12/2018", "TOTAL RM 9.00", "TOTAL 9.00")
GOLD = ("B-merchant_name", "I-merchant_name", "B-date", "O", "B-total", "I-total", "O", "B-total")
TRUTH = annotated(
    {"merchant_name": "Acme Ltd", "date": "25/12/2018", "total": "9.00"}, page=PAGE, tags=GOLD
)


def stages(contents, tags=GOLD, page=None, truth=TRUTH):
    one = case(truth, contents, tags, page)
    return {
        outcome.label: blame(outcome, one, LABELS)
        for outcome in outcomes(contents, one.truth, LABELS)
    }


def test_a_right_field_is_nobodys_fault():
    assert stages(Contents(total=field("9.00")))["total"] is None


def test_what_the_engine_did_not_read_is_its_fault():
    read = page_of("ACNE LTD", "25/12/2018", "TOTAL RM 9.80", "TOTAL 9.80")
    found = stages(Contents(total=field("9.80"), merchant_name=field("ACNE LTD")), page=read)
    assert found == {
        "merchant_name": Stage.OCR,
        "date": Stage.ASSEMBLY,  # read, tagged, and did not come out
        "total": Stage.OCR,
    }


def test_what_was_read_and_not_tagged_is_the_taggers_fault():
    assert set(stages(Contents(), ("O",) * 8).values()) == {Stage.TAGGING}


def test_a_span_too_short_is_the_taggers_fault():
    tags = ("B-merchant_name", "O", *GOLD[2:])
    assert stages(Contents(merchant_name=field("ACME")), tags)["merchant_name"] is Stage.TAGGING


def test_what_was_tagged_and_came_out_otherwise_is_assemblys_fault():
    found = stages(Contents(total=field("90.00"), merchant_name=field("LTD ACME")))
    assert set(found.values()) == {Stage.ASSEMBLY}


def test_an_invented_value_is_the_taggers_if_it_tagged_any():
    without = annotated({}, annotated=("total",), page=page_of("9.00"))
    record = Contents(total=field("9.00"))
    assert stages(record, ("B-total",), truth=without) == {"total": Stage.TAGGING}
    assert stages(record, ("O",), truth=without) == {"total": Stage.ASSEMBLY}


@pytest.mark.parametrize(
    ("published", "found"),
    [
        ("12.00", "9.00"),  # stands nowhere on the annotated page
        ("nine", "9.00"),  # is no amount
        ("8.00", "9.00"),  # 9.00 is marked as a total as well
    ],
)
def test_a_doubtful_truth_is_nobodys_fault(published, found):
    page = page_of("TOTAL 9.00", "TOTAL 8.00")
    truth = annotated(
        {"total": published}, annotated=("total",), page=page, tags=("O", "B-total", "O", "B-total")
    )
    assert stages(Contents(total=field(found)), truth.tags, truth=truth) == {"total": Stage.TRUTH}


def test_two_taxes_tagged_and_not_added_up_are_assemblys_fault():
    page = page_of("GST 1.00", "PST 2.00")
    tags = ("O", "B-tax", "O", "B-tax")
    truth = annotated({"tax": "3.00"}, annotated=("tax",), page=page, tags=tags)
    assert stages(Contents(tax=field("5.00")), tags, truth=truth) == {"tax": Stage.ASSEMBLY}


def test_costs_are_what_mending_the_stage_would_give():
    one = case(TRUTH, Contents(total=field("9.80")), ("O",) * 8)
    found = outcomes(one.contents, TRUTH, LABELS)
    lost_by = {"total": Stage.OCR, "date": Stage.TAGGING, "merchant_name": Stage.TAGGING}
    costs = stage_costs([(outcome, lost_by[outcome.label]) for outcome in found])
    # Of three fields one came out, wrong: F1 0.
    # Mended by OCR, 1 right of 1 found and 3 true; by tagging, 2 right of 3 found and 3 true.
    assert costs["ocr"] == {"fields": 1, "f1_cost": 0.5}
    assert costs["tagging"] == {"fields": 2, "f1_cost": round(4 / 6, 4)}
    assert costs["assembly"] == {"fields": 0, "f1_cost": 0}


class TruthfulTagger:
    """Tags the tokens of known pages as annotated."""

    name = "truthful"
    label_set = LABELS
    reads_images = False
    folder = None

    def __init__(self, readings):
        self.known = {id(reading.page): reading.gold for reading in readings}

    def tag(self, pages, images=None):
        golds = [self.known[id(page)] for page in pages]
        return [Tags(tuple(gold), (0.9,) * len(gold)) for gold in golds]


class BrokenTagger(TruthfulTagger):
    """Finds nothing."""

    def tag(self, pages, images=None):
        return [Tags((OUTSIDE,) * len(page.tokens), (0.9,) * len(page.tokens)) for page in pages]


@pytest.fixture(scope="module")
def readings():
    return from_boxes([annotated_page(draw_receipt(seed)) for seed in range(25)])


def blamed(tagger, readings):
    scored = evaluate(tagger, readings, TokensFrom.IMAGE)
    return Counter(stage for one in scored for _, stage in one.outcomes)


def misread(page: Page) -> Page:
    """Every letter and digit another one: nothing on the page is what stands there."""
    garble = str.maketrans("0123456789aeiouAEIOU", "1234567890eiouaEIOUA")
    tokens = tuple(replace(token, text=token.text.translate(garble)) for token in page.tokens)
    return replace(page, tokens=tokens)


def test_with_nothing_broken_nearly_all_is_right(readings):
    counts = blamed(TruthfulTagger(readings), readings)
    assert counts[None] > 0.9 * counts.total()


def test_a_broken_tagger_is_blamed(readings):
    # Assembly finds many amounts by key words, rates and sums alone.
    counts = blamed(BrokenTagger(readings), readings)
    wrong = counts.total() - counts[None]
    assert wrong > 0.5 * counts.total()
    assert counts[Stage.TAGGING] > 0.9 * wrong


def test_a_broken_engine_is_blamed(readings):
    broken = [Reading(one.truth, misread(one.page), one.gold) for one in readings]
    counts = blamed(TruthfulTagger(broken), broken)
    wrong = counts.total() - counts[None]
    assert wrong > 0.8 * counts.total()
    assert counts[Stage.OCR] > 0.9 * wrong


def test_a_broken_assembler_is_blamed(readings, monkeypatch):
    monkeypatch.setattr(cases, "assemble", lambda *_: Contents())
    counts = blamed(TruthfulTagger(readings), readings)
    assert counts[None] == 0
    assert counts[Stage.ASSEMBLY] > 0.9 * counts.total()
