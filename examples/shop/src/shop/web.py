"""The shop. Its requests enqueue jobs; `uvicorn shop.web:app`, or `python -m shop`."""

from __future__ import annotations

import random
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query
from millstream.asgi import MillstreamMiddleware
from millstream.telemetry import configure_traces
from pydantic import BaseModel, Field

from shop import jobs
from shop.catalogue import PRODUCTS, Product


class Order(BaseModel):
    """What is bought, by whom."""

    product_ids: list[int] = Field(min_length=1, max_length=20)
    email: Annotated[str, Field(min_length=3, max_length=200)] = "someone@example.com"


class Newsletter(BaseModel):
    """What is written, to how many."""

    subject: Annotated[str, Field(min_length=1, max_length=200)] = "New in the mill"
    recipients: int = Field(12, ge=1, le=200)


class Accepted(BaseModel):
    """The job that does it."""

    job_id: str


class Told(BaseModel):
    """The event that was emitted, and the jobs it made."""

    event_id: str
    job_ids: list[str]


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    close_traces = configure_traces("shop-web")
    yield
    await jobs.app.aclose()
    close_traces()


def consumer_of(scope: Mapping[str, Any]) -> str | None:
    """Which client of the shop asks, as it says itself; a real shop would name whom it let in."""
    client = next((value for key, value in scope["headers"] if key == b"shop-client"), None)
    return None if client is None else client.decode("latin-1")


app = FastAPI(title="The shop", version=version("millstream-shop"), lifespan=_lifespan)
app.add_middleware(MillstreamMiddleware, name="shop", version=app.version, consumer=consumer_of, capture="errors")


@app.get("/")
async def front() -> dict[str, str]:
    return {"shop": "open", "products": "/products", "docs": "/docs"}


@app.get("/products", tags=["catalogue"])
async def products() -> list[Product]:
    return list(PRODUCTS.values())


@app.get("/products/{product_id}", tags=["catalogue"])
async def product(product_id: int) -> Product:
    if product_id not in PRODUCTS:
        raise HTTPException(404, f"there is no product {product_id}")
    return PRODUCTS[product_id]


@app.post("/checkout", status_code=202, tags=["orders"])
async def checkout(order: Order) -> Accepted:
    unknown = [number for number in order.product_ids if number not in PRODUCTS]
    if unknown:
        raise HTTPException(404, f"there is no product {unknown[0]}")
    cents = sum(PRODUCTS[number].price_cents for number in order.product_ids)
    handle = await jobs.charge_card.enqueue(order_id=secrets.token_hex(4), cents=cents, email=order.email)
    return Accepted(job_id=handle.id)


@app.post("/payments", status_code=202, tags=["orders"])
async def payments(paid: jobs.OrderPaid) -> Told:
    """The bank calls, and calls again when it hears no answer: the key makes it one event."""
    emitted = await jobs.app.emit("order.paid", paid, idempotency_key=paid.order_id)
    return Told(event_id=emitted.id, job_ids=[handle.id for handle in emitted.jobs])


@app.post("/products/{product_id}/images", status_code=202, tags=["catalogue"])
async def images(product_id: int) -> Accepted:
    if product_id not in PRODUCTS:
        raise HTTPException(404, f"there is no product {product_id}")
    handle = await jobs.resize_image.enqueue(product_id=product_id, seconds=random.uniform(5, 10))
    return Accepted(job_id=handle.id)


@app.post("/newsletters", status_code=202, tags=["customers"])
async def newsletters(newsletter: Newsletter) -> Accepted:
    handle = await jobs.send_newsletter.enqueue(subject=newsletter.subject, recipients=newsletter.recipients)
    return Accepted(job_id=handle.id)


@app.post("/reports", status_code=202, tags=["orders"])
async def reports(days: Annotated[int, Query(ge=2, le=90)] = 14) -> Accepted:
    handle = await jobs.report_sales.enqueue(days=days)
    return Accepted(job_id=handle.id)


@app.get("/recommendations/{product_id}", tags=["customers"])
async def recommendations(product_id: int) -> list[Product]:
    if random.random() < 0.1:
        raise RuntimeError("recommendations break now and then, so that there is something to see")
    return [p for p in PRODUCTS.values() if p.id != product_id][:3]
