"""Names of the inventory are spelled in the inventory, in what is generated from it, and in tests. Nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from millstream_contracts.inventory import load_inventory

ROOT = Path(__file__).parents[2]
INVENTORY = load_inventory()
GENERATED = {
    "services/contracts/src/millstream_contracts/names.py",
    "services/web/src/generated",
    "services/web/src/routeTree.gen.ts",
}


def sources(*patterns: str) -> Iterator[Path]:
    for pattern in patterns:
        for path in ROOT.glob(pattern):
            relative = path.relative_to(ROOT).as_posix()
            parts = path.relative_to(ROOT).parts
            if {"tests", "node_modules", "dist", "e2e", "generated"} & set(parts) or ".test." in path.name:
                continue
            if not any(relative.startswith(known) for known in GENERATED):
                yield path


PYTHON = ("services/*/src/**/*.py", "examples/*/src/**/*.py")
WEB = ("services/web/src/**/*.ts", "services/web/src/**/*.tsx")


def found(words: set[str], *patterns: str) -> list[str]:
    quoted = re.compile("[\"'](" + "|".join(map(re.escape, sorted(words))) + ")[\"']")
    return [
        f"{path.relative_to(ROOT)}:{number}: {match.group(1)}"
        for path in sources(*patterns)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for match in quoted.finditer(line)
    ]


def test_topics_are_spelled_once() -> None:
    assert found(set(INVENTORY.topics), *PYTHON, *WEB) == []


def test_event_types_are_spelled_once() -> None:
    types = {t for stream in INVENTORY.stream_list for t in stream.types}
    assert found(types, *PYTHON) == []


def test_scopes_are_spelled_once() -> None:
    scopes = {s.scope for s in INVENTORY.stream_list} | {s for group in INVENTORY.scopes.values() for s in group}
    assert found(scopes, *PYTHON, *WEB) == []


@pytest.mark.parametrize("stream", INVENTORY.stream_list, ids=lambda s: s.name)
def test_a_stream_is_mounted_where_the_inventory_says(stream) -> None:  # type: ignore[no-untyped-def]
    for place in stream.mounted_by:
        assert (ROOT / "services/web/src" / place).is_file(), place


def test_no_file_of_ours_names_a_registry() -> None:
    hosts = re.compile(
        "|".join(map(re.escape, ("pypi" + ".org", "files.python" + "hosted.org", "registry.npm" + "js.org")))
    )
    tracked = [
        p for p in ROOT.rglob("*") if p.is_file() and not {".git", ".venv", ".tools", "node_modules"} & set(p.parts)
    ]
    named = [
        str(p.relative_to(ROOT))
        for p in tracked
        if p.suffix in {".py", ".toml", ".json", ".lock", ".yaml", ".yml", ".md", ".ts", ".tsx", ""} and p.name != "uv.lock"
        and p.stat().st_size < 2_000_000 and hosts.search(p.read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip
    assert named == []
