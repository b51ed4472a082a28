"""The buffer between an API and Millstream: bounded, thinned on request, and never a wrong count."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from millstream.traffic import buffer as buffers
from millstream.traffic.buffer import Buffer, Keeping, Told
from millstream.traffic.wording import body_of

NOON = 1_767_268_800.0


def add(buffer: Buffer, *, path: str = "/a", status: int = 200, latency_ms: float = 5.0, at: float = NOON) -> None:
    buffer.add(Told(at, "GET", path, status, latency_ms, None))


def told(buffer: Buffer) -> list[tuple[int, int]]:
    """Status and weight of everything that would be told."""
    buffer.settle()
    return [(request.status, weight) for request, weight in buffer.oldest(1_000_000)]


def test_without_sampling_each_request_is_told() -> None:
    buffer = Buffer(Keeping())
    for _ in range(3):
        add(buffer)
    assert told(buffer) == [(200, 1)] * 3


def test_a_tenth_is_told_and_stands_for_all() -> None:
    buffer = Buffer(Keeping(sample=0.1))
    for _ in range(105):
        add(buffer)
    assert Counter(told(buffer)) == {(200, 10): 10, (200, 5): 1}


def test_errors_and_slow_ones_are_told_one_by_one() -> None:
    buffer = Buffer(Keeping(sample=0.001, slow_ms=100))
    for _ in range(50):
        add(buffer, status=404)
        add(buffer, status=503)
        add(buffer, latency_ms=100)
        add(buffer)
    assert Counter(told(buffer)) == {(404, 1): 50, (503, 1): 50, (200, 1): 50, (200, 50): 1}


def test_which_one_stands_for_the_others_is_left_to_chance() -> None:
    random.seed(1)
    buffer = Buffer(Keeping(sample=0.1))
    for number in range(1000):
        add(buffer, latency_ms=number % 10)
    chosen = {request.latency_ms for request, _ in buffer.oldest(100)}
    assert len(chosen) > 5


def test_a_full_buffer_counts_on_by_the_minute() -> None:
    buffer = Buffer(Keeping(most=2))
    for second in range(0, 180, 10):
        add(buffer, at=NOON + second)
    assert (len(buffer), buffer.dropped) == (2, 0)
    buffer.forget(2)
    buffer.settle()
    buffer.forget(2)
    assert told(buffer) == [(200, 6)]


def test_more_kinds_than_can_be_held_are_dropped_and_said(monkeypatch) -> None:
    monkeypatch.setattr(buffers, "WINDOWS", 3)
    buffer = Buffer(Keeping(most=1))
    for number in range(10):
        add(buffer, path=f"/{number}")
    assert buffer.dropped == 10 - 1 - 3


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([200, 404]), st.booleans())), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_whatever_comes_and_goes_every_request_is_counted_once(acts, every) -> None:
    """Requests by status that were told, that are still held and that were dropped are all there were."""
    buffer, out, came = Buffer(Keeping(most=5, sample=1 / every)), Counter(), Counter()
    for path, status, flushes in acts:
        add(buffer, path=f"/{path}", status=status)
        came[status] += 1
        if flushes:
            batch = buffer.oldest(3)
            out.update({s: sum(w for r, w in batch if r.status == s) for s in (200, 404)})
            buffer.forget(len(batch))
            buffer.settle()
        assert len(buffer) <= 5
    while held := told(buffer):
        out.update({s: sum(w for status, w in held if status == s) for s in (200, 404)})
        buffer.forget(len(held))
    assert +out == came
    assert buffer.dropped == 0


@pytest.mark.parametrize("wrong", [{"sample": 0}, {"sample": 1.5}, {"most": 0}, {"slow_ms": -1}])
def test_a_share_is_a_share(wrong) -> None:
    with pytest.raises(ValueError, match=r"sample|buffer_requests|slow_ms"):
        Keeping(**wrong)


REQUESTS = st.builds(
    Told,
    st.floats(0, 4e9),
    st.text(max_size=20),
    st.text(max_size=40),
    st.integers(100, 599),
    st.floats(0, 1e6),
    st.none() | st.just("0af7651916cd43dd8448eb211c80319c"),
    st.none() | st.integers(0, 10**12),
    st.none() | st.integers(0, 10**12),
    st.none() | st.text(min_size=1, max_size=20),
    st.dictionaries(st.sampled_from(["resize", "send_receipt"]), st.integers(1, 1_000)),
    st.integers(1, 10**9),
)


@given(st.lists(st.tuples(REQUESTS, st.integers(1, 1_000)), max_size=5))
def test_what_is_told_is_json_whatever_was_called(told) -> None:
    said = json.loads(body_of("shop-1a2b", told))["requests"]
    assert [item.pop("at") for item in said] == [_instant(request.at) for request, _ in told]
    assert [item.pop("latency_ms") for item in said] == [round(request.latency_ms, 3) for request, _ in told]
    assert said == [
        {
            "id": f"shop-1a2b.{request.number}",
            "instance_id": "shop-1a2b",
            "method": request.method,
            "path": request.path,
            "status": request.status,
        }
        | ({"sampled": True, "weight": weight} if weight > 1 else {})
        | {
            key: value
            for key in ("trace_id", "request_bytes", "response_bytes", "consumer")
            if (value := getattr(request, key)) is not None
        }
        | ({"enqueued": request.enqueued} if request.enqueued else {})
        for request, weight in told
    ]


def _instant(at: float) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(at * 1000))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
