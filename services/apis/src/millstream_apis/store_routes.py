"""When each endpoint was last called, as far as that says whether it was called today.

Asking that of every endpoint is most of what a list of APIs would cost. One known to have been called today is not asked
about again until the day has passed that by.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from millstream_kit.db import Database
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import among
from millstream_apis.model import EndpointKey
from millstream_apis.tables import ENDPOINTS, MINUTES

_E = ENDPOINTS.c
_LAST = select(func.max(MINUTES.c.at_ms)).where(MINUTES.c.endpoint_id == _E.id).scalar_subquery()


class Routes:
    """Endpoints that were called, remembered."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._version: tuple[Any, ...] = ()
        self._known: dict[int, tuple[str, EndpointKey]] = {}
        self._called_ms: dict[int, int] = {}  # the newest minute seen of each; there may be a newer one
        self._found: dict[str, set[EndpointKey]] = {}  # all that were called until then
        self._found_until_ms = 0

    async def called_since(self, since_ms: int) -> Mapping[str, AbstractSet[EndpointKey]]:
        """API name to its endpoints that were called since that minute."""
        async with self._db.connect() as connection:
            is_new = await self._learn(connection)
            quiet = [number for number in self._known if self._called_ms.get(number, 0) < since_ms]
            last = select(_E.id, _LAST).where(among(self._db.dialect, _E.id, quiet))
            seen = {n: at or 0 for n, at in await connection.execute(last)} if quiet else {}
        self._called_ms |= seen
        if is_new or since_ms > self._found_until_ms or any(at >= since_ms for at in seen.values()):
            self._put_together(since_ms)
        return self._found

    def _put_together(self, since_ms: int) -> None:
        called = [number for number in self._known if self._called_ms.get(number, 0) >= since_ms]
        self._found_until_ms = min((self._called_ms[number] for number in called), default=since_ms)
        self._found = {}
        for number in called:
            api_name, key = self._known[number]
            self._found.setdefault(api_name, set()).add(key)

    async def _learn(self, connection: AsyncConnection) -> bool:
        """Which endpoints there are; read again when they are others."""
        version = tuple((await connection.execute(select(func.count(), func.sum(_E.id), func.max(_E.id)))).one())
        if version == self._version:
            return False
        rows = await connection.execute(select(_E.id, _E.api_name, _E.method, _E.path))
        self._known = {number: (api_name, EndpointKey(method, path)) for number, api_name, method, path in rows}
        self._called_ms = {number: at for number, at in self._called_ms.items() if number in self._known}
        self._version = version
        return True
