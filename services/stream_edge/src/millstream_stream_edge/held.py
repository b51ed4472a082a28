"""What the process holds for connections that do not take theirs."""

from __future__ import annotations

from millstream_stream_edge.subscriber import Subscriber

SERVER_BUFFER_BYTES = 65_536  # what a server takes of a client's before it says "wait"


class Held:
    """Who has a write on its way, in the order they began to wait, and how much that is."""

    def __init__(self, most_bytes: int) -> None:
        self.bytes = 0
        self._most_bytes = most_bytes
        self._sizes: dict[Subscriber, int] = {}

    @property
    def one_too_many(self) -> Subscriber | None:
        """Who has waited longest, while all of it is too much."""
        return next(iter(self._sizes)) if self.bytes > self._most_bytes else None

    def hold(self, subscriber: Subscriber, size: int) -> None:
        """A write of that size waits."""
        self._sizes[subscriber] = SERVER_BUFFER_BYTES + size
        self.bytes += self._sizes[subscriber]

    def let_go(self, subscriber: Subscriber) -> None:
        self.bytes -= self._sizes.pop(subscriber, 0)
