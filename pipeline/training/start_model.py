"""Load the initial model and tokenizer of the first stage from one folder."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.pre_tokenizers import ByteLevel
from transformers import AutoTokenizer, PreTrainedModel

from pipeline.assembly.confidence.calibration import Calibration, load_calibration
from pipeline.data.parts import PARTS_FILE, Part, read_parts
from pipeline.errors import ConfigError
from pipeline.labels import OUTSIDE, LabelSet
from pipeline.tagging.names import MODELS, TAGGER_FILE
from pipeline.tagging.onnx import TOKENIZER_FILE
from pipeline.training.config import TrainConfig
from pipeline.training.minilm import from_minilm, minilm_folder
from pipeline.training.model import load_model, trained_tags
from pipeline.training.vocabulary import (
    count_pieces,
    kept_pieces,
    load_library_tokenizer,
    pruned_tokenizer,
)

logger = logging.getLogger(__name__)

MINILM = "minilm"


def write_start(
    config: TrainConfig, label_set: LabelSet, texts: Iterable[str], folder: Path
) -> None:
    """Write the model that ``config.init`` names, and its tokenizer, to ``folder``.

    Args:
        texts: the tokens of all training pages; MiniLM keeps the word pieces that they use.

    Raises:
        ConfigError: there is no such model or tokenizer, or we cannot train it.
    """
    if config.init == MINILM:
        full = load_library_tokenizer(minilm_folder() / TOKENIZER_FILE)
        kept = kept_pieces(full, count_pieces(full, texts), config.vocabulary)
        model: PreTrainedModel = from_minilm(minilm_folder(), kept, label_set)
        tokenizer = pruned_tokenizer(full, kept)
    else:
        source = _source_of(config.init)
        model = load_model(source, label_set)
        tokenizer = _tokenizer_of(source)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save(str(folder / TOKENIZER_FILE))


def known_tags(init: str, label_set: LabelSet) -> frozenset[str]:
    """The label set's tags that the model which ``init`` names was trained on; empty where the
    two share no label.

    Raises:
        ConfigError: there is no such model.
    """
    if init == MINILM:
        return frozenset()
    shared = frozenset(trained_tags(_source_of(init))) & frozenset(label_set.tags)
    return shared if shared - {OUTSIDE} else frozenset()


def _source_of(init: str) -> str | Path:
    """A packaged model's folder, or the given folder or hub name."""
    packaged = MODELS / init
    return packaged if packaged.is_dir() else init


def start_temperature(init: str) -> float:
    """The temperature of the initial model, used if the run has too few receipts to fit one; 1 if
    that model has none."""
    settings = Path(_source_of(init)) / TAGGER_FILE
    if init == MINILM or not settings.is_file():
        return 1.0
    return float(json.loads(settings.read_text(encoding="utf-8"))["temperature"])


def start_calibration(init: str) -> Calibration | None:
    """The confidence calibration of the initial model, used if the run has too few receipts to fit
    one; without its receipts, which that model read, so that it approves nothing by itself.
    ``None`` if the model has none that can be used."""
    if init == MINILM:
        return None
    try:
        calibration = load_calibration(Path(_source_of(init)))
    except ConfigError as error:
        logger.warning("the start model's calibration is left out: %s", error)
        return None
    about = {"start_model": Path(init).name}
    return calibration and calibration.model_copy(update={"receipts": (), "about": about})


def start_parts(init: str) -> Mapping[tuple[str, str], Part]:
    """The receipts that the initial model's training held out; empty if that is not known.

    Raises:
        DataError: its file of parts cannot be read.
    """
    path = Path(_source_of(init)) / PARTS_FILE
    return {} if init == MINILM or not path.is_file() else read_parts(path)


def _tokenizer_of(source: str | Path) -> Tokenizer:
    """The tokenizer of a folder or hub model, set up to split single words.

    RoBERTa's pieces tell a word's start by the space before it, which a word alone lacks.
    """
    local = Path(source) / TOKENIZER_FILE
    if local.is_file():
        tokenizer = load_library_tokenizer(local)
    else:
        try:
            tokenizer = AutoTokenizer.from_pretrained(source).backend_tokenizer
        except (OSError, ValueError, AttributeError) as error:
            raise ConfigError(f"init: {source} has no fast tokenizer: {error}") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
    if isinstance(tokenizer.pre_tokenizer, ByteLevel):
        tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=True)
    return tokenizer
