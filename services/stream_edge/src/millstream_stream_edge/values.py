"""What a filter is found by: a value that everything it lets through has (docs/adr/0031-audience.md)."""

from __future__ import annotations

from collections.abc import Mapping

Value = tuple[str, str]  # the name of a fact or of a record's field, and what it is
ANY: Value = ("", "")


def found_by(confined: Mapping[str, tuple[str, ...]]) -> list[Value]:
    """The values of the first name that has some; `ANY` where a filter is confined to nothing."""
    for name, values in confined.items():
        if values:
            return [(name, value) for value in values]
    return [ANY]
