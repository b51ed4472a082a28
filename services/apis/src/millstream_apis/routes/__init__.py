"""HTTP: requests and heartbeats in, figures out. Static paths come before `/apis/{name}`."""

from __future__ import annotations

from fastapi import APIRouter
from millstream_contracts.inventory import load_inventory
from millstream_kit.errors import problems

from millstream_apis.routes import apis, captures, errors, figures, heat, ingest, log, otlp, unmatched, unusual


def router() -> APIRouter:
    """Every route of the service."""
    whole = APIRouter(prefix=load_inventory().api_base, responses=problems())
    for part in (
        log.router,
        figures.router,
        unusual.router,
        heat.router,
        ingest.router,
        captures.router,
        unmatched.router,
        errors.router,
        otlp.router,
        apis.router,
    ):
        whole.include_router(part)
    return whole
