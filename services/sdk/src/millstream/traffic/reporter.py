"""Telling Millstream of requests, from a thread of its own: never waited for, never failing, never more than it may hold."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import httpx

from millstream import limits, names
from millstream.backoff import Backoff
from millstream.client import API, LIMITS, PROTOCOL
from millstream.errors import BadSetting
from millstream.settings import Settings
from millstream.traffic.buffer import Buffer, Keeping, Told
from millstream.traffic.capture import Captures, Capturing, Pair
from millstream.traffic.capture import body_of as captures_of
from millstream.traffic.errors import Errors
from millstream.traffic.masking import Masking
from millstream.traffic.unmatched import UnmatchedPaths
from millstream.traffic.wording import JSON, body_of

log = logging.getLogger("millstream.traffic")
FLUSH_EVERY_S = 0.5
SETTLE_EVERY_S = 5.0
HEARTBEAT_EVERY_S = 5.0
REJECTED_EVERY_S = 60.0
TAGS_AGAIN_S = 300.0
LAST_FLUSH_S = 2.0
REQUEST_TIMEOUT = httpx.Timeout(5.0, connect=2.0)


class Reporter:
    """One per middleware and process.

    Its thread starts when the application does, or with its first request. After a fork the child begins anew, with an
    instance id, a buffer and a thread of its own: a prefork server's workers each report what they served.

    Args:
        settings: where Millstream is; asked when the first request is told.
        describe: what the heartbeat says: host, port, endpoints and their tags, hostname.
        version: of the code that runs.
        has_messages: exceptions are told with their messages.
    """

    def __init__(
        self,
        name: str,
        hostname: str,
        settings: Callable[[], Settings],
        describe: Callable[[], dict[str, Any]],
        keeping: Keeping,
        capturing: Capturing | None = None,
        *,
        version: str | None = None,
        has_messages: bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.name = name
        self._hostname = hostname
        self._read_settings = settings
        self._describe = describe
        self._keeping = keeping
        self._capturing = capturing
        self._transport = transport
        self._version = version
        self._has_messages = has_messages
        self.masking = capturing.masking if capturing else Masking()
        self._begin()
        _reporters.add(self)

    def _begin(self) -> None:
        self.instance_id = f"{names.slug(self._hostname, 50)}-{secrets.token_hex(4)}"
        self.buffer = Buffer(self._keeping)
        self._captures = Captures()
        self.unmatched = UnmatchedPaths()
        self.errors = Errors(self._has_messages)
        self._starting = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_away = False
        self._rejected_said_at = float("-inf")
        self._no_tags_until = float("-inf")

    @property
    def dropped(self) -> int:
        """Requests that were never told, because more came than could be held or the server refused them."""
        return self.buffer.dropped

    def add(self, told: Told, bodies: Pair | None) -> None:
        """Remember one request, and its bodies where they are captured."""
        number = self.buffer.add(told)
        if bodies is not None and number is not None and self._capturing and self._capturing.wants(told.status):
            self._captures.add(number, told.at, bodies)
        if self._thread is None:
            self.start()

    def start(self) -> None:
        """Begin to tell, unless that has begun."""
        with self._starting:
            if self._closing.is_set() or self._thread is not None:
                return
            self._thread = threading.Thread(target=self._run, name=f"millstream-{self.name}", daemon=True)
            self._thread.start()
        atexit.register(self.close)

    def close(self) -> None:
        """Send what is held, for at most two seconds."""
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(LAST_FLUSH_S)
            atexit.unregister(self.close)

    # ---- the thread

    def _run(self) -> None:
        try:
            self._settings = self._read_settings()
        except BadSetting as error:  # an API is not to go down with where it is watched from
            log.error("requests of %s are not told: %s", self.name, error)
            return
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
        heartbeat_at = settle_at = 0.0
        while not self._closing.is_set():
            pause_s = FLUSH_EVERY_S
            try:
                if time.monotonic() >= heartbeat_at:
                    self._beat(http)
                    heartbeat_at = time.monotonic() + HEARTBEAT_EVERY_S
                self._flush(http)
                self._flush_captures(http)
                if time.monotonic() >= settle_at:
                    self.buffer.settle()
                    self._flush_counted(http)
                    settle_at = time.monotonic() + SETTLE_EVERY_S
                self._say_back()
                backoff.reset()
            except Exception as error:  # noqa: BLE001 - whatever it is, the API being watched must not notice
                self._say_away(error)
                pause_s = FLUSH_EVERY_S + backoff.next_s()
            self._wake.wait(pause_s)
        try:
            self._flush(http)
            self.buffer.settle()
            self._flush(http)
            self._flush_captures(http)
            self._flush_counted(http)
        except Exception as error:  # noqa: BLE001
            log.warning("the last %d requests of %s were not told: %s", len(self.buffer), self.name, error)

    def _flush(self, http: httpx.Client) -> None:
        while batch := self.buffer.oldest(limits.INGEST_REQUESTS):
            body = body_of(self.instance_id, batch)
            answer = http.post(f"{API}/apis/{self.name}/requests", content=body, headers=JSON)
            _raise_if_away(answer)
            if answer.is_error:
                log.warning("%d requests were refused: %d %s", len(batch), answer.status_code, answer.text[:200])
                self.buffer.forget(len(batch), range(len(batch)))
                continue
            rejected = answer.json().get("rejected") or ()
            if rejected:
                self._say_rejected(len(rejected), len(batch), rejected[0])
            self.buffer.forget(len(batch), {item["index"] for item in rejected})

    def _flush_captures(self, http: httpx.Client) -> None:
        while self._capturing and (batch := self._captures.oldest()):
            body = captures_of(self.instance_id, batch, self._capturing.masking)
            answer = http.post(f"{API}/apis/{self.name}/captures", content=body, headers=JSON)
            _raise_if_away(answer)
            if answer.is_error:
                self._say_rejected(len(batch), len(batch), f"bodies: {answer.status_code} {answer.text[:200]}")
            self._captures.forget(len(batch))

    def _flush_counted(self, http: httpx.Client) -> None:
        while body := self.unmatched.report(self.instance_id, self.masking):
            self._tell(http, "unmatched", body)
            self.unmatched.told()
        while body := self.errors.report(self.instance_id, self._version):
            self._tell(http, "errors", body)
            self.errors.told()

    def _tell(self, http: httpx.Client, what: str, body: str) -> None:
        answer = http.post(f"{API}/apis/{self.name}/{what}", content=body, headers=JSON)
        _raise_if_away(answer)
        if answer.is_error and answer.status_code != 404:  # an older service does not ask for it
            self._say_rejected(1, 1, f"{what}: {answer.status_code} {answer.text[:200]}")

    def _beat(self, http: httpx.Client) -> None:
        path = f"{API}/apis/{self.name}/instances/{self.instance_id}/heartbeat"
        said = self._describe()
        if time.monotonic() < self._no_tags_until:
            said.pop("tags", None)
        answer = http.post(path, json=said)
        if answer.status_code == 422 and said.pop("tags", None):  # an older service does not ask for them
            self._no_tags_until = time.monotonic() + TAGS_AGAIN_S
            answer = http.post(path, json=said)
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

    def _say_rejected(self, rejected: int, of: int, first: Any) -> None:
        # Once a minute: anybody can send an odd method, and must not fill the log with it.
        if time.monotonic() >= self._rejected_said_at + REJECTED_EVERY_S:
            self._rejected_said_at = time.monotonic()
            log.warning("%d of %d requests were rejected, the first: %s", rejected, of, first)


class _NotTaken(Exception):
    """The server is there but cannot take it now."""


def _raise_if_away(answer: httpx.Response) -> None:
    if answer.status_code in {401, 403, 408, 425, 429} or answer.status_code >= 500:
        raise _NotTaken(f"{answer.status_code}: {answer.text[:200]}")


_reporters: weakref.WeakSet[Reporter] = weakref.WeakSet()


def _begin_anew_in_the_child() -> None:
    # The parent's thread is not here, its locks may be held for ever, and what it holds it tells itself.
    for reporter in list(_reporters):
        if reporter._thread is not None:
            atexit.unregister(reporter.close)
        reporter._begin()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew_in_the_child)
