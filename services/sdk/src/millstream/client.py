"""Millstream's REST API, as this package uses it. One HTTP client per event loop, made when first needed."""

from __future__ import annotations

import asyncio
import json
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from millstream.backoff import Backoff
from millstream.errors import BY_STATUS, ApiError, Unreachable
from millstream.settings import Settings

PROTOCOL = "1"
API = "/api/v1"
TIMEOUT = httpx.Timeout(10.0, connect=5.0)
# Shorter than servers keep idle connections (uvicorn: 5 s), so that none is used as it is being closed.
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=3.0)
PATIENCE_S = 8.0


class Client:
    """Talks to one server with one credential."""

    def __init__(self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.settings = settings
        self.patience_s = PATIENCE_S
        self._transport = transport
        self._clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = (
            weakref.WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return self.settings.url

    @property
    def http(self) -> httpx.AsyncClient:
        """The HTTP client of the running loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            client = self._clients.get(loop)
            if client is None or client.is_closed:
                client = httpx.AsyncClient(
                    base_url=self.settings.url,
                    headers=self._headers(),
                    timeout=TIMEOUT,
                    limits=LIMITS,
                    transport=self._transport,
                    follow_redirects=True,
                )
                self._clients[loop] = client
            return client

    def _headers(self) -> dict[str, str]:
        headers = {"Millstream-Protocol": PROTOCOL, "User-Agent": "millstream-sdk/0.1"}
        if self.settings.api_key:
            headers["Authorization"] = f"Bearer {self.settings.api_key}"
        return headers

    async def aclose(self) -> None:
        with self._lock:
            client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.aclose()

    async def request(self, method: str, path: str, **request: Any) -> httpx.Response:
        """One request to `/api/v1…`.

        Raises:
            Unreachable: no answer.
            ApiError: an answer of 4xx or 5xx.
        """
        try:
            response = await self.http.request(method, API + path, **request)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise self.unreachable(method, path, error) from error
        if response.is_error:
            raise error_of(response)
        return response

    async def patiently(self, method: str, path: str, **request: Any) -> Any:
        """A request that may be repeated: a server that restarts is waited for, at most `patience_s`."""
        backoff = Backoff(cap_s=2.0)
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return json_of(await self.request(method, path, **request))
            except (Unreachable, ApiError) as error:
                if isinstance(error, ApiError) and not (error.is_passing and error.status != 500):
                    raise
                pause = backoff.next_s()
                if time.monotonic() + pause > deadline:
                    raise
                await asyncio.sleep(pause)

    def unreachable(self, method: str, path: str, error: Exception) -> Unreachable:
        said = str(error) or type(error).__name__
        return Unreachable(f"nobody answered at {self.url} ({method} {API}{path}): {said}")

    # ---- jobs

    async def enqueue(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """Repeatable because `body` carries an idempotency key."""
        answer: dict[str, Any] = await self.patiently("POST", "/jobs", json=body, headers=headers)
        return answer

    async def emit(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
        """Repeatable because `body` carries an idempotency key."""
        answer: dict[str, Any] = await self.patiently("POST", "/events", json=body, headers=headers)
        return answer

    async def job(self, job_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("GET", f"/jobs/{job_id}")
        return answer

    async def jobs(self, params: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("GET", "/jobs", params=params)
        return answer

    async def cancel(self, job_id: str, reason: str | None) -> dict[str, Any]:
        body = {} if reason is None else {"reason": reason}
        answer: dict[str, Any] = json_of(await self.request("POST", f"/jobs/{job_id}/cancel", json=body))
        return answer

    async def retry(self, job_id: str, kwargs: Mapping[str, Any] | None) -> dict[str, Any]:
        """Makes a new job each time it is asked, so it is asked once."""
        body = {} if kwargs is None else {"kwargs": kwargs}
        answer: dict[str, Any] = json_of(await self.request("POST", f"/jobs/{job_id}/retry", json=body))
        return answer

    async def logs(self, job_id: str, params: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("GET", f"/jobs/{job_id}/logs", params=params)
        return answer

    async def functions(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("GET", "/functions")
        return answer

    async def set_paused(self, key: str, is_paused: bool) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("POST", f"/functions/{key}/{'pause' if is_paused else 'resume'}")
        return answer

    async def schedules(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("GET", "/schedules")
        return answer

    async def set_schedule_paused(self, key: str, is_paused: bool) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently("POST", f"/schedules/{key}/{'pause' if is_paused else 'resume'}")
        return answer

    async def add_artifact(self, job_id: str, name: str, body: bytes, kind: str) -> dict[str, Any]:
        answer: dict[str, Any] = await self.patiently(
            "POST",
            f"/jobs/{job_id}/artifacts",
            files={"file": (name, body)},
            data={"name": name, "type": kind},
            timeout=httpx.Timeout(60.0, connect=5.0),
        )
        return answer

    # ---- the worker's part

    async def declare(
        self, functions: Sequence[Mapping[str, Any]], worker_id: str | None = None, version: str | None = None
    ) -> None:
        by = {"worker_id": worker_id, "version": version}
        said = {name: value for name, value in by.items() if value}
        await self.request("POST", "/functions", json={"functions": list(functions)} | said)

    async def lease(self, worker_id: str, functions: Sequence[str], most: int, wait_s: float) -> httpx.Response:
        body = {"worker_id": worker_id, "functions": list(functions), "max": most, "wait_s": wait_s}
        return await self.request("POST", "/leases", json=body, timeout=httpx.Timeout(wait_s + 10.0, connect=5.0))

    async def report(self, worker_id: str, reports: Sequence[str], timeout_s: float) -> list[dict[str, Any]]:
        """`reports` are JSON already: their sizes were counted when they were gathered."""
        content = f'{{"worker_id":{json.dumps(worker_id)},"reports":[{",".join(reports)}]}}'.encode()
        response = await self.request(
            "POST",
            "/leases/reports",
            content=content,
            headers={"Content-Type": "application/json"},
            timeout=timeout_s,
        )
        results = json_of(response).get("results")
        if not isinstance(results, list) or len(results) != len(reports):
            raise _not_ours(response)
        return results

    async def heartbeat(self, worker_id: str, body: Mapping[str, Any], timeout_s: float) -> str | None:
        """What is asked of the worker: `pause`, `drain`, or nothing."""
        response = await self.request("POST", f"/workers/{worker_id}/heartbeat", json=body, timeout=timeout_s)
        asked = json_of(response).get("asked") if response.content else None
        return asked if isinstance(asked, str) else None


def json_of(response: httpx.Response) -> dict[str, Any]:
    """The object in an answer.

    Raises:
        ApiError: it is something else, as when another server listens there.
    """
    try:
        data = json.loads(response.content)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise _not_ours(response)
    return data


def _not_ours(response: httpx.Response) -> ApiError:
    where = f"{response.request.method} {response.request.url}"
    return ApiError(
        f"{where} was not answered as Millstream would; is this its address?", code="bad_answer", status=502
    )


def error_of(response: httpx.Response) -> ApiError:
    """The exception for a refusal, from its problem document where there is one."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    kind = BY_STATUS.get(response.status_code, ApiError)
    where = f"{response.request.method} {response.request.url}"
    detail = problem.get("detail") or problem.get("title") or f"{where} answered {response.status_code}"
    retry_after = response.headers.get("retry-after", "")
    return kind(
        str(detail),
        code=str(problem.get("code") or "http_error"),
        status=response.status_code,
        errors=problem.get("errors") or (),
        retry_after_s=float(retry_after) if retry_after.isdigit() else None,
    )
