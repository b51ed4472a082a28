"""A service answers refusals as problems, tells its health, and leaves in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Query, Request
from millstream_kit.auth import require
from millstream_kit.bodies import read_body
from millstream_kit.clock import SystemClock
from millstream_kit.errors import Refusal
from millstream_kit.parameters import query_handed_on
from millstream_kit.service import build_app
from millstream_kit.settings import AuthSettings, ServiceSettings, load_settings
from millstream_kit.testing import free_port, problem, serving
from pydantic import BaseModel, Field, field_validator
from pydantic_settings import SettingsConfigDict


class Body(BaseModel):
    size: int

    @field_validator("size")
    @classmethod
    def _known_size(cls, size: int) -> int:
        if size == 7:
            raise ValueError("no 7")
        return size


class Sought(BaseModel):
    tag: list[str] = Field(default_factory=list)
    word: list[str] | None = None
    limit: int = 10


@asynccontextmanager
async def nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


def an_app(settings: ServiceSettings, max_body_bytes: int = 100) -> FastAPI:
    app = build_app(
        settings, name="sample", version="0", clock=SystemClock(), lifespan=nothing, max_body_bytes=max_body_bytes
    )

    @app.get("/things", dependencies=[require("things:read")])
    async def all_things() -> list[int]:
        return [1, 2, 3]

    @app.post("/things", dependencies=[require("things:write")])
    async def things(body: Body) -> dict[str, int]:
        if body.size == 0:
            raise ZeroDivisionError
        if body.size < 0:
            raise Refusal(409, "negative", "A size is positive.")
        return {"size": body.size}

    @app.get("/found")
    async def found(query: Annotated[Sought, Query()]) -> list[str]:
        return [*query.tag, *(query.word or [])][: query.limit]

    @app.get("/handed-on")
    async def handed_on(query: Annotated[str, Depends(query_handed_on)]) -> str:
        return query

    @app.post("/read")
    async def read(request: Request) -> dict[str, int]:
        return {"size": read_body(Body, await request.body()).size}

    return app


def some_settings(**values: object) -> ServiceSettings:
    return ServiceSettings(port=free_port(), auth=AuthSettings(mode="off"), **values)  # type: ignore[arg-type]


async def test_errors_are_problem_documents_with_a_code() -> None:
    settings = some_settings()
    async with serving(settings, an_app(settings)) as url, httpx.AsyncClient(base_url=url) as client:

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield b"0123456789"

        answers = {
            "ok": await client.post("/things", json={"size": 1}),
            "negative": await client.post("/things", json={"size": -1}),
            "invalid": await client.post("/things", json={"size": "x"}),
            "not_found": await client.get("/nowhere"),
            "method_not_allowed": await client.delete("/things"),
            "internal": await client.post("/things", json={"size": 0}),
            "too_large": await client.post("/things", content=b"x" * 101),
        }
        unannounced = await client.post("/things", content=chunks(), headers={"content-type": "application/json"})
    assert answers.pop("ok").headers["x-served-by"] == "sample"
    for code, answer in answers.items():
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code
        assert answer.json()["status"] == answer.status_code
    assert unannounced.status_code == 413
    assert answers["invalid"].json()["errors"] == [
        {"field": "size", "message": answers["invalid"].json()["errors"][0]["message"]}
    ]


async def test_head_is_answered_as_get_is_without_the_body() -> None:
    settings = some_settings()
    app = an_app(settings)
    async with serving(settings, app) as url, httpx.AsyncClient(base_url=url) as client:
        whole, head = await client.get("/things"), await client.head("/things")
        nowhere = await client.head("/nowhere")
        # The connection is still in step.
        again = await client.get("/things")
    assert (head.status_code, head.content, nowhere.status_code) == (200, b"", 404)
    for name in ("content-length", "content-type", "x-served-by"):
        assert head.headers[name] == whole.headers[name]
    assert again.json() == [1, 2, 3]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://in-process") as client:
        assert (await client.head("/things")).content == b""
    assert set(app.openapi()["paths"]["/things"]) == {"get", "post"}


async def test_health_has_its_own_port_where_the_settings_name_one() -> None:
    settings = some_settings(health_port=free_port())
    async with serving(settings, an_app(settings)) as url, httpx.AsyncClient() as client:
        health = f"http://127.0.0.1:{settings.health_port}"
        assert (await client.get(f"{health}/readyz")).json() == {"status": "ready"}
        assert (await client.get(f"{health}/livez")).status_code == 200
        assert "process_cpu_seconds_total" in (await client.get(f"{health}/metrics")).text
        assert (await client.get(f"{url}/readyz")).status_code == 404


async def test_leaving_fails_readiness_then_drains_then_closes() -> None:
    settings = some_settings()
    app = an_app(settings)
    said: list[str] = []

    async def drain() -> None:
        said.append(str(app.state.readiness.reason))
        await asyncio.sleep(0)

    app.state.drain = drain
    async with serving(settings, app):
        pass
    assert said == ["draining"]


def test_bad_settings_are_named_all_at_once_and_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class SampleSettings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="MILLSTREAM_SAMPLE_")

    monkeypatch.setenv("MILLSTREAM_SAMPLE_PORT", "secret-port")
    monkeypatch.setenv("MILLSTREAM_DRAIN_S", "-1")
    monkeypatch.setenv("MILLSTREAM_AUTH_MODE", "required")
    with pytest.raises(SystemExit):
        load_settings(SampleSettings)
    message = capsys.readouterr().err
    for expected in ("MILLSTREAM_SAMPLE_PORT", "MILLSTREAM_DRAIN_S", "mode=required needs"):
        assert expected in message
    assert "secret-port" not in message


def test_auth_can_be_off_on_a_loopback_address_only() -> None:
    with pytest.raises(ValueError, match="loopback"):
        ServiceSettings(host="0.0.0.0", auth=AuthSettings(mode="off"))


async def test_a_parameter_is_known_and_one_that_is_no_list_is_said_once() -> None:
    settings = some_settings()
    async with serving(settings, an_app(settings)) as url, httpx.AsyncClient(base_url=url) as client:
        assert (await client.get("/found?tag=a&word=b&tag=c&word=d&limit=3")).json() == ["a", "c", "b"]
        refused = await client.get("/found?limit=1&tag=a&limit=2&what=1&what=1")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
        assert refused.json()["errors"] == [
            {"field": "what", "message": "is not a parameter here; there are: limit, tag, word"},
            {"field": "limit", "message": "may be given once"},
        ]
        refused = await client.post("/things?dry=1", json={"size": 1})
        assert refused.json()["detail"] == "dry: is not a parameter here; there are: none"
        assert (await client.get("/handed-on?what=1&what=2")).json() == "?what=1&what=2"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"size": "x"}', "size"),
        ('{"size": 7}', "size"),
        ("{}", "size"),
        ('{"size": }', ""),
        ("", ""),
        ("[" * 5000, ""),
        ("\udcff", ""),
    ],
)
async def test_a_body_is_refused_in_one_way_whoever_reads_it(body: str, field: str) -> None:
    app = an_app(some_settings(), max_body_bytes=10_000)
    text = body.encode("utf-8", "surrogateescape")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://in-process") as client:
        answers = [
            problem(await client.post(path, content=text, headers={"content-type": "application/json"}), 422, "invalid")
            for path in ("/things", "/read")
        ]
    for answer in answers:
        [fault] = answer["errors"]
        assert fault["field"] == field
        assert fault["message"]
    if field:
        assert answers[0] == answers[1]
        assert "Value error" not in answers[0]["detail"]
