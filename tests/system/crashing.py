"""Runs a module of ours and kills the process, as `kill -9` would, around the nth call of one function.

python -m system.crashing before|after NTH package.module:Name.method  -- MODULE [ARGUMENT…]
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
import os
import runpy
import signal
import sys
from collections.abc import Callable
from typing import Any


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(function: Callable[..., Any], when: str, nth: int) -> Callable[..., Any]:
    calls = itertools.count(1)

    def at(moment: str, number: int) -> None:
        if moment == when and number == nth:
            die()

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            number = next(calls)
            at("before", number)
            result = await function(*args, **kwargs)
            at("after", number)
            return result

        return awaited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        number = next(calls)
        at("before", number)
        result = function(*args, **kwargs)
        at("after", number)
        return result

    return called


def main() -> None:
    when, nth, target, _, module, *arguments = sys.argv[1:]
    module_name, _, path = target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module_name)
    for part in owners:
        owner = getattr(owner, part)
    whole = getattr(owner, name)
    fatal = dying(whole, when, int(nth))
    setattr(owner, name, fatal)
    for importer in list(sys.modules.values()):  # the modules that have it by `from … import`
        for known, value in list(vars(importer).items()):
            if value is whole:
                setattr(importer, known, fatal)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
