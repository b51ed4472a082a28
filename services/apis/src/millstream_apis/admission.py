"""Who may come into being: whoever may report could else fill the database, and every page, with invented names."""

from __future__ import annotations

from collections.abc import Iterable

from millstream_contracts.limits import load_limits
from millstream_kit.clock import Clock

from millstream_apis.errors import TooMany
from millstream_apis.store import ReadingStore

LIMITS = load_limits()
REMEMBERED_S = 600.0  # until then who was admitted is in the database, or never came


class Admission:
    """Lets APIs and their instances in while there is room. Each replica looks for itself: together they may let in a
    few more at once."""

    def __init__(
        self,
        reading: ReadingStore,
        clock: Clock,
        *,
        most_apis: int = LIMITS.apis,
        most_instances: int = LIMITS.instances_per_api,
    ) -> None:
        self._reading = reading
        self._clock = clock
        self._most_apis = most_apis
        self._most_instances = most_instances
        self._admitted: dict[str, dict[str, float]] = {}  # API to instance to when it was let in

    async def admit(self, api_name: str, instance_ids: Iterable[str]) -> None:
        """Let these instances of an API in.

        Raises:
            TooMany: there is no room for the API, or for one of them.
        """
        now = self._clock.monotonic()
        mine = self._admitted.get(api_name, {})
        new = [i for i in instance_ids if now - mine.get(i, -REMEMBERED_S) >= REMEMBERED_S]
        if not new:
            return
        known = {api.name for api in await self._reading.apis()}
        self._forget(now)
        if api_name not in known | self._admitted.keys() and len(known | self._admitted.keys()) >= self._most_apis:
            raise TooMany("apis", self._most_apis)
        there = {i.id for i in (await self._reading.instances(0, [api_name])).get(api_name, ())}
        mine = self._admitted.setdefault(api_name, {})
        for instance_id in new:
            if instance_id not in there | mine.keys() and len(there | mine.keys()) >= self._most_instances:
                raise TooMany("instances", self._most_instances)
            mine[instance_id] = now

    def _forget(self, now: float) -> None:
        """Those let in so long ago are asked of the database when they come again."""
        for api_name, mine in list(self._admitted.items()):
            self._admitted[api_name] = {i: at for i, at in mine.items() if now - at < REMEMBERED_S}
            if not self._admitted[api_name]:
                del self._admitted[api_name]
