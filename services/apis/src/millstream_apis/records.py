"""Records of the log: batches in, snapshots, trends and the feed out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from google.protobuf.message import DecodeError, Message
from millstream_contracts.generated.millstream.apis.v1 import api_events_pb2 as pb
from millstream_contracts.headers import record_headers
from millstream_contracts.ids import new_event_id, new_id
from millstream_contracts.names import Topic
from millstream_kit.log import NewRecord, Record

from millstream_apis.model import ApiView, Batch, EndpointView, Instance, Latency, Request, TrendHour, whole_bytes


class Poison(Exception):
    """A record that cannot be read."""


def batch_record(batch: Batch, traceparent: str | None) -> NewRecord:
    """One instance's batch."""
    message = pb.IngestBatch(
        batch_id=new_id("bat"),
        api_name=batch.api_name,
        instance_id=batch.instance_id,
        received_at_ms=batch.received_at_ms,
    )
    add = message.requests.add  # makes them where they stay: half of what making and copying costs
    for request in batch.requests:
        request_message(request, add)
    return _record(Topic.APIS_INGEST, f"{batch.api_name}/{batch.instance_id}", message, traceparent)


def read_batch(record: Record) -> Batch:
    """The batch in a record.

    Raises:
        Poison: it holds none.
    """
    try:
        message = pb.IngestBatch.FromString(record.value or b"")
    except DecodeError as error:
        raise Poison(str(error)) from error
    if not message.api_name or not message.instance_id:
        raise Poison("no api_name or no instance_id")
    return Batch(
        message.api_name,
        message.instance_id,
        message.received_at_ms,
        tuple(read_request(r) for r in message.requests),
    )


def request_message(request: Request, make: Callable[..., pb.Request] = pb.Request) -> pb.Request:
    """A request as a message, made by itself or where it is to stay."""
    id_, at_ms, method, path, status, latency_ms, instance_id, sampled, trace_id, weight, *_ = request
    return make(
        id=id_,
        at_ms=at_ms,
        method=method,
        path=path,
        status=status,
        latency_ms=latency_ms,
        instance_id=instance_id,
        sampled=sampled,
        trace_id=trace_id,
        weight=weight if weight > 1 else None,
        request_bytes=request.request_bytes,
        response_bytes=request.response_bytes,
        consumer=request.consumer,
        enqueued=dict(request.enqueued) if request.enqueued else None,
    )


def read_request(message: pb.Request) -> Request:
    """A message as a request."""
    return Request(
        message.id,
        message.at_ms,
        message.method,
        message.path,
        message.status,
        message.latency_ms,
        message.instance_id,
        message.sampled,
        message.trace_id or None,
        message.weight or 1,
        message.request_bytes if message.HasField("request_bytes") else None,
        message.response_bytes if message.HasField("response_bytes") else None,
        message.consumer or None,
        tuple(sorted(message.enqueued.items())) if message.enqueued else (),
    )


def feed_items(picked: Sequence[tuple[str, Request]], dropped: int) -> list[pb.FeedItem]:
    """Feed items in the order given; the first one tells what was left out."""
    return [
        pb.FeedItem(event_id=event_id, at_ms=r.at_ms, request=request_message(r), dropped=dropped if i == 0 else 0)
        for i, (event_id, r) in enumerate(picked)
    ]


def feed_record(api_name: str, picked: Sequence[tuple[str, Request]], dropped: int) -> NewRecord:
    """Requests of one API for people to see."""
    message = pb.RequestFeed(api_name=api_name, items=feed_items(picked, dropped))
    return _record(Topic.APIS_REQUESTS, api_name, message)


def pack_feed(api_name: str, picked: Sequence[tuple[str, Request]]) -> bytes:
    """Picked requests as the store keeps them."""
    return pb.RequestFeed(api_name=api_name, items=feed_items(picked, 0)).SerializeToString()


def unpack_feed(data: bytes) -> tuple[tuple[str, Request], ...]:
    """What `pack_feed` packed."""
    return tuple((item.event_id, read_request(item.request)) for item in pb.RequestFeed.FromString(data).items)


def trend_record(api_name: str, hour: TrendHour, at_ms: int) -> NewRecord:
    """One hour of one API."""
    message = pb.ApiTrendHour(
        event_id=new_event_id(),
        at_ms=at_ms,
        api_name=api_name,
        hour_ms=hour.hour_ms,
        success_2xx=hour.success_2xx,
        redirect_3xx=hour.redirect_3xx,
        client_4xx=hour.client_4xx,
        server_5xx=hour.server_5xx,
        requests=hour.requests,
        latency_sum_ms=hour.latency_sum_ms,
    )
    return _record(Topic.APIS_TRENDS, trend_key(api_name, hour.hour_ms), message)


def trend_key(api_name: str, hour_ms: int) -> str:
    """The key of a trend hour."""
    return f"{api_name}/{hour_ms}"


def trend_tombstone(api_name: str, hour_ms: int) -> NewRecord:
    """An hour nobody asks for any more."""
    return NewRecord(Topic.APIS_TRENDS, trend_key(api_name, hour_ms).encode(), None)


def snapshot_tombstone(api_name: str) -> NewRecord:
    """An API that is no longer known."""
    return NewRecord(Topic.APIS_SNAPSHOTS, api_name.encode(), None)


def snapshot_record(view: ApiView, at_ms: int, apdex_ms: int) -> NewRecord:
    """An API as it stands."""
    message = pb.ApiSnapshot(
        event_id=new_event_id(),
        at_ms=at_ms,
        name=view.name,
        active=view.active,
        instances=[_instance(i) for i in view.instances],
        endpoint_count=view.endpoint_count,
        requests_24h=view.total.requests,
        avg_latency_ms=view.total.avg_latency_ms,
        error_rate=view.total.error_rate,
        requests_per_min=view.requests_per_min,
        docs_url=view.docs_url,
        success_rate=view.total.success_rate,
        client_error_rate=view.total.share(4),
        server_error_rate=view.total.share(5),
        endpoints=[_endpoint(e, apdex_ms) for e in view.endpoints],
        total_endpoints=len(view.endpoints),
    )
    return _record(Topic.APIS_SNAPSHOTS, view.name, message)


def _instance(instance: Instance) -> pb.Instance:
    return pb.Instance(
        id=instance.id,
        started_at_ms=instance.started_at_ms,
        last_heartbeat_ms=instance.last_heartbeat_ms,
        host=instance.host,
        port=instance.port,
        endpoints=instance.endpoints,
        hostname=instance.hostname,
        version=instance.version,
    )


def _endpoint(view: EndpointView, apdex_ms: int) -> pb.Endpoint:
    counts = view.counts
    return pb.Endpoint(
        method=view.key.method,
        path=view.key.path,
        requests_24h=counts.requests,
        requests_per_min=view.requests_per_min,
        avg_latency_ms=counts.avg_latency_ms,
        **Latency.of(counts.sketch, counts.by_class, apdex_ms)._asdict(),
        error_rate=counts.error_rate,
        success_rate=counts.success_rate,
        client_error_rate=counts.share(4),
        server_error_rate=counts.share(5),
        status_2xx=counts.by_class[1],
        status_3xx=counts.by_class[2],
        status_4xx=counts.by_class[3],
        status_5xx=counts.by_class[4],
        last_request_at_ms=counts.last_at_ms or None,
        request_bytes=whole_bytes(counts.request_bytes),
        response_bytes=whole_bytes(counts.response_bytes),
        tags=view.tags,
    )


def _record(topic: Topic, key: str, message: Message, traceparent: str | None = None) -> NewRecord:
    headers = record_headers(message.DESCRIPTOR.full_name, traceparent)
    return NewRecord(topic, key.encode(), message.SerializeToString(), headers)
