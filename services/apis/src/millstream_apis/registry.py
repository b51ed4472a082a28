"""Names by number: which endpoints, consumers and functions of an API are counted apart, and which share the overflow row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

from millstream_kit.db import Dialect, inserting
from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from millstream_apis.dialect import locking
from millstream_apis.model import EndpointKey
from millstream_apis.tables import APIS
from millstream_apis.uses import ConsumerKey, FunctionKey

Key = TypeVar("Key", bound=EndpointKey | ConsumerKey | FunctionKey)


class Registry(Generic[Key]):
    """Numbers of what is counted apart, remembered per API once read.

    Args:
        table: has a column for each field of a key.
        always: keys that do not use up an API's room.
        overflow: one of them, the row that all past the bound share.
        most: keys of one API counted apart.
    """

    def __init__(
        self,
        dialect: Dialect,
        table: Table,
        key: Callable[..., Key],
        always: Sequence[Key],
        overflow: Key,
        most: int,
    ) -> None:
        self._dialect = dialect
        self._table = table
        self._key = key
        self._always = frozenset(always)
        self._overflow = overflow
        self._most = most
        self._known: dict[str, dict[Key, int]] = {}

    def clear(self) -> None:
        """Read everything anew next time."""
        self._known.clear()

    def row_of(self, wanted: tuple[str, Key]) -> Key:
        """What a key of an API is counted as; after `ids` was asked for it."""
        api_name, key = wanted
        return key if key in self._known[api_name] else self._overflow

    async def ids(self, tx: AsyncConnection, keys: Iterable[tuple[str, Key]]) -> Mapping[tuple[str, Key], int]:
        """The numbers of these keys' rows and of the overflow rows, numbering new keys while there is room."""
        wanted: dict[str, set[Key]] = {}
        for api_name, key in keys:
            wanted.setdefault(api_name, set()).add(key)
        for api_name in sorted(wanted):
            await self._learn(tx, api_name, wanted[api_name])
        return {(api, key): number for api in wanted for key, number in self._known[api].items()}

    async def _learn(self, tx: AsyncConnection, api_name: str, keys: set[Key]) -> None:
        known = self._known.get(api_name, {})
        if known and (keys <= known.keys() or (self._room(known) <= 0 and self._always <= known.keys())):
            return
        # One at a time numbers new keys of an API, or two replicas would go past the bound together.
        await tx.execute(locking(self._dialect, select(APIS.c.name).where(APIS.c.name == api_name)))
        known = await self._read(tx, api_name)
        new = sorted(keys - known.keys() - self._always)[: max(0, self._room(known))]
        missing = [*new, *sorted(self._always - known.keys())]
        if missing:
            rows = [{"api_name": api_name, **key._asdict()} for key in missing]
            await tx.execute(inserting(self._dialect, self._table).on_conflict_do_nothing(), rows)
            known = await self._read(tx, api_name)
        self._known[api_name] = known

    async def _read(self, tx: AsyncConnection, api_name: str) -> dict[Key, int]:
        c = self._table.c
        fields = (c[name] for name in self._overflow._fields)
        rows = await tx.execute(select(c.id, *fields).where(c.api_name == api_name))
        return {self._key(*key): number for number, *key in rows}

    def _room(self, known: Mapping[Key, int]) -> int:
        return self._most - len(known.keys() - self._always)
