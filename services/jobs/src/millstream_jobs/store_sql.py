"""The store on SQLAlchemy Core: PostgreSQL and SQLite."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from millstream_kit.clock import Clock
from millstream_kit.db import Database

from millstream_jobs.store import Transaction
from millstream_jobs.store_bulk import BulkQueries
from millstream_jobs.store_counts import JobCounts
from millstream_jobs.store_events import EventQueries
from millstream_jobs.store_figures import FigureQueries
from millstream_jobs.store_folding import Folding
from millstream_jobs.store_marks import JobMarkQueries
from millstream_jobs.store_outbox import OutboxQueries
from millstream_jobs.store_queries import JobQueries
from millstream_jobs.store_saved_views import SavedViewQueries
from millstream_jobs.store_schedules import ScheduleQueries
from millstream_jobs.store_transaction import SqlTransaction
from millstream_jobs.store_trends import TrendQueries


class SqlStore(
    JobQueries,
    JobCounts,
    JobMarkQueries,
    BulkQueries,
    SavedViewQueries,
    EventQueries,
    ScheduleQueries,
    FigureQueries,
    Folding,
    TrendQueries,
    OutboxQueries,
):
    """See `store.Store`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock
        self._parts = {}
        self._days = {}

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        async with self._db.begin() as connection:
            yield SqlTransaction(connection, self._db.dialect)
