"""What all tables of this service are made of."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, MetaData, String, text

metadata = MetaData()

# Ids sort by the time they were made; the "C" collation keeps it so whatever the database's language is.
Id = String(64).with_variant(String(64, collation="C"), "postgresql")
# SQLite numbers rows by itself only when the key is exactly INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def partial_index(name: str, *columns: object, where: str, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))  # type: ignore[arg-type]  # columns are columns
