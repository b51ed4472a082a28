"""`proto/schemas.json`, loaded: the JSON Schemas of everything streams send. Made from `payloads/` by `make generate`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from millstream_contracts.inventory import read_data

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Schemas:
    """The published schemas. An event's name is its `type`, a shape's is its title."""

    def __init__(self, definitions: Mapping[str, Schema]) -> None:
        self._definitions = definitions
        self._titles = {event_type(schema) or title: title for title, schema in definitions.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, events first."""
        return tuple(sorted(self._titles, key=lambda name: (name == self._titles[name], name)))

    def __contains__(self, name: str) -> bool:
        return name in self._titles

    def definition(self, name: str) -> Schema:
        """A schema as it stands in the document: what it refers to is elsewhere.

        Raises:
            KeyError: there is none of that name.
        """
        return self._definitions[self._titles[name]]

    def document(self, name: str) -> Schema:
        """A schema as a document of its own, with what it refers to.

        Raises:
            KeyError: there is none of that name.
        """
        title = self._titles[name]
        needed = sorted(self._behind(title) - {title})
        head = {"$schema": DIALECT, "$id": schema_id(name), **self._definitions[title]}
        return head | ({"$defs": {other: self._definitions[other] for other in needed}} if needed else {})

    def _behind(self, title: str) -> set[str]:
        found: set[str] = set()
        waiting = [title]
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += references(self._definitions[one])
        return found


def schema_id(name: str) -> str:
    """The name by which a published schema is known wherever it is served: its `$id`."""
    return f"urn:millstream:schema:{name}"


def event_type(schema: Schema) -> str | None:
    """The type of the event a schema describes; None for a shape."""
    told: str | None = schema.get("properties", {}).get("type", {}).get("const")
    return told


def references(node: Any) -> Iterator[str]:
    """The titles a schema refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rsplit("/", 1)[-1]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


@lru_cache(maxsize=1)
def load_schemas() -> Schemas:
    """Read the schemas, once per process."""
    return Schemas(json.loads(read_data("schemas.json"))["$defs"])
