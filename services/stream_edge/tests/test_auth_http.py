"""Section 7: who may have which stream, and for how long."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey
from millstream_contracts.ids import new_job_id
from millstream_contracts.inventory import load_inventory
from millstream_kit.auth import hash_key
from millstream_kit.clock import ManualClock
from millstream_kit.settings import AuthSettings
from millstream_stream_edge.testing import Running, Serve, a_job_event, job_record

JOB = new_job_id()
SIGNER = OKPKey.generate_key("Ed25519", {"kid": "k"})


class Keys:
    """A keys file that tests write to."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "keys.yaml"
        self._entries: dict[str, dict[str, object]] = {}
        self._write()

    def grant(self, *scopes: str, role: str | None = None) -> dict[str, str]:
        """The headers of a new key with these scopes."""
        key_id = f"key{len(self._entries):04d}"
        key = f"ms_{key_id}_{'s' * 43}"
        entry = {"id": key_id, "sha256": hash_key(key), "subject": key_id, "scopes": list(scopes), "role": role}
        self._entries[key_id] = entry
        self._write()
        return {"Authorization": f"Bearer {key}"}

    def strike(self, headers: dict[str, str]) -> None:
        del self._entries[headers["Authorization"].split("_")[1]]
        self._write()

    def change(self, headers: dict[str, str], **fields: object) -> None:
        self._entries[headers["Authorization"].split("_")[1]].update(fields)
        self._write()

    def _write(self) -> None:
        self.path.write_text(json.dumps({"keys": list(self._entries.values())}))


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
async def guarded(serve: Serve, keys: Keys) -> Running:
    return await serve(auth=AuthSettings(keys_file=keys.path), revocation_check_s=0.05)


async def status(running: Running, path: str, headers: dict[str, str]) -> int:
    async with running.client.open(path, headers=headers) as stream:
        return stream.response.status_code


def path_of(name: str) -> str:
    return load_inventory().streams[name].endpoint.format(name="payments", job_id=JOB)


async def test_each_stream_needs_its_own_scope(guarded: Running, keys: Keys) -> None:
    streams = load_inventory().stream_list
    for mine in streams:
        headers = keys.grant(mine.scope)
        for other in streams:
            expected = 200 if other.scope == mine.scope else 403
            assert await status(guarded, path_of(other.name), headers) == expected, (mine.name, other.name)


async def test_a_family_admits_its_members(guarded: Running, keys: Keys) -> None:
    for family, members in load_inventory().scope_families.items():
        headers = keys.grant(family)
        for stream in load_inventory().stream_list:
            expected = 200 if stream.scope in members else 403
            assert await status(guarded, path_of(stream.name), headers) == expected, (family, stream.name)


async def test_a_narrowed_scope_admits_what_lies_within_it(guarded: Running, keys: Keys) -> None:
    events, requests = "/api/v1/events/stream", "/api/v1/apis/events/stream"
    for scopes, path, expected in [
        (["streams:api/payments"], "/api/v1/apis/payments/stream", 200),
        (["streams:api/payments"], "/api/v1/apis/payments2/stream", 403),
        (["streams:api/payments"], "/api/v1/apis/stream", 403),
        ([f"streams:artifacts/{JOB}"], f"/api/v1/jobs/{JOB}/artifacts/stream", 200),
        ([f"streams:artifacts/{JOB}"], f"/api/v1/jobs/{new_job_id()}/artifacts/stream", 403),
        (["streams:events/function:resize"], f"{events}?function=resize", 200),
        (["streams:events/function:resize"], f"{events}?function=resize&types=job.failed", 200),
        (["streams:events/function:resize"], f"{events}?function=resize&job_id={JOB}", 200),
        (["streams:events/function:resize"], events, 403),
        (["streams:events/function:resize"], f"{events}?function=resize&function=mail", 403),
        (["streams:events/function:resize", "streams:events/function:mail"], f"{events}?function=resize&function=mail", 200),
        ([f"streams:events/job_id:{JOB}"], f"{events}?job_id={JOB}", 200),
        ([f"streams:events/job_id:{JOB}"], f"{events}?root_id={JOB}", 403),
        (["streams:apis.events/api_name:payments"], f"{requests}?api_name=payments&status_class=5xx", 200),
        (["streams:apis.events/api_name:payments"], f"{requests}?api_name=other", 403),
        (["streams:apis.events/api_name:payments"], requests, 403),
        (["streams:jobs.trends/function:resize"], "/api/v1/jobs/trends/stream?function=resize", 200),
        (["streams:jobs.trends/function:resize"], "/api/v1/jobs/trends/stream", 403),
    ]:  # fmt: skip
        assert await status(guarded, path, keys.grant(*scopes)) == expected, (scopes, path)


async def test_the_alias_needs_the_same_scope(guarded: Running, keys: Keys) -> None:
    path = "/api/v1/_streams/apis/payments/stream"
    assert await status(guarded, path, keys.grant("streams:api/payments")) == 200
    assert await status(guarded, path, keys.grant("streams:api/other")) == 403
    assert await status(guarded, path, {}) == 401


async def test_a_viewer_may_have_all_streams_and_their_list(guarded: Running, keys: Keys) -> None:
    headers = keys.grant(role="viewer")
    for stream in load_inventory().stream_list:
        assert await status(guarded, path_of(stream.name), headers) == 200
    assert (await guarded.client.http.get("/api/v1/streams", headers=headers)).status_code == 200
    nobody = keys.grant("streams:events")
    assert (await guarded.client.http.get("/api/v1/streams", headers=nobody)).status_code == 403


async def test_a_missing_or_invalid_credential_is_401_never_anonymous(guarded: Running) -> None:
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
        for path in (path_of("events"), "/api/v1/stream?streams=events", "/api/v1/streams"):
            response = await guarded.client.http.get(path, headers=headers)
            assert response.status_code == 401
            assert response.headers["content-type"] == "application/problem+json"
            assert response.headers["www-authenticate"] == "Bearer"


async def test_a_credential_in_the_url_is_no_credential(guarded: Running, keys: Keys) -> None:
    token = keys.grant("*")["Authorization"].removeprefix("Bearer ")
    for name in ("token", "access_token", "authorization"):
        assert await status(guarded, f"{path_of('events')}?{name}={token}", {}) == 401


async def test_an_id_grants_nothing(guarded: Running, keys: Keys) -> None:
    async with guarded.client.open(path_of("events"), headers=keys.grant("streams:events")) as stream:
        opened = await stream.next()
    narrow = keys.grant("streams:events/function:resize")
    response = await guarded.client.http.get(f"{path_of('events')}?last_event_id={opened.id}", headers=narrow)
    assert response.status_code == 403


class TestCombined:
    async def test_a_stream_without_its_scope_is_refused_alone(self, guarded: Running, keys: Keys) -> None:
        path = "/api/v1/stream?streams=events,workers&sub=" + quote("pay:/apis/payments/stream", safe="")
        async with guarded.client.open(path, headers=keys.grant("streams:events")) as stream:
            opened = await stream.next()
            refused = [await stream.next(), await stream.next()]
            await guarded.log.append([job_record(a_job_event())])
            block = await stream.next()
        assert opened.data["subs"] == [{"sub": "events", "stream": "events"}]
        assert [b.event for b in refused] == ["stream.unauthorized"] * 2
        assert [b.data for b in refused] == [
            {"type": "stream.unauthorized", "sub": "workers", "stream": "workers"},
            {"type": "stream.unauthorized", "sub": "pay", "stream": "api"},
        ]
        assert block.data["stream"] == "events"

    async def test_if_all_are_refused_the_answer_is_403(self, guarded: Running, keys: Keys) -> None:
        assert await status(guarded, "/api/v1/stream?streams=events,workers", keys.grant("streams:apis.list")) == 403


async def test_a_revoked_credentials_streams_end(guarded: Running, keys: Keys) -> None:
    gone, kept = keys.grant("streams:events"), keys.grant("streams:events")
    async with (
        guarded.client.open(path_of("events"), headers=gone) as one,
        guarded.client.open(path_of("events"), headers=kept) as other,
    ):
        await one.next()
        await other.next()
        keys.strike(gone)
        last = (await one.rest())[-1]
        assert (last.event, last.data) == ("stream.unauthorized", {"type": "stream.unauthorized"})
        await guarded.log.append([job_record(a_job_event())])
        assert (await other.data(1))[0]["type"] == "job.queued"


@pytest.mark.parametrize(
    "change",
    [{"sha256": hash_key("ms_key0000_" + "n" * 43)}, {"scopes": ["streams:workers"]}],
    ids=["rotated", "demoted"],
)
async def test_the_streams_of_a_key_that_was_changed_end(
    guarded: Running, keys: Keys, change: dict[str, object]
) -> None:
    headers = keys.grant("streams:events")
    async with guarded.client.open(path_of("events"), headers=headers) as stream:
        await stream.next()
        keys.change(headers, **change)
        assert (await stream.rest())[-1].event == "stream.unauthorized"


def a_token(clock: ManualClock, *, lives_s: int) -> dict[str, str]:
    claims = {
        "iss": "us",
        "aud": "edge",
        "sub": "me",
        "scope": "streams:events streams:workers",
        "exp": clock.now_ms() // 1000 + lives_s,
    }
    return {"Authorization": "Bearer " + jwt.encode({"alg": "EdDSA", "kid": "k"}, claims, SIGNER, algorithms=["EdDSA"])}


async def test_a_stream_ends_five_seconds_before_its_token(serve: Serve, tmp_path: Path) -> None:
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps(KeySet([SIGNER]).as_dict(private=False)))
    clock = ManualClock()
    running = await serve(
        clock=clock, auth=AuthSettings(jwks_file=jwks, issuer="us", audience="edge"), heartbeat_s=1000, status_s=1000
    )
    async with running.client.open(path_of("events"), headers=a_token(clock, lives_s=60)) as stream:
        await stream.next()
        await clock.advance(54.5)
        await running.log.append([job_record(a_job_event())])
        await stream.data(1)
        await clock.advance(1.0)
        (last,) = await stream.rest()
    assert last.event == last.data["type"] == "stream.reconnect"
    assert last.data["reason"] == "token_expiring"
    assert last.data["after_ms"] == last.retry
    assert await status(running, path_of("events"), a_token(clock, lives_s=-60)) == 401
