"""All that differs between PostgreSQL and SQLite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from millstream_kit.db import Dialect
from sqlalchemy import ColumnElement, FromClause, Select, String, bindparam, func
from sqlalchemy.dialects import postgresql


def locked(dialect: Dialect, query: Select[Any], *, skip: bool = False) -> Select[Any]:
    """Hold the rows until the transaction ends. SQLite needs nothing: its writer is alone (BEGIN IMMEDIATE)."""
    return query.with_for_update(skip_locked=skip) if dialect == "postgresql" else query


def contains(column: Any, text: str) -> ColumnElement[bool]:
    """A substring, whatever its case (SQLite: of ASCII letters)."""
    result: ColumnElement[bool] = column.icontains(text, autoescape=True)
    return result


def common(dialect: Dialect, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Holds for many rows. SQLite has no statistics: it takes what is equal for rare, and reads and sorts all of it."""
    return condition if dialect == "postgresql" else func.likely(condition)


def listed(dialect: Dialect, texts: Sequence[str]) -> FromClause:
    """Texts as rows, each its `value`, by one parameter: one statement, however many they are."""
    if dialect == "postgresql":
        many = bindparam("listed", list(texts), postgresql.ARRAY(String))
        return func.unnest(many).table_valued("value", name="listed").render_derived()
    return func.json_each(json.dumps(list(texts))).table_valued("value", name="listed")
