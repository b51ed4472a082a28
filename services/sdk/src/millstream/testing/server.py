"""Millstream in memory: the same REST answers without a server.

server = MemoryServer()
app = Millstream("shop", transport=server)
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from millstream.tracing import TRACE_ID_HEADER

_FINISHED = frozenset({"complete", "failed", "cancelled"})
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_EVERY_S = 0.005


@dataclass(slots=True)
class MemoryJob:
    """One job as this server keeps it."""

    id: str
    function: str
    kwargs: dict[str, Any]
    max_retries: int
    timeout: float | None
    status: str = "queued"
    attempts: int = 0
    retries: int = 0
    interruptions: int = 0
    token: str | None = None
    expires_at: float = 0.0
    worker_id: str | None = None
    parent_id: str | None = None
    idempotency_key: str | None = None
    tags: list[str] = field(default_factory=list)
    priority: int = 0
    traceparent: str | None = None
    trace_id: str | None = None
    progress: float | None = None
    progress_seen: list[float] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    checkpoint: Any = None
    result: Any = None
    error: str | None = None
    error_type: str | None = None
    traceback: str | None = None
    locals: dict[str, Any] | None = None
    cancel_requested: bool = False
    outcomes: list[str] = field(default_factory=list)
    delay_s: float | None = None
    scheduled_at: str | None = None
    event: dict[str, str] | None = None

    def document(self) -> dict[str, Any]:
        """As REST shows it."""
        shown = {
            name: getattr(self, name)
            for name in (
                "id", "function", "kwargs", "status", "attempts", "max_retries", "timeout", "parent_id", "worker_id",
                "progress", "checkpoint", "result", "error", "error_type", "tags", "priority", "interruptions",
                "trace_id",
            )
        }  # fmt: skip
        source = {"type": "api"} if self.event is None else {"type": "event", **self.event}
        return shown | {"root_id": self.parent_id or self.id, "created_at": _instant(), "source": source}


class MemoryServer(httpx.AsyncBaseTransport):
    """An httpx transport that answers as the jobs and workers services do. Safe to use from any thread and loop.

    Args:
        lease_ttl_s: how long a lease lives without renewal.

    Faults a test may ask for: `away` (nobody answers), `broken` (503), `lose_answers` (it is done, but no answer comes),
    `slow_s` (reports are answered that late), `knows_locals = False` (as a server of before), `forget()` (functions are unknown again), `expire(job_id)` (a lease ends now).
    """

    def __init__(self, *, lease_ttl_s: float = 30.0) -> None:
        self.lease_ttl_s = lease_ttl_s
        self.jobs: dict[str, MemoryJob] = {}
        self.functions: dict[str, dict[str, Any]] = {}
        self.events: dict[tuple[str, str], dict[str, Any]] = {}
        self.heartbeats: list[dict[str, Any]] = []
        self.asked: str | None = None
        self.requests: list[tuple[str, str]] = []
        self.batches: list[list[dict[str, Any]]] = []
        self.declared = 0
        self.versions: dict[str, str | None] = {}
        self.away = False
        self.broken = False
        self.lose_answers = 0
        self.slow_s = 0.0
        self.knows_locals = True
        self._lock = threading.RLock()

    # ---- what a test may do

    def forget(self) -> None:
        with self._lock:
            self.functions.clear()

    def expire(self, job_id: str) -> None:
        with self._lock:
            self._lose(self.jobs[job_id])

    def start(self, declaration: Mapping[str, Any], kwargs: Mapping[str, Any], attempt: int = 1) -> MemoryJob:
        """A job that runs already, of a function that is declared with it."""
        with self._lock:
            self.functions[declaration["key"]] = dict(declaration)
            job = MemoryJob(
                id=_new_id(),
                function=declaration["key"],
                kwargs=dict(kwargs),
                max_retries=declaration["max_retries"],
                timeout=declaration["timeout"],
                status="active",
                attempts=attempt,
                expires_at=float("inf"),
            )
            self.jobs[job.id] = job
            return job

    def request_cancel(self, job_id: str) -> None:
        with self._lock:
            self._cancel(self.jobs[job_id])

    # ---- the transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self._fail_if_away(request)
        path = request.url.path.removeprefix("/api/v1")
        with self._lock:
            self.requests.append((request.method, path))
        if self.broken:
            return _problem(503, "unavailable", "the server is starting")
        if (request.method, path) == ("POST", "/leases"):
            answer = await self._lease(request, json.loads(body))
        else:
            with self._lock:
                answer = self._answer(request, path, body)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx.ReadError("the connection was reset", request=request)
        if self.slow_s and path == "/leases/reports":
            await self._take_time(request)
        return answer

    async def _take_time(self, request: httpx.Request) -> None:
        patience_s = request.extensions["timeout"]["read"]
        await asyncio.sleep(min(self.slow_s, patience_s))
        if self.slow_s > patience_s:
            raise httpx.ReadTimeout("no answer in time", request=request)

    def _fail_if_away(self, request: httpx.Request) -> None:
        if self.away:
            raise httpx.ConnectError("connection refused", request=request)

    def _answer(self, request: httpx.Request, path: str, body: bytes) -> httpx.Response:
        parts = path.strip("/").split("/")
        table: Mapping[tuple[str, int, str], Callable[[], httpx.Response]] = {
            ("POST", 1, "jobs"): lambda: self._enqueue(request, json.loads(body)),
            ("POST", 1, "events"): lambda: self._emit(request, json.loads(body)),
            ("GET", 1, "jobs"): lambda: _ok(self._listed()),
            ("GET", 2, "jobs"): lambda: self._shown(parts[1]),
            ("POST", 3, "jobs"): lambda: self._change(parts[1], parts[2], body),
            ("POST", 1, "functions"): lambda: self._declare(json.loads(body)),
            ("POST", 2, "leases"): lambda: self._report(json.loads(body)),
            ("POST", 3, "workers"): lambda: self._beat(json.loads(body)),
        }
        answer = table.get((request.method, len(parts), parts[0]))
        return _problem(404, "not_found", f"there is no {path}") if answer is None else answer()

    # ---- jobs

    def _enqueue(self, request: httpx.Request, wish: Mapping[str, Any]) -> httpx.Response:
        function = self.functions.get(wish["function"])
        if function is None:
            return _problem(404, "unknown_function", f"nobody ever declared {wish['function']}")
        key = wish.get("idempotency_key")
        same = next((j for j in self.jobs.values() if key and j.idempotency_key == key), None)
        if same is not None:
            return _ok(same.document())
        return _ok(self._new_job(request, function, wish).document(), 201)

    def _emit(self, request: httpx.Request, wish: Mapping[str, Any]) -> httpx.Response:
        key = wish["type"], wish.get("idempotency_key") or secrets.token_hex(8)
        before = self.events.get(key)
        if before is not None:
            return _ok(before)
        event = {"event_id": f"evt_{_new_id().removeprefix('job_')}", "event_type": wish["type"]}
        made = {"kwargs": {"event": wish.get("data") or {}}, "idempotency_key": event["event_id"]}
        jobs = [
            self._new_job(request, function, {**wish, **made}, event).document()
            for _, function in sorted(self.functions.items())
            if _fits(function.get("pattern"), wish["type"])
        ]
        self.events[key] = {"id": event["event_id"], "type": wish["type"], "jobs": jobs}
        return _ok(self.events[key], 201)

    def _new_job(
        self,
        request: httpx.Request,
        function: Mapping[str, Any],
        wish: Mapping[str, Any],
        event: dict[str, str] | None = None,
    ) -> MemoryJob:
        job = MemoryJob(
            id=_new_id(),
            function=function["key"],
            kwargs=wish.get("kwargs") or {},
            max_retries=function["max_retries"],
            timeout=function["timeout"],
            parent_id=wish.get("parent_id"),
            idempotency_key=wish.get("idempotency_key"),
            tags=wish.get("tags") or [],
            priority=wish.get("priority") or 0,
            delay_s=wish.get("delay_s"),
            scheduled_at=wish.get("scheduled_at"),
            traceparent=(parent := request.headers.get("traceparent")),
            trace_id=parent.split("-")[1] if parent else request.headers.get(TRACE_ID_HEADER),
            event=event,
        )
        self.jobs[job.id] = job
        return job

    def _listed(self) -> dict[str, Any]:
        jobs = [job.document() for job in reversed(self.jobs.values())]
        return {
            "jobs": jobs,
            "total": len(jobs),
            "total_exact": True,
            "has_more": False,
            "next_cursor": None,
            "scanned_until": None,
        }

    def _shown(self, job_id: str) -> httpx.Response:
        job = self.jobs.get(job_id)
        return _problem(404, "unknown_job", f"there is no job {job_id}") if job is None else _ok(job.document())

    def _change(self, job_id: str, what: str, body: bytes) -> httpx.Response:
        job = self.jobs[job_id]
        if what == "artifacts":
            job.artifacts.append({"body": body})
            return _ok({"id": f"art_{len(job.artifacts)}", "job_id": job_id}, 201)
        if job.status in _FINISHED:
            return _problem(409, "illegal_state", f"the job is {job.status} already")
        self._cancel(job)
        return _ok(job.document())

    def _cancel(self, job: MemoryJob) -> None:
        job.cancel_requested = True
        if job.status != "active":
            job.status = "cancelled"

    # ---- workers

    def _declare(self, wish: Mapping[str, Any]) -> httpx.Response:
        self.declared += 1
        if "worker_id" in wish:
            self.versions[wish["worker_id"]] = wish.get("version")
        self.functions |= {function["key"]: function for function in wish["functions"]}
        return _ok({"functions": list(self.functions.values()), "total": len(self.functions)})

    def _beat(self, body: dict[str, Any]) -> httpx.Response:
        self.heartbeats.append(body)
        return _ok({"asked": self.asked}) if self.asked else httpx.Response(204)

    async def _lease(self, request: httpx.Request, wish: Mapping[str, Any]) -> httpx.Response:
        deadline = time.monotonic() + wish["wait_s"]
        while True:
            self._fail_if_away(request)
            with self._lock:
                unknown = [key for key in wish["functions"] if key not in self.functions]
                if unknown:
                    return _problem(404, "unknown_function", f"nobody declared {unknown[0]}")
                self._lose_expired()
                ready = [j for j in self.jobs.values() if j.status == "queued" and j.function in wish["functions"]]
                if ready or time.monotonic() >= deadline:
                    leased = [self._start(job, wish["worker_id"]) for job in ready[: wish["max"]]]
                    return _ok({"leases": leased})
            await asyncio.sleep(LOOK_EVERY_S)

    def _start(self, job: MemoryJob, worker_id: str) -> dict[str, Any]:
        job.status, job.worker_id, job.token = "active", worker_id, secrets.token_urlsafe(8)
        job.attempts += 1
        job.expires_at = time.monotonic() + self.lease_ttl_s
        expires_at = _instant(self.lease_ttl_s)
        return {
            "job": job.document(),
            "token": job.token,
            "expires_at": expires_at,
            "traceparent": job.traceparent,
        }

    def _report(self, batch: Mapping[str, Any]) -> httpx.Response:
        self.batches.append(batch["reports"])
        self._lose_expired()
        return _ok({"results": [self._apply(report) for report in batch["reports"]]})

    def _apply(self, report: Mapping[str, Any]) -> dict[str, Any]:
        job = self.jobs.get(report["job_id"])
        answer = {"job_id": report["job_id"], "kind": report["kind"], "expires_at": None, "detail": None, "code": None}
        if job is None or job.token != report["token"]:
            return answer | {"status": 409, "code": "stale_lease", "cancel_requested": False}
        if "locals" in report and not self.knows_locals:
            return answer | {"status": 422, "code": "invalid", "cancel_requested": False}
        if job.status == "active":
            getattr(self, f"_on_{report['kind']}")(job, report)
        return answer | {"status": 200, "cancel_requested": job.cancel_requested}

    def _on_renew(self, job: MemoryJob, _: Mapping[str, Any]) -> None:
        job.expires_at = time.monotonic() + self.lease_ttl_s

    def _on_progress(self, job: MemoryJob, report: Mapping[str, Any]) -> None:
        self._on_renew(job, report)
        job.progress = report["progress"]
        job.progress_seen.append(report["progress"])

    def _on_log(self, job: MemoryJob, report: Mapping[str, Any]) -> None:
        job.lines += report["lines"]

    def _on_checkpoint(self, job: MemoryJob, report: Mapping[str, Any]) -> None:
        job.checkpoint = report["data"]

    def _on_hand_back(self, job: MemoryJob, _: Mapping[str, Any]) -> None:
        job.outcomes.append("hand_back")
        job.status = "cancelled" if job.cancel_requested else "queued"

    def _on_outcome(self, job: MemoryJob, report: Mapping[str, Any]) -> None:
        job.outcomes.append(report["outcome"])
        if report["outcome"] == "success":
            job.status, job.result = "complete", report["result"]
            return
        job.error, job.error_type = report.get("error"), report.get("error_type")
        job.traceback, job.locals = report.get("traceback"), report.get("locals")
        if job.cancel_requested:
            job.status = "cancelled"
        elif report.get("retryable", True) and job.retries < job.max_retries:
            job.status, job.retries = "queued", job.retries + 1
        else:
            job.status = "failed"

    def _lose_expired(self) -> None:
        for job in self.jobs.values():
            if job.status == "active" and job.expires_at < time.monotonic():
                self._lose(job)

    def _lose(self, job: MemoryJob) -> None:
        job.interruptions += 1
        job.token = None
        job.status = "cancelled" if job.cancel_requested else "queued"


def _fits(pattern: str | None, event_type: str) -> bool:
    if pattern is None or pattern in {"*", event_type}:
        return pattern is not None
    return pattern.endswith(".*") and event_type.startswith(pattern.removesuffix("*"))


def _ok(data: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=data)


def _problem(status: int, code: str, detail: str) -> httpx.Response:
    return httpx.Response(status, json={"status": status, "code": code, "detail": detail, "title": code})


def _instant(in_s: float = 0.0) -> str:
    at = datetime.now(UTC) + timedelta(seconds=in_s)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _new_id() -> str:
    return "job_" + "".join(secrets.choice(_CROCKFORD) for _ in range(26))
