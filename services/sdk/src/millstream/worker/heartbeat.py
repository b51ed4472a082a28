"""Saying that we are here, so that operators see the fleet."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from millstream.client import Client
from millstream.errors import MillstreamError

log = logging.getLogger(__name__)


class Heartbeat:
    """Beats every `interval_s`, and at once when something changed. A refused or lost beat harms nobody.

    Args:
        describe: what each beat says.
        on_asked: told what operators ask, with each beat that is heard.
    """

    def __init__(
        self,
        client: Client,
        worker_id: str,
        interval_s: float,
        describe: Callable[[], dict[str, Any]],
        on_asked: Callable[[str | None], None],
    ) -> None:
        self._client = client
        self._worker_id = worker_id
        self._interval_s = interval_s
        self._describe = describe
        self._on_asked = on_asked
        self._now = asyncio.Event()
        self._is_heard: bool | None = None

    def at_once(self) -> None:
        self._now.set()

    async def run(self) -> None:
        while True:
            self._now.clear()
            await self.beat()
            try:
                await asyncio.wait_for(self._now.wait(), self._interval_s)
            except TimeoutError:
                continue

    async def beat(self, *, leaving: bool = False) -> None:
        body = self._describe() | {"interval_s": self._interval_s, "leaving": leaving}
        try:
            asked = await self._client.heartbeat(self._worker_id, body, timeout_s=min(5.0, max(1.0, self._interval_s)))
        except MillstreamError as error:
            if self._is_heard is not False:
                log.warning("heartbeats are not heard: %s", error.detail)
            self._is_heard = False
        else:
            if self._is_heard is False:
                log.warning("heartbeats are heard again")
            self._is_heard = True
            if not leaving:
                self._on_asked(asked)
