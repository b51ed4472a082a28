"""Where PostgreSQL and SQLite differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import orjson
from millstream_kit.db import Dialect, inserting
from sqlalchemy import Column, ColumnElement, LargeBinary, Table, TextClause, any_, bindparam, case, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

# What becomes of a row that is there; of what is added, the last instant is the later one.
Met = Literal["replace", "add"]
_LAST = "last_at_ms"

# Rows travel as one parameter: a statement per row, or thousands of parameters, cost more than all the counting.

# Remember ids; PostgreSQL gives back the repeats (of ids counted within the hour before), SQLite the others.
_REMEMBER = {
    "postgresql": """
        WITH new AS (
            SELECT key, at_ms FROM unnest(CAST(:keys AS uuid[]), CAST(:times AS bigint[])) AS n (key, at_ms)
        ), remembered AS (
            INSERT INTO counted (key, received_at_ms) SELECT key, at_ms FROM new
            ON CONFLICT (key) DO UPDATE SET received_at_ms = excluded.received_at_ms
            WHERE counted.received_at_ms <= excluded.received_at_ms - :window
            RETURNING key
        )
        SELECT new.key FROM new LEFT JOIN remembered ON remembered.key = new.key WHERE remembered.key IS NULL""",
    "sqlite": """
        INSERT INTO counted (key, received_at_ms)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:rows) WHERE true
        ON CONFLICT (key) DO UPDATE SET received_at_ms = excluded.received_at_ms
        WHERE counted.received_at_ms <= excluded.received_at_ms - :window
        RETURNING key""",
}


def upsert(dialect: Dialect, table: Table, *, add: bool = False) -> Any:
    """An INSERT that replaces every column of a row that is there, or adds to it."""
    statement = inserting(dialect, table)
    keys = [c.name for c in table.primary_key]
    new = statement.excluded
    others = {c.name: _added(c, new[c.name]) if add else new[c.name] for c in table.columns if c.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=others)


def _added(old: Column[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    return later(old, new) if old.name == _LAST else old + new


def later(old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """The later of two instants."""
    return case((new > old, new), else_=old)


def among(dialect: Dialect, column: Column[Any], values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a column has one of these values, however many, as one parameter."""
    if dialect == "postgresql":
        return column == any_(bindparam(None, list(values), postgresql.ARRAY(column.type), unique=True))
    listed = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))


def listed_bytes(dialect: Dialect, column: Column[bytes]) -> ColumnElement[str]:
    """The bytes of all rows of a group, in hex, a space between them: one value to fetch instead of a row for each."""
    if dialect == "postgresql":
        return func.string_agg(func.encode(column, "hex"), " ")
    return func.group_concat(func.hex(column), " ")


def locking(dialect: Dialect, query: Any) -> Any:
    """The query, locking its rows until the transaction ends; SQLite's transactions are alone anyway."""
    return query.with_for_update() if dialect == "postgresql" else query


async def remember(tx: AsyncConnection, dialect: Dialect, keys: Mapping[str, int], window_ms: int) -> set[str]:
    """Remember when requests were counted.

    Args:
        keys: request key (32 hex digits) to when it was received.
        window_ms: how long a repeat is one.

    Returns:
        the keys that are not repeats.
    """
    ordered: Sequence[tuple[str, int]] = sorted(keys.items())  # one order for all, or two replicas deadlock
    if not ordered:
        return set()
    if dialect == "postgresql":
        values = {"keys": _array([key for key, _ in ordered]), "times": _array([at for _, at in ordered])}
    else:
        values = {"rows": orjson.dumps(ordered).decode()}
    found = await tx.execute(text(_REMEMBER[dialect]), values | {"window": window_ms})
    told = {str(key).replace("-", "") for key in found.scalars()}
    return keys.keys() - told if dialect == "postgresql" else told


_BUCKETS_AT = {
    "postgresql": """
        SELECT t.* FROM {table} AS t
        JOIN unnest(CAST(:ids AS bigint[]), CAST(:times AS bigint[])) AS k (endpoint_id, at_ms)
        ON t.endpoint_id = k.endpoint_id AND t.at_ms = k.at_ms
        WHERE t.partition = :partition""",
    "sqlite": """
        SELECT t.* FROM json_each(:rows) AS k
        CROSS JOIN {table} AS t
        ON t.endpoint_id = json_extract(k.value, '$[0]') AND t.at_ms = json_extract(k.value, '$[1]')
        WHERE t.partition = :partition""",
}


async def buckets_at(
    tx: AsyncConnection, dialect: Dialect, table: Table, partition: int, places: Sequence[tuple[int, int]]
) -> Sequence[Mapping[Any, Any]]:
    """A partition's buckets at these places (endpoint, first millisecond), where there are any."""
    if not places:
        return []
    if dialect == "postgresql":
        values = {"ids": _array([e for e, _ in places]), "times": _array([at for _, at in places])}
    else:
        values = {"rows": orjson.dumps(places).decode()}
    found = await tx.execute(text(_BUCKETS_AT[dialect].format(table=table.name)), values | {"partition": partition})
    return found.mappings().all()


async def write(
    tx: AsyncConnection,
    dialect: Dialect,
    table: Table,
    names: tuple[str, ...],
    rows: Sequence[Sequence[object]],
    met: Met | None = None,
) -> None:
    """Write many rows of these columns; those whose keys are met there are replaced or added to."""
    if not rows:
        return
    if dialect == "sqlite":
        statement = table.insert() if met is None else upsert(dialect, table, add=met == "add")
        await tx.execute(statement, [dict(zip(names, row, strict=True)) for row in rows])
        return
    columns = zip(names, zip(*rows, strict=True), strict=True)
    texts = {n: orjson.dumps(column, default=bytes.hex).decode() for n, column in columns}
    await tx.execute(_writing(table, names, met), texts)


async def delete_same(tx: AsyncConnection, dialect: Dialect, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Delete the rows that have just these values in these columns, the same columns for each.

    On PostgreSQL one that somebody else is changing stays: it will not have these values, and to wait could be for ever.
    """
    if not rows:
        return
    names = tuple(rows[0])
    if dialect == "sqlite":
        await tx.execute(table.delete().where(*(table.c[n] == bindparam(n) for n in names)), rows)
    else:
        await tx.execute(_deleting(table, names), {"rows": orjson.dumps(rows).decode()})


@cache
def _deleting(table: Table, names: tuple[str, ...]) -> TextClause:
    """PostgreSQL's statement that deletes rows like those of one JSON text."""
    same = " AND ".join(f"t.{n} = r.{n}" for n in names)
    columns = ", ".join(f"{n} {_kind(table.c[n])}" for n in names)
    rows = f"json_to_recordset(CAST(:rows AS json)) AS r ({columns})"
    found = f"SELECT t.ctid AS place FROM {table.name} AS t JOIN {rows} ON {same} FOR UPDATE OF t SKIP LOCKED"  # noqa: S608 — names are of our tables, values one parameter
    return text(f"DELETE FROM {table.name} USING ({found}) AS free WHERE {table.name}.ctid = free.place")  # noqa: S608 — the same


@cache
def _writing(table: Table, names: tuple[str, ...], met: Met | None) -> TextClause:
    """PostgreSQL's statement that writes rows, each column of them one JSON text."""
    values = [
        f"decode({n}, 'hex')" if isinstance(table.c[n].type, LargeBinary) else f"CAST({n} AS {_kind(table.c[n])})"
        for n in names
    ]
    texts = ", ".join(f"json_array_elements_text(CAST(:{n} AS json))" for n in names)
    keys = [c.name for c in table.primary_key]
    told = ", ".join(f"{n} = {_met(table, n, met)}" for n in names if n not in keys)
    found = f"SELECT {', '.join(values)} FROM ROWS FROM ({texts}) AS r ({', '.join(names)})"  # noqa: S608 — names are of our tables, values parameters
    replaced = f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {told}" if met else ""
    return text(f"INSERT INTO {table.name} ({', '.join(names)}) {found}{replaced}")


def _met(table: Table, name: str, met: Met | None) -> str:
    new = f"excluded.{name}"
    if met != "add":
        return new
    return f"GREATEST({table.name}.{name}, {new})" if name == _LAST else f"{table.name}.{name} + {new}"


def _kind(column: Column[Any]) -> str:
    return column.type.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy does not type it


def _array(values: Sequence[int] | Sequence[str]) -> str:
    """Numbers, or texts of letters and digits, as PostgreSQL writes an array."""
    return f"{{{orjson.dumps(values).decode()[1:-1]}}}"
