"""limits.md from `proto/limits.yaml`."""

from __future__ import annotations

from millstream_contracts.limits import load_limits

from generators.markdown import code, link, table

INTRO = """# Limits

The sizes Millstream promises to its callers. What is larger is refused with 413 or 422 and a `code`. Only what programs
say about themselves is shortened instead, because refusing it would lose the rest: error texts, tracebacks, log lines
and progress messages. The one place these numbers are written is {file}.
"""


def page() -> str:
    """The page."""
    rows = [(code(name), f"{value:,}") for name, value in load_limits().model_dump().items()]
    return INTRO.format(file=link("proto/limits.yaml", "proto/limits.yaml")) + "\n" + table(("limit", "at most"), rows)
