"""How many streams may be open in this process: in all, for one subject, from one address; and the reserve.

The last of the places are the reserve: only a subject that has few streams may take one, so that nobody who opens
thousands shuts the others out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from millstream_stream_edge.settings import EdgeSettings


class Bound(StrEnum):
    """Which bound a stream would have broken; a label of the refusals counted."""

    PROCESS = "limit_process"
    SUBJECT = "limit_subject"
    ADDRESS = "limit_address"
    RESERVE = "limit_reserve"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a stream, and from where as far as the server knows."""

    subject: str
    address: str | None


class Admission:
    """The places of one process."""

    def __init__(self, settings: EdgeSettings) -> None:
        self._settings = settings
        self._subjects: Counter[str] = Counter()
        self._addresses: Counter[str] = Counter()
        self.taken = 0

    def bound(self, caller: Caller) -> Bound | None:
        """The bound one more stream would break, if any."""
        settings = self._settings
        held = self._subjects.get(caller.subject, 0)
        if self.taken >= settings.max_connections:
            return Bound.PROCESS
        if held >= settings.max_connections_per_subject:
            return Bound.SUBJECT
        if self._is_crowded(caller.address):
            return Bound.ADDRESS
        if self.taken >= settings.unreserved_connections and held >= settings.reserve_per_subject:
            return Bound.RESERVE
        return None

    def _is_crowded(self, address: str | None) -> bool:
        most = self._settings.max_connections_per_address
        return most is not None and address is not None and self._addresses.get(address, 0) >= most

    def take(self, caller: Caller) -> None:
        """One place more; to be given back."""
        self.taken += 1
        self._subjects[caller.subject] += 1
        if caller.address is not None:
            self._addresses[caller.address] += 1

    def give_back(self, caller: Caller) -> None:
        """One place less."""
        self.taken -= 1
        _less(self._subjects, caller.subject)
        if caller.address is not None:
            _less(self._addresses, caller.address)


def _less(counts: Counter[str], name: str) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]
