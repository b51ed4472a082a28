"""`/api/v1/schemas`: the JSON Schemas of what streams send."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Scope as Need
from millstream_contracts.schemas import Schemas, load_schemas
from millstream_kit.auth import require
from millstream_kit.errors import Refusal
from typing_extensions import TypedDict

SCHEMA_JSON = "application/schema+json"


class SchemaEntry(TypedDict):
    """A schema in the list; `streams` are those that send it as an event."""

    name: str
    title: str
    description: str | None
    streams: list[str]
    path: str


class SchemaList(TypedDict):
    """All there are."""

    schemas: list[SchemaEntry]
    total: int


def schema_routes() -> APIRouter:
    """The list, and each by its name: an event's `type`, or a shape's title."""
    base = f"{load_inventory().api_base}/schemas"
    router = APIRouter(prefix=base, dependencies=[require(Need.SCHEMAS_READ)])
    schemas = load_schemas()
    listed = [_entry(schemas, name, base) for name in schemas.names]
    documents = {name: json.dumps(schemas.document(name), ensure_ascii=False).encode() for name in schemas.names}

    @router.get("")
    async def list_schemas() -> SchemaList:
        return {"schemas": listed, "total": len(listed)}

    @router.get("/{name}", response_class=Response, responses={200: {"content": {SCHEMA_JSON: {}}}})
    async def get_schema(name: str) -> Response:
        if name not in documents:
            raise Refusal(404, "unknown_schema", f"There is no schema named {name[:80]!r}.")
        return Response(documents[name], media_type=SCHEMA_JSON)

    return router


def _entry(schemas: Schemas, name: str, base: str) -> SchemaEntry:
    schema = schemas.definition(name)
    return {
        "name": name,
        "title": schema["title"],
        "description": schema.get("description"),
        "streams": [s.name for s in load_inventory().stream_list if name in s.types],
        "path": f"{base}/{name}",
    }
