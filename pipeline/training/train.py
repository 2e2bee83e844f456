"""``receipts train``: from a config to a model folder."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from statistics import fmean
from typing import Any, cast

import torch
from torch.utils.data import Dataset
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.utils import CONFIG_NAME

from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.tags import micro_f1, scores_by_source
from pipeline.labels import LabelSet, load_label_set
from pipeline.ocr.cache import cached
from pipeline.ocr.registry import create_engine
from pipeline.tagging.onnx import TOKENIZER_FILE
from pipeline.training.checkpoints import (
    DONE,
    CheckpointClock,
    SaveOnInterrupt,
    last_checkpoint,
    remove_unfinished,
)
from pipeline.training.config import Stage, TrainConfig
from pipeline.training.corpus import read_corpus
from pipeline.training.examples import Example, PageEncoder, PageExamples, stage_pages
from pipeline.training.folder import write_model
from pipeline.training.loss import partial_annotation_loss
from pipeline.training.model import input_format, layout_parameters, load_model
from pipeline.training.order import EpochOrder
from pipeline.training.progress import EpochLines, Progress, unseen
from pipeline.training.start import write_start
from pipeline.training.torch_tagger import TorchTagger
from pipeline.training.trackers import check_trackers
from pipeline.training.vocabulary import load_tokenizer

logger = logging.getLogger(__name__)

START = "start"  # the folder, beside the checkpoints, of the model before the first step


def train(config: TrainConfig, work: Path, progress: Progress = unseen) -> Path:
    """Run all stages, export the model, and write the model folder.

    On Ctrl-C a stage saves a checkpoint before ``KeyboardInterrupt`` comes out.

    Args:
        config: the run.
        work: checkpoints live here; started again with the same folder, a run goes on
            where it was stopped.
        progress: is told of each receipt read or drawn and of each step.

    Returns:
        The model folder.

    Raises:
        ConfigError: something that the config names does not exist.
        DataError: a source cannot be read.
    """
    check_trackers(config.report_to)
    set_seed(config.seed)
    label_set = load_label_set(config.label_set)
    engine = cached(create_engine(config.ocr_engine), config.ocr_cache)
    corpus = read_corpus(config, label_set, engine, progress)
    stages = [(stage, *stage_pages(stage, corpus, progress)) for stage in config.stages]
    folder = work / START
    if not (folder / TOKENIZER_FILE).exists():
        texts = (
            token.text
            for _, real, drawn in stages
            for page in real + drawn
            for token in page.page.tokens
        )
        write_start(config, label_set, texts, folder)
    development = corpus.choosing()
    for stage, real, drawn in stages:
        logger.info(
            "stage %s: %d real and %d drawn pages, %g epochs",
            *(stage.name, len(real), len(drawn), stage.epochs),
        )
        pages = _with_noise(stage, real, drawn)
        folder = _run_stage(
            config, stage, pages, development, label_set, folder, work / stage.name, progress
        )
    return write_model(config, label_set, folder, corpus, engine)


def _with_noise(
    stage: Stage, real: list[AnnotatedPage], drawn: list[AnnotatedPage]
) -> list[tuple[AnnotatedPage, float]]:
    """Each page that has tokens, with its probability of OCR noise; synthetic pages bring their own
    noise."""
    chances = [(page, stage.noise) for page in real] + [(page, 0.0) for page in drawn]
    return [(page, chance) for page, chance in chances if page.page.tokens]


def _run_stage(
    config: TrainConfig,
    stage: Stage,
    pages: list[tuple[AnnotatedPage, float]],
    development: list[AnnotatedPage],
    label_set: LabelSet,
    start: Path,
    work: Path,
    progress: Progress,
) -> Path:
    """Train one stage, from its last checkpoint if there is one; returns the folder of the trained
    model.

    Args:
        development: the epoch that scores best on these pages is kept; without any, all epochs
            are run and the last is kept.
    """
    done = work / DONE
    if (done / CONFIG_NAME).exists():
        return done
    model = load_model(start, label_set)
    tokenizer = load_tokenizer(start / TOKENIZER_FILE)
    encoder = PageEncoder(
        tokenizer, input_format(model, tokenizer), label_set, config.max_length, config.stride
    )
    examples = PageExamples(pages, encoder, stage, config.seed)
    lines, on_interrupt = EpochLines(stage.name, progress), SaveOnInterrupt()
    trainer = StageTrainer(
        model=model,
        args=_arguments(config, stage, work, chooses=bool(development)),
        train_dataset=examples,
        data_collator=encoder.collate,
        callbacks=[
            CheckpointClock(config.checkpoint_minutes),
            _EpochClock(examples),
            lines,
            on_interrupt,
        ],
        stage=stage,
        losses=lines.losses,
        tagger=TorchTagger(model, encoder),
        eval_dataset=development or None,
    )
    if development and stage.patience:
        trainer.add_callback(EarlyStoppingCallback(stage.patience))
    trainer.remove_callback(PrinterCallback)  # prints dictionaries
    remove_unfinished(work)
    checkpoint = last_checkpoint(work)
    if checkpoint is not None:
        logger.info("going on from %s", checkpoint)
    with on_interrupt.listening():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    trainer.save_model(str(done))
    shutil.copy(start / TOKENIZER_FILE, done / TOKENIZER_FILE)
    return done


def _arguments(
    config: TrainConfig, stage: Stage, work: Path, *, chooses: bool
) -> TrainingArguments:
    """``chooses``: whether each epoch is scored and the best one kept."""
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=stage.epochs,
        per_device_train_batch_size=config.batch_size,
        learning_rate=stage.learning_rate,
        weight_decay=config.weight_decay,
        warmup_steps=config.warmup,
        lr_scheduler_type="linear",
        bf16=_in_bfloat16(config),
        remove_unused_columns=False,
        eval_strategy="epoch" if chooses else "no",
        save_strategy="epoch" if chooses else "no",  # besides, the clock saves
        save_total_limit=2,
        load_best_model_at_end=chooses,
        metric_for_best_model="f1" if chooses else None,
        logging_steps=20,
        report_to=list(config.report_to) or "none",
        seed=config.seed,
        use_cpu=True,
        disable_tqdm=True,
        dataloader_num_workers=0,
    )


def _in_bfloat16(config: TrainConfig) -> bool:
    if config.precision == "auto":
        abilities = torch.cpu.get_capabilities()
        return bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))
    return config.precision == "bfloat16"


class StageTrainer(Trainer):
    """HF Trainer with the partial-annotation loss, a higher learning rate for new parameters, and
    strict entity F1 on development pages, decoded as at inference."""

    def __init__(
        self, *, stage: Stage, tagger: TorchTagger, losses: list[float], **kwargs: Any
    ) -> None:
        """``losses``: takes the loss of each step."""
        super().__init__(**kwargs)
        self._stage, self._tagger, self._losses = stage, tagger, losses

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:
        """The mean of the sources' strict entity F1, and each source's."""
        pages = cast(list[AnnotatedPage], self.eval_dataset)
        scores = scores_by_source(self._tagger, pages)
        found = {source: micro_f1(score) for source, score in scores.items()}
        metrics = {f"{metric_key_prefix}_f1": fmean(found.values())}
        metrics |= {f"{metric_key_prefix}_f1_{source}": f1 for source, f1 in found.items()}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        loss: torch.Tensor = super().training_step(*args, **kwargs)
        self._losses.append(loss.item())
        return loss

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | int | None = None,
    ) -> Any:
        allowed, weights = inputs.pop("allowed"), inputs.pop("weights")
        outputs = model(**inputs)
        loss = partial_annotation_loss(outputs.logits, allowed, weights)
        return (loss, outputs) if return_outputs else loss

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        if self.optimizer is None:
            assert isinstance(self.model, torch.nn.Module)
            new, old = layout_parameters(self.model)
            rate = self.args.learning_rate
            groups = [
                {"params": old, "lr": rate},
                {"params": new, "lr": rate * self._stage.layout_learning_rate},
            ]
            self.optimizer = torch.optim.AdamW(groups, weight_decay=self.args.weight_decay)
        return self.optimizer

    def _get_train_sampler(self, train_dataset: Dataset[Example] | None = None) -> EpochOrder:
        assert isinstance(self.train_dataset, PageExamples)
        return EpochOrder(self.train_dataset, self.args.train_batch_size, self.args.seed)


class _EpochClock(TrainerCallback):
    """Passes the epoch number to the examples, so that each epoch has its own noise and order."""

    def __init__(self, examples: PageExamples) -> None:
        self._examples = examples

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._examples.epoch = int(state.epoch or 0)
