"""The functions the system tests run."""

import asyncio
import os
import time
from pathlib import Path

from millstream import Context, Millstream, NonRetryable

app = Millstream("system")


@app.function(retries=2, timeout=30, retry_delay=0.1)
async def quick(n: int) -> int:
    return n * 2


@app.function(retries=1, timeout=30, retry_delay=0.1)
async def steps(ctx: Context, pauses: int = 4) -> str:
    for step in range(pauses):
        ctx.progress((step + 1) / pauses, f"step {step + 1}")
        await asyncio.sleep(0.6)
    return "done"


@app.function(retries=3, timeout=30, retry_delay=0.1)
def flaky(ctx: Context, fail_times: int) -> int:
    if ctx.attempt <= fail_times:
        raise ConnectionError("the far side hung up")
    return ctx.attempt


@app.function(retries=3, timeout=30)
def hopeless() -> None:
    raise NonRetryable("no use")


@app.function(retries=0, timeout=60)
async def sleeper(seconds: float) -> None:
    await asyncio.sleep(seconds)


@app.function(retries=0, timeout=60)
async def painter(ctx: Context) -> None:
    await ctx.artifact("dot.txt", b"a small thing", type="text")


@app.function(retries=0, timeout=60)
async def parent(children: int) -> int:
    for n in range(children):
        await quick.enqueue(n=n)
    return children


@app.function(retries=5, timeout=30, retry_delay=0.1)
def marked(n: int) -> int:
    """Leaves a line per run, so that a test can count runs from outside."""
    with Path(os.environ["MARKS"]).open("a") as marks:
        marks.write(f"{n}\n")
    time.sleep(0.01)
    return n
