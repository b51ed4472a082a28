"""Who is calling and what they may do: one authenticator, one decision function, failing closed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx
import structlog
import yaml
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from millstream_contracts.inventory import load_inventory
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from millstream_kit.clock import Clock
from millstream_kit.errors import Refusal
from millstream_kit.settings import AuthSettings

log = structlog.get_logger(__name__)
T = TypeVar("T")

ALGORITHMS = ["RS256", "ES256", "EdDSA"]
JWKS_TTL_S = 300.0
MARK_CHARS = 16
_KEY_FORM = re.compile(r"ms_[A-Za-z0-9]{4,32}_[A-Za-z0-9_-]{20,128}")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling. `expires_at_ms` is None for what does not expire by itself.

    `key_mark` tells a key from the next one of the same id; it is part of its hash, and is not shown.
    """

    subject: str
    scopes: frozenset[str]
    expires_at_ms: int | None = None
    key_id: str | None = None
    key_mark: str | None = field(default=None, repr=False)


LOCAL_ADMIN = Principal("local", frozenset({"*"}))


def allows(principal: Principal, scope: str, resource: str | None = None) -> bool:
    """The one decision: may this principal do what needs `scope`, on `resource`?

    A scope is granted by itself, by `*`, by a family that lists it, by `<noun>:*`, or, narrowed, by
    `<scope>/<resource>` when the request is about exactly that resource.

    Args:
        principal: who asks.
        scope: what the route needs, from the inventory.
        resource: what the request is confined to (`payments`, `job_01H…`, `function:resize`); None if to nothing.
    """
    held = principal.scopes
    if held & _granting(scope):
        return True
    return resource is not None and f"{scope}/{resource}" in held


@lru_cache(maxsize=1024)
def _granting(scope: str) -> frozenset[str]:
    families = load_inventory().scope_families
    noun = scope.partition(":")[0]
    return frozenset({"*", scope, f"{noun}:*"} | {name for name, members in families.items() if scope in members})


class KeyEntry(BaseModel):
    """One line of the keys file: the hash of a key, never the key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Za-z0-9]{4,32}$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    subject: str = Field(min_length=1, max_length=128)
    role: str | None = None
    scopes: tuple[str, ...] = ()

    def principal(self) -> Principal:
        """Whom it lets in: with the scopes of its role and its own."""
        granted = frozenset(load_inventory().roles[self.role] if self.role else ())
        scopes = granted | frozenset(self.scopes)
        return Principal(self.subject, scopes, key_id=self.id, key_mark=self.sha256[:MARK_CHARS])


class KeyFile(BaseModel):
    """The keys file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    keys: tuple[KeyEntry, ...] = ()


def hash_key(key: str) -> str:
    """SHA-256 of a key, hex. Keys hold 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


class Authenticator:
    """Turns the headers of a request into a principal."""

    def __init__(self, settings: AuthSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._keys = _WatchedFile(settings.keys_file, _parse_keys) if settings.keys_file else None
        self._jwks_file = _WatchedFile(settings.jwks_file, _parse_jwks) if settings.jwks_file else None
        self._jwks: KeySet | None = None
        self._jwks_read_at = float("-inf")
        self._jwks_lock = asyncio.Lock()

    @property
    def is_off(self) -> bool:
        """Whether every caller is the local administrator."""
        return self._settings.mode == "off"

    async def authenticate(self, headers: Mapping[str, str]) -> Principal:
        """The principal behind `Authorization: Bearer <JWT or API key>`.

        Raises:
            Refusal: 401 `unauthenticated` without a credential, 401 `invalid_credential` with a bad one.
        """
        if self.is_off:
            return LOCAL_ADMIN
        header = headers.get("authorization")
        if header is None:
            raise _unauthorized("unauthenticated", "This needs a credential: Authorization: Bearer <key>.")
        scheme, _, credential = header.partition(" ")
        if scheme.lower() != "bearer" or not credential.strip():
            raise _unauthorized("invalid_credential", "The Authorization header is not a bearer credential.")
        credential = credential.strip()
        return self._by_key(credential) if _KEY_FORM.fullmatch(credential) else await self._by_token(credential)

    def is_live(self, principal: Principal) -> bool:
        """Whether a principal met earlier would be let in as the same: its key listed unchanged, its token not expired."""
        if principal.expires_at_ms is not None and principal.expires_at_ms <= self._clock.now_ms():
            return False
        if principal.key_id is None:
            return True
        known = self._keys.read().get(principal.key_id) if self._keys else None
        return known is not None and known.principal == principal

    def _by_key(self, key: str) -> Principal:
        entries: Mapping[str, _Known] = self._keys.read() if self._keys else {}
        known = entries.get(key.split("_", 2)[1])
        if known is None or not hmac.compare_digest(known.sha256, hash_key(key)):
            raise _unauthorized("invalid_credential", "This API key is not known here.")
        return known.principal

    async def _by_token(self, token: str) -> Principal:
        try:
            decoded = jwt.decode(token, await self._key_set(), algorithms=ALGORITHMS)
            registry = jwt.JWTClaimsRegistry(
                now=lambda: self._clock.now_ms() // 1000,
                leeway=5,
                iss={"essential": True, "value": self._settings.issuer or ""},
                aud={"essential": True, "value": self._settings.audience or ""},
                exp={"essential": True},
                sub={"essential": True},
            )
            registry.validate(decoded.claims)
            scope = decoded.claims.get("scope", "")
            if not isinstance(scope, str):
                raise ValueError("scope is not a string")
        except (JoseError, ValueError) as error:
            raise _unauthorized("invalid_credential", "This token is not valid here.") from error
        return Principal(
            subject=str(decoded.claims["sub"]),
            scopes=frozenset(scope.split()),
            expires_at_ms=int(decoded.claims["exp"] * 1000),
        )

    async def _key_set(self) -> KeySet:
        if self._jwks_file is not None:
            return self._jwks_file.read()
        if self._settings.jwks_url is None:
            raise ValueError("no key set")
        async with self._jwks_lock:
            if self._jwks is None or self._clock.monotonic() - self._jwks_read_at > JWKS_TTL_S:
                self._jwks = await self._fetch_key_set(self._settings.jwks_url)
                self._jwks_read_at = self._clock.monotonic()
            return self._jwks

    async def _fetch_key_set(self, url: str) -> KeySet:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                return _parse_jwks((await client.get(url)).raise_for_status().text)
        except (httpx.HTTPError, ValueError) as error:
            if self._jwks is not None:
                log.warning("key set could not be read again, keeping the old one", error=str(error))
                return self._jwks
            raise Refusal(
                503,
                "keys_unavailable",
                "The key set that signs tokens cannot be read now.",
                headers={"Retry-After": "5"},
            ) from error


class _WatchedFile(Generic[T]):
    """A parsed file, parsed again when it changes; a broken new version leaves the old one in force."""

    def __init__(self, path: Path, parse: Callable[[str], T]) -> None:
        self._path = path
        self._parse = parse
        self._seen = self._stamp()
        self._value = parse(path.read_text(encoding="utf-8"))

    def read(self) -> T:
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._value = self._parse(self._path.read_text(encoding="utf-8"))
                self._seen = stamp
        except (OSError, ValueError) as error:
            log.error("file could not be read again, keeping the old version", path=str(self._path), error=str(error))
        return self._value

    def _stamp(self) -> tuple[int, int, int]:
        status = self._path.stat()
        return status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True, slots=True)
class _Known:
    """A key as it is looked up; its principal is shared by everyone it lets in."""

    sha256: str
    principal: Principal


def _parse_keys(text: str) -> Mapping[str, _Known]:
    try:
        listed = KeyFile.model_validate(yaml.safe_load(text) or {}).keys
    except (ValidationError, yaml.YAMLError) as error:
        raise ValueError(f"not a keys file: {error}") from error
    unknown = {entry.role for entry in listed if entry.role} - set(load_inventory().roles)
    if unknown:
        raise ValueError(f"unknown roles in the keys file: {sorted(map(str, unknown))}")
    return {entry.id: _Known(entry.sha256, entry.principal()) for entry in listed}


def _parse_jwks(text: str) -> KeySet:
    data: Any = json.loads(text)
    return KeySet.import_key_set(data)


def _unauthorized(code: str, detail: str) -> Refusal:
    return Refusal(401, code, detail, headers={"WWW-Authenticate": "Bearer"})


def forbidden(scope: str) -> Refusal:
    """A 403 that says which scope is missing."""
    return Refusal(403, "missing_scope", f"This needs the scope {scope}.")


async def principal_of(request: Request) -> Principal:
    """The caller of a request, authenticated once."""
    known = getattr(request.state, "principal", None)
    if isinstance(known, Principal):
        return known
    authenticator: Authenticator = request.app.state.authenticator
    request.state.principal = await authenticator.authenticate(request.headers)
    return request.state.principal  # type: ignore[no-any-return]  # set in the line above


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a route needs: a caller who holds at least one of `scopes`, any caller where there are none. The reference reads it
    off the routes."""

    scopes: tuple[str, ...]

    async def __call__(self, request: Request) -> Principal:
        """The caller; else 401 or 403."""
        principal = await principal_of(request)
        if self.scopes and not any(allows(principal, scope) for scope in self.scopes):
            raise forbidden(" or ".join(self.scopes))
        return principal


def require(*scopes: str) -> Any:
    """A FastAPI dependency: the caller, who holds at least one of `scopes`, or any valid credential where none is named; else 401 or 403."""
    return Depends(Requirement(scopes))
