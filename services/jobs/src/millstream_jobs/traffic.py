"""Requests of all APIs by the hour, added up as hours are told: a week of hundreds of APIs is thousands of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from millstream_contracts.generated.millstream.apis.v1.api_events_pb2 import ApiTrendHour


class Traffic(NamedTuple):
    """What APIs were asked in some time; requests and latency are None where that was not told of some of it."""

    requests: int | None = 0
    errors: int = 0  # 4xx and 5xx
    latency_sum_ms: float | None = 0.0

    @classmethod
    def told(cls, hour: ApiTrendHour) -> Traffic:
        """One hour of one API."""
        is_whole = hour.HasField("requests") and hour.HasField("latency_sum_ms")
        errors = hour.client_4xx + hour.server_5xx
        return cls(hour.requests, errors, hour.latency_sum_ms) if is_whole else cls(None, errors, None)

    @classmethod
    def together(cls, parts: Iterable[Traffic]) -> Traffic:
        """All of these."""
        requests, errors, latency_sum_ms = cls()
        for part in parts:
            requests = None if requests is None or part.requests is None else requests + part.requests
            errors += part.errors
            if latency_sum_ms is not None:
                latency_sum_ms = None if part.latency_sum_ms is None else latency_sum_ms + part.latency_sum_ms
        return cls(requests, errors, latency_sum_ms)

    @property
    def avg_latency_ms(self) -> float | None:
        """None without requests, or where it is not known."""
        return self.latency_sum_ms / self.requests if self.requests and self.latency_sum_ms is not None else None

    @property
    def error_rate(self) -> float | None:
        """Percent of 4xx and 5xx; None without requests, or where it is not known."""
        return 100 * self.errors / self.requests if self.requests else None


class TrafficHours:
    """The newest word about each hour of each API, and what all of them did in an hour, added up when asked after a change."""

    def __init__(self) -> None:
        self._by_hour: dict[int, dict[str, Traffic]] = {}
        self._sums: dict[int, Traffic] = {}

    def note(self, key: str, traffic: Traffic | None) -> None:
        """An hour (its key is `api/hour`) as it is now; None when it was taken back."""
        api_name, _, hour = key.rpartition("/")
        hour_ms = int(hour)
        self._sums.pop(hour_ms, None)
        if traffic is not None:
            self._by_hour.setdefault(hour_ms, {})[api_name] = traffic
        elif of_hour := self._by_hour.get(hour_ms):
            of_hour.pop(api_name, None)
            if not of_hour:
                del self._by_hour[hour_ms]

    def since(self, hour_ms: int) -> Traffic:
        """From that hour on."""
        return Traffic.together(self._sum(at_ms) for at_ms in self._by_hour if at_ms >= hour_ms)

    def _sum(self, hour_ms: int) -> Traffic:
        if hour_ms not in self._sums:
            self._sums[hour_ms] = Traffic.together(self._by_hour[hour_ms].values())
        return self._sums[hour_ms]
