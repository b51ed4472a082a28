"""From requests over HTTP to records in Apache Kafka, with PostgreSQL between and two replicas, one of which dies."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from httpx import ASGITransport, AsyncClient
from millstream_apis.app import STORAGE, create_app
from millstream_apis.settings import ApisSettings
from millstream_contracts.generated.millstream.apis.v1 import api_events_pb2 as pb
from millstream_contracts.ids import new_id
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Topic
from millstream_contracts.times import HOUR_MS, hour_of, to_rfc3339
from millstream_kit.clock import SystemClock
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import wait_until


@asynccontextmanager
async def a_replica(servers: str, database_url: str) -> AsyncIterator[AsyncClient]:
    settings = ApisSettings(
        auth=AuthSettings(mode="off"), kafka_bootstrap_servers=servers, database_url=database_url, lease_s=3
    )
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://apis") as http,
    ):
        yield http


async def test_figures_reach_every_topic_once_whoever_counts(kafka_servers: str, postgres_url: str) -> None:
    name, found = new_id("shop").lower().replace("_", "-"), Found()
    now = SystemClock().now_ms()
    async with AsyncExitStack() as stack, AsyncExitStack() as dying:
        first = await dying.enter_async_context(a_replica(kafka_servers, postgres_url))
        second = await stack.enter_async_context(a_replica(kafka_servers, postgres_url))
        log = KafkaLog(kafka_servers)
        stack.push_async_callback(log.close)
        topics = load_inventory().topics
        partitions = [(str(t), p) for t in STORAGE.topics for p in range(topics[t].partitions)]
        reader = log.reader(await log.end_offsets(partitions), found.keep)
        stack.push_async_callback(reader.close)

        async def send(http: AsyncClient, begin: int) -> None:
            requests = [a_request(f"{name}-{n}", f"i{n % 4}", now) for n in range(begin, begin + 50)]
            answer = await http.post(f"/api/v1/apis/{name}/requests", json={"requests": requests})
            assert answer.json() == {"accepted": 50, "rejected": []}

        async def counted(requests: int) -> Mapping[str, Any] | None:
            answer = await second.get(f"/api/v1/apis/{name}")
            body: Mapping[str, Any] = answer.json()
            return body if answer.status_code == 200 and body["api"]["requests_24h"] >= requests else None

        for begin in (0, 25, 50):  # every request of a batch's second half is repeated by the next
            await send(first, begin)
        await wait_until(lambda: counted(100), timeout_s=30, every_s=0.2)
        await dying.aclose()
        await send(second, 75)
        page = await wait_until(lambda: counted(125), timeout_s=30, every_s=0.2)
        assert page is not None
        assert page["api"]["requests_24h"] == 125
        await wait_until(lambda: found.snapshot(name) == 125, timeout_s=20)
        await wait_until(lambda: found.hour(name, now) + found.hour(name, now - HOUR_MS) == 125, timeout_s=20)
        await wait_until(lambda: found.fed(name) == 125, timeout_s=20)


def a_request(request_id: str, instance_id: str, at_ms: int) -> dict[str, Any]:
    return {
        "id": request_id,
        "at": to_rfc3339(at_ms),
        "method": "GET",
        "path": "/a",
        "status": 200,
        "latency_ms": 5,
        "instance_id": instance_id,
    }


class Found:
    """What the topics say, newest record of a key."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, str], bytes] = {}
        self._items: dict[str, tuple[str, int]] = {}

    def keep(self, batch: Any) -> None:
        for record in batch.records:
            self._newest[record.topic, record.key.decode()] = record.value or b""
            if record.topic == Topic.APIS_REQUESTS:
                feed = pb.RequestFeed.FromString(record.value)
                self._items |= {item.event_id: (feed.api_name, item.dropped + 1) for item in feed.items}

    def snapshot(self, name: str) -> int:
        return pb.ApiSnapshot.FromString(self._newest.get((Topic.APIS_SNAPSHOTS, name), b"")).requests_24h

    def hour(self, name: str, at_ms: int) -> int:
        value = self._newest.get((Topic.APIS_TRENDS, f"{name}/{hour_of(at_ms)}"), b"")
        return pb.ApiTrendHour.FromString(value).success_2xx

    def fed(self, name: str) -> int:
        return sum(seen for api, seen in self._items.values() if api == name)
