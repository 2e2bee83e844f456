"""The names of models and of the file that makes a folder one; loads nothing."""

from __future__ import annotations

from pathlib import Path

MODELS = Path(__file__).resolve().parent.parent / "models"
"""The folder of the package's models."""
DEFAULT_MODEL = "receipts-base"
RULES = "rules"
TAGGER_FILE = "tagger.json"
"""A model folder has it; it holds window length and stride, temperature."""
