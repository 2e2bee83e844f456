"""Open splits of ``datasets``: saved folders, Parquet files, or the hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ConfigError, DataError
from pipeline.install import how_to_install

if TYPE_CHECKING:
    import datasets


def open_splits(path: Path) -> dict[str | None, datasets.Dataset]:
    """All splits at a path; a dataset without splits is a single one, named ``None``.

    Pictures are left encoded, as a row's ``image`` with ``bytes`` and ``path``.

    Raises:
        ConfigError: the package ``datasets`` is not installed.
        DataError: there is no such set, or it cannot be read.
    """
    library = load_library()
    from pyarrow import ArrowInvalid  # comes with datasets

    try:
        found = _open(library, path)
    except ArrowInvalid as error:
        raise DataError(f"{path}: not a Parquet file that can be read") from error
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(f"{path}: {type(error).__name__}: {error}") from error
    splits = dict(found) if isinstance(found, library.DatasetDict) else {None: found}
    return {name: _with_pictures_encoded(library, split) for name, split in splits.items()}


def load_library() -> Any:
    """Import the package ``datasets``, which only the extra ``train`` installs.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise ConfigError(
            f"this format needs more packages: {how_to_install('train')} ({error})"
        ) from error
    return datasets


def _open(library: Any, path: Path) -> Any:
    if path.is_file():
        from pyarrow.parquet import read_table

        return library.Dataset(read_table(path))
    if path.is_dir():
        saved = any((path / name).exists() for name in ("dataset_dict.json", "state.json"))
        return library.load_from_disk(str(path)) if saved else library.load_dataset(str(path))
    if path.is_absolute() or len(path.parts) > 3:
        raise FileNotFoundError("no such file or folder")
    name, split = "/".join(path.parts[:2]), "".join(path.parts[2:]) or None
    return library.load_dataset(name, split=split)


def _with_pictures_encoded(library: Any, rows: Any) -> Any:
    for name, feature in rows.features.items():
        if isinstance(feature, library.Image):
            rows = rows.cast_column(name, library.Image(decode=False))
    return rows
