"""What one attempt has to say, gathered from any thread until the reporter takes it."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from millstream import limits

PROGRESS_EVERY_S = 0.5
LOG_EVERY_S = 0.25
LOG_BYTES_KEPT = 2_097_152
LOG_BYTES_PER_REPORT = 524_288

Kind = Literal["renew", "progress", "log", "checkpoint", "outcome", "hand_back"]


@dataclass(frozen=True, slots=True)
class Report:
    """One report, as JSON and as whose it is."""

    outbox: Outbox
    kind: Kind
    body: str

    @property
    def is_last(self) -> bool:
        return self.kind in {"outcome", "hand_back"}


@dataclass(slots=True)
class Outbox:
    """Coalesces: the newest progress and checkpoint count, lines are kept up to a bound, one end wins.

    Args:
        ttl_s: for how long the lease is good after each renewal.
        wake: tells the reporter there is something; called from any thread.
        clock: monotonic seconds.
    """

    job_id: str
    token: str
    ttl_s: float
    wake: Callable[[], None]
    clock: Callable[[], float]
    renewed_at: float = 0.0
    stale: bool = False
    settled: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _progress: tuple[float, str | None] | None = None
    _progress_sent_at: float = float("-inf")
    _lines: deque[str] = field(default_factory=deque, repr=False)
    _line_bytes: int = 0
    _lines_since: float = 0.0
    _dropped: int = 0
    _checkpoint: tuple[Any] | None = None
    _end: dict[str, Any] | None = None
    _end_taken: bool = False

    def __post_init__(self) -> None:
        self.renewed_at = self.clock()

    # ---- from the job, any thread

    def progress(self, value: float, message: str | None) -> None:
        with self._lock:
            self._progress = (value, message)
        self.wake()

    def log(self, level: str, message: str, fields: Mapping[str, Any]) -> None:
        line: dict[str, Any] = {"at": _now(), "level": level, "message": message[: limits.LOG_LINE_CHARS]}
        if fields:
            line["fields"] = dict(fields)
        encoded = _encoded(line)
        with self._lock:
            if self._line_bytes + len(encoded) > LOG_BYTES_KEPT:
                self._dropped += 1
                return
            if not self._lines:
                self._lines_since = self.clock()
            self._lines.append(encoded)
            self._line_bytes += len(encoded)
        self.wake()

    def checkpoint(self, data: Any) -> None:
        with self._lock:
            self._checkpoint = (data,)
        self.wake()

    def end(self, report: dict[str, Any]) -> None:
        """Say how the attempt ended; only the first time counts."""
        with self._lock:
            if self._end is None:
                self._end = report
        self.wake()

    # ---- from the reporter

    @property
    def has_ended(self) -> bool:
        return self._end is not None

    @property
    def lease_ends_at(self) -> float:
        return self.renewed_at + self.ttl_s

    def renewed(self) -> None:
        self.renewed_at = self.clock()

    def due_at(self) -> float:
        """When there will be something to send, if nothing more is said."""
        with self._lock:
            if self._end_taken or self.stale:
                return float("inf")
            if self._end is not None or self._checkpoint is not None:
                return float("-inf")
            due = self.renewed_at + self.ttl_s / 3
            if self._progress is not None:
                due = min(due, self._progress_sent_at + PROGRESS_EVERY_S)
            if self._lines:
                due = min(due, self._lines_since + LOG_EVERY_S)
            return due

    def take(self) -> list[Report]:
        """What is due now, in order; the end comes last and takes everything with it."""
        now = self.clock()
        with self._lock:
            if self._end_taken or self.stale:
                return []
            ending = self._end is not None
            reports = self._take_lines(everything=ending)
            if self._checkpoint is not None:
                reports.append(self._report("checkpoint", {"data": self._checkpoint[0]}))
                self._checkpoint = None
            reports += self._take_liveness(now, ending)
            if self._end is not None and not self._lines:
                self._end_taken = True
                kind: Kind = "hand_back" if self._end["kind"] == "hand_back" else "outcome"
                reports.append(self._report(kind, {k: v for k, v in self._end.items() if k != "kind"}))
            return reports

    def replace_end(self, report: dict[str, Any]) -> None:
        """The server refused how it ended: say it otherwise."""
        with self._lock:
            self._end, self._end_taken = report, False
        self.wake()

    def end_without(self, name: str) -> bool:
        """The same end without a part of it the server refused; False where it has none."""
        if self._end is None or name not in self._end:
            return False
        self.replace_end({key: value for key, value in self._end.items() if key != name})
        return True

    def _take_liveness(self, now: float, ending: bool) -> list[Report]:
        if self._progress is not None and now >= self._progress_sent_at + PROGRESS_EVERY_S:
            value, message = self._progress
            self._progress, self._progress_sent_at = None, now
            return [self._report("progress", {"progress": value} | ({"message": message} if message else {}))]
        if not ending and now >= self.renewed_at + self.ttl_s / 3:
            return [self._report("renew", {})]
        return []

    def _take_lines(self, *, everything: bool) -> list[Report]:
        if not self._lines or not (everything or self.clock() >= self._lines_since + LOG_EVERY_S):
            return []
        taken: list[str] = []
        size = 0
        while self._lines and len(taken) < limits.LOG_LINES_PER_REPORT - 1 and size < LOG_BYTES_PER_REPORT:
            line = self._lines.popleft()
            taken.append(line)
            size += len(line)
        self._line_bytes -= size
        if self._dropped and not self._lines:
            said = {"at": _now(), "level": "warning", "message": f"{self._dropped} lines were left out here"}
            taken.append(json.dumps(said))
            self._dropped = 0
        head = self._head("log")
        return [Report(self, "log", f'{head[:-1]},"lines":[{",".join(taken)}]}}')]

    def _report(self, kind: Kind, body: Mapping[str, Any]) -> Report:
        return Report(self, kind, f"{self._head(kind)[:-1]}{''.join(_members(body))}}}")

    def _head(self, kind: Kind) -> str:
        return json.dumps({"kind": kind, "job_id": self.job_id, "token": self.token})


def _members(body: Mapping[str, Any]) -> list[str]:
    return [f",{json.dumps(name)}:{json.dumps(value)}" for name, value in body.items()]


def _encoded(line: dict[str, Any]) -> str:
    """As JSON, without its fields where they are none or too many."""
    try:
        encoded = json.dumps(line, allow_nan=False)
    except ValueError:
        encoded = ""
    if not 0 < len(encoded) <= limits.LOG_LINE_CHARS * 4:
        encoded = json.dumps({name: value for name, value in line.items() if name != "fields"})
    return encoded


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
