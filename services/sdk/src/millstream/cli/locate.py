"""Finding the user's app: `module:app`, `module`, or a file."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from millstream.app import Millstream


class NotLocated(Exception):
    """The message says what was looked for and what was found instead."""


def locate(where: str) -> Millstream:
    """The app at `shop.jobs:app`, `shop.jobs` or `shop/jobs.py[:app]`; without a name, the module's only app.

    Raises:
        NotLocated: there is none.
    """
    module_name, _, attribute = where.partition(":")
    module = _module(module_name)
    if attribute:
        found = getattr(module, attribute, None)
        if isinstance(found, Millstream):
            return found
        said = "has no such name" if found is None else f"has a {type(found).__name__} there"
        raise NotLocated(f"{where}: {module_name} {said}; it has {_listed(module)}")
    apps = _apps(module)
    if len(apps) != 1:
        raise NotLocated(f"{where}: say which app, as {module_name}:app; {module_name} has {_listed(module)}")
    return next(iter(apps.values()))


def _module(name: str) -> ModuleType:
    # As `python -m` does: what lies in the working directory can be imported.
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    if name.endswith(".py"):
        return _from_file(Path(name))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and (name == error.name or name.startswith(f"{error.name}.")):
            raise NotLocated(
                f"there is no module {error.name}; looked in {Path.cwd()} and the installed packages"
            ) from error
        raise NotLocated(f"{name} could not be imported: it needs the module {error.name}") from error


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise NotLocated(f"there is no file {path.resolve()}")
    name = path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise NotLocated(f"{path} is not a Python file")
    sys.path.insert(0, str(path.resolve().parent))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _apps(module: ModuleType) -> dict[str, Millstream]:
    return {name: value for name, value in vars(module).items() if isinstance(value, Millstream)}


def _listed(module: ModuleType) -> str:
    apps = _apps(module)
    return f"the apps {', '.join(apps)}" if apps else "no Millstream(…) app"
