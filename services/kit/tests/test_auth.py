"""Who may: keys by their hash, tokens by a key set, one decision, and no way to be let in by mistake."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, OKPKey, RSAKey
from millstream_contracts.inventory import load_inventory
from millstream_kit.auth import Authenticator, Principal, allows, hash_key
from millstream_kit.clock import ManualClock
from millstream_kit.errors import Refusal
from millstream_kit.settings import AuthSettings

KEY = "ms_abcd1234_" + "s" * 43
INVENTORY = load_inventory()


def keys_file(folder: Path, *entries: dict[str, object]) -> Path:
    path = folder / "keys.yaml"
    path.write_text(json.dumps({"keys": list(entries)}))
    return path


def entry(key: str = KEY, **values: object) -> dict[str, object]:
    return {"id": key.split("_")[1], "sha256": hash_key(key), "subject": "ops", "role": "viewer"} | values


async def code_of(authenticator: Authenticator, headers: dict[str, str]) -> str:
    with pytest.raises(Refusal) as refused:
        await authenticator.authenticate(headers)
    assert refused.value.status == 401
    return refused.value.code


class TestKeys:
    async def test_a_listed_key_has_the_scopes_of_its_role(self, tmp_path: Path) -> None:
        authenticator = Authenticator(AuthSettings(keys_file=keys_file(tmp_path, entry())), ManualClock())
        principal = await authenticator.authenticate({"authorization": f"Bearer {KEY}"})
        assert principal == Principal("ops", frozenset(INVENTORY.roles["viewer"]), None, "abcd1234", hash_key(KEY)[:16])
        assert hash_key(KEY)[:16] not in repr(principal)

    async def test_a_presented_but_invalid_credential_is_never_anonymous(self, tmp_path: Path) -> None:
        authenticator = Authenticator(AuthSettings(keys_file=keys_file(tmp_path, entry())), ManualClock())
        assert await code_of(authenticator, {}) == "unauthenticated"
        for header in (
            "",
            "Bearer",
            "Basic x",
            f"Bearer {KEY}x",
            "Bearer ms_nobody12_" + "s" * 43,
            "Bearer a.b.c",
            "Bearer \x00",
        ):
            assert await code_of(authenticator, {"authorization": header}) == "invalid_credential"

    async def test_a_key_struck_from_the_file_is_out_at_once_and_a_broken_file_changes_nothing(
        self, tmp_path: Path
    ) -> None:
        path = keys_file(tmp_path, entry())
        authenticator = Authenticator(AuthSettings(keys_file=path), ManualClock())
        principal = await authenticator.authenticate({"authorization": f"Bearer {KEY}"})
        path.write_text("keys: [oops")
        assert authenticator.is_live(principal)
        path.write_text("keys: []")
        assert not authenticator.is_live(principal)
        assert await code_of(authenticator, {"authorization": f"Bearer {KEY}"}) == "invalid_credential"

    @pytest.mark.parametrize(
        "change",
        [
            {"sha256": hash_key("ms_abcd1234_" + "n" * 43)},
            {"role": None, "scopes": ["streams:events"]},
            {"scopes": ["jobs:write"]},
            {"subject": "someone"},
        ],
    )
    async def test_who_a_changed_key_let_in_is_out(self, tmp_path: Path, change: dict[str, object]) -> None:
        path = keys_file(tmp_path, entry())
        authenticator = Authenticator(AuthSettings(keys_file=path), ManualClock())
        principal = await authenticator.authenticate({"authorization": f"Bearer {KEY}"})
        keys_file(tmp_path, entry(), entry("ms_other123_" + "o" * 43))
        assert authenticator.is_live(principal)
        keys_file(tmp_path, entry(**change))
        assert not authenticator.is_live(principal)

    def test_a_keys_file_with_an_unknown_role_does_not_start(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="unknown roles"):
            Authenticator(AuthSettings(keys_file=keys_file(tmp_path, entry(role="king"))), ManualClock())


SIGNERS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "r"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "e"}),
    "EdDSA": OKPKey.generate_key("Ed25519", {"kid": "o"}),
}


class TestTokens:
    def authenticator(self, folder: Path) -> tuple[Authenticator, ManualClock]:
        path = folder / "jwks.json"
        path.write_text(json.dumps(KeySet(list(SIGNERS.values())).as_dict(private=False)))
        clock = ManualClock()
        settings = AuthSettings(jwks_file=path, issuer="https://issuer", audience="millstream")
        return Authenticator(settings, clock), clock

    def claims(self, clock: ManualClock, **values: object) -> dict[str, object]:
        now = clock.now_ms() // 1000
        good = {
            "iss": "https://issuer",
            "aud": "millstream",
            "sub": "ada",
            "exp": now + 60,
            "scope": "streams:* jobs:read",
        }
        return {name: value for name, value in (good | values).items() if value is not None}

    def token(self, claims: dict[str, object], algorithm: str = "ES256") -> dict[str, str]:
        key = SIGNERS[algorithm]
        header = {"alg": algorithm, "kid": key.kid}
        return {"authorization": "Bearer " + jwt.encode(header, claims, key, algorithms=[algorithm])}

    @pytest.mark.parametrize("algorithm", SIGNERS)
    async def test_a_good_token_is_let_in(self, tmp_path: Path, algorithm: str) -> None:
        authenticator, clock = self.authenticator(tmp_path)
        principal = await authenticator.authenticate(self.token(self.claims(clock), algorithm))
        assert principal.scopes == {"streams:*", "jobs:read"}
        assert principal.expires_at_ms == clock.now_ms() // 1000 * 1000 + 60_000

    @pytest.mark.parametrize(
        "fault",
        [
            {"iss": "x"},
            {"aud": "x"},
            {"exp": 1},
            {"nbf": 9_999_999_999},
            {"sub": None},
            {"exp": None},
            {"aud": None},
            {"scope": ["a"]},
        ],
    )
    async def test_a_token_with_a_fault_is_not(self, tmp_path: Path, fault: dict[str, object]) -> None:
        authenticator, clock = self.authenticator(tmp_path)
        assert await code_of(authenticator, self.token(self.claims(clock, **fault))) == "invalid_credential"

    async def test_a_token_signed_with_a_shared_secret_is_not(self, tmp_path: Path) -> None:
        authenticator, clock = self.authenticator(tmp_path)
        secret = OctKey.generate_key(256, {"kid": "e"})
        forged = jwt.encode({"alg": "HS256", "kid": "e"}, self.claims(clock), secret, algorithms=["HS256"])
        assert await code_of(authenticator, {"authorization": f"Bearer {forged}"}) == "invalid_credential"

    async def test_an_expired_token_is_no_longer_live(self, tmp_path: Path) -> None:
        authenticator, clock = self.authenticator(tmp_path)
        principal = await authenticator.authenticate(self.token(self.claims(clock)))
        await clock.advance(61)
        assert not authenticator.is_live(principal)


SCOPES = sorted(
    {stream.scope for stream in INVENTORY.stream_list} | {s for group in INVENTORY.scopes.values() for s in group}
)


class TestDecision:
    @pytest.mark.parametrize(
        ("held", "scope", "resource", "answer"),
        [
            ("*", "jobs:write", None, True),
            ("streams:*", "streams:api", "payments", True),
            ("streams:*", "jobs:read", None, False),
            ("streams:jobs", "streams:events", None, True),
            ("streams:jobs", "streams:workers", None, False),
            ("streams:api/payments", "streams:api", "payments", True),
            ("streams:api/payments", "streams:api", "orders", False),
            ("streams:api/payments", "streams:api", None, False),
            ("streams:events/function:resize", "streams:events", "function:resize", True),
            ("streams:events", "streams:events", "function:resize", True),
            ("jobs:*", "jobs:write", None, True),
            ("payloads:rea", "payloads:read", None, False),
        ],
    )
    def test_it_follows_the_table(self, held: str, scope: str, resource: str | None, answer: bool) -> None:
        assert allows(Principal("x", frozenset({held})), scope, resource) is answer

    @given(st.sampled_from(SCOPES), st.text(max_size=20))
    def test_nothing_held_admits_nothing(self, scope: str, resource: str) -> None:
        assert not allows(Principal("x", frozenset()), scope, resource)

    def test_payloads_are_implied_by_nothing_but_everything(self) -> None:
        for role, scopes in INVENTORY.roles.items():
            holds = "payloads:read" in scopes or "*" in scopes
            assert allows(Principal("x", frozenset(scopes)), "payloads:read") is holds, role
