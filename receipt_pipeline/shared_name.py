"""Make the package ``pipeline`` importable where a user's own ``pipeline.py`` hides it.

Python searches the running script's folder first, so ``import pipeline`` finds the user's file.
That stays so: ``pipeline`` remains the user's module, and only its submodules, such as
``pipeline.extractor``, come from this package, whose code imports nothing else.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

NAME = "pipeline"
# Test runners and debuggers ask every module for other names of this kind.
_USERS_DUNDERS = ("__all__", "__version__")
_running = RLock()


def make_importable() -> None:
    """Make ``import pipeline.NAME`` find this package's modules, whatever ``pipeline`` is.

    Raises:
        ImportError: the user's ``pipeline`` is a package too, and a module of it that is already
            imported has the same name as one of this package.
    """
    module = sys.modules.get(NAME)
    if module is None:
        spec = find_spec(NAME)
        if spec is not None and _is_own(spec.origin):
            return  # nothing hides it
        module = _not_run_yet(spec) if spec else ModuleType(NAME)
        sys.modules[NAME] = module
    elif _is_own(vars(module).get("__file__")):
        return
    elif type(module) is ModuleType:
        module.__class__ = _UsersModule
    _refuse_other_submodules()
    module.__path__ = [str(_OWN), *vars(module).get("__path__", ())]


class _UsersModule(ModuleType):
    """A module in which importing a module of this package binds no name.

    The import system sets ``pipeline.data`` on the parent, where the user may have a variable
    ``data``.
    """

    def __setattr__(self, name: str, value: object) -> None:
        is_bound_by_import = value is sys.modules.get(f"{NAME}.{name}", self)
        if not (is_bound_by_import and _is_own(getattr(value, "__file__", None))):
            super().__setattr__(name, value)


class _NotRunYet(_UsersModule):
    """The user's module until its first attribute is used.

    It must not be run earlier, or at all if it is not used: it may be the script itself.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in _USERS_DUNDERS:
            raise AttributeError(f"module {NAME!r} has no attribute {name!r}")
        with _running:
            if type(self) is _NotRunYet:
                self._run()
        return getattr(self, name)

    def _run(self) -> None:
        self.__class__ = _UsersModule  # type: ignore[assignment]
        try:
            assert self.__spec__ is not None and self.__spec__.loader is not None
            self.__spec__.loader.exec_module(self)
        except BaseException:
            self.__class__ = _NotRunYet
            raise


def _own_folder() -> Path:
    root = Path(__file__).resolve().parent.parent
    spec = PathFinder.find_spec(NAME, [str(root)])
    if spec is None or spec.origin is None:
        raise ImportError(f"the package {NAME!r} is missing in {root}: install it again")
    return Path(spec.origin).parent


_OWN = _own_folder().resolve()


def _is_own(file: str | None) -> bool:
    return file is not None and Path(file).resolve().is_relative_to(_OWN)


def _not_run_yet(spec: ModuleSpec) -> ModuleType:
    module = module_from_spec(spec)
    if type(module) is ModuleType:
        module.__class__ = _NotRunYet
    return module


def _refuse_other_submodules() -> None:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name.rpartition(".")[0] != NAME or _is_own(file):
            continue
        if PathFinder.find_spec(name, [str(_OWN)]) is not None:
            raise ImportError(
                f"{name} has been imported from {file}, and receipt_pipeline needs a module of "
                f"that name: rename yours, or the package {NAME!r} that it is in"
            )
