"""The documentation as data: pages, their fenced blocks, links and anchors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?<!\\)\[[^\]]*\]\((?P<to>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
_FILE_NAME = re.compile(r"# (?P<name>[\w.-]+\.\w+)\n")


@dataclass(frozen=True)
class Block:
    """One fenced block. `file` is the name its first line gives it, as in `# app.py`."""

    language: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        found = _FILE_NAME.match(self.text)
        return found["name"] if found else None


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def blocks(self, *languages: str) -> list[Block]:
        """Its fenced blocks in order, of these languages or of any."""
        found = (
            Block(m["language"], m["text"], self.text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(self.text)
        )
        return [block for block in found if not languages or block.language in languages]

    def links(self) -> Iterator[str]:
        prose = _FENCE.sub("", self.text)
        for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "", prose)):
            yield match["to"]

    def anchors(self) -> set[str]:
        """The fragments a link to this page may end in."""
        return {_anchor(match["text"]) for match in _HEADING.finditer(_FENCE.sub("", self.text))}


@cache
def pages() -> tuple[Page, ...]:
    """Every page: those of the root, of docs/ and of the examples."""
    found = [path for pattern in ("*.md", "docs/**/*.md", "examples/*/*.md") for path in sorted(ROOT.glob(pattern))]
    return tuple(Page(path) for path in found)


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
