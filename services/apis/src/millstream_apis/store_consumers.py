"""Who called, and what their requests enqueued: counted by the hour, added up by the database."""

from __future__ import annotations

from collections.abc import Sequence

from millstream_kit.db import Database
from sqlalchemy import BigInteger, cast, func, select

from millstream_apis.model import TOTAL, EndpointKey, Span
from millstream_apis.tables import CONSUMER_HOURS, CONSUMERS, ENDPOINTS, FUNCTION_HOURS, FUNCTIONS
from millstream_apis.uses import OTHERS, ConsumerKey, Consumers, Enqueued, FunctionKey, Use

_C, _E, _H = CONSUMERS.c, ENDPOINTS.c, CONSUMER_HOURS.c
_F, _J = FUNCTIONS.c, FUNCTION_HOURS.c
# PostgreSQL's sum of integers is a numeric.
_WHOLE = tuple(cast(func.sum(_H[name]), BigInteger) for name in ("requests", "client_errors", "server_errors"))
_BYTES = func.sum(_H.request_bytes), func.sum(_H.response_bytes)


class SqlConsumers:
    """Reads consumers and enqueued jobs."""

    _db: Database

    async def consumers(self, span: Span, name: str, endpoint: EndpointKey = TOTAL) -> Consumers:
        """See `store.ConsumerStore`."""
        mine = (_C.api_name == name, _H.at_ms >= span.start_ms, _H.at_ms < span.end_ms)
        uses = (
            select(_C.name, *_WHOLE, *_BYTES, func.max(_H.last_at_ms))
            .join_from(CONSUMER_HOURS, CONSUMERS, _C.id == _H.consumer_id)
            .where(*mine)
            .group_by(_C.name)
            .order_by(_WHOLE[0].desc(), _C.name)
        )
        if endpoint != TOTAL:
            of_it = (_E.api_name == name, _E.method == endpoint.method, _E.path == endpoint.path)
            uses = uses.join(ENDPOINTS, _E.id == _H.endpoint_id).where(*of_it)
        by_endpoint = (
            select(_E.method, _E.path, func.count(_H.consumer_id.distinct()))
            .join_from(CONSUMER_HOURS, CONSUMERS, _C.id == _H.consumer_id)
            .join(ENDPOINTS, _E.id == _H.endpoint_id)
            .where(*mine, _C.name != OTHERS.name)
            .group_by(_E.method, _E.path)
            .order_by(_E.path, _E.method)
        )
        async with self._db.connect() as connection:
            found = [(ConsumerKey(key), Use(*use)) for key, *use in await connection.execute(uses)]
            called = [(EndpointKey(*key), many) for *key, many in await connection.execute(by_endpoint)]
        return Consumers(found, called)

    async def enqueued(self, span: Span, name: str, endpoint: EndpointKey = TOTAL) -> Sequence[Enqueued]:
        """See `store.EnqueuedStore`."""
        jobs = cast(func.sum(_J.jobs), BigInteger)
        query = (
            select(_E.method, _E.path, _F.name, jobs)
            .join_from(FUNCTION_HOURS, FUNCTIONS, _F.id == _J.function_id)
            .join(ENDPOINTS, _E.id == _J.endpoint_id)
            .where(_F.api_name == name, _J.at_ms >= span.start_ms, _J.at_ms < span.end_ms)
            .group_by(_E.method, _E.path, _F.name)
            .order_by(jobs.desc(), _E.path, _E.method, _F.name)
        )
        if endpoint != TOTAL:
            query = query.where(_E.method == endpoint.method, _E.path == endpoint.path)
        async with self._db.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [Enqueued(EndpointKey(method, path), FunctionKey(key), many) for method, path, key, many in rows]
