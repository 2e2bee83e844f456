"""``receipts train``: from a config to a model folder."""

from __future__ import annotations

import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

from transformers import EarlyStoppingCallback, PrinterCallback, TrainingArguments, set_seed

from pipeline.data.annotated import AnnotatedPage
from pipeline.labels import LabelSet, load_label_set
from pipeline.ocr.cache import cached
from pipeline.ocr.installed_engines import create_engine
from pipeline.progress import Progress
from pipeline.tagging.onnx import TOKENIZER_FILE
from pipeline.tagging.tokenizer import load_tokenizer
from pipeline.training.checkpoints import (
    DONE,
    SaveOnInterrupt,
    TimedCheckpoints,
    is_finished,
    last_checkpoint,
    remove_unfinished,
)
from pipeline.training.config import Stage, TrainConfig
from pipeline.training.corpus import read_corpus
from pipeline.training.distillation import Teacher, load_teacher
from pipeline.training.examples import PageEncoder, PageExamples, stage_pages
from pipeline.training.mlflow_run import MlflowRun, mlflow_run
from pipeline.training.model import input_format, load_model
from pipeline.training.model_folder import resolved_config, write_model
from pipeline.training.optimizer import rates_of
from pipeline.training.precision import has_bfloat16
from pipeline.training.progress import EpochLines, no_progress
from pipeline.training.start_model import known_tags, write_start
from pipeline.training.torch_tagger import TorchTagger
from pipeline.training.trackers import check_trackers
from pipeline.training.trainer import EpochNumber, StageTrainer

logger = logging.getLogger(__name__)

START = "start"  # the folder, beside the checkpoints, of the model before the first step


def train(config: TrainConfig, work: Path, progress: Progress = no_progress) -> Path:
    """Run all stages, export the model, and write the model folder.

    On Ctrl-C a stage saves a checkpoint before ``KeyboardInterrupt`` comes out.

    Args:
        config: the run.
        work: folder of the checkpoints; a run that is started again with it resumes.
        progress: is told of each receipt read or drawn and of each step.

    Returns:
        The model folder.

    Raises:
        ConfigError: something that the config names does not exist.
        DataError: a source cannot be read.
    """
    check_trackers(config.report_to)
    with mlflow_run(config.name, config.report_to) as tracked:
        return _train(config, work, progress, tracked)


def _train(config: TrainConfig, work: Path, progress: Progress, tracked: MlflowRun | None) -> Path:
    set_seed(config.seed)
    label_set = load_label_set(config.label_set)
    engine = cached(create_engine(config.ocr_engine), config.ocr_cache)
    corpus = read_corpus(config, label_set, engine, progress)
    if tracked is not None:
        tracked.log_config(resolved_config(config))
        tracked.log_data(corpus)
    stages = [(stage, *stage_pages(stage, corpus, progress)) for stage in config.stages]
    known = known_tags(config.init, label_set)
    folder = work / START
    if not (folder / TOKENIZER_FILE).exists():
        texts = (
            token.text
            for _, real, drawn in stages
            for page in real + drawn
            for token in page.page.tokens
        )
        write_start(config, label_set, texts, folder)
    run = _Run(
        config,
        label_set,
        corpus.model_selection_pages(),
        knows_labels=bool(known),
        teacher=load_teacher(folder, label_set, known, config.distillation),
        progress=progress,
    )
    for stage, real, drawn in stages:
        logger.info(
            "stage %s: %d real and %d drawn pages, %g epochs",
            *(stage.name, len(real), len(drawn), stage.epochs),
        )
        pages = _with_noise(stage, real, drawn)
        folder = _run_stage(run, stage, pages, folder, work / stage.name)
    written = write_model(config, label_set, folder, corpus, engine)
    if tracked is not None:
        tracked.log_model(written)
    return written.folder


def _with_noise(
    stage: Stage, real: list[AnnotatedPage], drawn: list[AnnotatedPage]
) -> list[tuple[AnnotatedPage, float]]:
    """Each page that has tokens, with its probability of OCR noise; synthetic pages bring their own
    noise."""
    chances = [(page, stage.noise) for page in real] + [(page, 0.0) for page in drawn]
    return [(page, chance) for page, chance in chances if page.page.tokens]


@dataclass(frozen=True, slots=True)
class _Run:
    """What the stages of a run share.

    Attributes:
        development: the epoch that scores best on these pages is kept; without any, all epochs
            are run and the last is kept.
        knows_labels: whether the start model was trained on labels of the label set.
        teacher: the start model, where the stages are to agree with it.
    """

    config: TrainConfig
    label_set: LabelSet
    development: list[AnnotatedPage]
    knows_labels: bool
    teacher: Teacher | None
    progress: Progress


def _run_stage(
    run: _Run, stage: Stage, pages: list[tuple[AnnotatedPage, float]], start: Path, work: Path
) -> Path:
    """Train one stage, from its last checkpoint if there is one; returns the folder of the trained
    model.
    """
    done = work / DONE
    if is_finished(work):
        return done
    config = run.config
    model = load_model(start, run.label_set)
    tokenizer = load_tokenizer(start / TOKENIZER_FILE)
    encoder = PageEncoder(
        tokenizer, input_format(model, tokenizer), run.label_set, config.max_length, config.stride
    )
    examples = PageExamples(pages, encoder, stage, config.seed)
    rates = rates_of(stage, knows_labels=run.knows_labels)
    lines, on_interrupt = EpochLines(stage.name, run.progress), SaveOnInterrupt()
    trainer = StageTrainer(
        model=model,
        args=_arguments(config, stage, rates.pretrained, work, chooses=bool(run.development)),
        train_dataset=examples,
        data_collator=encoder.collate,
        callbacks=[
            TimedCheckpoints(config.checkpoint_minutes),
            EpochNumber(examples),
            lines,
            on_interrupt,
        ],
        rates=rates,
        teacher=run.teacher,
        losses=lines.losses,
        tagger=TorchTagger(model, encoder),
        eval_dataset=run.development or None,
    )
    if run.development and stage.patience:
        trainer.add_callback(EarlyStoppingCallback(stage.patience))
    trainer.remove_callback(PrinterCallback)  # prints dictionaries
    remove_unfinished(work)
    checkpoint = last_checkpoint(work)
    if checkpoint is not None:
        logger.info("going on from %s", checkpoint)
    with on_interrupt.listening():
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    trainer.save_model(str(done))
    shutil.copy(start / TOKENIZER_FILE, done / TOKENIZER_FILE)  # last: see is_finished
    return done


def _arguments(
    config: TrainConfig, stage: Stage, rate: float, work: Path, *, chooses: bool
) -> TrainingArguments:
    """``chooses``: whether each epoch is scored and the best one kept."""
    return TrainingArguments(
        output_dir=str(work),
        num_train_epochs=stage.epochs,
        per_device_train_batch_size=config.batch_size,
        learning_rate=rate,
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
        run_name=stage.name,
        seed=config.seed,
        use_cpu=True,
        disable_tqdm=True,
        dataloader_num_workers=0,
    )


def _in_bfloat16(config: TrainConfig) -> bool:
    if config.precision == "auto":
        return has_bfloat16()
    return config.precision == "bfloat16"
