"""/dashboard/me: who is calling, and what they may do. Never the credential itself."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Scope
from millstream_kit.auth import Authenticator, Principal, allows, require
from millstream_kit.errors import problems

from millstream_jobs.shapes import Out
from millstream_jobs.views import instant


class CallerOut(Out):
    """`scopes` are as they were granted, families and narrowed ones among them; `allowed` are those of the API that they amount to."""

    name: str
    kind: Literal["anyone", "key", "token"]  # anyone: this server asks for no credential
    key_id: str | None
    role: str | None  # the largest that it holds all of
    scopes: list[str]
    allowed: list[str]
    expires_at: str | None  # null for what does not end by itself


def caller_router() -> APIRouter:
    router = APIRouter(prefix="/api/v1/dashboard", tags=["dashboard"], responses=problems())
    router.add_api_route("/me", get_caller, methods=["GET"])
    return router


async def get_caller(http: Request, caller: Principal = require()) -> CallerOut:
    """The caller itself; any valid credential may ask."""
    authenticator: Authenticator = http.app.state.authenticator
    return CallerOut(
        name=caller.subject,
        kind="anyone" if authenticator.is_off else "token" if caller.key_id is None else "key",
        key_id=caller.key_id,
        role=role_of(caller),
        scopes=sorted(caller.scopes),
        allowed=[scope.value for scope in Scope if allows(caller, scope)],
        expires_at=instant(caller.expires_at_ms),
    )


def role_of(caller: Principal) -> str | None:
    """The largest role it holds all of; None where its scopes were picked one by one."""
    held = {role: granted for role, granted in load_inventory().roles.items() if caller.scopes.issuperset(granted)}
    return next((role for role, granted in held.items() if "*" in granted), None) or max(
        held, key=lambda role: len(held[role]), default=None
    )
