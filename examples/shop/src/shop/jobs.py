"""The shop's functions. `millstream worker shop.jobs:app` runs them."""

from __future__ import annotations

import asyncio
import io
import logging
import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from millstream import Context, Millstream, NonRetryable
from PIL import Image, ImageDraw, ImageFilter
from pydantic import BaseModel, Field

from shop.catalogue import PRODUCTS
from shop.report import made_up_sales, plotly_figure, vega_lite_chart

app = Millstream("shop")
log = logging.getLogger(__name__)

SIZES = (1280, 960, 640, 320, 160)


class CardDeclined(NonRetryable):
    """The bank said no; asking again changes nothing."""


class PaymentUnavailable(Exception):
    """The payment service did not answer; it will."""


@dataclass(frozen=True)
class Payment:
    """What the bank is asked for."""

    order_id: str
    cents: int
    currency: str
    card_token: str


@app.function(retries=5, timeout=30, retry_delay=0.5, error_locals=True)
async def charge_card(ctx: Context, order_id: str, cents: Annotated[int, Field(gt=0)], email: str) -> str:
    """Fails now and then and is tried again; a declined card is final. Its failures tell what its variables held."""
    ctx.log("asking the bank", order_id=order_id, cents=cents)
    await _pay(Payment(order_id, cents, "EUR", card_token=f"tok-{random.getrandbits(64):016x}"))
    await send_receipt.enqueue(order_id=order_id, email=email, cents=cents)
    return f"charge-{order_id}"


@app.function(retries=3, timeout=10, retry_delay=0.5)
def send_receipt(order_id: str, email: str, cents: int) -> str:
    """A synchronous function, and a child of the job that charged the card."""
    time.sleep(random.uniform(0.05, 0.3))
    log.info("receipt for order %s to %s: %.2f", order_id, email, cents / 100)
    return f"receipt-{order_id}"


class OrderPaid(BaseModel):
    """What the bank says of an order that is paid."""

    order_id: str
    cents: Annotated[int, Field(gt=0)]


@app.function(on="order.paid", retries=3, timeout=10)
async def pack_order(event: OrderPaid) -> str:
    """Whoever says that an order is paid need not know that it is packed then."""
    await asyncio.sleep(random.uniform(0.1, 0.5))
    return f"parcel-{event.order_id}"


@app.function(on="order.*", retries=3, timeout=10)
def keep_books(ctx: Context, event: dict[str, Any]) -> str:
    """Cares about all that happens to orders, whatever it is."""
    ctx.log("written down", event=ctx.event_type, order_id=event.get("order_id"))
    return f"{ctx.event_type} {event.get('order_id')}"


@app.function(retries=2, timeout=60)
def resize_image(ctx: Context, product_id: int, seconds: Annotated[float, Field(ge=0, le=50)] = 7.0) -> list[str]:
    """Long, with progress, and a real image to look at."""
    picture = _picture(product_id)
    made: list[str] = []
    for number, width in enumerate(SIZES):
        resized = picture.resize((width, width * 3 // 4), Image.Resampling.LANCZOS)
        for step in range(4):
            time.sleep(seconds / len(SIZES) / 4)
            ctx.progress((number + (step + 1) / 4) / len(SIZES), f"{width} pixels wide")
        if width <= 640:
            name = f"product-{product_id}-{width}.png"
            ctx.artifact_sync(name, _png(resized), type="image/png")
            made.append(name)
    return made


@app.function(retries=1, timeout=60)
async def send_newsletter(ctx: Context, subject: str, recipients: Annotated[int, Field(ge=1, le=200)]) -> int:
    """Fans out: one child for every recipient."""
    for number in range(recipients):
        await send_email.enqueue(to=f"reader{number}@example.com", subject=subject)
        ctx.progress((number + 1) / recipients)
    return recipients


@app.function(retries=4, timeout=10, retry_delay=0.3, max_concurrency=8, rate_limit="5/s")
async def send_email(to: str, subject: str) -> str:
    """Quick; the mail server takes five a second, and is sometimes busy."""
    await asyncio.sleep(random.uniform(0.05, 0.4))
    if random.random() < 0.08:
        raise ConnectionError("the mail server is busy: 421 try again later")
    log.info("%s to %s", subject, to)
    return to


@app.function(retries=1, timeout=30)
async def report_sales(ctx: Context, days: Annotated[int, Field(ge=2, le=90)] = 14) -> int:
    """Leaves two plots: the dashboard draws them."""
    dates, sold = made_up_sales(datetime.now(UTC).date(), days)
    await ctx.artifact("sold-by-day.plotly.json", plotly_figure(dates, sold))
    await ctx.artifact("sold-by-product.vl.json", vega_lite_chart(dates, sold))
    return sum(sum(counts) for counts in sold.values())


@app.function(schedule="*/2 * * * *", retries=1, timeout=30)
async def tidy_carts(ctx: Context) -> int:
    """Every other minute: carts nobody came back to."""
    left = random.randint(0, 12)
    await asyncio.sleep(random.uniform(0.2, 1.5))
    ctx.log("carts put away", carts=left)
    return left


@app.function(schedule="30 2 * * *", timezone="Europe/Berlin", retries=2, timeout=600)
async def close_the_books(ctx: Context) -> str:
    """In the night, by the shop's own clock."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    for part in range(20):
        await asyncio.sleep(0.2)
        ctx.progress((part + 1) / 20)
    return yesterday.isoformat()


async def _pay(payment: Payment) -> None:
    headers = {"Idempotency-Key": f"charge-{payment.order_id}", "Authorization": "Bearer of-no-real-bank-0123456789"}
    log.debug("asking the bank: %s", headers["Idempotency-Key"])
    waited_s = random.uniform(0.1, 0.6)
    await asyncio.sleep(waited_s)
    draw = random.random()
    if draw < 0.05:
        raise CardDeclined(f"the card of order {payment.order_id} was declined")
    if draw < 0.30:
        raise PaymentUnavailable("the payment service did not answer within 500 ms")


def _picture(product_id: int) -> Image.Image:
    product = PRODUCTS.get(product_id)
    if product is None:
        raise NonRetryable(f"there is no product {product_id}")
    picture = Image.new("RGB", (1280, 960), (250, 248, 244))
    draw = ImageDraw.Draw(picture)
    dice = random.Random(product_id)
    for _ in range(220):
        x, y, size = dice.randrange(1280), dice.randrange(160, 960), dice.randrange(12, 90)
        shade = tuple(min(255, max(0, channel + dice.randrange(-26, 27))) for channel in product.colour)
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(shade[0], shade[1], shade[2]))
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    ImageDraw.Draw(picture).text((48, 40), product.name, fill=(40, 36, 30), font_size=56)
    return picture


def _png(picture: Image.Image) -> bytes:
    body = io.BytesIO()
    picture.save(body, "PNG", optimize=True)
    return body.getvalue()
