"""Telling Millstream of requests, from a thread of its own: never waited for, never failing, never more than it may hold."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

import httpx

from millstream import limits
from millstream.backoff import Backoff
from millstream.client import API, LIMITS, PROTOCOL
from millstream.settings import Settings

log = logging.getLogger("millstream.asgi")
FLUSH_EVERY_S = 0.5
HEARTBEAT_EVERY_S = 5.0
BUFFER_REQUESTS = 10_000
LAST_FLUSH_S = 2.0
REQUEST_TIMEOUT = httpx.Timeout(5.0, connect=2.0)


class RequestReporter:
    """One per middleware. The thread starts with the first request, so it survives a fork before that.

    Args:
        describe: what the heartbeat says: host, port, endpoints, hostname.
        most: how many requests are held while the server is away; more are counted in `dropped`.
    """

    def __init__(
        self,
        name: str,
        instance_id: str,
        settings: Settings,
        describe: Callable[[], dict[str, Any]],
        *,
        most: int = BUFFER_REQUESTS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.name = name
        self.instance_id = instance_id
        self.dropped = 0
        self._settings = settings
        self._describe = describe
        self._most = most
        self._transport = transport
        self._held: deque[dict[str, Any]] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._is_away = False

    def add(self, request: dict[str, Any]) -> None:
        """Remember one request. Costs a lock and an append."""
        with self._lock:
            if len(self._held) >= self._most:
                self.dropped += 1
                return
            self._held.append(request)
        if self._thread is None or self._pid != os.getpid():
            self.start()

    def start(self) -> None:
        with self._lock:
            if self._closing.is_set() or (self._thread is not None and self._pid == os.getpid()):
                return
            self._pid = os.getpid()
            self._thread = threading.Thread(target=self._run, name=f"millstream-asgi-{self.name}", daemon=True)
            self._thread.start()
        atexit.register(self.close)

    def close(self) -> None:
        """Send what is held, for at most two seconds."""
        self._closing.set()
        self._wake.set()
        thread = self._thread
        if thread is not None and self._pid == os.getpid():
            thread.join(LAST_FLUSH_S)
            atexit.unregister(self.close)

    # ---- the thread

    def _run(self) -> None:
        headers = {"Millstream-Protocol": PROTOCOL, "User-Agent": "millstream-sdk/0.1"}
        if self._settings.api_key:
            headers["Authorization"] = f"Bearer {self._settings.api_key}"
        with httpx.Client(
            base_url=self._settings.url,
            headers=headers,
            timeout=REQUEST_TIMEOUT,
            limits=LIMITS,
            transport=self._transport,
        ) as http:
            self._turn(http)

    def _turn(self, http: httpx.Client) -> None:
        backoff = Backoff(base_s=0.5, cap_s=5.0)
        heartbeat_at = 0.0
        while not self._closing.is_set():
            pause_s = FLUSH_EVERY_S
            try:
                if time.monotonic() >= heartbeat_at:
                    self._beat(http)
                    heartbeat_at = time.monotonic() + HEARTBEAT_EVERY_S
                self._flush(http)
                self._say_back()
                backoff.reset()
            except Exception as error:  # noqa: BLE001 - whatever it is, the API being watched must not notice
                self._say_away(error)
                pause_s = FLUSH_EVERY_S + backoff.next_s()
            self._wake.wait(pause_s)
        try:
            self._flush(http)
        except Exception as error:  # noqa: BLE001
            log.debug("the last requests were not sent: %s", error)

    def _flush(self, http: httpx.Client) -> None:
        while batch := self._oldest():
            answer = http.post(f"{API}/apis/{self.name}/requests", json={"requests": batch})
            if answer.status_code in {408, 425, 429} or answer.status_code >= 500 or answer.status_code in {401, 403}:
                raise _NotTaken(f"{answer.status_code}: {answer.text[:200]}")
            if answer.is_error:
                log.warning("%d requests were refused: %d %s", len(batch), answer.status_code, answer.text[:200])
            elif rejected := answer.json().get("rejected"):
                log.warning("%d of %d requests were rejected, the first: %s", len(rejected), len(batch), rejected[0])
            with self._lock:
                for _ in batch:
                    self._held.popleft()

    def _oldest(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(islice(self._held, limits.INGEST_REQUESTS))

    def _beat(self, http: httpx.Client) -> None:
        path = f"{API}/apis/{self.name}/instances/{self.instance_id}/heartbeat"
        answer = http.post(path, json=self._describe())
        if answer.is_error:
            raise _NotTaken(f"{answer.status_code}: {answer.text[:200]}")

    def _say_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("%s does not take requests of %s: %s", self._settings.url, self.name, error)
        self._is_away = True

    def _say_back(self) -> None:
        if self._is_away:
            log.warning("%s takes requests of %s again; %d were dropped", self._settings.url, self.name, self.dropped)
        self._is_away = False


class _NotTaken(Exception):
    """The server is there but cannot take it now."""
