"""Local variables of the frames an exception passed: of the user's own code, masked and bounded (docs/adr/0042-locals-of-a-failure.md).

Whatever a value's `__repr__` does, the failure is told: it is asked in a thread of its own, for so long and no longer.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import re
import sysconfig
import threading
import time
import types
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from traceback import walk_tb
from typing import Any

from millstream import limits
from millstream.context import Context
from millstream.function import Function
from millstream.traffic.masking import Masking, encodable
from millstream.worker.shown import is_hidden, shown

log = logging.getLogger(__name__)
PATIENCE_S = 1.0  # for all values of a failure
VALUE_S = 0.2  # for one of them
LOOK_S = 0.05
CHAIN = 50  # exceptions that led to one another
NAME_CHARS = 100

# As the dashboard tells libraries' frames apart: services/web/src/features/jobs/traceback.ts.
_LIBRARY = re.compile(r"[\\/](site|dist)-packages[\\/]|[\\/]lib(64)?[\\/]python\d[^\\/]*[\\/]|^<")
_SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_STDLIB = sysconfig.get_path("stdlib") + os.sep
_CODE = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
_OURS = (Context, Function)


@dataclass(frozen=True, slots=True)
class Asked:
    """A frame and the values it is asked for; `left_out` more have no room."""

    file: str
    line: int
    function: str
    variables: Sequence[tuple[str, object]]
    left_out: int


class FrameLocals:
    """What a worker tells of its failures' locals.

    Args:
        patience_s: how long all values of a failure may take.
        value_s: and how long one of them.
    """

    def __init__(self, patience_s: float = PATIENCE_S, value_s: float = VALUE_S) -> None:
        self._masking = Masking()
        self._patience_s = patience_s
        self._value_s = value_s
        self._left_behind: threading.Thread | None = None

    async def of(self, error: BaseException, function: Function[..., ..., Any]) -> dict[str, Any] | None:
        """As a report carries them; None where there are none. It never raises, and takes about `patience_s` at most."""
        try:
            asked, frames_left_out = own_frames(error, function.fn.__module__)
            return fitting(asked, await self._texts(asked), frames_left_out)
        except Exception:  # a failure is told without its locals rather than not at all
            log.debug("the locals of a failure are not told", exc_info=True)
            return None

    async def _texts(self, asked: Sequence[Asked]) -> list[str | None]:
        """All values of all frames in order, as far as they were said in time."""
        if not asked or (self._left_behind is not None and self._left_behind.is_alive()):
            return []  # of those that never end, one is enough
        saying = _Saying([variable for frame in asked for variable in frame.variables], self._masking, self._value_s)
        saying.thread.start()
        ended = asyncio.wrap_future(saying.done)
        give_up_at = time.monotonic() + self._patience_s
        while not ended.done() and time.monotonic() < give_up_at:
            await asyncio.wait([ended], timeout=LOOK_S)
            saying.hurry()
        saying.is_over = True
        saying.hurry()
        await asyncio.wait([ended], timeout=LOOK_S)
        if not ended.done():
            self._left_behind = saying.thread
            log.warning("the repr of a local variable does not return; until it does, no locals of failures are told")
        return list(saying.texts)


class TooSlow(BaseException):
    """A value takes too long to say what it is."""


class _Saying:
    """Values as a thread puts them into words, None for one that is masked. `texts` grows as it goes."""

    def __init__(self, variables: Sequence[tuple[str, object]], masking: Masking, value_s: float) -> None:
        self.texts: list[str | None] = []
        self.done: Future[None] = Future()
        self.is_over = False
        self.thread = threading.Thread(target=self._run, name="millstream-locals", daemon=True)
        self._variables = variables
        self._masking = masking
        self._value_s = value_s
        self._began_at = float("inf")

    def hurry(self) -> None:
        """End the value that is being said, if it takes too long; a loop in Python ends, what waits in C does not.

        `TooSlow` may strike a moment later: `_run` and `_say` take it wherever they are.
        """
        late = time.monotonic() - self._began_at > self._value_s or self.is_over
        if late and not self.done.done() and self.thread.ident is not None:
            self._began_at = float("inf")
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread.ident), ctypes.py_object(TooSlow))

    def _run(self) -> None:
        try:
            while not self.is_over and len(self.texts) < len(self._variables):
                self._say(len(self.texts))
        except TooSlow:  # it struck between two values
            pass
        finally:
            self._variables = ()
            self.done.set_result(None)

    def _say(self, number: int) -> None:
        name, value = self._variables[number]
        try:
            self._began_at = time.monotonic()
            hidden = is_hidden(name, value, self._masking)
            self.texts.append(None if hidden else shown(value, self._masking, limits.LOCAL_CHARS))
            self._began_at = float("inf")
        except TooSlow:
            if len(self.texts) == number:
                self.texts.append("<its repr takes too long>")


def own_frames(error: BaseException, module: str) -> tuple[list[Asked], int]:
    """The innermost frames of the user's code an exception passed, innermost first, and how many more there are.

    Args:
        module: the function's; all of its package is the user's own, wherever it is installed.
    """
    package = module.partition(".")[0]
    known: set[int] = set()
    found: list[Asked] = []
    more = 0
    for link in _chain(error):
        for frame, line in reversed(list(walk_tb(link.__traceback__))):
            if id(frame) in known or not _is_own(frame, package):
                continue
            known.add(id(frame))
            if len(found) < limits.LOCALS_FRAMES:
                found.append(_asked(frame, line))
            else:
                more += 1
    return found, more


def _chain(error: BaseException) -> Iterator[BaseException]:
    waiting: deque[BaseException | None] = deque([error])
    known: set[int] = set()
    while waiting and len(known) < CHAIN:
        link = waiting.popleft()
        if link is None or id(link) in known:
            continue
        known.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            waiting.extend(link.exceptions[:CHAIN])
        before = link.__cause__
        waiting.append(link.__context__ if before is None and not link.__suppress_context__ else before)


def _is_own(frame: types.FrameType, package: str) -> bool:
    file = frame.f_code.co_filename
    if frame.f_code.co_name == "<module>" or file.startswith(_SDK) or len(file) > limits.LOCALS_FILE_CHARS:
        return False
    if str(frame.f_globals.get("__name__")).partition(".")[0] == package:
        return True
    return not (_LIBRARY.search(file) or file.startswith(_STDLIB))


def _asked(frame: types.FrameType, line: int) -> Asked:
    wanted = [(name, value) for name, value in frame.f_locals.items() if _is_wanted(name, value)]
    kept = wanted[: limits.LOCALS_PER_FRAME]
    return Asked(frame.f_code.co_filename, line, frame.f_code.co_name, kept, len(wanted) - len(kept))


def _is_wanted(name: str, value: object) -> bool:
    is_dunder = name.startswith("__") and name.endswith("__")
    return name.isidentifier() and not is_dunder and not issubclass(type(value), (*_CODE, *_OURS))


def fitting(asked: Sequence[Asked], texts: Sequence[str | None], left_out: int) -> dict[str, Any] | None:
    """What fits into a report, the innermost first to be told; None where that is nothing."""
    frames: list[dict[str, Any]] = []
    room = limits.LOCALS_BYTES - _size({"frames": [], "left_out": 10**6})
    at = 0
    for frame in asked:
        said = texts[at : at + len(frame.variables)]
        at += len(frame.variables)
        if not frame.variables:
            continue
        head: dict[str, Any] = {
            "file": encodable(frame.file),
            "line": frame.line,
            "function": encodable(frame.function)[:255],
        }
        room -= _size(head | {"variables": [], "left_out": 10**6})
        if room < 0:
            left_out += 1
            continue
        variables: list[dict[str, str | None]] = []
        for (name, _), text in zip(frame.variables, said, strict=False):
            variable = {"name": encodable(name)[:NAME_CHARS], "value": text}
            if _size(variable) > room:
                break
            room -= _size(variable)
            variables.append(variable)
        missing = frame.left_out + len(frame.variables) - len(variables)
        frames.append(head | {"variables": variables, "left_out": missing})
    return {"frames": frames[::-1], "left_out": left_out} if frames else None


def _size(part: object) -> int:
    """In bytes of JSON, with the comma behind it."""
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) + 1
