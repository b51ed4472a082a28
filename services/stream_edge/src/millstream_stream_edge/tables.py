"""Compacted topics in memory: the newest record of every key, and who wants to hear of changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from google.protobuf.message import Message

from millstream_stream_edge.values import ANY, Value


class Row:
    """One key's newest record, and its event once somebody needed it."""

    __slots__ = ("block", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.block: bytes | None = None


class Listener(Protocol):
    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None: ...


class Table:
    """The newest record of every key of one topic."""

    def __init__(self, message: type[Message]) -> None:
        self._message = message
        self.rows: dict[bytes, Row] = {}
        self._listeners: dict[Value, dict[Listener, None]] = {}
        self._names: set[str] = set()  # of the fields that listeners were found by

    def apply(self, key: bytes, value: bytes | None) -> None:
        """Take in one record; None is a tombstone.

        Raises:
            google.protobuf.message.DecodeError: a poison record; the table stays as it was.
        """
        old = self.rows.get(key)
        new = None if value is None else Row(self._message.FromString(value))
        if new is not None:
            self.rows[key] = new
        elif old is not None:
            del self.rows[key]
        if old is not None or new is not None:
            for listener in self._concerned(old, new):
                listener.on_change(key, old, new)

    def _concerned(self, *rows: Row | None) -> list[Listener]:
        values = {ANY} | {(name, getattr(row.message, name)) for row in rows if row is not None for name in self._names}
        return list({listener: None for value in values for listener in self._listeners.get(value, ())})

    def listen(self, listener: Listener, values: Iterable[Value]) -> None:
        """Have it hear of changes to records that have one of these values."""
        for value in values:
            self._listeners.setdefault(value, {})[listener] = None
            if value != ANY:
                self._names.add(value[0])

    def listen_no_more(self, listener: Listener, values: Iterable[Value]) -> None:
        """What it listened with is taken back."""
        for value in values:
            of_value = self._listeners[value]
            del of_value[listener]
            if not of_value:
                del self._listeners[value]

    def clear(self) -> None:
        """The topic was made anew."""
        for key in tuple(self.rows):
            self.apply(key, None)
