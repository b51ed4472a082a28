"""Server-sent events as tutorials show them: sse-starlette, a queue per client, a dict per event.

python -m load.fanout.tutorial PORT
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI, Request, Response
from sse_starlette import EventSourceResponse

app = FastAPI()
queues: set[asyncio.Queue[str]] = set()


@app.get("/stream")
async def stream(request: Request) -> EventSourceResponse:
    queue: asyncio.Queue[str] = asyncio.Queue()

    async def events() -> AsyncIterator[dict[str, str]]:
        queues.add(queue)
        try:
            n = 0
            while True:
                yield {"id": str(n := n + 1), "data": await queue.get()}
        finally:
            queues.discard(queue)

    return EventSourceResponse(events())


@app.post("/publish")
async def publish(request: Request) -> Response:
    data = (await request.body()).decode()
    for queue in queues:
        queue.put_nowait(data)
    return Response(status_code=202)


if __name__ == "__main__":
    config = uvicorn.Config(app, port=int(sys.argv[1]), access_log=False, loop="uvloop", http="httptools", backlog=4096)
    uvicorn.Server(config).run()
