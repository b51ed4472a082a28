"""`python -m shop.traffic`: gentle visitors of this shop, three to five requests a second, until stopped."""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import signal
import sys
from collections.abc import Sequence

import httpx

from shop.settings import ShopSettings

# (weight, method, path, body): mostly looking, sometimes buying, now and then a mistake.
VISITS: Sequence[tuple[float, str, str, dict[str, object] | None]] = (
    (20, "GET", "/products", None),
    (30, "GET", "/products/{id}", None),
    (12, "GET", "/recommendations/{id}", None),
    (8, "GET", "/", None),
    (4, "GET", "/products/99", None),
    (2, "GET", "/wp-login.php", None),
    (18, "POST", "/checkout", {"product_ids": [1]}),
    (1, "POST", "/checkout", {"product_ids": []}),
    (3, "POST", "/payments", {"cents": 1200}),
    (2, "POST", "/products/{id}/images", None),
    (0.6, "POST", "/newsletters", {"recipients": 8}),
    (0.4, "POST", "/reports", None),
)
# (weight, who asks)
CLIENTS: Sequence[tuple[float, str]] = ((60, "web"), (25, "ios-app"), (12, "android-app"), (3, "partner-bakery"))
UNDER_WAY = 8


async def visit_until(stop: asyncio.Event, http: httpx.AsyncClient, rate: float) -> int:
    """Send requests at about `rate` a second, never more than a few at a time; returns how many were sent."""
    sent = 0
    running: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        if len(running) < UNDER_WAY:
            task = asyncio.create_task(_visit(http))
            running.add(task)
            task.add_done_callback(running.discard)
            sent += 1
        try:
            await asyncio.wait_for(stop.wait(), random.uniform(0.5, 1.5) / rate)
        except TimeoutError:
            continue
    await asyncio.gather(*running)
    return sent


async def _visit(http: httpx.AsyncClient) -> None:
    _, method, path, body = random.choices(VISITS, [weight for weight, *_ in VISITS])[0]
    if body and body.get("product_ids"):
        body = {"product_ids": random.choices(range(1, 6), k=random.randint(1, 4))}
    if body and "cents" in body:
        body = {"order_id": secrets.token_hex(4), "cents": random.randint(500, 9900)}
    _, client = random.choices(CLIENTS, [weight for weight, _ in CLIENTS])[0]
    path = path.replace("{id}", str(random.randint(1, 5)))
    try:
        await http.request(method, path, json=body, headers={"Shop-Client": client})
    except httpx.TransportError:
        await asyncio.sleep(1)  # the shop is not open yet, or not any more


async def _run(rate: float, for_s: float | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if for_s is not None:
        loop.call_later(for_s, stop.set)
    async with httpx.AsyncClient(base_url=ShopSettings.read().url, timeout=15, trust_env=False) as http:
        sent = await visit_until(stop, http, rate)
    sys.stdout.write(f"traffic: {sent} requests sent\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m shop.traffic", description=__doc__)
    parser.add_argument("--rate", type=float, default=4.0, help="requests a second, at most 20 (4)")
    parser.add_argument("--for-s", type=float, default=None, help="stop after so many seconds")
    options = parser.parse_args()
    asyncio.run(_run(min(20.0, max(0.1, options.rate)), options.for_s))


if __name__ == "__main__":
    main()
