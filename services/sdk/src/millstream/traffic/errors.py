"""What an API's requests fail with: exceptions that left the application, and fields of input it refused (docs/adr/0041).

Both are counted by the hour in groups, few however many there are; masked where they are.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, NamedTuple

from millstream import limits
from millstream.traffic.capture import Passing
from millstream.traffic.masking import Masking, encodable, printable
from millstream.traffic.messages import shown_message
from millstream.traffic.unmatched import HOUR_S, METHOD, instant, shown_part

INVALID = 422
HELD = 500  # groups of a kind that wait to be told; of more only their number is known
TRACEBACKS = 50
FRAMES = 100  # the innermost, of each exception in a chain
CHAIN = 5
FIELDS = 100  # of one answer

_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE = "\nDuring handling of the above exception, another exception occurred:\n\n"
# As the service that keeps jobs does: what differs between failures that are alike.
_VARIABLE = (
    (re.compile(r"\b0x[0-9a-f]+\b", re.I), "<n>"),
    (re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{6,}\b", re.I), "<n>"),
    (re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\""), "<text>"),
    (re.compile(r"\d+(?:\.\d+)?"), "<n>"),
)


class Group(NamedTuple):
    """What is counted together: an exception by its type and fingerprint, a field by its place and the rule it broke."""

    hour: int
    method: str
    path: str | None
    what: str | None
    which: str | None


class Seen(NamedTuple):
    """How often, and when the last time; an exception with its newest message."""

    requests: int
    at: float
    message: str | None = None


class Link(NamedTuple):
    """One exception of a chain: what a traceback needs of it, and nothing that it holds on to."""

    joint: str
    error_type: str
    message: str
    stack: traceback.StackSummary


class Errors:
    """Safe to use from any thread; a request that did not fail never comes here."""

    def __init__(self, has_messages: bool) -> None:
        self._has_messages = has_messages
        self._lock = threading.Lock()
        self._number = 0
        self._report: str | None = None
        self._begin()

    def _begin(self) -> None:
        self._exceptions: dict[Group, Seen] = {}
        self._fields: dict[Group, Seen] = {}
        self._chains: dict[str, list[Link]] = {}

    def raised(self, at: float, method: str, path: str, error: BaseException, masking: Masking, skip: int) -> None:
        """An exception left the application.

        Args:
            skip: how many of its outermost frames are ours.
        """
        frames = error.__traceback__
        for _ in range(skip):
            frames = frames and frames.tb_next
        message = self._message(error, masking)
        error_type = _type_of(error)
        fingerprint = _fingerprint(error_type, message, frames)
        group = Group(int(at // HOUR_S), method, _clean(path), error_type, fingerprint)
        with self._lock:
            _count(self._exceptions, group, at, message)
            is_known = fingerprint in self._chains or len(self._chains) >= TRACEBACKS
        if not is_known:
            chain = list(self._chain(error, frames, masking))
            with self._lock:
                self._chains[fingerprint] = chain

    def refused(self, at: float, method: str, path: str, answer: Passing, masking: Masking) -> None:
        """A request was answered 422; counted where the answer says of which fields."""
        hour = int(at // HOUR_S)
        found = {Group(hour, method, _clean(path), *one) for one in _fields_of(answer.document(), masking)}
        with self._lock:
            for group in found:
                _count(self._fields, group, at)

    def report(self, instance_id: str, version: str | None) -> str | None:
        """The body of a call that tells what failed; the same again until it is told."""
        if self._report is None:
            with self._lock:
                exceptions, fields, chains = self._exceptions, self._fields, self._chains
                self._begin()
            if exceptions or fields:
                self._number += 1
                body = {
                    "report_id": f"{instance_id}.{self._number}",
                    "version": version,
                    "exceptions": [_exception(*one, chains) for one in _most(exceptions)],
                    "fields": [_field(*one) for one in _most(fields)],
                }
                self._report = json.dumps(body)
        return self._report

    def told(self) -> None:
        """The report was taken."""
        self._report = None

    def _message(self, error: BaseException, masking: Masking) -> str:
        if not self._has_messages:
            return ""
        try:
            return encodable(shown_message(str(error), masking))
        except Exception:  # noqa: BLE001 - the application's own code
            return ""

    def _chain(self, error: BaseException | None, frames: TracebackType | None, masking: Masking) -> Iterator[Link]:
        """The newest first. No source is read here: whoever waits for the answer waits for this."""
        joint = ""
        for _ in range(CHAIN):
            if error is None:
                return
            stack = traceback.StackSummary.extract(traceback.walk_tb(frames), limit=-FRAMES, lookup_lines=False)
            yield Link(joint, _type_of(error), self._message(error, masking), stack)
            joint = _CAUSED if error.__cause__ else _MEANWHILE
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
            frames = error.__traceback__ if error else None


def _type_of(error: BaseException) -> str:
    return _clean(type(error).__qualname__)[:255]


def _clean(name: str) -> str:
    return encodable(printable(name).strip())


def _fingerprint(error_type: str, message: str, frames: TracebackType | None) -> str:
    alike = message
    for pattern, name in _VARIABLE:
        alike = pattern.sub(name, alike)
    place = ""
    for frame, _ in traceback.walk_tb(frames):
        code = frame.f_code
        place = f"{code.co_filename.replace(chr(92), '/').rpartition('/')[2]}:{code.co_name}"
    return hashlib.sha256(f"{error_type}\n{alike}\n{place}".encode(errors="replace")).hexdigest()[:16]


def _fields_of(document: Any, masking: Masking) -> Iterator[tuple[str, str]]:
    """Which fields broke which rules, as FastAPI says it; never what was put in."""
    detail = document.get("detail") if isinstance(document, dict) else None
    for one in detail[:FIELDS] if isinstance(detail, list) else ():
        if isinstance(one, dict) and isinstance(one.get("loc"), list) and isinstance(one.get("type"), str):
            # A name may be one that came with the request.
            steps = ("*" if isinstance(step, int) else shown_part(str(step), masking) for step in one["loc"])
            rule = shown_part(one["type"], masking)
            yield _clean(".".join(steps))[: limits.FIELD_CHARS] or "*", _clean(rule)[: limits.RULE_CHARS] or "*"


def _count(found: dict[Group, Seen], group: Group, at: float, message: str | None = None) -> None:
    if METHOD.fullmatch(group.method) is None:
        return
    if group not in found and len(found) >= HELD:
        group, message = Group(group.hour, "*", None, None, None), None
    before = found.get(group)
    if before is not None and before.at > at:
        at, message = before.at, before.message
    found[group] = Seen((before.requests if before else 0) + 1, at, message)


def _most(found: dict[Group, Seen]) -> list[tuple[Group, Seen]]:
    """The most first; what there is no room for is counted by the hour."""
    named = sorted((one for one in found.items() if one[0].path is not None), key=lambda one: one[1][:2], reverse=True)
    room = max(0, limits.FAILURES_PER_REPORT - len({group.hour for group in found}))
    others = {group: seen for group, seen in found.items() if group.path is None}
    for group, seen in named[room:]:
        rest = Group(group.hour, "*", None, None, None)
        before = others.get(rest, Seen(0, 0.0))
        others[rest] = Seen(before.requests + seen.requests, max(before.at, seen.at))
    return [*named[:room], *others.items()][: limits.FAILURES_PER_REPORT]


def _exception(group: Group, seen: Seen, chains: dict[str, list[Link]]) -> dict[str, Any]:
    # Of each fingerprint once.
    chain = chains.pop(group.which, None) if group.which else None
    return {
        **_where(group, seen),
        "error_type": group.what,
        "fingerprint": group.which,
        "message": seen.message or None,
        "traceback": _traceback(chain) if chain else None,
    }


def _field(group: Group, seen: Seen) -> dict[str, Any]:
    return {**_where(group, seen), "field": group.what, "rule": group.which}


def _where(group: Group, seen: Seen) -> dict[str, Any]:
    return {"method": group.method, "path": group.path, "requests": seen.requests, "at": instant(seen.at)}


def _traceback(chain: Iterable[Link]) -> str:
    """As Python prints it, the oldest first."""
    text = ""
    for joint, error_type, message, stack in chain:
        head = "Traceback (most recent call last):\n" if stack else ""
        words = f"{error_type}: {message}" if message else error_type
        text = f"{head}{''.join(stack.format())}{words}\n{joint}{text}"
    return encodable(text[-limits.FAILURE_TRACEBACK_CHARS :].replace("\0", "\ufffd"))
