"""The shop, whole, on Millstream in memory: what visitors ask becomes jobs, and jobs become receipts and pictures."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections import Counter

import httpx
import pytest
from millstream.settings import Settings
from millstream.testing import MemoryServer
from millstream.worker import Worker, WorkerOptions
from PIL import Image
from shop import jobs, web
from shop.__main__ import in_one_line
from shop.catalogue import PRODUCTS
from shop.traffic import visit_until


@pytest.fixture
async def millstream(monkeypatch):
    """The shop's functions on a server in memory, with a worker."""
    from millstream.client import Client

    server = MemoryServer()
    monkeypatch.setattr(jobs.app, "_client", Client(Settings("http://millstream.test"), transport=server))
    worker = Worker(jobs.app, WorkerOptions(drain_s=5))
    running = asyncio.create_task(worker.run())
    yield server
    worker.stop()
    await running


@pytest.fixture
async def visitor(monkeypatch):
    """Asks a shop that is watched by nobody: a Millstream that runs on this machine is not told of it."""
    monkeypatch.setenv("MILLSTREAM_URL", "http://127.0.0.1:9")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(web.app, raise_app_exceptions=False), base_url="http://shop.test"
    ) as http:
        yield http


async def finished(server: MemoryServer, count: int, timeout_s: float = 30.0) -> None:
    async with asyncio.timeout(timeout_s):
        while sum(job.status in {"complete", "failed"} for job in server.jobs.values()) < count:
            await asyncio.sleep(0.02)


async def test_a_checkout_charges_the_card_and_sends_a_receipt(millstream, visitor, monkeypatch) -> None:
    monkeypatch.setattr("shop.jobs.random.random", lambda: 0.9)
    answer = await visitor.post("/checkout", json={"product_ids": [1, 5], "email": "ann@example.com"})
    assert answer.status_code == 202
    await finished(millstream, 2)
    charge, receipt = millstream.jobs.values()
    assert (charge.id, charge.kwargs["cents"]) == (answer.json()["job_id"], 9320)
    assert (receipt.function, receipt.parent_id, receipt.status) == ("send_receipt", charge.id, "complete")


async def test_a_payment_service_that_is_away_is_asked_again(millstream, visitor, monkeypatch) -> None:
    draws = iter([0.2, 0.2, 0.9])
    monkeypatch.setattr("shop.jobs.random.random", lambda: next(draws))
    await visitor.post("/checkout", json={"product_ids": [1]})
    await finished(millstream, 2)
    assert next(iter(millstream.jobs.values())).outcomes == ["failure", "failure", "success"]


async def test_a_declined_card_is_final(millstream, visitor, monkeypatch) -> None:
    monkeypatch.setattr("shop.jobs.random.random", lambda: 0.01)
    await visitor.post("/checkout", json={"product_ids": [1]})
    await finished(millstream, 1)
    [charge] = millstream.jobs.values()
    assert (charge.status, charge.attempts, charge.error_type) == ("failed", 1, "CardDeclined")
    assert [frame["function"] for frame in charge.locals["frames"]] == ["charge_card", "_pay"]
    assert "no-real-bank" not in str(charge.locals)


async def test_a_payment_is_told_to_whoever_cares_and_once(millstream, visitor) -> None:
    paid = {"order_id": "42", "cents": 1200}
    first, second = [(await visitor.post("/payments", json=paid)).json() for _ in range(2)]
    assert first == second
    await finished(millstream, 2)
    books, parcel = (millstream.jobs[job_id] for job_id in first["job_ids"])
    assert (books.function, books.result) == ("keep_books", "order.paid 42")
    assert (parcel.function, parcel.result) == ("pack_order", "parcel-42")
    assert len(millstream.jobs) == 2


async def test_an_image_is_drawn_with_progress(millstream, visitor, monkeypatch) -> None:
    monkeypatch.setattr("shop.web.random.uniform", lambda low, high: 1.5)
    await visitor.post("/products/4/images")
    await finished(millstream, 1)
    [job] = millstream.jobs.values()
    assert job.status == "complete", job.traceback
    assert job.progress_seen == sorted(job.progress_seen)
    assert len(job.progress_seen) >= 2
    assert job.result == ["product-4-640.png", "product-4-320.png", "product-4-160.png"]
    body = job.artifacts[-1]["body"]
    picture = Image.open(io.BytesIO(body[body.index(b"\x89PNG") :]))
    assert picture.size == (160, 120)


async def test_a_newsletter_fans_out(millstream, visitor) -> None:
    await visitor.post("/newsletters", json={"subject": "Rye is back", "recipients": 5})
    await finished(millstream, 6)
    newsletter = next(iter(millstream.jobs.values()))
    assert Counter(job.parent_id for job in millstream.jobs.values()) == {None: 1, newsletter.id: 5}


async def test_a_report_leaves_two_plots(millstream, visitor) -> None:
    await visitor.post("/reports?days=7")
    await finished(millstream, 1)
    [job] = millstream.jobs.values()
    bodies = [artifact["body"] for artifact in job.artifacts]
    assert [b"sold-by-day.plotly.json" in bodies[0], b"/schema/vega-lite/" in bodies[1]] == [True, True]
    assert (job.status, job.result > 0) == ("complete", True)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/products", 200), ("GET", "/products/1", 200), ("GET", "/products/99", 404), ("GET", "/", 200),
     ("POST", "/products/99/images", 404), ("POST", "/checkout", 422), ("GET", "/nothing", 404)],
)  # fmt: skip
async def test_what_is_not_sold_is_not_found(visitor, method: str, path: str, status: int) -> None:
    assert (await visitor.request(method, path, json={} if method == "POST" else None)).status_code == status


async def test_recommendations_break_now_and_then(visitor, monkeypatch) -> None:
    monkeypatch.setattr("shop.web.random.random", lambda: 0.05)
    assert (await visitor.get("/recommendations/1")).status_code == 500
    monkeypatch.setattr("shop.web.random.random", lambda: 0.5)
    assert len((await visitor.get("/recommendations/1")).json()) == 3


async def test_traffic_is_gentle_varied_and_stops() -> None:
    asked: Counter[str] = Counter()
    stop = asyncio.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "shop.test"
        asked[f"{request.method} {request.url.path}"] += 1
        if asked.total() >= 60:
            stop.set()
        return httpx.Response(200)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://shop.test") as http:
        sent = await asyncio.wait_for(visit_until(stop, http, rate=500), 20)
    assert sent >= 60
    assert len(asked) > 5


async def test_traffic_survives_a_shop_that_is_closed() -> None:
    stop = asyncio.Event()
    asked = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        stop.set()
        raise httpx.ConnectError("closed")

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://shop.test") as http:
        assert await asyncio.wait_for(visit_until(stop, http, rate=5), 20) >= 1
    assert asked >= 1


def test_every_price_is_a_price() -> None:
    assert all(product.price_cents > 0 for product in PRODUCTS.values())


def test_a_failed_request_is_one_line_in_the_terminal() -> None:
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "Exception\n", None, sys.exc_info())
    assert in_one_line(record)
    assert logging.Formatter("%(message)s").format(record) == "a request failed: RuntimeError('broken')"
