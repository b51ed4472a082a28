"""Who used an API and what it led to: consumers, and jobs enqueued; by the hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from millstream_apis.model import DAY_MS, EndpointKey, Request, together

CONSUMERS_KEPT_MS = 8 * DAY_MS  # and what endpoints enqueued


class ConsumerKey(NamedTuple):
    """Who makes requests, as their API names them."""

    name: str


class FunctionKey(NamedTuple):
    """A function whose jobs an API enqueues."""

    name: str


# What is past the bound per API; none has that name.
OTHERS = ConsumerKey("")
OTHER_FUNCTIONS = FunctionKey("")


class Use(NamedTuple):
    """What consumers asked of endpoints in a time."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    request_bytes: float = 0.0
    response_bytes: float = 0.0
    last_at_ms: int = 0

    @classmethod
    def of(cls, requests: Sequence[Request]) -> Use:
        """Requests, each as often as it stands for."""
        weights = [r.weight for r in requests]
        return cls(
            sum(weights),
            sum(r.weight for r in requests if 400 <= r.status < 500),
            sum(r.weight for r in requests if r.status >= 500),
            together([r.request_bytes for r in requests], weights),
            together([r.response_bytes for r in requests], weights),
            max(r.at_ms for r in requests),
        )

    @classmethod
    def together(cls, uses: Sequence[Use]) -> Use:
        """All of them."""
        return cls(
            sum(use.requests for use in uses),
            sum(use.client_errors for use in uses),
            sum(use.server_errors for use in uses),
            sum(use.request_bytes for use in uses),
            sum(use.response_bytes for use in uses),
            max(use.last_at_ms for use in uses),
        )


class Consumers(NamedTuple):
    """Who called, what each asked for, the busiest first (`OTHERS` among them); and how many called each endpoint."""

    uses: Sequence[tuple[ConsumerKey, Use]] = ()
    by_endpoint: Sequence[tuple[EndpointKey, int]] = ()

    @property
    def named(self) -> int:
        """How many, those that are counted together left out."""
        return sum(key != OTHERS for key, _ in self.uses)


class Enqueued(NamedTuple):
    """How many jobs of a function an endpoint enqueued in a time."""

    endpoint: EndpointKey
    function: FunctionKey
    jobs: int
