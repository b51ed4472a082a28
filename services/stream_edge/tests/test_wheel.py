from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from millstream_stream_edge.wheel import SLOT_S, Wheel


@given(st.lists(st.floats(0, 100), max_size=30), st.lists(st.floats(0.1, 30), max_size=20))
def test_everything_comes_up_once_in_time(times: list[float], steps: list[float]) -> None:
    wheel: Wheel[float] = Wheel(0)
    for at in times:
        wheel.put(at, at)
    seen: list[float] = []
    now = 0.0
    for step in [*steps, 200]:
        now += step
        came = [item for _, item in wheel.due(now)]
        assert all(at <= now for at in came)
        assert all(at in seen or at in came for at in times if at <= now - 2 * SLOT_S)
        seen += came
    assert sorted(seen) == sorted(times)


def test_what_is_late_already_comes_up_next() -> None:
    wheel: Wheel[str] = Wheel(100)
    wheel.due(100)
    wheel.put("late", 1)
    assert [item for _, item in wheel.due(101)] == ["late"]
