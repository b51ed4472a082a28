"""An API is judged by its own day before: by its errors of the server, never by those of its clients."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from millstream_apis.model import DAY_MS, HOUR_MS, MINUTE_MS, Span
from millstream_apis.routes.unusual import failing_more, usual_before
from millstream_apis.testing import NOON, a_request
from millstream_kit.usual import Level, Share


def requests(of: int, wrong: int, at_ms: int, status: int = 503) -> list[Any]:
    return [a_request(at_ms, status=status if n < wrong else 200) for n in range(of)]


async def test_the_api_that_fails_more_than_it_does_is_told_and_since_when(site: Any) -> None:
    await site.send(requests(200, 2, NOON - 3 * HOUR_MS, status=500), name="calm")
    await site.send(requests(60, 30, NOON - 5 * MINUTE_MS, status=404), name="calm")
    await site.until_counted(260, "calm")
    await site.send(requests(200, 2, NOON - 3 * HOUR_MS) + requests(60, 15, NOON - 7 * MINUTE_MS))
    await site.until_counted(260)
    told = await site.get("/apis/activity/unusual")
    [shop] = told["apis"]
    assert (shop["name"], shop["level"], shop["since"]) == ("shop", "bad", "2026-01-01T11:53:00.000Z")
    assert (shop["requests"], shop["server_errors"], shop["server_error_rate"]) == (60, 15, 25.0)
    assert (shop["usual_requests"], shop["usual_server_error_rate"]) == (200, 1.0)
    assert (told["total"], told["usual_after"], told["usual_before"]) == (
        1, "2025-12-31T11:00:00.000Z", "2026-01-01T11:45:00.000Z"
    )  # fmt: skip
    assert (await site.get("/apis/activity/unusual?before=2026-01-01T11:30:00Z"))["apis"] == []
    future = await site.get("/apis/activity/unusual?after=2999-01-01T00:00:00Z")
    assert (future["after"], future["usual_after"], future["apis"]) == (None, None, [])
    assert (await site.http.get("/api/v1/apis/activity/unusual?after=never")).status_code == 422


def test_the_worst_comes_first_and_who_is_as_usual_does_not() -> None:
    usual = {"a": Share(5_000, 5), "b": Share(5_000, 5), "calm": Share(5_000, 2_500)}
    now = {"a": Share(500, 20), "b": Share(500, 90), "calm": Share(500, 260), "new": Share(500, 500)}
    assert [(name, level) for name, level, _, _ in failing_more(now, usual)] == [
        ("b", Level.BAD),
        ("a", Level.WARN),
    ]


@given(st.integers(0, 30 * DAY_MS), st.integers(1, DAY_MS), st.booleans())
def test_the_usual_is_a_day_or_an_hour_more_and_reaches_into_no_period(ago: int, took: int, fine: bool) -> None:
    span = Span.around(NOON - ago - took, NOON - ago, MINUTE_MS if fine else HOUR_MS)
    usual = usual_before(span, NOON - 26 * HOUR_MS)
    assert usual.end_ms <= span.start_ms
    assert DAY_MS - HOUR_MS < usual.end_ms - usual.start_ms <= DAY_MS + HOUR_MS
