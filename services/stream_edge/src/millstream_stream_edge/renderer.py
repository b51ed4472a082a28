"""One log sub of one group: what it asked for, and the blocks it gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.plan import Wrapping
from millstream_stream_edge.ring import Entry
from millstream_stream_edge.streams.base import LogFilter

if TYPE_CHECKING:
    from millstream_stream_edge.group import Group


class Renderer:
    """Turns events that a filter admitted into blocks of its group's plan."""

    __slots__ = ("_gaps", "_wrapping", "filter", "group", "place")

    def __init__(self, group: Group, place: int) -> None:
        """
        Args:
            place: the sub's, in the plan.
        """
        plan, sub = group.plan, group.plan.subs[place]
        self.group = group
        self.place = place
        self.filter = cast(LogFilter, sub.filter)
        self._wrapping = Wrapping(plan, sub)
        self._gaps = {reason: plan.gap(sub, reason) for reason in (GapReason.POISON, GapReason.RETENTION)}

    def blocks(self, entry: Entry, admitted: Sequence[bytes]) -> list[bytes]:
        """What is sent of one record."""
        if entry.gap is not None:
            return [self._gaps[entry.gap]]
        return self._wrapping.around(admitted, entry.traceparent)
