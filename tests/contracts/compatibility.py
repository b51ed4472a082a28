"""Which changes of a published schema break a client written against the last release.

A client reads what is sent and ignores what it does not know; it sends what it was told it may.
So what is sent may only grow narrower in kind and wider in fields, what is taken only the other way about.
`released.json` is what the last release promised; `python -m contracts.compatibility` writes it anew for the next.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from millstream_contracts.payloads.parameters import PARAMETERS
from millstream_contracts.schemas import event_type, load_schemas

Schema = dict[str, Any]
ROOT = Path(__file__).parents[2]
RELEASED = Path(__file__).parent / "released.json"
WORDS_ONLY = ("description", "title", "summary", "tags", "operationId")
# Limits of what is taken → whether a larger one admits more.
LIMITS = {
    "minimum": False, "minLength": False, "minItems": False,
    "maximum": True, "maxLength": True, "maxItems": True,
}  # fmt: skip


def promised() -> Schema:
    """What this tree promises: the streams' schemas and the REST document, without their words."""
    rest = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
    streams = load_schemas()
    return {
        "streams": {(d := streams.definition(name))["title"]: _bare(d) for name in streams.names},
        "parameters": {stream.value: _bare(streams.definition(p.__name__)) for stream, p in PARAMETERS.items()},
        "paths": _bare(rest["paths"]),
        "shapes": {name: _bare(schema) for name, schema in rest["components"]["schemas"].items()},
    }


def breaks(before: Schema, after: Schema) -> list[str]:
    """What of the earlier promise the later one breaks, a line each."""
    return [*_streams_break(before, after), *_rest_breaks(before, after)]


def _streams_break(before: Schema, after: Schema) -> Iterator[str]:
    """An event of its type is what clients wait for; what it refers to is compared with it."""
    sent = _Comparison(before["streams"], after["streams"], sent=True)
    for title, schema in before["streams"].items():
        if event_type(schema) is not None:
            yield from _body(sent, title, schema, after["streams"].get(title))
    taken = _Comparison(before["streams"], after["streams"], sent=False)
    for stream, schema in before["parameters"].items():
        yield from _body(taken, f"{stream}?", schema, after["parameters"].get(stream))


def _rest_breaks(before: Schema, after: Schema) -> Iterator[str]:
    taken = _Comparison(before["shapes"], after["shapes"], sent=False)
    sent = _Comparison(before["shapes"], after["shapes"], sent=True)
    for path, methods in before["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{name} is gone"
                continue
            yield from taken.of(f"{name}?", _asked(operation), _asked(now))
            for kind, body in _bodies(operation.get("requestBody", {})).items():
                yield from _body(taken, f"{name} body", body, _bodies(now.get("requestBody", {})).get(kind))
            for status, answer in operation["responses"].items():
                for kind, body in _bodies(answer).items():
                    told = _bodies(now["responses"].get(status, {})).get(kind)
                    yield from _body(sent, f"{name} {status}", body, told)


def _body(comparison: _Comparison, name: str, before: Schema, after: Schema | None) -> Iterator[str]:
    if after is None:
        yield f"{name} is gone"
    else:
        yield from comparison.of(name, before, after)


def _asked(operation: Schema) -> Schema:
    """An operation's parameters as the object they are."""
    parameters = [p for p in operation.get("parameters", []) if p["in"] != "path"]
    return {
        "type": "object",
        "properties": {p["name"]: p["schema"] for p in parameters},
        "required": [p["name"] for p in parameters if p.get("required")],
    }


def _bodies(told: Schema) -> dict[str, Schema]:
    return {kind: body.get("schema", {}) for kind, body in told.get("content", {}).items()}


class _Comparison:
    """Two schemas beside each other, with what they refer to. `sent`: clients read it; else they send it."""

    def __init__(self, before: dict[str, Schema], after: dict[str, Schema], *, sent: bool) -> None:
        self._shapes = (before, after)
        self._sent = sent
        self._seen: set[tuple[str, str]] = set()

    def of(self, name: str, before: Schema, after: Schema) -> Iterator[str]:
        self._seen.clear()
        yield from self._any(name, before, after)

    def _any(self, name: str, before: Schema, after: Schema) -> Iterator[str]:
        old, new = self._kinds(before, 0), self._kinds(after, 1)
        # What readers must bear is what is new; what senders lose is what is no more.
        wider, narrower = sorted(new.keys() - old.keys()), sorted(old.keys() - new.keys())
        for kind in wider if self._sent else narrower:
            yield f"{name} {'may be' if self._sent else 'may no longer be'} {kind}"
        for kind in sorted(old.keys() & new.keys()):
            yield from self._same(name, kind, old[kind], new[kind])

    def _same(self, name: str, kind: str, old: Schema, new: Schema) -> Iterator[str]:
        told = (old.pop("$from", None), new.pop("$from", None))
        if kind == "object" and told[0] is not None:
            if told in self._seen:
                return
            self._seen.add(told)
        if kind == "object":
            yield from self._object(name, old, new)
        elif kind == "array":
            yield from self._any(f"{name}[]", old.get("items", {}), new.get("items", {}))
        if not self._sent:
            yield from _limits(name, old, new)

    def _object(self, name: str, old: Schema, new: Schema) -> Iterator[str]:
        fields, now = old.get("properties", {}), new.get("properties", {})
        needed, needed_now = set(old.get("required", ())), set(new.get("required", ()))
        for field in fields.keys() - now.keys():
            yield f"{name}.{field} is gone"
        for field in sorted(needed - needed_now if self._sent else needed_now - needed):
            if field in now:
                yield f"{name}.{field} {'may be missing' if self._sent else 'must be given'}"
        for field in fields.keys() & now.keys():
            yield from self._any(f"{name}.{field}", fields[field], now[field])
        if isinstance(old.get("additionalProperties"), dict) and isinstance(new.get("additionalProperties"), dict):
            yield from self._any(f"{name}.*", old["additionalProperties"], new["additionalProperties"])

    def _kinds(self, schema: Schema, side: int) -> dict[str, Schema]:
        """What a value may be → the schema that says so. A closed set of values is so many kinds."""
        if "$ref" in schema:
            target = schema["$ref"].rsplit("/", 1)[-1]
            found = self._kinds(self._shapes[side][target], side)
            return {kind: told | {"$from": target} if kind == "object" else told for kind, told in found.items()}
        if "anyOf" in schema:
            return {kind: told for choice in schema["anyOf"] for kind, told in self._kinds(choice, side).items()}
        if "const" in schema or "enum" in schema:
            return {json.dumps(value): {} for value in schema.get("enum", [schema.get("const")])}
        kind = schema.get("type", "anything")
        return {str(k): dict(schema) for k in (kind if isinstance(kind, list) else [kind])}


def _limits(name: str, old: Schema, new: Schema) -> Iterator[str]:
    for limit, larger_admits in LIMITS.items():
        was, now = old.get(limit), new.get(limit)
        if now is not None and (was is None or (now < was if larger_admits else now > was)):
            yield f"{name} has {limit} {now}, was {was}"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{name} must match {new['pattern']}, was {old.get('pattern')}"


def _bare(node: Any) -> Any:
    """A schema without the words meant for people. A field may have such a name: its value is a schema then."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {key: _bare(value) for key, value in node.items() if key not in WORDS_ONLY or isinstance(value, dict)}


if __name__ == "__main__":
    RELEASED.write_text(json.dumps(promised(), indent=1, sort_keys=True) + "\n", encoding="utf-8")
