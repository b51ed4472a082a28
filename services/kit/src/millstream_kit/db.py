"""A database: PostgreSQL or SQLite behind one SQLAlchemy engine, with short explicit transactions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Table, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from millstream_kit.sqlite_connection import open_connection

logger = logging.getLogger(__name__)
Dialect = Literal["sqlite", "postgresql"]
# What services read is a few hundred rows: starting helpers or a compiler takes longer than reading them.
_SMALL_READS = "-cmax_parallel_workers_per_gather=0 -cjit=off"
_MIGRATION_LOCK = 0x6D696C6C  # any constant: one migration at a time per database


def inserting(dialect: Dialect, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that may say ON CONFLICT; the two databases spell it alike."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


class Database:
    """One service's database.

    Args:
        url: `sqlite:///path`, `sqlite://` (in memory, for tests) or `postgresql://…`.
        service: the schema's name on PostgreSQL; SQLite has a file per service instead.
        pool_size: connections kept on PostgreSQL.
    """

    def __init__(self, url: str, *, service: str, pool_size: int = 5) -> None:
        parsed = make_url(url)
        self.service = service
        self.dialect: Dialect = "sqlite" if parsed.get_backend_name() == "sqlite" else "postgresql"
        if self.dialect == "sqlite":
            self.engine = _sqlite_engine(parsed.database)
            # SQLite has one writer; queueing here instead of in its busy handler keeps the order fair.
            self._writer: asyncio.Lock | None = asyncio.Lock()
        else:
            self.engine = create_async_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,
                connect_args={"options": f"-csearch_path={service} {_SMALL_READS}", "connect_timeout": 5},
            )
            self._writer = None

    @classmethod
    def for_service(cls, service: str, url: str | None, data_dir: Path) -> Database:
        """The database the settings name: `url`, else `<data_dir>/<service>.db`."""
        if url is None:
            data_dir.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{data_dir / f'{service}.db'}"
        return cls(url, service=service)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back on an exception."""
        if self._writer is None:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._writer, self.engine.connect() as connection:
            await connection.execution_options(millstream_begin="BEGIN IMMEDIATE")
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading: nothing kept, each query its own view."""
        async with self._reading() as connection:
            # Saves BEGIN and ROLLBACK, a way to the server or to the connection's thread each.
            if self.dialect == "postgresql":
                await connection.execution_options(isolation_level="AUTOCOMMIT")
            else:
                await connection.execution_options(millstream_begin="")
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading whose queries all see the database at one moment."""
        async with self._reading() as connection:
            if self.dialect == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        if self._writer is not None and isinstance(self.engine.pool, StaticPool):  # in memory all share one connection
            async with self._writer, self.engine.connect() as connection:
                yield connection
            return
        async with self.engine.connect() as connection:
            yield connection

    async def migrate(self, package: str) -> None:
        """Bring the schema to the newest revision of `package` (an Alembic folder inside a Python package).

        A schema of a newer revision is left as it is: revisions only add, so an older version runs on it (docs/operate/upgrading.md).
        """
        async with self.engine.connect() as connection:
            if self.dialect == "postgresql":
                await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
                await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{self.service}"'))
                await connection.commit()
            try:
                stands_at, newest = await connection.run_sync(_revision), newest_revision(package)
                if stands_at is None or stands_at < newest:
                    await connection.run_sync(_upgrade, package)
                elif stands_at > newest:
                    logger.warning(
                        "the schema (%s) is of a newer version: this one knows %s and leaves it", stands_at, newest
                    )
                await connection.commit()
            finally:
                if self.dialect == "postgresql":
                    await connection.rollback()
                    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
                    await connection.commit()

    async def close(self) -> None:
        """Close every pooled connection."""
        await self.engine.dispose()


def is_unavailable(error: BaseException) -> bool:
    """Whether a database error means that the server could not be reached, so that asking again may work."""
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or "OperationalError" in type(error).__name__
    )


def newest_revision(package: str) -> str:
    """The last of a package's revisions, as their files are named: `0004_searches.py`."""
    versions = resources.files(package) / "versions"
    return max(file.name.partition("_")[0] for file in versions.iterdir() if file.name[:1].isdigit())


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection, package: str) -> None:
    # A quarter of what a process imports; nearly every start finds the newest schema.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", package.replace(".", ":", 1).replace(".", "/"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_migrations(metadata: Any) -> None:
    """What a service's `migrations/env.py` calls: run on the connection `Database.migrate` opened."""
    from alembic import context

    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


def _sqlite_engine(path: str | None) -> AsyncEngine:
    memory = not path or path == ":memory:"
    pool: dict[str, Any] = {"poolclass": StaticPool} if memory else {"pool_size": 5}
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{'' if memory else path}", connect_args={"async_creator_fn": open_connection}, **pool
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        begin = connection.get_execution_options().get("millstream_begin", "BEGIN")
        if begin:
            connection.exec_driver_sql(begin)

    return engine
