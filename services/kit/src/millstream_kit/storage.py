"""What a service that keeps facts stands on: its database and the log it tells them to.

main → serve_or_migrate → create_app → opened (schema up to date, topics there) … closed after the service has left
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import stamina
import structlog
from fastapi import FastAPI, Request, Response
from sqlalchemy.exc import DBAPIError

from millstream_kit.clock import Clock
from millstream_kit.db import Database, is_unavailable
from millstream_kit.errors import Refusal
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.logs import open_log
from millstream_kit.service import run
from millstream_kit.settings import ServiceSettings, load_settings

LOG_PATIENCE_S = 60.0  # a broker that starts beside us
log = structlog.get_logger(__name__)
S = TypeVar("S", bound=ServiceSettings)


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a service's facts are.

    Args:
        service: names the database's schema or file, the log's client, and the package of its migrations.
        topics: of the log, made where they are missing.
    """

    service: str
    topics: Sequence[str]

    @property
    def migrations(self) -> str:
        """The package of its migrations."""
        return f"millstream_{self.service}.migrations"

    @asynccontextmanager
    async def opened(
        self, settings: ServiceSettings, clock: Clock, database: Database | None, whole_log: Log | None
    ) -> AsyncIterator[tuple[Database, Log]]:
        """The database at its newest schema and the log with its topics; what is given is shared and not closed.

        Raises:
            LogUnavailable: there was none for a minute.
        """
        async with AsyncExitStack() as stack:
            if database is None:
                database = self._database(settings)
                stack.push_async_callback(database.close)
            if whole_log is None:
                whole_log = open_log(settings, client_id=f"millstream-{self.service}", clock=clock)
                stack.push_async_callback(whole_log.close)
            await database.migrate(self.migrations)
            async for attempt in stamina.retry_context(on=LogUnavailable, attempts=None, timeout=LOG_PATIENCE_S):
                with attempt:
                    await whole_log.ensure_topics(self.topics)
            yield database, whole_log

    async def migrate(self, settings: ServiceSettings) -> None:
        """Bring the database to its newest schema."""
        database = self._database(settings)
        try:
            await database.migrate(self.migrations)
        finally:
            await database.close()

    def _database(self, settings: ServiceSettings) -> Database:
        return Database.for_service(self.service, settings.database_url, settings.data_dir)


def serve_or_migrate(storage: Storage, kind: type[S], create: Callable[[S], FastAPI]) -> None:
    """What `python -m millstream_<service> [migrate]` does: serve, or bring the schema up to date and leave.

    Args:
        kind: of settings, read from the environment.
    """
    arguments = sys.argv[1:]
    if arguments not in ([], ["migrate"]):
        sys.exit(f"usage: python -m millstream_{storage.service} [migrate]")
    settings = load_settings(kind)
    if arguments:
        asyncio.run(storage.migrate(settings))
    else:
        run(settings, lambda: create(settings))


def refuse_while_away(app: FastAPI) -> None:
    """Have `app` answer 503 while its database cannot be reached: that is no surprise, and whoever asks may ask again."""
    app.add_exception_handler(DBAPIError, _on_database_error)


async def _on_database_error(_: Request, error: Exception) -> Response:
    if not is_unavailable(error):
        raise error
    log.warning("the database is away", exc_info=error)
    detail = "The database cannot be reached now."
    return Refusal(503, "unavailable", detail, headers={"Retry-After": "1"}).response()
