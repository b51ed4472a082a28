"""Compacted topics in memory: the newest record of every key, and who wants to hear of changes."""

from __future__ import annotations

from typing import Protocol

from google.protobuf.message import Message


class Row:
    """One key's newest record, and its event once somebody needed it."""

    __slots__ = ("block", "message")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.block: bytes | None = None


class Listener(Protocol):
    @property
    def key(self) -> bytes | None:
        """The one it wants to hear of; None for all."""

    def on_change(self, key: bytes, old: Row | None, new: Row | None) -> None: ...


class Table:
    """The newest record of every key of one topic."""

    def __init__(self, message: type[Message]) -> None:
        self._message = message
        self.rows: dict[bytes, Row] = {}
        self._listeners: dict[bytes | None, dict[Listener, None]] = {}

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
            for listener in (*self._listeners.get(None, ()), *self._listeners.get(key, ())):
                listener.on_change(key, old, new)

    def listen(self, listener: Listener) -> None:
        self._listeners.setdefault(listener.key, {})[listener] = None

    def listen_no_more(self, listener: Listener) -> None:
        of_key = self._listeners[listener.key]
        del of_key[listener]
        if not of_key:
            del self._listeners[listener.key]

    def clear(self) -> None:
        """The topic was made anew."""
        for key in tuple(self.rows):
            self.apply(key, None)
