"""The baseline on receipts whose truth is known."""

from itertools import islice

from pipeline.data.formats import read
from pipeline.evaluation.bootstrap import figures
from pipeline.evaluation.cases import from_boxes
from pipeline.evaluation.evaluate import TokensFrom, evaluate
from pipeline.labels import Label, LabelSet, label_of
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_receipt
from pipeline.tagging.load import load_tagger
from pipeline.tagging.rules import RuleTagger


def test_rules_find_most_totals_and_dates_of_real_receipts(shared_datasets):
    pages = list(islice(read("sroie", shared_datasets / "sroie" / "train"), 100))
    judged = evaluate(load_tagger("rules"), from_boxes(pages), TokensFrom.BOXES)
    found = figures([one.counts for one in judged])
    assert found["fields.total"]["f1"] > 0.6
    assert found["fields.date"]["f1"] > 0.8


def test_only_labels_of_the_label_set_come_out():
    labels = LabelSet(name="few", labels=(Label(name="total"), Label(name="loyalty")))
    pages = [annotated_page(draw_receipt(seed)).page for seed in range(20)]
    found = {label_of(tag) for tags in RuleTagger(labels).tag(pages) for tag in tags.labels}
    assert found == {None, "total"}
