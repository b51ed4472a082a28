"""API traffic in plain data: requests, the buckets they are counted in, and the figures read from buckets.

Request → (api, endpoint, minute) bucket ┐
        → (api, endpoint, hour) bucket   ┴→ Figures over the last 24 hours, a rate over the last minutes
        → (api, TOTAL, ten seconds) bucket → with the others: a series
Every API has one endpoint more than its routes: TOTAL, which counts all of them. ALL_APIS has a TOTAL, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import mul
from types import MappingProxyType
from typing import NamedTuple

from millstream_contracts.payloads.apis import UNMATCHED_PATH
from millstream_kit.sketch import Sketch

TEN_S_MS = 10_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TENS_KEPT_MS = 3 * HOUR_MS
APDEX_MS = 500
RATE_WINDOW_MS = 5 * MINUTE_MS
SETTLES_MS = 10 * MINUTE_MS  # so long after it is over, most of what comes late for an hour has come
CLASSES = 5  # 1xx … 5xx
MOST_BYTES = 2**53 - 1
# The ends of the classes that requests are told by: in steps of 1, 2 and 5 as far as the units of time let them.
LATENCY_ENDS_MS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(1_000, 2_000, 5_000, 10_000, 20_000, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS),
)


class EndpointKey(NamedTuple):
    """A method and a route template."""

    method: str
    path: str


TOTAL = EndpointKey("", "")
ALL_APIS = ""  # the name under which all of them are counted together
# Requests no route matched, whatever their method: one row, or a scanner would fill the table.
UNMATCHED = EndpointKey("*", UNMATCHED_PATH)
# Routes past the bound of endpoints per API.
OVERFLOW = EndpointKey("*", "(other)")


def endpoint_of(method: str, path: str) -> EndpointKey:
    """The row a request is counted in, unless the API has too many."""
    return EndpointKey(method, path) if path.startswith("/") else UNMATCHED


class Request(NamedTuple):
    """One request as an API reported it. `path` is its route template; empty when no route matched.

    An API that samples tells one of several like it, with how many they were as its `weight`: it counts so often. Bytes are
    those of its body and of its answer's, None where nobody said.
    """

    id: str
    at_ms: int
    method: str
    path: str
    status: int
    latency_ms: float
    instance_id: str
    sampled: bool = False
    trace_id: str | None = None
    weight: int = 1
    request_bytes: int | None = None
    response_bytes: int | None = None
    consumer: str | None = None
    enqueued: tuple[tuple[str, int], ...] = ()

    @property
    def urgency(self) -> tuple[int, float]:
        """Errors first, server's before client's, then the slow ones."""
        return (2 if self.status >= 500 else 1 if self.status >= 400 else 0, self.latency_ms)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one instance of one API sent in one call."""

    api_name: str
    instance_id: str
    received_at_ms: int
    requests: tuple[Request, ...]


def together(amounts: Iterable[int | None], weights: Iterable[int]) -> float:
    """The sum of what is known, each as often as it stands for."""
    return float(sum(amount * weight for amount, weight in zip(amounts, weights, strict=True) if amount))


def whole_bytes(amount: float) -> int:
    """A sum of bytes as it is told: no more than readers of JSON hold exactly."""
    return min(round(amount), MOST_BYTES)


def apdex_of(sketch: Sketch, by_class: Sequence[int], satisfied_ms: int) -> float | None:
    """The Apdex of requests, from 0 to 1: (satisfied + tolerating / 2) / all; None without any.

    As the Apdex Technical Specification 1.1 (apdex.org, 2007) has it: up to the threshold an answer satisfies, up to four
    times as long it is tolerated, and what took longer, or is a server's error, frustrates. A sketch does not know which of its
    latencies are those of errors: all 5xx are taken away from the satisfied and, where those do not suffice, from the
    tolerating. So it is what it would be were the errors the fastest answers, and never more than the truth.
    """
    requests = sum(by_class)
    if not requests:
        return None
    errors = by_class[4]
    satisfied = sketch.at_most(satisfied_ms)
    tolerating = sketch.at_most(4 * satisfied_ms) - satisfied
    tolerating = max(0, tolerating - max(0, errors - satisfied))
    return min(1.0, round((max(0, satisfied - errors) + tolerating / 2) / requests, 2))


class Latency(NamedTuple):
    """How long requests took, and how content that could leave those who asked."""

    p50_latency_ms: float | None = None
    p95_latency_ms: float | None = None
    p99_latency_ms: float | None = None
    apdex: float | None = None

    @classmethod
    def of(cls, sketch: Sketch, by_class: Sequence[int], apdex_ms: int) -> Latency:
        """Of requests by status class."""
        p50, p95, p99 = sketch.quantiles(0.5, 0.95, 0.99)
        return cls(p50, p95, p99, apdex_of(sketch, by_class, apdex_ms))


@dataclass(slots=True)
class Counts:
    """What a bucket holds: requests by status class, their latency and bytes, and when the last one was."""

    by_class: list[int] = field(default_factory=lambda: [0] * CLASSES)
    latency_sum_ms: float = 0.0
    last_at_ms: int = 0
    sketch: Sketch = field(default_factory=Sketch)
    request_bytes: float = 0.0  # as latencies are: a sum of integers may outgrow a column, one of floats does not
    response_bytes: float = 0.0

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Counts:
        """Requests, each as often as it stands for."""
        by_class, sketch = [0] * CLASSES, Sketch()
        if not requests:
            return cls(by_class)
        _, at_ms, _, _, statuses, latencies, _, _, _, weights, taken, sent, _, _ = zip(*requests, strict=True)
        for status, weight in zip(statuses, weights, strict=True):
            by_class[status // 100 - 1 if 100 <= status < 600 else 0 if status < 100 else CLASSES - 1] += weight
        sketch.add_all(latencies, weights)
        latency_ms = sum(map(mul, latencies, weights))
        return cls(by_class, latency_ms, max(at_ms), sketch, together(taken, weights), together(sent, weights))

    def copy(self) -> Counts:
        """The same, to be counted on by itself."""
        return replace(self, by_class=self.by_class.copy(), sketch=self.sketch.copy())

    @classmethod
    def together(cls, buckets: Sequence[Counts]) -> Counts:
        """What all of these hold, in a bucket of its own."""
        sketch = Sketch()
        for bucket in buckets:
            sketch.merge(bucket.sketch)
        return cls(
            list(map(sum, zip(*(b.by_class for b in buckets), strict=True))),
            sum(b.latency_sum_ms for b in buckets),
            max(b.last_at_ms for b in buckets),
            sketch,
            sum(b.request_bytes for b in buckets),
            sum(b.response_bytes for b in buckets),
        )

    def merge(self, other: Counts) -> None:
        """Count everything another bucket holds."""
        self.by_class = [a + b for a, b in zip(self.by_class, other.by_class, strict=True)]
        self.latency_sum_ms += other.latency_sum_ms
        self.last_at_ms = max(self.last_at_ms, other.last_at_ms)
        self.sketch.merge(other.sketch)
        self.request_bytes += other.request_bytes
        self.response_bytes += other.response_bytes

    def take_away(self, other: Counts) -> None:
        """Count no longer what another bucket holds, which was merged before. The last one stays the last."""
        self.by_class = [max(0, a - b) for a, b in zip(self.by_class, other.by_class, strict=True)]
        self.latency_sum_ms = max(0.0, self.latency_sum_ms - other.latency_sum_ms)
        self.sketch.take_away(other.sketch)
        self.request_bytes = max(0.0, self.request_bytes - other.request_bytes)
        self.response_bytes = max(0.0, self.response_bytes - other.response_bytes)

    @property
    def requests(self) -> int:
        """How many."""
        return sum(self.by_class)

    def share(self, *classes: int) -> float | None:
        """How many percent are of these status classes (2 for 2xx); None when there are none at all."""
        if not self.requests:
            return None
        return 100 * sum(self.by_class[c - 1] for c in classes) / self.requests

    @property
    def avg_latency_ms(self) -> float | None:
        """None without requests."""
        return self.latency_sum_ms / self.requests if self.requests else None

    @property
    def success_rate(self) -> float | None:
        """Percent that are neither 4xx nor 5xx."""
        return self.share(1, 2, 3)

    @property
    def error_rate(self) -> float | None:
        """Percent of 4xx and 5xx."""
        return self.share(4, 5)


@dataclass(frozen=True, slots=True)
class Instance:
    """A process that serves an API."""

    id: str
    started_at_ms: int
    last_heartbeat_ms: int
    host: str | None = None
    port: int | None = None
    endpoints: tuple[str, ...] = ()
    hostname: str | None = None
    version: str | None = None
    tags: Mapping[str, Sequence[str]] | None = None  # of endpoints, as they are named there


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One row of an API's page."""

    key: EndpointKey
    counts: Counts
    requests_per_min: float
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiView:
    """An API as it stands at a moment."""

    name: str
    active: bool
    instances: tuple[Instance, ...]
    total: Counts
    requests_per_min: float
    endpoint_count: int
    endpoints: tuple[EndpointView, ...] = ()
    docs_url: str | None = None


class Step(NamedTuple):
    """What a series tells of one step."""

    status_1xx: int = 0
    status_2xx: int = 0
    status_3xx: int = 0
    status_4xx: int = 0
    status_5xx: int = 0
    avg_latency_ms: float | None = None
    p50_latency_ms: float | None = None
    p95_latency_ms: float | None = None
    p99_latency_ms: float | None = None
    apdex: float | None = None

    @property
    def requests(self) -> int:
        """How many."""
        return self.status_1xx + self.status_2xx + self.status_3xx + self.status_4xx + self.status_5xx

    @property
    def latency(self) -> Latency:
        """Of all of them."""
        return Latency(self.p50_latency_ms, self.p95_latency_ms, self.p99_latency_ms, self.apdex)


@dataclass(frozen=True, slots=True)
class Span:
    """What a series covers: from the start, inclusive, to the end, exclusive, both on whole steps."""

    start_ms: int
    end_ms: int
    step_ms: int

    @classmethod
    def around(cls, after_ms: int, before_ms: int, step_ms: int) -> Span:
        """The whole steps that touch the time between two instants; none if there is no time between them."""
        if after_ms >= before_ms:
            return cls(0, 0, step_ms)
        return cls(after_ms - after_ms % step_ms, -(-before_ms // step_ms) * step_ms, step_ms)

    @property
    def steps(self) -> range:
        """The first millisecond of each step."""
        return range(self.start_ms, self.end_ms, self.step_ms)


@dataclass(frozen=True, slots=True)
class Odometer:
    """How many requests were ever counted, and how many of them in each of the newest hours; both of one moment.

    What is kept of the time before one of those hours holds as long as the odometer stands there where it stood: nothing
    was counted in it since, whichever replica counts, and however late.
    """

    requests: int
    hours: Mapping[int, int]

    def at(self, hour_ms: int) -> int:
        """Where it stood at the beginning of one of those hours, had nothing come late."""
        return self.requests - sum(n for at_ms, n in self.hours.items() if at_ms >= hour_ms)


class Recent(NamedTuple):
    """How many requests of an API were ever counted, and its newest hours; both of one moment."""

    requests_ever: int = 0
    hours: Mapping[int, Mapping[EndpointKey, Counts]] = MappingProxyType({})

    @property
    def odometer(self) -> Odometer:
        """Of all its endpoints."""
        hours = {at_ms: endpoints[TOTAL].requests for at_ms, endpoints in self.hours.items() if TOTAL in endpoints}
        return Odometer(self.requests_ever, hours)


class Activity(NamedTuple):
    """What an API did in its last hours: requests by status class in each of them, the latency of all."""

    hours: Mapping[int, Sequence[int]]
    latency: Latency


@dataclass(frozen=True, slots=True)
class TrendHour:
    """One hour of one API, or of all."""

    hour_ms: int
    success_2xx: int = 0
    redirect_3xx: int = 0
    client_4xx: int = 0
    server_5xx: int = 0
    requests: int = 0  # 1xx among them
    latency_sum_ms: float = 0.0


def minute_of(ms: int) -> int:
    """The first millisecond of its minute."""
    return ms - ms % MINUTE_MS


def hour_of(ms: int) -> int:
    """The first millisecond of its hour."""
    return ms - ms % HOUR_MS


def day_window(now_ms: int) -> tuple[int, int]:
    """Where the last 24 hours begin: the first whole minute, and the first whole hour after it.

    Minutes are summed from the one to the other, hours from there on.
    """
    start = minute_of(now_ms - DAY_MS) + MINUTE_MS
    return start, hour_of(start + HOUR_MS - 1)


def settled_before(now_ms: int) -> int:
    """Where the hours begin that still move; nearly all of what came before stands still."""
    return hour_of(now_ms - SETTLES_MS)


def rate_per_min(minutes: Iterable[tuple[int, int]], now_ms: int, since_ms: int) -> float:
    """Requests per minute over the last five minutes; the oldest minute counts by the part still inside.

    Args:
        minutes: (first millisecond, requests) of each minute.
        now_ms: the end of the window.
        since_ms: when the API was first seen; a younger API is measured over its own age, at least a minute.
    """
    start = now_ms - RATE_WINDOW_MS
    inside = sum(n * min(1.0, (at + MINUTE_MS - start) / MINUTE_MS) for at, n in minutes if at + MINUTE_MS > start)
    span_ms = min(RATE_WINDOW_MS, max(MINUTE_MS, now_ms - since_ms))
    return round(inside * MINUTE_MS / span_ms, 2)
