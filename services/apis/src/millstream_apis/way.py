"""Whoever asks goes first: long work that can wait gives way while questions come, but not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from millstream_kit.clock import Clock

QUIET_S = 0.02  # after an answer, for who asked mostly asks again
GIVEN_S = 0.05  # at once, at most: under questions without end what waits still comes to its end
_LOOK_EVERY_S = 0.01


class Way:
    """Who is asking just now."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asking = 0
        self._answered_at = float("-inf")

    @contextmanager
    def asked(self) -> Iterator[None]:
        """A question, for as long as it is being answered."""
        self._asking += 1
        try:
            yield
        finally:
            self._asking -= 1
            self._answered_at = self._clock.monotonic()

    async def give(self) -> None:
        """Wait until nobody has been asking for a moment, so long at most."""
        until = self._clock.monotonic() + GIVEN_S
        while not self._is_quiet() and self._clock.monotonic() < until:
            await self._clock.sleep(_LOOK_EVERY_S)

    def _is_quiet(self) -> bool:
        return not self._asking and self._clock.monotonic() - self._answered_at >= QUIET_S
