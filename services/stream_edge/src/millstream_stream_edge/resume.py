"""Where a connection begins: at the head, where its id says, or at a time; and what can no longer be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from millstream_kit.log import Log, LogUnavailable

from millstream_stream_edge.cursor import Cursor
from millstream_stream_edge.frames import GapReason
from millstream_stream_edge.group import Cursors, Group
from millstream_stream_edge.plan import Plan
from millstream_stream_edge.position import InvalidPosition, PositionCodec, TopicPosition
from millstream_stream_edge.ring import Ring


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the client wants to begin; an id beats a time, neither is the head."""

    last_event_id: str | None = None
    since_ms: int | None = None


@dataclass(slots=True)
class Start:
    """Where it does begin, and the gaps to announce first."""

    cursors: Cursors
    gaps: list[tuple[str, GapReason]] = field(default_factory=list)
    is_resumed: bool = False


async def resolve(
    plan: Plan, group: Group, wish: Wish, rings: Mapping[str, Ring], codec: PositionCodec, log: Log
) -> Start:
    """
    Raises:
        LogUnavailable: only the log could tell, and it is away.
    """
    start = Start(group.copy_cursors(), is_resumed=wish != Wish())
    if wish.last_event_id is not None:
        await _from_id(plan, wish.last_event_id, start, rings, codec, log)
    elif wish.since_ms is not None:
        await _from_time(plan, wish.since_ms, start, rings, log)
    return start


async def _from_id(
    plan: Plan, token: str, start: Start, rings: Mapping[str, Ring], codec: PositionCodec, log: Log
) -> None:
    try:
        position = codec.decode(token)
        if position.keys().isdisjoint(plan.topics):
            raise InvalidPosition("of none of these streams")
        for topic in position.keys() & {*plan.topics}:
            await _check_partitions(topic, position[topic], rings[topic], log)
    except InvalidPosition:
        start.gaps += [(topic, GapReason.INVALID_POSITION) for topic in plan.topics]
        return
    for topic in plan.topics:
        at = position.get(topic)
        if at is not None:
            await _topic_from_id(topic, at, start, rings[topic], log)


async def _check_partitions(topic: str, at: TopicPosition, ring: Ring, log: Log) -> None:
    """
    Raises:
        InvalidPosition: the id knows partitions of this very topic that it never had; one made anew may have fewer.
        LogUnavailable: they were added, and another edge was the first to read them.
    """
    if at.epoch == ring.epoch and len(at.offsets) > len(ring.end):
        found = (await log.describe([topic])).get(topic)
        if found is None or len(at.offsets) > found.partitions:
            raise InvalidPosition("more partitions than there are")
        raise LogUnavailable("partitions that were added are not read here yet")


async def _topic_from_id(topic: str, at: TopicPosition, start: Start, ring: Ring, log: Log) -> None:
    if at.epoch != ring.epoch:
        start.gaps.append((topic, GapReason.TOPIC_RECREATED))
        if topic in start.cursors:
            start.cursors[topic] = Cursor(ring, ring.begin)
    elif topic in start.cursors:
        # A partition the id does not know yet is read from its beginning.
        wanted = [*at.offsets, *(0 for _ in ring.end[len(at.offsets) :])]
        await _at(topic, wanted, start, ring, log)


async def _from_time(plan: Plan, since_ms: int, start: Start, rings: Mapping[str, Ring], log: Log) -> None:
    for sub in plan.subs:
        for topic in sub.kind.spec.topics:
            if not sub.kind.spec.since or topic not in start.cursors:
                continue
            ring = rings[topic]
            partitions = [(topic, p) for p in range(len(ring.end))]
            found = await log.offsets_at(partitions, since_ms)
            begin = await log.begin_offsets(partitions)
            if any(0 < begin[tp] == found[tp] for tp in partitions):
                start.gaps.append((topic, GapReason.RETENTION))  # what came before may have been that young, too
            await _at(topic, [found[tp] for tp in partitions], start, ring, log)


async def _at(topic: str, wanted: list[int], start: Start, ring: Ring, log: Log) -> None:
    """Set a topic's cursor, clamped to what the log holds."""
    partitions = [(topic, p) for p in range(len(wanted))]
    if any(offset > end for offset, end in zip(wanted, ring.end, strict=False)):  # wider by what was added meanwhile
        # Ahead of this pod is fine, another one had read further; ahead of the log is not.
        ends = await log.end_offsets(partitions)
        if any(offset > ends[tp] for offset, tp in zip(wanted, partitions, strict=True)):
            start.gaps.append((topic, GapReason.TOPIC_RECREATED))
            wanted = [min(offset, ends[tp]) for offset, tp in zip(wanted, partitions, strict=True)]
    if not ring.holds(wanted):
        begins = await log.begin_offsets(partitions)
        if any(offset < begins[tp] for offset, tp in zip(wanted, partitions, strict=True)):
            if (topic, GapReason.RETENTION) not in start.gaps:
                start.gaps.append((topic, GapReason.RETENTION))
            wanted = [max(offset, begins[tp]) for offset, tp in zip(wanted, partitions, strict=True)]
    start.cursors[topic] = Cursor(ring, wanted)
