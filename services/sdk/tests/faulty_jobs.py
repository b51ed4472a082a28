"""Functions for tests that start real workers; what they did is written to the file TRACE names."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from millstream import Context, Millstream

app = Millstream("faulty")
TRACE = Path(os.environ.get("TRACE", "/dev/null"))


def trace(line: str) -> None:
    with TRACE.open("a") as file:
        file.write(f"{line}\n")


@app.function(retries=0, timeout=60)
async def hold(ctx: Context, name: str, seconds: float = 0.0) -> str:
    trace(f"{name} began {ctx.attempt}")
    ctx.log(f"{name} is held")
    if ctx.attempt == 1:
        await asyncio.sleep(seconds)
    trace(f"{name} ended {ctx.attempt}")
    return name


@app.function(retries=0, timeout=60)
async def block(seconds: float) -> str:
    time.sleep(seconds)
    return "free again"


@app.function(retries=0, timeout=60)
def draw(ctx: Context) -> str:
    ctx.progress(0.5, "half")
    kept = ctx.artifact_sync("thumb.png", b"\x89PNG\r\n\x1a\n", type="image/png")
    return str(kept["id"])


@app.function(retries=2, retry_delay=0.05, timeout=60)
async def fan(ctx: Context, count: int) -> list[str]:
    return [(await hold.enqueue(name=f"child{n}")).id for n in range(count)]
