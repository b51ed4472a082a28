"""Write the pages of `docs/reference` that follow from the code, so that they cannot be out of date.

    python docs/generate.py            write them
    python docs/generate.py --check    say which are not fresh, and fail

settings.md  the settings classes      limits.md   proto/limits.yaml
streams.md   proto/inventory.yaml      errors.md   every refusal in the sources
metrics.md   the metric registries     rest.md     the services' OpenAPI documents

openapi.json   those documents as one    asyncapi.json   the streams, from inventory and schemas
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from generators import asyncapi, errors, limits, metrics, openapi, rest, settings, streams

PAGES = {
    "settings.md": settings.page,
    "streams.md": streams.page,
    "errors.md": errors.page,
    "metrics.md": metrics.page,
    "limits.md": limits.page,
    "rest.md": rest.page,
    "openapi.json": openapi.page,
    "asyncapi.json": asyncapi.page,
}
FOLDER = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py; do not edit. -->\n\n"


def render() -> dict[Path, str]:
    """Every generated page as it should stand."""
    notes = {".md": NOTE}
    return {FOLDER / name: notes.get(Path(name).suffix, "") + page().rstrip() + "\n" for name, page in PAGES.items()}


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check name those that are not fresh."""
    pages = render()
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(FOLDER.parents[1])} is not fresh: run `python docs/generate.py`")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for path in stale:
        path.write_text(pages[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
