"""Blocks on the wire (docs: contract of the streams, section 2). A block is fields, one per line, and a blank line."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from enum import StrEnum

import orjson


class Control(StrEnum):
    """The events that speak about the stream itself."""

    OPEN = "stream.open"
    POSITION = "stream.position"
    GAP = "stream.gap"
    STATUS = "stream.status"
    RECONNECT = "stream.reconnect"
    UNAUTHORIZED = "stream.unauthorized"
    UNAVAILABLE = "stream.unavailable"


class GapReason(StrEnum):
    """Why something was left out."""

    RETENTION = "retention"
    TOPIC_RECREATED = "topic_recreated"
    OVERFLOW = "overflow"
    INVALID_POSITION = "invalid_position"
    POISON = "poison"


class ReconnectReason(StrEnum):
    """Why the server closes a healthy stream."""

    DRAIN = "drain"
    MAX_AGE = "max_age"
    TOKEN_EXPIRING = "token_expiring"  # noqa: S105 - no password


class UnavailableReason(StrEnum):
    """Why a stream cannot be had right now."""

    STARTING = "starting"
    DRAINING = "draining"
    LIMIT = "limit"
    KAFKA_AWAY = "kafka_away"


def event(payload: bytes) -> bytes:
    """A data event: no name, so that a plain `onmessage` receives it."""
    return b"data: " + payload + b"\n\n"


def payload_of(block: bytes) -> bytes:
    """The JSON inside a block made by `event`."""
    return block[6:-2]


def enveloped(prefix: bytes, block: bytes) -> bytes:
    """A data event as the combined endpoint sends it; `prefix` comes from `envelope_prefix`."""
    return prefix + block[6:-2] + b"}\n\n"


def envelope_prefix(stream: str, sub: str) -> bytes:
    """What stands before the payload in an envelope."""
    return b"data: " + orjson.dumps({"stream": stream, "sub": sub})[:-1] + b',"data":'


def control(
    kind: Control,
    fields: Mapping[str, object] | None = None,
    *,
    retry_ms: int | None = None,
    position: str | None = None,
) -> bytes:
    """A control event; its name is repeated as `type`."""
    head = b"" if retry_ms is None else b"retry: %d\n" % retry_ms
    head += b"" if position is None else id_line(position)
    body = orjson.dumps({"type": kind.value, **(fields or {})})
    return b"%bevent: %b\ndata: %b\n\n" % (head, kind.value.encode(), body)


def id_line(position: str) -> bytes:
    return b"id: " + position.encode() + b"\n"


def with_id(position: bytes, blocks: Sequence[bytes]) -> bytes:
    """The blocks of one write, the id on the last of them."""
    return b"".join((*blocks[:-1], position, blocks[-1]))


def retry_ms() -> int:
    """A delay of a client's own, so that they do not come back all at once."""
    return random.randint(1000, 3000)  # noqa: S311 - jitter, not a secret


def spread(share: float) -> float:
    """A factor of 1 ± `share`."""
    return random.uniform(1 - share, 1 + share)  # noqa: S311 - jitter, not a secret
