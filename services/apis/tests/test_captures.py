"""Bodies of requests and answers: taken in, kept for a time, read by those who may."""

import json
from typing import Any

import pytest
from millstream_apis.captures import Capture, SqlCaptures
from millstream_apis.store_keeping import SqlKeeping
from millstream_apis.testing import NOON
from millstream_contracts.times import to_rfc3339
from millstream_kit.db import Database
from millstream_kit.testing import problem

BODY = {"content_type": "application/json", "bytes": 21, "text": '{"password": "[masked]"}', "masked": ["$.password"]}
LEFT_OUT = {"content_type": "image/png", "bytes": 90_000, "left_out": "type"}


def told(request_id: str = "i.1", at_ms: int = NOON, **changes: Any) -> dict[str, Any]:
    return {"request_id": request_id, "at": to_rfc3339(at_ms), "request": BODY, "response": None} | changes


async def tell(site: Any, *captures: dict[str, Any], name: str = "shop") -> Any:
    body = json.dumps({"captures": captures})
    return await site.http.post(
        f"/api/v1/apis/{name}/captures", content=body, headers={"content-type": "application/json"}
    )


async def test_what_was_captured_of_a_request_is_read(site: Any) -> None:
    assert (await tell(site, told(response=LEFT_OUT), told("i.2"))).status_code == 204
    found = await site.get("/apis/shop/captures/i.1")
    assert found["captured"]
    assert found["request"] == BODY | {"is_cut": False, "left_out": None}
    assert found["response"] == LEFT_OUT | {"is_cut": False, "text": None, "masked": []}
    assert await site.get("/apis/shop/captures/i.3") == {"captured": False, "request": None, "response": None}
    assert await site.get("/apis/other/captures/i.1") == {"captured": False, "request": None, "response": None}


async def test_told_again_it_stays_as_it_was(site: Any) -> None:
    await tell(site, told())
    await tell(site, told(request=LEFT_OUT))
    assert (await site.get("/apis/shop/captures/i.1"))["request"]["text"] == BODY["text"]


async def test_what_is_too_old_or_of_the_future_is_left_out(site: Any) -> None:
    day = 86_400_000
    assert (await tell(site, told("old", NOON - day - 1), told("new", NOON + 400_000), told())).status_code == 204
    captured = [(await site.get(f"/apis/shop/captures/{id_}"))["captured"] for id_ in ("old", "new", "i.1")]
    assert captured == [False, False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": BODY | {"text": "x" * 8193}},
        {"request": BODY | {"text": "\0"}},
        {"request": BODY | {"left_out": "type"}},
        {"request": {"content_type": "text/plain", "bytes": 1}},
        {"request": BODY | {"masked": ["$.a"] * 51}},
        {"request": BODY | {"content_type": "a\nb"}},
        {"request": BODY | {"left_out": "because"}},
        {"request_id": ""},
    ],
)
async def test_what_is_no_capture_is_refused(site: Any, wrong: dict[str, Any]) -> None:
    answer = await tell(site, told(**wrong))
    problem(answer, 422, "invalid")
    assert not (await site.get("/apis/shop/captures/i.1"))["captured"]


async def test_more_than_fifty_at_once_are_refused(site: Any) -> None:
    assert (await tell(site, *(told(f"i.{n}") for n in range(51)))).status_code == 422


async def test_they_are_kept_for_a_time_and_up_to_a_number(either: Database) -> None:
    captures, keeping = SqlCaptures(either), SqlKeeping(either)
    await captures.add("shop", [Capture(f"r{n}", NOON + n, "{}", None) for n in range(6)])

    async def kept() -> list[int]:
        return [n for n in range(6) if await captures.find("shop", f"r{n}")]

    assert await keeping.forget_captures(NOON + 2, 10) == 2
    assert await kept() == [2, 3, 4, 5]
    assert await keeping.forget_captures(NOON, 3) == 1
    assert await kept() == [3, 4, 5]
    assert await keeping.forget_captures(NOON, 3) == 0
