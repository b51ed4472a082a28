"""A lease's length does not depend on whose clock is wrong, nor on what a proxy makes of a header."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from millstream.worker.leasing import _server_now

FAR = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)


def test_a_server_far_from_our_clock_is_believed() -> None:
    assert _server_now(httpx.Response(200, headers={"date": format_datetime(FAR, usegmt=True)})) == FAR


@pytest.mark.parametrize(
    "date",
    ["", "soon", "Mon, 23 Nov 2026 15:45:17 -0000", "Mon, 23 Nov 2026 15:45:17 GMT, Mon, 23 Nov 2026 15:45:18 GMT"],
)
def test_a_date_that_is_none_leaves_us_with_our_clock(date: str) -> None:
    now = _server_now(httpx.Response(200, headers={"date": date}))
    assert abs((datetime.now(UTC) - now).total_seconds()) < 5
