"""What the service asks of its store, in parts: counting, reading, telling, keeping. Every call is one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from millstream_kit.paging import Total
from millstream_kit.sketch import Sketch
from millstream_kit.usual import Share

from millstream_apis.model import (
    TOTAL,
    Activity,
    Batch,
    Counts,
    EndpointKey,
    Instance,
    Recent,
    Request,
    Span,
    Step,
    TrendHour,
)
from millstream_apis.parts import DayPart
from millstream_apis.uses import Consumers, Enqueued


class ClaimLost(Exception):
    """Another replica owns one of these partitions now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to count some partitions: which topic (its epoch), and of each partition the epoch of its lease."""

    topic_epoch: str
    leases: Mapping[int, tuple[str, int]]  # partition → name and epoch

    @property
    def home(self) -> int:
        """The partition whose rows take all that is counted under this claim."""
        return min(self.leases)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a partition: batches, each with its offset, and the offset behind the piece."""

    partition: int
    batches: Sequence[tuple[int, Batch]]
    next_offset: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What one transaction did."""

    requests: int = 0
    repeats: int = 0


class CountingStore(Protocol):
    """Exactly once: offsets and aggregates move together."""

    async def next_offsets(self, topic_epoch: str) -> Mapping[int, int]:
        """Partition to the offset that was not counted yet; partitions never counted are left out."""
        ...

    async def count(self, claim: Claim, parts: Sequence[Part]) -> Counted:
        """Count pieces of partitions, skipping batches below the stored offset and ids counted within the hour.

        All batches must have been received within less than an hour.

        Raises:
            ClaimLost: one of the claim's leases is not held under its epoch any more.
        """
        ...

    async def keep_instance(self, api_name: str, instance: Instance, docs_url: str | None) -> None:
        """An instance says that it is there, and maybe where its API is documented; what was said of that before stays."""
        ...


@dataclass(frozen=True, slots=True)
class Api:
    """An API as it is kept."""

    name: str
    first_seen_ms: int
    docs_url: str | None


Place = tuple[int, int]  # instant, seq


class LoggedRequest(NamedTuple):
    """One line of the request log; `seq` is its place among requests of the same instant."""

    id: str
    at_ms: int
    api_name: str
    method: str
    path: str
    status: int
    latency_ms: float
    instance_id: str
    sampled: bool
    trace_id: str | None
    request_bytes: int | None
    response_bytes: int | None
    consumer: str | None
    seq: int

    @property
    def place(self) -> Place:
        """Where it stands in the log."""
        return self.at_ms, self.seq


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines of the log, and how many it has in all. A search that stopped at its limit says how far it came."""

    lines: Sequence[LoggedRequest]
    total: Total
    next: Place | None
    scanned_to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which lines of the request log are asked for; `after` inclusive, `before` exclusive."""

    id: str | None = None
    trace_id: str | None = None
    api_name: str | None = None
    method: str | None = None
    path: str | None = None
    statuses: range | None = None
    instance_id: str | None = None
    after_ms: int | None = None
    before_ms: int | None = None
    min_latency_ms: float | None = None
    below_latency_ms: float | None = None
    min_response_bytes: int | None = None
    consumer: str | None = None


Endpoints = Mapping[EndpointKey, Counts]


class DayStore(Protocol):
    """What was counted in a day. Where it is not whole, that is TOTAL without its sketch."""

    async def recent(self, names: Sequence[str], since_ms: int, *, is_whole: bool) -> Mapping[str, Recent]:
        """API name to how far it ever came and to its hours from one on, as of one moment."""
        ...

    async def past(
        self, names: Sequence[str], now_ms: int, settled_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        """API name to what it did from 24 hours ago to before that hour."""
        ...

    async def minutes_between(
        self, names: Sequence[str], start_ms: int, end_ms: int, *, is_whole: bool
    ) -> Mapping[str, Endpoints]:
        """API name to what it did in these minutes."""
        ...


class SeriesStore(Protocol):
    """What was counted, step by step."""

    async def series(self, span: Span, name: str | None, settled_ms: int) -> Mapping[int, Step]:
        """Step to what happened in it, of one API or of all together; steps without requests are left out.

        Args:
            settled_ms: where the hours begin that still move. Steps outside the span may be among the answer.
        """
        ...


class LatencyStore(Protocol):
    """How long requests took."""

    async def latencies(self, span: Span, name: str | None, endpoint: EndpointKey = TOTAL) -> Sketch:
        """Of an endpoint, of one API or of all together, in buckets of the span's step."""
        ...

    async def latency_steps(self, span: Span, name: str | None, endpoint: EndpointKey = TOTAL) -> Mapping[int, Sketch]:
        """The same step by step; steps without requests are left out."""
        ...


class RangeStore(Protocol):
    """What was done between two instants, by those who were called.

    `settled_ms` is where the hours begin that still move.
    """

    async def endpoints(self, name: str, parts: Sequence[DayPart], settled_ms: int) -> Endpoints:
        """By the endpoints of an API, TOTAL among them."""
        ...

    async def totals(self, parts: Sequence[DayPart], settled_ms: int) -> Mapping[str, Counts]:
        """By every API."""
        ...

    async def faults(self, parts: Sequence[DayPart]) -> Mapping[str, Share]:
        """By every API, how many requests it had and how many of them ended in a server's error; no latencies are read."""
        ...


class ConsumerStore(Protocol):
    """Who called."""

    async def consumers(self, span: Span, name: str, endpoint: EndpointKey = TOTAL) -> Consumers:
        """Of an API, or of one endpoint of it; how many called each endpoint is of all of them."""
        ...


class EnqueuedStore(Protocol):
    """What requests enqueued."""

    async def enqueued(self, span: Span, name: str, endpoint: EndpointKey = TOTAL) -> Sequence[Enqueued]:
        """By endpoint of an API, or of one of them, and function, the most first."""
        ...


class LogStore(Protocol):
    """The request log."""

    async def requests(
        self, wanted: RequestFilter, limit: int, before: Place | None, counted: Total | None = None
    ) -> LogPage:
        """Lines, newest first, older than a place. A search looks at so many and says how far that was.

        Args:
            counted: the total of the first page, which a search does not count anew for the pages after it.
        """
        ...


class ReadingStore(DayStore, RangeStore, SeriesStore, LatencyStore, ConsumerStore, EnqueuedStore, LogStore, Protocol):
    """What was counted. Where `names` may be None, that is of all APIs."""

    async def apis(self, names: Sequence[str] | None = None) -> list[Api]:
        """APIs by name."""
        ...

    async def instances(self, since_ms: int, names: Sequence[str] | None = None) -> Mapping[str, Sequence[Instance]]:
        """API name to the instances heard of since then."""
        ...

    async def routes(self, since_ms: int) -> Mapping[str, AbstractSet[EndpointKey]]:
        """API name to its endpoints that were called since that minute; TOTAL among them."""
        ...

    async def minutes(
        self, since_ms: int, names: Sequence[str] | None = None
    ) -> list[tuple[str, EndpointKey, int, int]]:
        """(API, endpoint, minute, requests) since then; of all APIs only their totals."""
        ...

    async def activity(self, since_ms: int, settled_ms: int) -> Mapping[str, Activity]:
        """API name to its hours from one on, of those called since then.

        Args:
            settled_ms: where the hours begin that still move.
        """
        ...

    async def endpoint_hours(self, name: str, since_ms: int) -> Mapping[EndpointKey, Mapping[int, Sequence[int]]]:
        """Of each endpoint of an API that was called since then, and of TOTAL, its hours: requests by status class."""
        ...

    async def trends(self, since_ms: int, name: str | None = None) -> Mapping[int, TrendHour]:
        """Hour to what happened in it, of one API or of all together."""
        ...

    async def trend_hours(self, places: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], TrendHour]:
        """These hours (API name, hour); those without requests are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Untold:
    """An hour of an API that moved (hour 0: the API itself) since others were told."""

    api_name: str
    hour_ms: int
    source: int
    version: int


@dataclass(frozen=True, slots=True)
class FeedRow:
    """Requests of an API picked for the feed by one transaction, and how many were not."""

    seq: int
    api_name: str
    dropped: int
    items: tuple[tuple[str, Request], ...]


class TellingStore(Protocol):
    """What others must still be told."""

    async def untold(self) -> list[Untold]:
        """Everything that moved since others were told."""
        ...

    async def told(self, changes: Sequence[Untold]) -> None:
        """Others know these now; what moved again since stays untold."""
        ...

    async def tell_again(self, names: Sequence[str]) -> None:
        """Others may have been told something old of these APIs."""
        ...

    async def feed(self, limit: int) -> list[FeedRow]:
        """What was picked for the feed and not published, oldest first."""
        ...

    async def fed(self, rows: Sequence[int]) -> None:
        """These rows are published, or dropped for good."""
        ...


class KeepingStore(Protocol):
    """What is let go of in time."""

    async def counted_to(self, topic_epoch: str) -> Mapping[int, tuple[int, int]]:
        """Partition to (next offset, when the last counted record was received)."""
        ...

    async def forget_ids(self, before_ms: int) -> int:
        """Forget request ids counted before then; how many."""
        ...

    async def forget_requests(self, before_ms: int) -> int:
        """Drop lines of the request log older than that; how many."""
        ...

    async def forget_captures(self, before_ms: int, most: int) -> int:
        """Drop bodies of requests older than that, and the oldest beyond so many; how many."""
        ...

    async def forget_buckets(self, tens_before_ms: int, minutes_before_ms: int, hours_before_ms: int) -> int:
        """Drop buckets older than that; how many."""
        ...

    async def forget_consumers(self, before_ms: int) -> int:
        """Drop what consumers did before then, and consumers who did nothing since; how many hours."""
        ...

    async def forget_functions(self, before_ms: int) -> int:
        """Drop what endpoints enqueued before then, and functions they enqueued nothing of since; how many hours."""
        ...

    async def forget_unmatched(self, before_ms: int) -> int:
        """Drop what was asked for before then where no route matched; how many paths."""
        ...

    async def forget_failures(self, before_ms: int) -> int:
        """Drop what requests failed with before then; how many rows."""
        ...

    async def forget_instances(self, before_ms: int) -> int:
        """Drop instances not heard of since then; how many."""
        ...

    async def forget_apis(self, first_seen_before_ms: int) -> list[str]:
        """Drop endpoints without buckets, and APIs with neither endpoints nor instances; names of the latter."""
        ...

    async def old_trends(self, from_ms: int, to_ms: int) -> list[tuple[str, int]]:
        """(API, hour) of trend hours in that span."""
        ...

    async def mark(self, name: str) -> int:
        """A named instant; 0 when it was never set."""
        ...

    async def set_mark(self, name: str, value_ms: int) -> None:
        """Set a named instant."""
        ...
