"""What keeps a model that is trained on from forgetting the labels it knew."""

import numpy as np
import pytest
from scipy.special import softmax

torch = pytest.importorskip("torch", reason="needs the extra [train]")

from pipeline.data.parts import PARTS_FILE, read_parts  # noqa: E402
from pipeline.labels import Label, LabelSet, load_label_set  # noqa: E402
from pipeline.synthetic.generate import draw_annotated  # noqa: E402
from pipeline.tagging.load import load_tagger  # noqa: E402
from pipeline.tagging.names import MODELS  # noqa: E402
from pipeline.training.config import Stage, TrainConfig  # noqa: E402
from pipeline.training.distillation import distillation_loss, load_teacher  # noqa: E402
from pipeline.training.model import load_model  # noqa: E402
from pipeline.training.optimizer import adamw, rates_of  # noqa: E402
from pipeline.training.start_model import MINILM, known_tags, write_start  # noqa: E402
from pipeline.training.train import train  # noqa: E402

NEW = "loyalty_number"


SHIPPED_LABELS = MODELS / "receipts-base" / "labels.yaml"


@pytest.fixture(scope="module")
def label_set():
    """The shipped model's labels and a new one."""
    shipped = load_label_set(SHIPPED_LABELS)
    return LabelSet(name="mine", labels=(*shipped.labels, Label(name=NEW)))


def config_in(folder, distillation=1.0):
    labels = SHIPPED_LABELS.read_text(encoding="utf-8")
    (folder / "labels.yaml").write_text(f"{labels}  {NEW}: {{type: text}}\n", encoding="utf-8")
    path = folder / "train.yaml"
    path.write_text(
        "name: tiny\nlabel_set: labels.yaml\noutput: model\ninit: receipts-base\nbatch_size: 2\n"
        f"max_length: 64\nstride: 8\ndistillation: {distillation}\n"
        "stages: [{name: one, drawn: {count: 4, seed: 1}, epochs: 2, learning_rate: 2.0e-4}]\n"
    )
    return TrainConfig.load(path)


def test_what_a_start_model_knows(label_set):
    known = known_tags("receipts-base", label_set)
    assert known == set(label_set.tags) - {f"B-{NEW}", f"I-{NEW}"}
    assert known_tags(MINILM, label_set) == frozenset()
    others = LabelSet(name="others", labels=(Label(name=NEW),))
    assert known_tags("receipts-base", others) == frozenset()  # O alone is nothing to keep


def test_agreement_costs_nothing_and_new_tags_are_left_free():
    known = torch.tensor([True, True, False])
    allowed = torch.ones(1, 2, 3)
    teacher = torch.tensor([[[4.0, 0.0, 0.0], [0.0, 4.0, 0.0]]])
    answer = teacher.clone()
    answer[..., 2] = torch.tensor([9.0, -9.0])
    assert distillation_loss(answer, teacher, allowed, known).item() == pytest.approx(0, abs=1e-6)
    other = distillation_loss(teacher.flip(1), teacher, allowed, known)
    most, least = torch.tensor([4.0, 0.0]).softmax(0)
    # The divergence of (least, most) from (most, least), whose logarithms differ by 4.
    assert other.item() == pytest.approx(4 * (most - least).item(), rel=1e-4)


def test_tokens_of_the_new_label_do_not_ask_the_teacher():
    known = torch.tensor([True, True, False])
    allowed = torch.tensor([[[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]])  # a new label, and padding
    logits = torch.randn(1, 2, 3, requires_grad=True)
    loss = distillation_loss(logits, torch.randn(1, 2, 3), allowed, known)
    loss.backward()
    assert loss.item() == 0
    assert not logits.grad.any()


def test_a_teacher_does_not_learn(tmp_path, label_set):
    write_start(config_in(tmp_path), label_set, (), tmp_path / "start")
    known = known_tags("receipts-base", label_set)
    teacher = load_teacher(tmp_path / "start", label_set, known, 1.0)
    assert not any(weights.requires_grad for weights in teacher.model.parameters())
    assert teacher.known.sum().item() == len(label_set.tags) - 2
    assert load_teacher(tmp_path / "start", label_set, known, 0.0) is None
    assert load_teacher(tmp_path / "start", label_set, (), 1.0) is None


def test_rates(tmp_path, label_set):
    plain = Stage(name="one", drawn={"count": 1})
    again, fresh = rates_of(plain, knows_labels=True), rates_of(plain, knows_labels=False)
    assert again.pretrained < fresh.pretrained
    given = Stage(name="one", drawn={"count": 1}, learning_rate=1e-3, layout_learning_rate=2)
    assert rates_of(given, knows_labels=True).new == pytest.approx(2e-3)
    write_start(config_in(tmp_path), label_set, (), tmp_path / "start")
    model = load_model(tmp_path / "start", label_set)
    sizes = [
        [len(group["params"]) for group in adamw(model, rates, 0.01).param_groups]
        for rates in (again, fresh)
    ]
    # The layout embeddings were learnt by a model that knows labels, and are new to MiniLM.
    assert sizes[0][1] < sizes[1][1]
    assert sum(sizes[0]) == sum(sizes[1]) == len(list(model.parameters()))


def test_a_model_that_is_trained_on_answers_more_as_before(tmp_path):
    pages = [drawn.page for drawn in draw_annotated(6, seed=9)]
    shipped = load_tagger()
    before = [softmax(logits, axis=1) for logits in shipped.logits(pages)]

    def difference(distillation):
        """The mean over pages and tokens of how far the probabilities of known tags moved."""
        folder = tmp_path / str(distillation)
        folder.mkdir()
        model = train(config_in(folder, distillation), folder / "work")
        assert read_parts(model / PARTS_FILE) == read_parts(MODELS / "receipts-base" / PARTS_FILE)
        tagger = load_tagger(str(model))
        known = [tagger.label_set.tags.index(tag) for tag in shipped.label_set.tags]
        after = [softmax(logits[:, known], axis=1) for logits in tagger.logits(pages)]
        pairs = zip(before, after, strict=True)
        return np.mean([np.abs(one - other).sum(axis=1).mean() for one, other in pairs])

    assert difference(30.0) < difference(0.0)
