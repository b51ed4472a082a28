"""`python -m millstream_contracts.generate [folder]`: writes `names.py`, the protobuf types and `schemas.json`.

What it writes is committed; a test runs it into an empty folder and compares.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from millstream_contracts.inventory import Inventory, load_inventory
from millstream_contracts.schemas import DIALECT

PACKAGE = Path(__file__).parent
PROTO = PACKAGE / "data"


def main() -> None:
    """Write into the package itself, or into the folder named on the command line."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    (target / "generated").mkdir(parents=True, exist_ok=True)
    (target / "names.py").write_text(names(load_inventory()), encoding="utf-8")
    protobuf_types(target / "generated")
    (target / "data").mkdir(exist_ok=True)
    (target / "data" / "schemas.json").write_text(schemas(), encoding="utf-8")


def names(inventory: Inventory) -> str:
    """The source of `names.py`."""
    scopes = [s.scope for s in inventory.stream_list] + [s for group in inventory.scopes.values() for s in group]
    parts = [
        '"""Names of topics, streams, event types and scopes. Generated from proto/inventory.yaml by `make generate`."""',
        "\nfrom enum import StrEnum\n",
        _enum("Topic", inventory.topics, lambda t: re.sub(r"^millstream\.|\.v\d+$", "", t)),
        _enum("Stream", inventory.streams, str),
        _enum("EventType", (t for s in inventory.stream_list for t in s.types), str),
        _enum("Scope", scopes, str),
    ]
    return "\n".join(parts)


def _enum(name: str, values: Iterable[str], short: type[str] | object) -> str:
    lines = [f"\nclass {name}(StrEnum):"]
    for value in dict.fromkeys(values):
        label = short(value) if callable(short) else value
        lines.append(f'    {re.sub(r"[^A-Za-z0-9]", "_", label).upper()} = "{value}"')
    return "\n".join(lines) + "\n"


def protobuf_types(target: Path) -> None:
    """Run protoc over `proto/` and make its absolute imports relative to this package."""
    protos = sorted(str(p.relative_to(PROTO)) for p in PROTO.glob("millstream/**/*.proto"))
    plugin = Path(sys.executable).parent / "protoc-gen-mypy"  # ours, whatever PATH says
    outputs = [f"--python_out={target}", f"--mypy_out=quiet:{target}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"--plugin=protoc-gen-mypy={plugin}", *outputs]
    subprocess.run([*command, *protos], check=True)  # noqa: S603 - our own arguments
    for folder in {target, *(p.parent for p in target.rglob("*_pb2.py"))}:
        for package in (folder, *folder.parents):
            if not package.is_relative_to(target):
                break
            (package / "__init__.py").touch()


class _Published(GenerateJsonSchema):
    """Only what has a name of its own has a title: generators of types make a type of everything with a title."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schemas() -> str:
    """The text of `schemas.json`."""
    from millstream_contracts.payloads import PUBLISHED  # needs names.py, which may just have been written

    adapters = [(kind.__name__, "serialization", TypeAdapter(kind)) for kind in PUBLISHED]
    _, made = TypeAdapter.json_schemas(adapters, schema_generator=_Published)  # type: ignore[arg-type]  # a mode told by a plain str
    document = {
        "$schema": DIALECT,
        "$id": "urn:millstream:schemas",
        "title": "What Millstream's streams send",
        "description": "Generated from services/contracts/src/millstream_contracts/payloads by `make generate`.",
        "$defs": made["$defs"],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
