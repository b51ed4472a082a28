"""OTLP over HTTP: spans of HTTP servers are requests, and what is refused is said."""

import asyncio
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.rpc.code_pb2 import Code
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from httpx import ASGITransport, AsyncClient
from millstream_apis.app import create_app
from millstream_apis.otlp import SPANS_MAX, Origin, read_export, read_json
from millstream_apis.settings import ApisSettings
from millstream_contracts.limits import load_limits
from millstream_kit.db import Database
from millstream_kit.log import Log, LogUnavailable
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving, wait_until
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from sqlalchemy.ext.asyncio import create_async_engine

NOON = 1_767_268_800_000  # 2026-01-01T12:00:00Z
PATH = "/api/v1/otlp/v1/traces"
PROTOBUF = "application/x-protobuf"
STABLE = {"http.request.method": "GET", "http.route": "/orders/{id}", "http.response.status_code": 200}
SHOP = {"service.name": "Shop Front", "service.instance.id": "pod-1"}
OTHER_ENCODINGS: list[tuple[str, str]] = [("text/plain", "identity"), ("application/json", "br")]


def attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    kinds = {int: "intValue", float: "doubleValue", str: "stringValue"}
    return [{"key": k, "value": {kinds[type(v)]: str(v) if type(v) is int else v}} for k, v in values.items()]


def a_span(number: int = 1, of: Mapping[str, Any] = STABLE, **changes: Any) -> dict[str, Any]:
    return {
        "traceId": f"{number:032X}",
        "spanId": f"{number:016x}",
        "kind": 2,
        "startTimeUnixNano": str(NOON * 1_000_000),
        "endTimeUnixNano": str(NOON * 1_000_000 + 12_500_000),
        "attributes": attributes(of),
        "somethingNew": {"unknown": True},
    } | changes


def an_export(*spans: dict[str, Any], of: Mapping[str, Any] = SHOP) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": attributes(of)}, "scopeSpans": [{"spans": list(spans)}]}]}


def items(*spans: dict[str, Any], of: Mapping[str, Any] = SHOP) -> list[dict[str, Any]]:
    export = read_export(read_json(an_export(*spans, of=of)))
    assert not export.unfit
    return [item for several in export.items.values() for item in several]


def unfit(*spans: dict[str, Any], of: Mapping[str, Any] = SHOP) -> dict[str, int]:
    return dict(read_export(read_json(an_export(*spans, of=of))).unfit)


class TestWhatASpanIs:
    @pytest.mark.parametrize("said", [404, 404.0, "404"])
    def test_a_number_is_one_however_its_language_sends_it(self, said: object) -> None:
        [item] = items(a_span(of=STABLE | {"http.response.status_code": said}))
        assert (item["status"], type(item["status"])) == (404, int)

    def test_a_servers_span_is_a_request(self) -> None:
        assert items(a_span(0xAB)) == [
            {
                "id": f"{0xAB:032x}{0xAB:016x}",
                "at": "2026-01-01T12:00:00.000Z",
                "method": "GET",
                "path": "/orders/{id}",
                "status": 200,
                "latency_ms": 12.5,
                "sampled": False,
                "trace_id": f"{0xAB:032x}",
                "weight": 1,
                "request_bytes": None,
                "response_bytes": None,
                "instance_id": "pod-1",
            }
        ]

    @pytest.mark.parametrize("kind", [0, 1, 3, 4, 5])
    def test_other_kinds_are_passed_over(self, kind: int) -> None:
        assert items(a_span(kind=kind)) == []

    def test_servers_that_do_not_speak_http_are_passed_over(self) -> None:
        assert items(a_span(of={"rpc.system": "grpc"})) == []

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"http.route": "orders/<int:id>"}, {"path": "/orders/<int:id>"}),
            ({"http.request.method": "_OTHER", "http.request.method_original": "PURGE"}, {"method": "PURGE"}),
            ({"http.request.method": "_OTHER"}, {"method": "OTHER"}),
            ({"http.response.status_code": 503}, {"status": 503}),
            (
                {"http.request.body.size": 12, "http.response.body.size": 7.0},
                {"request_bytes": 12, "response_bytes": 7},
            ),
            ({"http.request.body.size": -1, "http.response.body.size": "?"}, {"request_bytes": None}),
        ],
    )
    def test_attributes_say_what_it_was(self, changes: Mapping[str, Any], expected: dict[str, Any]) -> None:
        (item,) = items(a_span(of={**STABLE, **changes}))
        assert item | expected == item

    def test_without_a_route_it_is_one_no_route_matched(self) -> None:
        (item,) = items(a_span(of={"http.request.method": "GET", "url.path": "/wp-admin"}))
        assert item["path"] == ""

    def test_without_a_status_it_failed_or_was_left(self) -> None:
        of = {"http.request.method": "GET", "http.route": "/a"}
        failed, left = items(a_span(1, of, status={"code": 2}), a_span(2, of))
        assert (failed["status"], left["status"]) == (500, 499)

    @pytest.mark.parametrize(("state", "weight"), [("ot=th:c", 4), ("a=b,ot=rv:1;th:e", 8), ("ot=th:0", 1), ("x=y", 1)])
    def test_a_sampled_one_stands_for_as_many_as_its_threshold_says(self, state: str, weight: int) -> None:
        (item,) = items(a_span(traceState=state))
        assert (item["weight"], item["sampled"]) == (weight, weight > 1)

    @pytest.mark.parametrize(
        ("resource", "origin"),
        [
            ({"service.name": "Shop Front/EU"}, ("shop-front-eu", "unknown")),
            ({"service.name": "shop", "host.name": "h 1", "k8s.pod.name": "shop-7f"}, ("shop", "shop-7f")),
            ({"service.name": "unknown_service:java", "host.name": "h 1"}, ("unknown_service-java", "h-1")),
            ({"service.name": "s" * 80, "service.instance.id": "_" * 9 + "i" * 200}, ("s" * 63, "i" * 128)),
        ],
    )
    def test_its_resource_names_api_and_instance(self, resource: dict[str, str], origin: tuple[str, str]) -> None:
        assert list(read_export(read_json(an_export(a_span(), of=resource))).items) == [Origin(*origin)]

    @pytest.mark.parametrize(
        ("span", "resource", "reason"),
        [
            (a_span(of={"http.method": "GET", "http.status_code": 200}), SHOP, "OTEL_SEMCONV_STABILITY_OPT_IN"),
            (a_span(traceId="zz"), SHOP, "trace_id"),
            (a_span(startTimeUnixNano="0"), SHOP, "start"),
            (a_span(endTimeUnixNano="1"), SHOP, "ends before"),
            (a_span(), {}, "no service.name"),
            (a_span(), {"service.name": "///"}, "no service.name"),
            (a_span(), {"service.name": "stream"}, "reserved"),
        ],
    )
    def test_what_cannot_be_counted_says_why(self, span: Any, resource: dict[str, str], reason: str) -> None:
        ((said, count),) = unfit(span, of=resource).items()
        assert reason in said
        assert count == 1

    def test_an_export_has_a_bound(self) -> None:
        message = read_json(an_export(a_span()))
        spans = message.resource_spans[0].scope_spans[0].spans
        spans.extend([spans[0]] * (SPANS_MAX + 2))
        assert list(read_export(message).unfit.values()) == [3]


async def post(site: Any, body: bytes, kind: str = "application/json", encoding: str = "identity") -> Any:
    return await site.http.post(PATH, content=body, headers={"content-type": kind, "content-encoding": encoding})


def refused(answer: Any) -> tuple[int, str]:
    """The code of the status, and that of the problem it tells; in the encoding of the request."""
    kind = answer.headers["content-type"]
    assert kind == (PROTOBUF if answer.request.headers["content-type"] == PROTOBUF else "application/json")
    assert int(answer.headers["content-length"]) == len(answer.content)
    status = Status.FromString(answer.content) if kind == PROTOBUF else ParseDict(answer.json(), Status())
    why = ErrorInfo()
    assert status.message
    assert status.details[0].Unpack(why)
    return status.code, why.reason


class TestRefusals:
    @pytest.mark.parametrize("kind", ["application/json", "application/x-protobuf"])
    async def test_without_the_log_exporters_are_told_when_to_come_back(
        self, site: Any, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        async def away(*_: Any, **__: Any) -> None:
            raise LogUnavailable("away")

        monkeypatch.setattr(site.log, "append", away)
        message = read_json(an_export(a_span(1)))
        body = message.SerializeToString() if kind == PROTOBUF else json.dumps(an_export(a_span(1))).encode()
        answer = await post(site, body, kind)
        assert (answer.status_code, refused(answer)) == (503, (Code.UNAVAILABLE, "log_unavailable"))
        assert answer.headers["retry-after"] == "2"

    async def test_without_its_database_too(
        self, site: Any, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "engine", create_async_engine("postgresql+psycopg://127.0.0.1:1/nobody"))
        answer = await post(site, json.dumps(an_export(a_span(1))).encode())
        assert (answer.status_code, refused(answer)) == (503, (Code.UNAVAILABLE, "unavailable"))
        assert answer.headers["retry-after"] == "1"

    async def test_a_surprise_is_told_the_same_way(self, site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        async def surprise(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(site.app.state.traffic, "take_in", surprise)
        answer = await post(site, json.dumps(an_export(a_span(1))).encode())
        assert (answer.status_code, refused(answer)) == (500, (Code.INTERNAL, "internal"))

    async def test_a_wrong_key_and_a_wrong_method_too(self, tmp_path: Path, database: Database, log: Log) -> None:
        (tmp_path / "keys.yaml").write_text("keys: []")
        settings = ApisSettings(auth=AuthSettings(mode="required", keys_file=tmp_path / "keys.yaml"))
        app = create_app(settings, database=database, log=log)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://apis") as http:
            answer = await http.post(PATH, content=b"{}", headers={"content-type": "application/json"})
            assert (answer.status_code, refused(answer)) == (401, (Code.UNAUTHENTICATED, "unauthenticated"))
            assert answer.headers["www-authenticate"] == "Bearer"
            answer = await http.put(PATH, content=b"", headers={"content-type": PROTOBUF})
            assert (answer.status_code, refused(answer)) == (405, (Code.UNIMPLEMENTED, "method_not_allowed"))
            assert answer.headers["allow"] == "POST"
            elsewhere = await http.post("/api/v1/apis/shop/requests", json={"requests": []})
            assert elsewhere.headers["content-type"] == "application/problem+json"


class TestOverHttp:
    async def test_json_and_protobuf_are_counted_alike(self, site: Any) -> None:
        answer = await post(site, json.dumps(an_export(a_span(1), a_span(2))).encode())
        assert (answer.status_code, answer.json()) == (200, {})
        message = read_json(an_export(a_span(2), a_span(3)))
        answer = await post(
            site, gzip.compress(message.SerializeToString()), "application/x-protobuf; charset=x", "gzip"
        )
        assert answer.headers["content-type"] == "application/x-protobuf"
        assert ExportTraceServiceResponse.FromString(answer.content) == ExportTraceServiceResponse()
        page = await site.until_counted(3, "shop-front")
        assert page["api"]["requests_24h"] == 3
        assert page["endpoints"][0]["p50_latency_ms"] == pytest.approx(12.5, rel=0.011)

    async def test_refused_spans_do_not_cost_the_others(self, site: Any) -> None:
        old, late = a_span(2, {"http.method": "GET"}), a_span(3, startTimeUnixNano="1", endTimeUnixNano="2")
        nowhere = a_span(4, STABLE | {"http.route": "/" + "x" * 600})
        answer = await post(site, json.dumps(an_export(a_span(1), old, late, nowhere)).encode())
        partial = answer.json()["partialSuccess"]
        assert partial["rejectedSpans"] == "3"
        assert "conventions" in partial["errorMessage"]
        assert "too old" in partial["errorMessage"]
        assert (await site.until_counted(1, "shop-front"))["api"]["requests_24h"] == 1

    async def test_the_instance_is_shown_with_its_place(self, site: Any) -> None:
        of = STABLE | {"server.address": "shop.example", "server.port": 8443}
        await post(site, json.dumps(an_export(a_span(1, of), of=SHOP | {"host.name": "node-1"})).encode())
        instance = (await site.until_counted(1, "shop-front"))["api"]["instances"][0]
        assert [instance[k] for k in ("id", "host", "port", "hostname")] == ["pod-1", "shop.example", 8443, "node-1"]

    async def test_one_export_may_be_of_many_services(self, site: Any) -> None:
        parts = [an_export(a_span(n), of={"service.name": f"s{n}"})["resourceSpans"][0] for n in (1, 2)]
        await post(site, json.dumps({"resourceSpans": parts}).encode())
        for name in ("s1", "s2"):
            assert (await site.until_counted(1, name))["api"]["requests_24h"] == 1

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"resourceSpans": 1}', b"[" * 100_000, b"\xff"])
    async def test_json_that_is_no_export_is_400(self, site: Any, body: bytes) -> None:
        answer = await post(site, body)
        assert (answer.status_code, refused(answer)) == (400, (Code.INVALID_ARGUMENT, "unreadable"))

    @pytest.mark.parametrize("body", [b"\xff\xff", gzip.compress(b"\x0a", mtime=0)[:-9]])
    async def test_protobuf_that_is_no_export_is_400(self, site: Any, body: bytes) -> None:
        for encoding in ("identity", "gzip"):
            answer = await post(site, body, "application/x-protobuf", encoding)
            assert (answer.status_code, refused(answer)) == (400, (Code.INVALID_ARGUMENT, "unreadable"))

    async def test_a_status_may_be_a_whole_number_of_any_kind(self, site: Any) -> None:
        spans = [
            a_span(n, of=STABLE | {"http.response.status_code": code}) for n, code in ((1, 404.0), (2, 404.5), (3, 200))
        ]
        answer = (await post(site, json.dumps(an_export(*spans)).encode())).json()
        assert answer["partialSuccess"]["rejectedSpans"] == "1"
        page = await site.until_counted(2, "shop-front")
        assert (page["endpoints"][0]["status_2xx"], page["endpoints"][0]["status_4xx"]) == (1, 1)

    @pytest.mark.parametrize(("kind", "encoding"), OTHER_ENCODINGS)
    async def test_other_encodings_are_415(self, site: Any, kind: str, encoding: str) -> None:
        answer = await post(site, b"{}", kind, encoding)
        assert (answer.status_code, refused(answer)) == (415, (Code.INVALID_ARGUMENT, "unsupported_media_type"))

    async def test_what_unpacks_to_too_much_is_413(self, site: Any) -> None:
        bomb = gzip.compress(bytes(load_limits().request_body_bytes + 1))
        answer = await post(site, bomb, "application/x-protobuf", "gzip")
        assert (answer.status_code, refused(answer)) == (413, (Code.INVALID_ARGUMENT, "too_large"))
        announced = await post(site, bytes(load_limits().request_body_bytes + 1))
        assert (announced.status_code, refused(announced)[1]) == (413, "too_large")

    async def test_nothing_is_a_good_export(self, site: Any) -> None:
        assert (
            await post(site, ExportTraceServiceRequest().SerializeToString(), "application/x-protobuf")
        ).content == b""


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
async def test_the_exporter_of_opentelemetry_is_understood(tmp_path: Path, compression: Compression) -> None:
    given = ApisSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path, port=free_port())
    base = f"http://127.0.0.1:{given.port}/api/v1"

    def serve_orders() -> None:
        provider = TracerProvider(resource=Resource.create({"service.name": "Orders", "service.instance.id": "o-1"}))
        exporter = OTLPSpanExporter(f"{base}/otlp/v1/traces", compression=compression)
        provider.add_span_processor(BatchSpanProcessor(exporter))
        tracer = provider.get_tracer("test")
        for status in (200, 200, 404):
            told: dict[str, str | int] = {**STABLE, "http.response.status_code": status}
            with tracer.start_as_current_span("GET /orders/{id}", kind=SpanKind.SERVER, attributes=told):
                tracer.start_span("SELECT", kind=SpanKind.CLIENT).end()
        provider.shutdown()

    async with serving(given, create_app(given)), AsyncClient(base_url=base) as http:
        await asyncio.to_thread(serve_orders)

        async def counted() -> dict[str, Any] | None:
            answer = await http.get("/apis/orders")
            body: dict[str, Any] = answer.json()
            return body if answer.status_code == 200 and body["api"]["requests_24h"] >= 3 else None

        page = await wait_until(counted, timeout_s=60)
        assert page is not None
        (endpoint,) = page["endpoints"]
        assert [endpoint[f"status_{c}xx"] for c in (2, 4)] == [2, 1]
        assert [i["id"] for i in page["api"]["instances"]] == ["o-1"]
