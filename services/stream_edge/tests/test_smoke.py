from __future__ import annotations

from millstream_stream_edge.testing import a_job_event, job_record


async def test_events_live_and_resumed(running) -> None:
    async with running.client.open("/api/v1/events/stream") as stream:
        opened = await stream.next()
        print(opened, stream.response.headers)
        await running.log.append([job_record(a_job_event(seq=n)) for n in range(5)])
        got = await stream.data(5)
        print(got[0])
        position = stream.last_event_id
    await running.log.append([job_record(a_job_event(seq=n + 5)) for n in range(5)])
    async with running.client.open("/api/v1/events/stream", last_event_id=position) as stream:
        more = await stream.data(5)
    assert sorted(e["seq"] for e in got + more) == list(range(10))
