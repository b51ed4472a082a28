"""A Chromium to drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from parts.missing import PartMissing

ADDRESS_VARIABLE = "CHROMIUM_TEST"
# The one without windows first: the same browser at three quarters of the processor's time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str:
    """The path of a Chromium.

    Raises:
        PartMissing: there is none.
    """
    given = os.environ.get(ADDRESS_VARIABLE)
    if given:
        return given
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    fetched = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    if fetched:
        return str(fetched[-1])
    raise PartMissing(
        f"no Chromium here: set {ADDRESS_VARIABLE} to its path, or install Debian's chromium-headless-shell"
    )
