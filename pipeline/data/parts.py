"""Split a training run's receipts into training, development and held-out sets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.splits import hash_fraction, merchants
from pipeline.errors import DataError

HELD_OUT_SHARE = 0.15  # of the merchants
DEVELOPMENT_SHARE = 0.1
SPLIT_SEED = 0
PARTS_FILE = "parts.json"  # in a model folder: which receipts its training kept out


class Part(StrEnum):
    """The use of a receipt: training, development or held-out."""

    TRAIN = "train"
    DEVELOPMENT = "development"  # chooses the epoch and calibrates confidence; is never reported
    HELD_OUT = "held_out"  # is reported; no choice depends on it


def parts_by_merchant(
    pages: Iterable[AnnotatedPage], earlier: Mapping[tuple[str, str], Part] | None = None
) -> list[Part]:
    """The part of each page: the split that training makes and evaluation reports on.

    Give the receipts of all sources in one call, so that a chain which occurs in two sources is
    in the same part of both.

    Args:
        earlier: what ``read_parts`` gives for an earlier model. Receipts of its sources stay in
            their part (those that it does not list in training), and receipts of other sources
            follow those of the same merchant: to the held-out part if one of these is in it.
    """
    everyone = list(pages)
    kept = _kept_parts(everyone, earlier or {})
    names = merchants(everyone)
    of_merchant: dict[str, Part] = {}
    for name, part in zip(names, kept, strict=True):
        if part is not None:
            of_merchant[name] = max(part, of_merchant.get(name, part), key=_STRICTNESS.index)
    return [
        part or of_merchant.get(name) or _part(hash_fraction(name, SPLIT_SEED))
        for name, part in zip(names, kept, strict=True)
    ]


_STRICTNESS = (Part.TRAIN, Part.DEVELOPMENT, Part.HELD_OUT)


def _kept_parts(
    pages: Sequence[AnnotatedPage], earlier: Mapping[tuple[str, str], Part]
) -> list[Part | None]:
    """The earlier part of each page, ``None`` for a source that the earlier model did not have."""
    sources = {source for source, _ in earlier}
    return [
        earlier.get((page.source, page.id), Part.TRAIN) if page.source in sources else None
        for page in pages
    ]


def write_parts(
    path: Path,
    pages: Sequence[AnnotatedPage],
    parts: Sequence[Part],
    earlier: Mapping[tuple[str, str], Part] | None = None,
) -> None:
    """Write which receipts were not trained on: source to part to ids, sorted.

    Args:
        earlier: what ``read_parts`` gives for the model that training started from; its receipts
            are still not trained on, unless they are among ``pages``.
    """
    own = {(page.source, page.id): part for page, part in zip(pages, parts, strict=True)}
    kept: dict[str, dict[str, list[str]]] = {}
    for (source, name), part in {**(earlier or {}), **own}.items():
        if part is not Part.TRAIN:
            kept.setdefault(source, {}).setdefault(part.value, []).append(name)
    ordered = {
        source: {part: sorted(ids) for part, ids in sorted(by_part.items())}
        for source, by_part in sorted(kept.items())
    }
    path.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")


def read_parts(path: Path) -> dict[tuple[str, str], Part]:
    """Read the file of ``write_parts``: (source, id) to part. Receipts that are not listed may have
    been trained on.

    Raises:
        DataError: there is no such file, or it is not of that shape; the message names it.
    """
    if not path.is_file():
        raise DataError(
            f"{path}: does not exist, so it is not known which receipts the model's training "
            "held out"
        )
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {
            (source, str(name)): Part(part)
            for source, by_part in raw.items()
            for part, ids in by_part.items()
            for name in ids
        }
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    except (ValueError, AttributeError, TypeError) as error:
        raise DataError(f"{path}: not a list of parts: {error}") from error


def pages_of(part: Part, pages: Iterable[AnnotatedPage], path: Path) -> list[AnnotatedPage]:
    """The pages that the training run which wrote ``path`` assigned to a part.

    Raises:
        DataError: as ``read_parts``; or none of the pages is in that part, and why.
    """
    everyone, parts = list(pages), read_parts(path)
    found = [page for page in everyone if parts.get((page.source, page.id)) is part]
    if not found:
        raise DataError(f"{path}: {_why_none(part, everyone, parts)}")
    return found


def _why_none(
    part: Part, pages: Sequence[AnnotatedPage], parts: Mapping[tuple[str, str], Part]
) -> str:
    """Why no page is in a part: the receipts, or their source, are others than it lists."""
    name = part.value.replace("_", "-")
    given = sorted({page.source for page in pages})
    listed = sorted({source for source, _ in parts})
    ours = [one for (source, one), of in parts.items() if of is part and source in given]
    what = f"none of the {len(pages)} receipts is in the {name} part of the model's training"
    if ours:
        return (
            f"{what}: it has {len(ours)} receipts of {', '.join(given)} (such as {ours[0]!r}), "
            f"all with other ids than these (such as {pages[0].id!r})"
        )
    return (
        f"{what}, which has receipts of {', '.join(listed) or 'no source'}; these are of "
        f"{', '.join(given) or 'none'}"
    )


def _part(number: float) -> Part:
    if number < HELD_OUT_SHARE:
        return Part.HELD_OUT
    return Part.DEVELOPMENT if number < HELD_OUT_SHARE + DEVELOPMENT_SHARE else Part.TRAIN
