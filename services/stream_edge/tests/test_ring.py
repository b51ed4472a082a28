"""Rings and cursors: any cut, any partition mix, and nothing is lost or said twice."""

from __future__ import annotations

import gc
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.ids import new_job_id
from millstream_kit.log import Record
from millstream_stream_edge.cursor import MOST_AT_ONCE, Cursor
from millstream_stream_edge.metrics import EdgeMetrics
from millstream_stream_edge.records import Reader
from millstream_stream_edge.ring import Entry, Frame, Ring, Window
from millstream_stream_edge.testing import NOON_MS, a_job_event, job_record
from prometheus_client import CollectorRegistry

PARTITIONS = 3


def a_ring(*, starts: tuple[int, ...] = (0,) * PARTITIONS, max_events: int = 10_000, max_bytes: int = 2**30) -> Ring:
    return Ring("t", 7, starts, max_events=max_events, max_bytes=max_bytes)


def say(ring: Ring, partition: int, *, skip: int = 0) -> tuple[int, int]:
    offset = ring.end[partition] + skip
    ring.append(partition, offset, 0, (Frame(b"x" * 10, None),))
    return partition, offset


def walk(cursor: Cursor, budget: int = 2**30, limit: Cursor | None = None) -> list[tuple[int, int]]:
    seen: list[tuple[int, int]] = []

    def emit(entry: Entry) -> int:
        seen.append((entry.partition, entry.offset))
        return 10

    cursor.walk(emit, budget, limit=limit)
    return seen


partitions = st.lists(st.tuples(st.integers(0, PARTITIONS - 1), st.integers(0, 2)), max_size=80)


@given(partitions, st.data())
def test_a_cursor_cut_anywhere_continues_exactly(mix: list[tuple[int, int]], data: st.DataObject) -> None:
    ring = a_ring()
    cursor = Cursor(ring)
    said: list[tuple[int, int]] = []
    heard: list[tuple[int, int]] = []
    for partition, skip in mix:
        said.append(say(ring, partition, skip=skip))
        action = data.draw(st.sampled_from(["wait", "walk", "walk a little", "reconnect"]))
        if action == "walk":
            heard += walk(cursor)
        elif action == "walk a little":
            heard += walk(cursor, budget=15)
        elif action == "reconnect":
            cursor = Cursor(ring, cursor.position().offsets)
    heard += walk(cursor)
    assert sorted(heard) == sorted(said)
    for partition in range(PARTITIONS):
        mine = [offset for p, offset in heard if p == partition]
        assert mine == sorted(mine)
    assert cursor.at_end


@given(partitions, st.integers(1, 20), st.data())
def test_what_was_heard_and_what_was_announced_is_what_was_said(
    mix: list[tuple[int, int]], held: int, data: st.DataObject
) -> None:
    ring = a_ring(max_events=held)
    cursor = Cursor(ring)
    said, heard, announced = set(), set(), set()
    for partition, skip in mix:
        said.add(say(ring, partition, skip=skip))
        if data.draw(st.booleans()):
            if cursor.fell_off:
                before = list(cursor.offsets)
                cursor.jump_to(None)
                announced |= {(p, o) for p, o in said if before[p] <= o < cursor.offsets[p]}
            heard |= set(walk(cursor))
    if cursor.fell_off:
        announced |= {(p, o) for p, o in said if o >= cursor.offsets[p]}
    else:
        heard |= set(walk(cursor))
    assert heard | announced == said
    assert not heard & announced


@given(partitions, partitions)
def test_a_client_ahead_of_this_pod_hears_nothing_twice(
    first: list[tuple[int, int]], then: list[tuple[int, int]]
) -> None:
    ahead, behind = a_ring(), a_ring()
    for partition, _ in first:
        say(ahead, partition)
    cursor = Cursor(behind, ahead.end)
    for partition, _ in first:
        say(behind, partition)
    assert walk(cursor) == []
    said = [say(behind, partition) for partition, _ in then]
    assert walk(cursor) == said


def test_it_is_bounded_in_records() -> None:
    ring = a_ring(max_events=5)
    for _ in range(20):
        say(ring, 0)
    say(ring, 1)
    assert len(ring) == 5
    assert ring.begin == [16, 0, 0]
    assert ring.holds([16, 0, 0])
    assert not ring.holds([15, 0, 0])


def test_it_is_bounded_in_bytes() -> None:
    ring = a_ring(max_bytes=10_000)
    for _ in range(100):
        say(ring, 0)
    assert ring.size <= 10_000
    assert len(ring) > 10


def test_what_it_counts_is_what_it_takes() -> None:
    ring = a_ring(max_bytes=2**20)
    read = Reader(EdgeMetrics(CollectorRegistry()))
    new = [job_record(a_job_event(job_id=new_job_id(), seq=n)) for n in range(2500)]
    gc.collect()
    tracemalloc.start()
    try:
        for n, one in enumerate(new):
            made, _ = read.frames(Record(one.topic, 0, n, one.key, one.value, (), NOON_MS + n))
            ring.append(0, n, NOON_MS + n, made, traceparent=b"00-%048d-01" % n)
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(ring) < 1500, "more came than it holds: what it let go of is gone"
    assert 0.8 < taken / ring.size < 1.2


def test_the_newest_is_held_even_if_it_is_too_large() -> None:
    ring = a_ring(max_bytes=10)
    say(ring, 0)
    assert len(ring) == 1


def test_a_record_that_is_held_is_not_taken_again() -> None:
    ring = a_ring()
    say(ring, 0)
    ring.append(0, 0, 0, (Frame(b"again", None),))
    assert len(ring) == 1


def test_a_walk_that_admits_nothing_ends_and_is_gone_on_with() -> None:
    ring = a_ring()
    cursor = Cursor(ring)
    said = [say(ring, 0) for _ in range(10_000)]
    walked: list[list[int]] = []
    while cursor.has_pending:
        walked.append([])
        cursor.walk(lambda entry: walked[-1].append(entry.offset) or 0, 1)
    assert max(map(len, walked)) == MOST_AT_ONCE
    assert [offset for offsets in walked for offset in offsets] == [offset for _, offset in said]


def test_a_limit_is_not_walked_over() -> None:
    ring = a_ring()
    behind = Cursor(ring)
    said = [say(ring, n % 3) for n in range(6)]
    limit = Cursor(ring)
    say(ring, 0)
    assert walk(behind, limit=limit) == said
    assert behind.offsets == limit.offsets
    assert behind.seq == limit.seq


def test_a_ring_made_anew_goes_on_counting() -> None:
    ring = a_ring()
    cursor = Cursor(ring)
    say(ring, 0)
    seq = ring.end_seq
    ring.reset(8, (0, 0, 0))
    cursor.reset()
    assert ring.start_seq == ring.end_seq == seq
    assert walk(cursor) == []
    assert walk_after(ring, cursor) == [(1, 0)]


def walk_after(ring: Ring, cursor: Cursor) -> list[tuple[int, int]]:
    say(ring, 1)
    return walk(cursor)


@given(st.lists(st.booleans(), max_size=6000))
def test_a_window_keeps_indexes(steps: list[bool]) -> None:
    window: Window[int] = Window()
    n = 0
    for add in [*([True] * 3000), *steps]:
        if add:
            window.append(n)
            n += 1
        elif len(window):
            assert window.drop_oldest() == window.start - 1
    assert window.span(window.start, window.end) == list(range(window.start, n))
