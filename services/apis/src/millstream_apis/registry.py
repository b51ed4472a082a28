"""Endpoints by number: which routes of an API are counted apart, and which share the overflow row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from millstream_kit.db import Dialect, inserting
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.counting import Route
from millstream_apis.dialect import locking
from millstream_apis.model import OVERFLOW, TOTAL, UNMATCHED, EndpointKey
from millstream_apis.tables import APIS, ENDPOINTS

_ALWAYS = (TOTAL, UNMATCHED, OVERFLOW)  # rows that do not use up an API's routes


class EndpointRegistry:
    """Numbers of endpoints, remembered per API once read.

    Args:
        most: routes of one API counted apart. Others share one row.
    """

    def __init__(self, dialect: Dialect, most: int) -> None:
        self._dialect = dialect
        self._most = most
        self._known: dict[str, dict[EndpointKey, int]] = {}

    def clear(self) -> None:
        """Read everything anew next time."""
        self._known.clear()

    def row_of(self, route: Route) -> EndpointKey:
        """The endpoint a route is counted in; after `ids` was asked for it."""
        api_name, endpoint = route
        return endpoint if endpoint in self._known[api_name] else OVERFLOW

    async def ids(self, tx: AsyncConnection, routes: Iterable[Route]) -> Mapping[Route, int]:
        """The numbers of these routes' rows and of their overflow rows, numbering new routes while there is room."""
        wanted: dict[str, set[EndpointKey]] = {}
        for api_name, endpoint in routes:
            wanted.setdefault(api_name, set()).add(endpoint)
        for api_name in sorted(wanted):
            await self._learn(tx, api_name, wanted[api_name])
        return {(api, endpoint): number for api in wanted for endpoint, number in self._known[api].items()}

    async def _learn(self, tx: AsyncConnection, api_name: str, endpoints: set[EndpointKey]) -> None:
        known = self._known.get(api_name, {})
        if known and (endpoints <= known.keys() or (self._room(known) <= 0 and set(_ALWAYS) <= known.keys())):
            return
        # One at a time numbers new routes of an API, or two replicas would go past the bound together.
        await tx.execute(locking(self._dialect, select(APIS.c.name).where(APIS.c.name == api_name)))
        known = await self._read(tx, api_name)
        new = sorted(endpoints - known.keys() - set(_ALWAYS))[: max(0, self._room(known))]
        missing = [*new, *(e for e in _ALWAYS if e not in known)]
        if missing:
            rows = [{"api_name": api_name, "method": e.method, "path": e.path} for e in missing]
            await tx.execute(inserting(self._dialect, ENDPOINTS).on_conflict_do_nothing(), rows)
            known = await self._read(tx, api_name)
        self._known[api_name] = known

    async def _read(self, tx: AsyncConnection, api_name: str) -> dict[EndpointKey, int]:
        e = ENDPOINTS.c
        rows = await tx.execute(select(e.id, e.method, e.path).where(e.api_name == api_name))
        return {EndpointKey(row.method, row.path): row.id for row in rows}

    def _room(self, known: Mapping[EndpointKey, int]) -> int:
        return self._most - len(known.keys() - set(_ALWAYS))
