"""What a test gets instead of a part that is not here."""

from __future__ import annotations

import os


class PartMissing(Exception):
    """The part cannot be had here; the message is one line saying what would provide it."""


def parts_are_required() -> bool:
    """Whether a missing part is a failure (CI) rather than a skip."""
    return os.environ.get("MILLSTREAM_REQUIRE_PARTS", "") not in ("", "0")
