"""streams.md from the inventory and from `reference/evidence.yaml`: line of the inventory → file → test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from millstream_contracts.inventory import Inventory, StreamSpec, load_inventory

from generators.markdown import ROOT, code, codes, link, table

EVIDENCE = ROOT / "docs" / "reference" / "evidence.yaml"
INTRO = """# The eight streams, line by line

Every line of {inventory}: what it says, the file that does it, the test that shows it. How to read a stream:
[reading streams](../use/streams.md).
"""
STREAM_LINES = tuple(name for name in StreamSpec.model_fields if name != "name")
OTHER_LINES = tuple(name for name in Inventory.model_fields if name not in {"version", "stream_list"})


@dataclass(frozen=True)
class Evidence:
    """Where a line is done and where that is shown. A test is `path` or `path::name`."""

    files: tuple[str, ...]
    tests: tuple[str, ...]


def evidence() -> dict[str, dict[str, Evidence]]:
    """Section (a stream's name, or `inventory`) → line → evidence; a stream's own lines beside those of all streams."""
    data = yaml.safe_load(EVIDENCE.read_text(encoding="utf-8"))
    every = data["every_stream"]
    sections = {name: every | (data["streams"].get(name) or {}) for name in load_inventory().streams}
    sections["inventory"] = data["inventory"]
    return {
        section: {line: _read(given, section) for line, given in lines.items()} for section, lines in sections.items()
    }


def _read(given: dict[str, Any], section: str) -> Evidence:
    stream = load_inventory().streams.get(section)
    mounted = [f"services/web/src/{place}" for place in stream.mounted_by] if stream else []
    module = section.replace(".", "_")
    files = [
        f for name in given["files"] for f in (mounted if name == "{mounted_by}" else [name.format(stream=module)])
    ]
    return Evidence(tuple(files), tuple(given["tests"]))


def page() -> str:
    """The page."""
    inventory, known = load_inventory(), evidence()
    parts = [INTRO.format(inventory=link("proto/inventory.yaml", "proto/inventory.yaml")), _overview(inventory), ""]
    for name, stream in inventory.streams.items():
        values = {line: getattr(stream, line) for line in STREAM_LINES}
        parts += [f"## {name}\n", _table(values, known[name]), ""]
    values = {line: getattr(inventory, line) for line in OTHER_LINES}
    parts += ["## Beside the streams\n", _table(values, known["inventory"]), "", "## Topics\n", _topics(inventory)]
    return "\n".join(parts)


def _overview(inventory: Inventory) -> str:
    rows = [
        (f"[{s.name}](#{s.name.replace('.', '')})", code(s.endpoint), codes(s.types), code(s.scope), s.kind)
        for s in inventory.stream_list
    ]
    return table(("stream", "endpoint", "types", "scope", "kind"), rows)


def _table(values: dict[str, Any], known: dict[str, Evidence]) -> str:
    rows = []
    for line, value in values.items():
        at = known[line]
        rows.append((code(line), _value(value), " ".join(map(link, at.files)), " ".join(_tests(at.tests))))
    return table(("line", "says", "done by", "shown by"), rows)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return code(value)
    if isinstance(value, dict):
        return codes(value)
    if isinstance(value, tuple):
        return codes(getattr(item, "prefix", item) for item in value) or "none"
    return code(value)


def _tests(tests: tuple[str, ...]) -> Iterator[str]:
    for test in tests:
        path, _, name = test.partition("::")
        yield link(path, name.removeprefix("test_").replace("_", " ") if name else None)


def _topics(inventory: Inventory) -> str:
    rows = []
    for name, topic in inventory.topics.items():
        held = "newest per key" if topic.retention_ms is None else f"{topic.retention_ms / 86_400_000:g} d"
        rows.append((code(name), code(topic.key), code(topic.record), str(topic.partitions), held))
    return table(("topic", "key", "record", "partitions", "kept"), rows)
