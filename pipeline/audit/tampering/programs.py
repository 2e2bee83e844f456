"""Programs that are known by the name that they leave in a file (`programs.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

Kind = Literal["editors", "generators", "pdf_editors"]
_LONGEST = 60  # characters of a name that a reason shows


def named_program(texts: Iterable[str], kind: Kind) -> str | None:
    """The first of the texts that names such a program, shortened; ``None`` if none does."""
    known = _known()[kind]
    return next((_shown(text) for text in texts if known.search(text)), None)


@cache
def _known() -> Mapping[str, re.Pattern[str]]:
    text = files("pipeline.audit.tampering").joinpath("programs.yaml").read_text(encoding="utf-8")
    return {
        kind: re.compile("|".join(f"(?:{name})" for name in names), re.IGNORECASE)
        for kind, names in yaml.safe_load(text).items()
    }


def _shown(text: str) -> str:
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"
