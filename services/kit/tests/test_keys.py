"""Keys are shown once and kept as hashes; a Secret that exists is never touched."""

from __future__ import annotations

import base64
import hashlib
import json

import httpx
import pytest
import yaml
from millstream_kit import keys


class FakeSecrets:
    """The Kubernetes API of one namespace's Secrets, as far as the installer knows it."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[str, str]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"data": self.stored[request.url.path.rsplit("/", 1)[-1]]})
        body = json.loads(request.content)
        name = body["metadata"]["name"]
        if name in self.stored:
            return httpx.Response(409, json={"reason": "AlreadyExists"})
        self.stored[name] = body["data"]
        return httpx.Response(201, json=body)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url="https://kube/api/v1/namespaces/n", transport=httpx.MockTransport(self))

    def read(self, name: str, key: str) -> str:
        return base64.b64decode(self.stored[name][key]).decode()


def test_a_new_key_matches_its_entry_and_is_not_in_it() -> None:
    made = keys.new_key("admin", "ops")
    assert made.key.startswith(f"ms_{made.entry.id}_")
    assert made.entry.sha256 == hashlib.sha256(made.key.encode()).hexdigest()
    assert made.key not in made.entry.model_dump_json()


def test_a_role_the_inventory_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no role 'king'"):
        keys.new_key("king", "ops")


def test_the_installed_keys_file_holds_the_hashes_of_the_readable_keys() -> None:
    api = FakeSecrets()
    with api.client() as client:
        assert keys.keep_or_create(client, "auth", keys.auth_secret(), {})
    entries = yaml.safe_load(api.read("auth", keys.KEYS_FILE))["keys"]
    readable = [api.read("auth", keys.ADMIN_KEY), api.read("auth", keys.SERVICE_KEY)]
    assert [entry["sha256"] for entry in entries] == [hashlib.sha256(key.encode()).hexdigest() for key in readable]
    assert [entry["role"] for entry in entries] == ["admin", "service"]


def test_a_second_installation_keeps_what_the_first_one_made() -> None:
    api = FakeSecrets()
    with api.client() as client:
        keys.keep_or_create(client, "db", keys.database_secret(), {})
        first = api.read("db", keys.PASSWORD)
        assert not keys.keep_or_create(client, "db", keys.database_secret(), {})
    assert api.read("db", keys.PASSWORD) == first


def test_a_secret_that_lacks_a_key_is_named_and_left_alone() -> None:
    api = FakeSecrets()
    api.stored["auth"] = {keys.KEYS_FILE: ""}
    with (
        api.client() as client,
        pytest.raises(keys.SecretIncomplete, match="auth exists without admin-key, service-key"),
    ):
        keys.keep_or_create(client, "auth", keys.auth_secret(), {})


def test_the_command_prints_a_key_and_its_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main(["new", "--role", "viewer", "--subject", "wall"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["entry"]["subject"] == "wall"
    assert hashlib.sha256(printed["key"].encode()).hexdigest() == printed["entry"]["sha256"]


def test_outside_a_pod_the_installer_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main(["install-secrets", "--auth-secret", "a"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
