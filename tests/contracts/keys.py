"""Keys for every scope there is: one that holds nothing else, and one that holds everything else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from millstream_contracts.inventory import load_inventory
from millstream_kit.auth import hash_key

INVENTORY = load_inventory()
STREAM_SCOPES = {stream.scope for stream in INVENTORY.stream_list}
SCOPES = sorted(STREAM_SCOPES | {scope for group in INVENTORY.scopes.values() for scope in group})
# What a request may be confined to: a value, and another one.
WITHIN = {
    "function": ("quick", "steps"),
    "job_id": ("job_" + "0" * 26, "job_" + "1" * 26),
    "root_id": ("job_" + "2" * 26, "job_" + "3" * 26),
    "api_name": ("payments", "shipping"),
    "name": ("payments", "shipping"),
}
NARROWED = [
    f"{stream.scope}/{WITHIN[name][0] if stream.is_dynamic else f'{name}:{WITHIN[name][0]}'}"
    for stream in INVENTORY.stream_list
    for name in stream.narrowed_by
]
# A key for one that comes often, and a key that is taken away.
CROWD, STRUCK = ("streams:jobs",), ("streams:events", "streams:workers")
MOST_OF_A_SUBJECT = 8


class Keys:
    """Entries of a keys file, and the headers that present them."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Any]] = {}
        for scope in SCOPES:
            self.holding(scope)
            self.lacking(scope)
        for scopes in (*((one,) for one in NARROWED), CROWD, STRUCK):
            self.holding(*scopes)
        self.lacking("jobs:enqueue", "jobs:write")
        self.lacking(*STREAM_SCOPES)

    @property
    def entries(self) -> list[dict[str, Any]]:
        return list(self._entries.values())

    def holding(self, *scopes: str) -> dict[str, str]:
        """The headers of a key with these scopes and a subject of its own."""
        name = hashlib.sha256(" ".join(sorted(scopes)).encode()).hexdigest()[:16]
        key = f"ms_{name}_{name * 3}"
        entry = {"id": name, "sha256": hash_key(key), "subject": name, "scopes": list(scopes)}
        self._entries.setdefault(name, entry)
        return {"Authorization": f"Bearer {key}"}

    def lacking(self, *scopes: str) -> dict[str, str]:
        """The headers of a key with every scope but these."""
        return self.holding(*(scope for scope in SCOPES if scope not in scopes))

    def write(self, path: Path, *, but: Iterable[dict[str, str]] = ()) -> None:
        """Add these keys to a keys file, or strike some from it."""
        struck = {headers["Authorization"].split("_")[1] for headers in but}
        others = [e for e in yaml.safe_load(path.read_text())["keys"] if e["id"] not in self._entries]
        kept = [entry for name, entry in self._entries.items() if name not in struck]
        fresh = path.with_suffix(".new")
        fresh.write_text(yaml.safe_dump({"keys": others + kept}))
        fresh.replace(path)
