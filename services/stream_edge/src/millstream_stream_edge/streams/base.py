"""What a stream declares: its parameters, its filter, and how records become events."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from typing import ClassVar, Protocol

from google.protobuf.message import Message
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_kit.clock import Clock

from millstream_stream_edge.params import Params
from millstream_stream_edge.ring import Facts, Frame
from millstream_stream_edge.tables import Table
from millstream_stream_edge.views import View


class Filter(Hashable, Protocol):
    """What one request wants of a stream; equal filters share their work."""

    def confined(self) -> Mapping[str, tuple[str, ...]]:
        """The values a request is confined to, the narrowest first; a narrowed scope admits it if it grants all of one.

        The names are those of an event's facts, or of a record's fields: one that has none of the values is not for it.
        """
        ...


class LogFilter(Filter, Protocol):
    """A filter over single events."""

    def admits(self, facts: Facts) -> bool: ...


class _Kind(ABC):
    name: ClassVar[Stream]

    @property
    def spec(self) -> StreamSpec:
        return load_inventory().streams[self.name]


class LogStream(_Kind):
    """Every record is told, in order."""

    @abstractmethod
    def filter(self, params: Params, path: Mapping[str, str]) -> LogFilter:
        """Read the request's parameters; faults are collected in `params`."""

    @abstractmethod
    def frames(self, value: bytes) -> tuple[Frame, ...]:
        """The events of one record, encoded once for everyone.

        Raises:
            google.protobuf.message.DecodeError, BadRecord: a poison record.
        """


class SnapshotStream(_Kind):
    """The newest of what a compacted topic holds."""

    message: ClassVar[type[Message]]

    @abstractmethod
    def filter(self, params: Params, path: Mapping[str, str]) -> Filter:
        """Read the request's parameters; faults are collected in `params`."""

    @abstractmethod
    def view(self, wanted: Filter, table: Table, clock: Clock) -> View:
        """What subscribers with this filter see of the table."""


StreamKind = LogStream | SnapshotStream
