"""Payloads held against the published schemas, closed: a field nobody described is a fault here, though not for clients."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from millstream_contracts.schemas import load_schemas


def faults(name: str, payload: object) -> list[str]:
    """What is wrong with a payload, by the schema of that name."""
    found = (
        f"{'/'.join(map(str, e.absolute_path)) or '.'}: {e.message}" for e in _validator(name).iter_errors(payload)
    )
    return [fault[:300] for fault in found]


def faults_of_event(event: dict[str, Any]) -> list[str]:
    """What is wrong with an event, by the schema its `type` names."""
    if event.get("type") not in load_schemas():
        return [f"no schema for {event.get('type')!r}"]
    return [f"{event['type']} {fault}" for fault in faults(event["type"], event)]


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(closed(load_schemas().document(name)))


def closed(node: Any) -> Any:
    """A schema that admits no field it does not describe."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(value) for key, value in node.items()}
    return made | {"additionalProperties": False} if isinstance(made.get("properties"), dict) else made
