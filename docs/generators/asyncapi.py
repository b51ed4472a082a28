"""asyncapi.json: the eight streams and the combined one, from the inventory and the published schemas."""

from __future__ import annotations

import json
from typing import Any

from millstream_contracts.inventory import StreamSpec, load_inventory
from millstream_contracts.names import Stream
from millstream_contracts.payloads.parameters import PARAMETERS
from millstream_contracts.schemas import load_schemas

from generators.openapi import path_patterns, to_component

Json = dict[str, Any]
BINDING = "0.3.0"
ABOUT = """Server-sent events over HTTP. A data event has no `event:` name and is told by `type`; a control event is named
`stream.…` and repeats its name as `type`. Data events are CloudEvents where `envelope=cloudevents` asks for that. The newest `id`
is the position: sent back as `Last-Event-ID`, it continues exactly there. Published schemas are open: fields may be added."""


def page() -> str:
    """The document's text."""
    return json.dumps(document(), indent=1, ensure_ascii=False)


def document() -> Json:
    """Every stream as a channel Millstream sends on."""
    inventory, published = load_inventory(), load_schemas()
    controls = [name for name in published.names if name.startswith("stream.")]
    around = ["CloudEvent", *controls]
    channels = {_id(spec.name): _channel(spec, around) for spec in inventory.stream_list}
    channels["combined"] = {
        "address": inventory.combined,
        "title": "combined",
        "description": "Any number of streams over one connection, each data event in an envelope.",
        "messages": _messages(["StreamEnvelope", *around]),
    }
    told = {message for channel in channels.values() for message in channel["messages"]}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Millstream's streams",
            "version": "0.1.0",
            "description": ABOUT.replace("\n", " "),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "installation": {
                "host": "{host}",
                "protocol": "https",
                "description": "Your installation; http on localhost in local mode.",
                "variables": {"host": {"default": "localhost:8080"}},
                "security": [{"$ref": "#/components/securitySchemes/credential"}],
            }
        },
        "channels": channels,
        "operations": {
            **{_id(spec.name): _operation(spec) for spec in inventory.stream_list},
            "combined": _sends("combined", "LogParameters", "Several streams over one connection"),
        },
        "components": {
            "messages": {name: _message(name) for name in sorted(told)},
            "schemas": {
                title: to_component(schema) for title, schema in sorted(_shapes().items()) if title not in _unsent()
            },
            "securitySchemes": {
                "credential": {"type": "http", "scheme": "bearer", "bearerFormat": "an API key, or a JWT"}
            },
        },
    }


def _id(stream: str) -> str:
    return stream.replace(".", "-")


def _channel(spec: StreamSpec, around: list[str]) -> Json:
    made: Json = {
        "address": spec.endpoint,
        "title": spec.name,
        "description": f"Needs the scope `{spec.scope}`; `GET {spec.snapshot}` says how things stand.",
        "messages": _messages([*spec.types, *around]),
    }
    patterns = path_patterns(spec)
    if patterns:
        made["parameters"] = {name: {"description": f"Matches `{pattern}`."} for name, pattern in patterns.items()}
    return made


def _messages(names: list[str]) -> Json:
    return {_id(name): {"$ref": f"#/components/messages/{_id(name)}"} for name in names}


def _operation(spec: StreamSpec) -> Json:
    kind = "What happens, in order" if spec.kind == "log" else "How things stand, the newest on every connect"
    return _sends(_id(spec.name), PARAMETERS[Stream(spec.name)].__name__, kind)


def _sends(channel: str, parameters: str, summary: str) -> Json:
    query = to_component(load_schemas().definition(parameters))
    query["properties"] = {
        name: {k: v for k, v in schema.items() if k != "x-separator"} for name, schema in query["properties"].items()
    }
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "bindings": {"http": {"method": "GET", "query": query, "bindingVersion": BINDING}},
    }


def _shapes() -> Json:
    published = load_schemas()
    return {published.definition(name).get("title", name): published.definition(name) for name in published.names}


def _unsent() -> set[str]:
    return {"Problem", "FieldProblem", *(kind.__name__ for kind in PARAMETERS.values())}


def _message(identifier: str) -> Json:
    published = load_schemas()
    name = next(name for name in published.names if _id(name) == identifier)
    schema = published.definition(name)
    return {
        "name": name,
        "title": schema["title"],
        "summary": schema["description"],
        "payload": {"$ref": f"#/components/schemas/{schema['title']}"},
    }
