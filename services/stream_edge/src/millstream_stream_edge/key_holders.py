"""Who was let in by which API key: what is asked again each second is each key, not each of ten thousand streams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from millstream_kit.auth import Principal

from millstream_stream_edge.subscriber import Subscriber


class KeyHolders:
    """The open streams of each key; those of a token end by its expiry and are not here."""

    def __init__(self) -> None:
        self._held: dict[Principal, dict[Subscriber, None]] = {}

    def add(self, subscriber: Subscriber) -> None:
        """A stream was opened."""
        if subscriber.principal.key_id is not None:
            self._held.setdefault(subscriber.principal, {})[subscriber] = None

    def remove(self, subscriber: Subscriber) -> None:
        """A stream that was opened is over."""
        held = self._held.get(subscriber.principal)
        if held is not None:
            del held[subscriber]
            if not held:
                del self._held[subscriber.principal]

    def revoked(self, is_live: Callable[[Principal], bool]) -> Iterator[Subscriber]:
        """The streams of keys that no longer count; streams may be over while this is walked."""
        for principal, subscribers in tuple(self._held.items()):
            if not is_live(principal):
                yield from tuple(subscribers)
