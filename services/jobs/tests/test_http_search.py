"""Searching jobs: what a text is taken for, and how many there are."""

from __future__ import annotations

from typing import Any

import pytest
from millstream_contracts.generated.millstream.workers.v1.worker_events_pb2 import Pod, WorkerSnapshot
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord
from millstream_kit.testing import problem, wait_until


async def test_a_search_by_an_arguments_value(shop: Any) -> None:
    job = await shop.enqueue(kwargs={"user": {"id": 7}})
    await shop.enqueue(kwargs={"user": {"id": 8}})
    page = await shop.get("/jobs", q="user.id:7")
    assert [found["id"] for found in page["jobs"]] == [job["id"]]
    assert (page["total"], page["total_exact"], page["scanned_until"], page["next_cursor"]) == (1, True, None, None)


async def test_what_is_neither_an_id_nor_an_argument_is_words_of_an_error(shop: Any) -> None:
    job = await shop.enqueue(kwargs={"host": "db"})
    other = await shop.enqueue(kwargs={"host": "db2"})
    for lease in await shop.lease(most=2):
        error = "cannot reach http://db:5432 for job_x" if lease["job"]["id"] == job["id"] else "not host:db"
        await shop.report(lease, "outcome", outcome="failure", error=error, retryable=False)
    begins = job["id"][:20]
    for q, expected in [
        ("http://db:5432", {job["id"]}),
        ("job_x", {job["id"]}),
        ("host:db", {job["id"], other["id"]}),
        ("host:db2", {other["id"]}),
        ("db:5432", {job["id"]}),
        ("host:db3", set()),
        (job["id"].lower(), {job["id"]}),
        (begins.lower(), {found["id"] for found in (job, other) if found["id"].startswith(begins)}),
        (job["id"] + "0", set()),
    ]:
        page = await shop.get("/jobs", q=q)
        assert ({found["id"] for found in page["jobs"]}, page["total"]) == (expected, len(expected)), q


async def test_the_jobs_of_a_kind_of_failure_are_found_by_its_fingerprint(shop: Any) -> None:
    errors = ["order 17 is gone", "order 18 is gone", "out of paper"]
    for error in errors:
        await shop.enqueue(kwargs={})
        [lease] = await shop.lease()
        await shop.report(lease, "outcome", outcome="failure", error=error, error_type="Trouble", retryable=False)
    newest, gone, _ = (await shop.get("/jobs"))["jobs"]
    page = await shop.get("/jobs", fingerprint=gone["error_fingerprint"])
    assert {job["error"] for job in page["jobs"]} == {"order 17 is gone", "order 18 is gone"}
    assert (page["total"], page["total_exact"]) == (2, True)
    counts = (await shop.get("/jobs/counts", fingerprint=gone["error_fingerprint"]))["counts"]
    assert (counts["failed"]["total"], counts["complete"]["total"]) == (2, 0)
    assert newest["error_fingerprint"] != gone["error_fingerprint"]


async def test_the_jobs_of_a_trace_are_found_page_by_page_and_counted(shop: Any) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    made = []
    for span in range(1, 4):
        headers = {"traceparent": f"00-{trace}-{span:016x}-01"}
        made.append((await shop.http.post("/api/v1/jobs", json={"function": "resize"}, headers=headers)).json())
        await shop.enqueue()
    first = await shop.get("/jobs", trace_id=trace, limit=2)
    rest = await shop.get("/jobs", trace_id=trace, limit=2, cursor=first["next_cursor"])
    assert [job["id"] for page in (first, rest) for job in page["jobs"]] == [job["id"] for job in reversed(made)]
    assert (first["total"], rest["total"], rest["has_more"]) == (3, 3, False)
    await shop.http.post(f"/api/v1/jobs/{made[0]['id']}/cancel", json={})
    counts = (await shop.get("/jobs/counts", trace_id=trace))["counts"]
    assert (counts["queued"]["total"], counts["cancelled"]["total"], counts["failed"]["total"]) == (2, 1, 0)


async def test_many_traces_are_counted_in_one_question(shop: Any) -> None:
    led, led_nowhere = "4bf92f3577b34da6a3ce929d0e0e4736", "0" * 32
    for _ in range(3):
        await shop.http.post("/api/v1/jobs", json={"function": "resize"}, headers={"Millstream-Trace-Id": led})
    [lease] = await shop.lease()
    await shop.report(lease, "outcome", outcome="failure", error="no", retryable=False)
    answer = await shop.http.get(f"/api/v1/jobs/traces?trace_id={led_nowhere}&trace_id={led}&trace_id={led_nowhere}")
    assert answer.status_code == 200
    none, some = answer.json()["traces"]
    assert (none["trace_id"], none["total"], none["total_exact"]) == (led_nowhere, 0, True)
    assert (some["trace_id"], some["total"], some["queued"], some["failed"]) == (led, 3, 2, 1)


@pytest.mark.parametrize(("many", "status"), [(0, 422), (1, 200), (100, 200), (101, 422)])
async def test_up_to_a_hundred_traces_are_counted_at_once(shop: Any, many: int, status: int) -> None:
    asked = [("trace_id", f"{n:032x}") for n in range(many)]
    assert (await shop.http.get("/api/v1/jobs/traces", params=asked)).status_code == status


@pytest.mark.parametrize("path", ["/jobs", "/jobs/counts", "/jobs/traces"])
@pytest.mark.parametrize("trace", ["", "4BF92F3577B34DA6A3CE929D0E0E4736", "4bf9", "job_x", "0" * 33])
async def test_what_is_no_trace_id_is_422(shop: Any, path: str, trace: str) -> None:
    answer = await shop.http.get(f"/api/v1{path}", params={"trace_id": trace})
    assert problem(answer, 422, "invalid")["errors"][0]["field"].startswith("trace_id")


async def test_every_page_of_a_search_says_how_many_there_are_as_the_counts_do(shop: Any) -> None:
    for n in range(10):
        await shop.enqueue(kwargs={"who": {"name": "bob" if n % 3 else "eve"}})
    found = {"q": "who.name:bob", "limit": 4}
    pages = [await shop.get("/jobs", **found)]
    while pages[-1]["has_more"]:
        pages.append(await shop.get("/jobs", **found, cursor=pages[-1]["next_cursor"]))
    assert [(len(page["jobs"]), page["total"], page["total_exact"]) for page in pages] == [
        (4, 6, True),
        (2, 6, True),
    ]
    counts = (await shop.get("/jobs/counts", q="who.name:bob"))["counts"]
    assert counts["queued"] == {"total": 6, "total_exact": True}


async def test_jobs_are_found_by_how_long_they_ran_page_by_page_and_counted(shop: Any) -> None:
    ran = [await shop.enqueue() for _ in range(3)]
    for lease in await shop.lease(most=3):
        await shop.report(lease, "outcome", outcome="success")
    await shop.enqueue()
    asked = {"min_duration_ms": 0, "below_duration_ms": 60_000.5}
    first = await shop.get("/jobs", **asked, limit=2)
    rest = await shop.get("/jobs", **asked, limit=2, cursor=first["next_cursor"])
    assert [job["id"] for page in (first, rest) for job in page["jobs"]] == [job["id"] for job in reversed(ran)]
    assert (first["total"], first["total_exact"], rest["has_more"]) == (3, True, False)
    counts = (await shop.get("/jobs/counts", **asked))["counts"]
    assert (counts["complete"]["total"], counts["queued"]["total"]) == (3, 0)
    assert (await shop.get("/jobs", min_duration_ms=60_000.5))["total"] == 0
    other = await shop.http.get("/api/v1/jobs", params={"min_duration_ms": 0, "cursor": first["next_cursor"]})
    assert problem(other, 422, "invalid")["errors"][0]["field"] == "cursor"


async def test_jobs_are_found_by_tags_attempts_and_wait_and_by_what_they_are_not(shop: Any) -> None:
    plain, tagged, both = [await shop.enqueue(tags=tags) for tags in ([], ["nightly"], ["nightly", "eu"])]
    [lease] = await shop.lease()
    begun = lease["job"]["id"]
    waiting = {job["id"] for job in (plain, tagged, both)} - {begun}
    for asked, expected in [
        ([("tag", "nightly")], {tagged["id"], both["id"]}),
        ([("tag", "nightly"), ("tag", "eu")], {both["id"]}),
        ([("tag", "nightly"), ("not_tag", "eu")], {tagged["id"]}),
        ([("not_tag", "eu"), ("not_tag", "nightly")], {plain["id"]}),
        ([("min_attempts", 1)], {begun}),
        ([("max_attempts", 0)], waiting),
        ([("min_wait_ms", 0)], {begun}),
        ([("below_wait_ms", 0.5), ("min_wait_ms", 0.4)], set()),
        ([("not_function", "resize")], set()),
        ([("not_function", "other"), ("not_function", "third")], waiting | {begun}),
        ([("not_worker_id", lease["job"]["worker_id"])], waiting),
    ]:
        page = (await shop.http.get("/api/v1/jobs", params=asked)).json()
        assert ({job["id"] for job in page["jobs"]}, page["total_exact"]) == (expected, True), asked
        counts = (await shop.http.get("/api/v1/jobs/counts", params=asked)).json()["counts"]
        assert sum(count["total"] for count in counts.values()) == len(expected), asked


async def test_jobs_are_found_by_their_key_and_by_the_pod_and_version_that_ran_any_attempt(shop: Any) -> None:
    async def told(version: str | None, image: str) -> None:
        pod = Pod(name="shop-7d", namespace="default", image=image)
        worker = WorkerSnapshot(id="w1", worker_name="shop", state="active", version=version, pod=pod)
        await shop.log.append([NewRecord(Topic.WORKERS_SNAPSHOTS.value, b"w1", worker.SerializeToString())])

    async def ran_in(image: str) -> dict[str, Any]:
        """A job whose attempt is of that version, once the fleet is known to run it."""
        await told(None, image)
        seen: dict[str, Any] = {}

        async def is_so() -> bool:
            seen["id"] = (await shop.enqueue())["id"]
            await shop.lease()
            seen["attempt"] = (await shop.get(f"/jobs/{seen['id']}"))["attempts_log"][0]
            return bool(seen["attempt"]["version"] == image)

        await wait_until(is_so)
        return seen

    keyed = await shop.enqueue(idempotency_key="order 7")
    await shop.lease()
    ran = await ran_in("shop:1")
    assert (ran["attempt"]["pod"], ran["attempt"]["version"]) == ("shop-7d", "shop:1")
    for asked, is_found in [
        ({"pod": "shop-7d"}, True),
        ({"version": "shop:1"}, True),
        ({"not_version": "shop:1"}, False),
        ({"not_pod": "shop-7d"}, False),
        ({"pod": "shop-7d", "not_version": "shop:2"}, True),
    ]:
        ids = {job["id"] for job in (await shop.get("/jobs", **asked))["jobs"]}
        assert (ran["id"] in ids) is is_found, asked
        counts = (await shop.get("/jobs/counts", **asked))["counts"]
        assert sum(count["total"] for count in counts.values()) == len(ids), asked
    assert [job["id"] for job in (await shop.get("/jobs", idempotency_key="order 7"))["jobs"]] == [keyed["id"]]
    assert (await shop.get("/jobs", idempotency_key="order"))["total"] == 0


async def test_jobs_are_found_by_their_parent_and_by_arguments_and_by_what_they_are_not(shop: Any) -> None:
    parent = await shop.enqueue(kwargs={"order": {"id": 42}, "arg": {"n": 1}}, idempotency_key="order 42")
    child = await shop.enqueue(parent_id=parent["id"], kwargs={"order": {"id": 43}})
    both = {parent["id"], child["id"]}
    for asked, expected in [
        ({"parent_id": parent["id"]}, {child["id"]}),
        ({"not_parent_id": parent["id"]}, {parent["id"]}),
        ({"has_children": "true"}, {parent["id"]}),
        ({"has_children": "false"}, {child["id"]}),
        ({"not_root_id": parent["id"]}, set()),
        ({"not_trace_id": "0" * 32}, both),
        ({"not_fingerprint": "0" * 16}, both),
        ({"not_idempotency_key": "order 42"}, {child["id"]}),
        ({"not_error": "refused"}, both),
        ({"argument": "order.id:42"}, {parent["id"]}),
        ({"argument": "arg.order.id:42"}, {parent["id"]}),
        ({"argument": "arg.arg.n:1"}, {parent["id"]}),
        ({"argument": ["order.id:42", "order.id:43"]}, set()),
        ({"not_argument": ["order.id:42", "order.id:44"]}, {child["id"]}),
        ({"q": "arg.order.id:43"}, {child["id"]}),
    ]:
        page = await shop.get("/jobs", **asked)
        assert ({job["id"] for job in page["jobs"]}, page["total"]) == (expected, len(expected)), asked
        counts = (await shop.get("/jobs/counts", **asked))["counts"]
        assert sum(count["total"] for count in counts.values()) == len(expected), asked


async def test_jobs_are_found_by_their_ids_as_far_as_they_are_there(shop: Any) -> None:
    first, _, third = [await shop.enqueue() for _ in range(3)]
    gone = first["id"][:-4] + "0000"
    page = await shop.get("/jobs", id=[third["id"], gone, first["id"]])
    assert ([job["id"] for job in page["jobs"]], page["total"]) == ([third["id"], first["id"]], 2)
    too_many = await shop.http.get("/api/v1/jobs", params={"id": [gone] * 101})
    assert problem(too_many, 422, "invalid")["errors"][0]["field"] == "id"


async def test_a_cursor_is_of_its_tags_in_whatever_order(shop: Any) -> None:
    for _ in range(3):
        await shop.enqueue(tags=["a", "b"])
    first = (await shop.http.get("/api/v1/jobs?tag=a&tag=b&limit=2")).json()
    rest = (await shop.http.get(f"/api/v1/jobs?tag=b&tag=a&limit=2&cursor={first['next_cursor']}")).json()
    assert (len(rest["jobs"]), rest["total"], rest["has_more"]) == (1, 3, False)
    other = await shop.http.get(f"/api/v1/jobs?tag=a&limit=2&cursor={first['next_cursor']}")
    assert problem(other, 422, "invalid")["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize("path", ["/jobs", "/jobs/counts"])
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"min_attempts": "1.5"}, "min_attempts"),
        ({"idempotency_key": ""}, "idempotency_key"),
        ({"pod": "x" * 256}, "pod"),
        ({"version": ""}, "version"),
        ({"max_attempts": -1}, "max_attempts"),
        ({"min_attempts": 3, "max_attempts": 2}, "max_attempts"),
        ({"min_wait_ms": "5s"}, "min_wait_ms"),
        ({"below_wait_ms": 5, "min_wait_ms": 5}, "below_wait_ms"),
        ({"tag": "Nightly"}, "tag"),
        ({"tag": ["a"] * 11}, "tag"),
        ({"not_tag": ""}, "not_tag"),
        ({"not_function": "a b"}, "not_function"),
        ({"not_function": ["a"] * 11}, "not_function"),
        ({"not_worker_id": "x" * 129}, "not_worker_id"),
        ({"not_status": "failed"}, "not_status"),
        ({"parent_id": "job_1"}, "parent_id"),
        ({"not_parent_id": "x"}, "not_parent_id"),
        ({"has_children": "maybe"}, "has_children"),
        ({"not_trace_id": "4bf9"}, "not_trace_id"),
        ({"not_fingerprint": "0f3a"}, "not_fingerprint"),
        ({"not_idempotency_key": ""}, "not_idempotency_key"),
        ({"not_error": ""}, "not_error"),
        ({"not_error": "x" * 256}, "not_error"),
        ({"argument": "order"}, "argument"),
        ({"argument": "order:"}, "argument"),
        ({"not_argument": ["a:1"] * 11}, "not_argument"),
    ],
)
async def test_what_cannot_be_asked_for_is_422_and_named(
    shop: Any, path: str, asked: dict[str, Any], field: str
) -> None:
    answer = await shop.http.get(f"/api/v1{path}", params=asked)
    assert problem(answer, 422, "invalid")["errors"][0]["field"].split(".")[0] == field


@pytest.mark.parametrize("path", ["/jobs", "/jobs/counts"])
@pytest.mark.parametrize(
    "asked",
    [
        {"min_duration_ms": "5s"},
        {"min_duration_ms": -1},
        {"min_duration_ms": "nan"},
        {"below_duration_ms": "inf"},
        {"below_duration_ms": 1e15},
        {"below_duration_ms": 1000, "min_duration_ms": 1000},
    ],
)
async def test_what_is_no_duration_is_422(shop: Any, path: str, asked: dict[str, Any]) -> None:
    answer = await shop.http.get(f"/api/v1{path}", params=asked)
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == next(iter(asked))
