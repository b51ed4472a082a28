"""The little Markdown the pages need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; `|` in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def code(text: object) -> str:
    """Text in monospace; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object], separator: str = " ") -> str:
    """Several texts in monospace."""
    return separator.join(code(text) for text in texts)


def link(path: str, label: str | None = None) -> str:
    """A link from `docs/reference` to a file of the repository."""
    return f"[{label or path.rsplit('/', 1)[-1]}](../../{path})"
