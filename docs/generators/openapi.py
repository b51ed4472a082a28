"""openapi.json: the services' OpenAPI documents as one, each path from the service the inventory's route table names."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_contracts.payloads.parameters import PARAMETERS
from millstream_contracts.schemas import load_schemas, references
from millstream_kit.auth import Requirement
from millstream_kit.errors import PROBLEM_JSON
from millstream_kit.settings import AuthSettings

from generators.settings import SERVICES

Json = dict[str, Any]
ABOUT = """Lists are paged: `limit` and `cursor` in, `total`, `total_exact`, `has_more` and `next_cursor` out. Errors are problem
documents (RFC 9457) with a stable `code`. Where `security` names several requirements, any one will do. What streams send is in
asyncapi.json, and as JSON Schema at /api/v1/schemas."""
PROBLEM = ("Problem", "FieldProblem")
REFUSED = {"$ref": "#/components/responses/Refused"}


def page() -> str:
    """The document's text."""
    return json.dumps(document(), indent=1, ensure_ascii=False)


def document() -> Json:
    """The whole API."""
    inventory = load_inventory()
    schemas: Json = {name: to_component(load_schemas().definition(name)) for name in PROBLEM}
    paths: Json = {}
    for title, folder, kind in SERVICES:
        module = importlib.import_module(f"millstream_{folder}.app")
        app = module.create_app(kind(auth=AuthSettings(mode="off"), data_dir=Path("/nonexistent")))
        own = app.openapi()
        needed = scopes(app)
        names = _take_schemas(own, title, schemas)
        for path, operations in own["paths"].items():
            if path.startswith(inventory.api_base) and inventory.service_of(path) == title:
                paths[path] = {
                    method: _operation(_renamed(operation, names), title, method, path, needed.get((method, path)))
                    for method, operation in operations.items()
                }
    for stream in inventory.stream_list:
        paths[stream.endpoint] = {"get": _stream(stream)}
    paths[inventory.combined] = {"get": _combined()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Millstream",
            "version": "0.1.0",
            "description": ABOUT.replace("\n", " "),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": title} for title, _, _ in SERVICES],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {name: schemas[name] for name in sorted(_reached(paths, schemas))},
            "responses": {
                "Refused": {"description": "Refused, and why.", "content": _content("Problem", PROBLEM_JSON)}
            },
            "securitySchemes": {
                "credential": {"type": "http", "scheme": "bearer", "bearerFormat": "an API key, or a JWT"}
            },
        },
    }


def _reached(paths: Json, schemas: Json) -> set[str]:
    found: set[str] = set()
    waiting = [*references(paths), *PROBLEM]
    while waiting:
        name = waiting.pop()
        if name in schemas and name not in found:
            found.add(name)
            waiting += references(schemas[name])
    return found


def scopes(app: FastAPI) -> dict[tuple[str, str], tuple[str, ...]]:
    """(method, path) → scopes, any one of which a caller needs."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for context in iter_route_contexts(app.routes):
        required = tuple(_requirements(getattr(context, "dependant", None)))
        for method in context.methods or () if required else ():
            found[method.lower(), str(context.path)] = tuple(str(s) for one in required for s in one.scopes)
    return found


def _requirements(dependant: Any) -> Iterator[Requirement]:
    for inner in getattr(dependant, "dependencies", ()):
        if isinstance(inner.call, Requirement):
            yield inner.call
        yield from _requirements(inner)


def _take_schemas(own: Json, service: str, schemas: Json) -> dict[str, str]:
    """Take a service's components in; one whose name is taken by another shape gets the service's name before its own."""
    names: dict[str, str] = {}
    components: Json = own.get("components", {}).get("schemas", {})
    for name, schema in components.items():
        taken = schemas.get(name)
        names[name] = name if taken in (None, schema) or name == "Problem" else f"{service.title()}{name}"
    for name, schema in components.items():
        schemas.setdefault(names[name], _renamed(schema, names))
    return names


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, dict):
        return {
            key: re.sub(r"[^/]+$", lambda m: names.get(m[0], m[0]), value)
            if key == "$ref" and isinstance(value, str)
            else _renamed(value, names)
            for key, value in node.items()
        }
    return [_renamed(item, names) for item in node] if isinstance(node, list) else node


def to_component(node: Any) -> Any:
    """A published schema, its references turned to the components of a document."""
    if isinstance(node, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else to_component(value)
            for key, value in node.items()
        }
    return [to_component(item) for item in node] if isinstance(node, list) else node


def _operation(operation: Json, service: str, method: str, path: str, needed: tuple[str, ...] | None) -> Json:
    answers: Json = {status: answer for status, answer in operation["responses"].items() if status[0] not in "45"}
    refused: Json = {
        s: a for s, a in operation["responses"].items() if s[0] in "45" and s != "422"
    }  # which is FastAPI's own
    told_otherwise = {s: a for s, a in refused.items() if PROBLEM_JSON not in a.get("content", {PROBLEM_JSON: None})}
    return operation | {
        "operationId": operation_id(method, path),
        "tags": [service],
        "security": security(needed),
        "responses": answers | dict.fromkeys(sorted({"4XX", "5XX", *refused}), REFUSED) | told_otherwise,
    }


def operation_id(method: str, path: str) -> str:
    """`get_jobs_job_id_logs`."""
    return re.sub(r"\W+", "_", f"{method}_{path.removeprefix(load_inventory().api_base + '/')}").strip("_")


def security(needed: tuple[str, ...] | None) -> list[Json]:
    """Any one of the scopes, or any credential where none is named; None: nothing is asked for."""
    if needed is None:
        return []
    return [{"credential": [scope]} for scope in needed] or [{"credential": []}]


def _content(name: str, media_type: str) -> Json:
    return {media_type: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


def _stream(spec: StreamSpec) -> Json:
    described = load_schemas().definition(PARAMETERS[Stream(spec.name)].__name__)
    query = [_query(name, schema) for name, schema in described["properties"].items()]
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{pattern}$"}}
        for name, pattern in path_patterns(spec).items()
    ]
    return _sse(f"Stream `{spec.name}`: {', '.join(spec.types)}", [*path, *query]) | {
        "operationId": operation_id("get", spec.endpoint),
        "security": security((spec.scope,)),
    }


def path_patterns(spec: StreamSpec) -> dict[str, str]:
    """Parameters of a stream's path and their forms."""
    inventory = load_inventory()
    known = {"name": inventory.name_pattern, "job_id": inventory.job_id_pattern}
    return {name: known[name] for name in re.findall(r"\{(\w+)\}", spec.endpoint)}


def _query(name: str, schema: Json) -> Json:
    made = {"name": name, "in": "query", "schema": {k: v for k, v in schema.items() if k not in DROPPED}}
    if "description" in schema:
        made["description"] = schema["description"]
    return made | ({"style": "form", "explode": "x-separator" not in schema} if schema.get("type") == "array" else {})


DROPPED = {"x-separator", "description"}


def _combined() -> Json:
    text = {"type": "string"}
    query = [
        {"name": "streams", "in": "query", "schema": text, "description": "Names of streams, with commas."},
        {
            "name": "sub",
            "in": "query",
            "schema": {"type": "array", "items": text},
            "description": "`<name>:<path of a stream below /api/v1, with its query>`, repeated.",
        },
        *(_query(name, schema) for name, schema in load_schemas().definition("LogParameters")["properties"].items()),
    ]
    needed = tuple(stream.scope for stream in load_inventory().stream_list)
    return _sse("Several streams over one connection, each event in an envelope", query) | {
        "operationId": "get_stream",
        "security": security(needed),
    }


def _sse(summary: str, parameters: list[Json]) -> Json:
    header = {
        "name": "Last-Event-ID",
        "in": "header",
        "schema": {"type": "string"},
        "description": "Where to continue.",
    }
    described = "Server-sent events, for as long as both sides like; asyncapi.json says what they hold."
    return {
        "tags": ["stream-edge"],
        "summary": summary,
        "parameters": [*parameters, header],
        "responses": {
            "200": {"description": described, "content": {"text/event-stream": {"schema": {"type": "string"}}}},
            "4XX": REFUSED,
            "5XX": REFUSED,
        },
    }
