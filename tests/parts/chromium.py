"""A Chromium to drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from parts.missing import PartMissing

ADDRESS_VARIABLE = "CHROMIUM_TEST"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The same browser without windows, at three quarters of the processor's time; nor has it a viewer of PDFs.
WITHOUT_WINDOWS = "chromium-headless-shell"


def find_chromium(*, whole: bool = False) -> str:
    """The path of a Chromium, of one with windows first if it is to be `whole`.

    Raises:
        PartMissing: there is none.
    """
    given = os.environ.get(ADDRESS_VARIABLE)
    if given:
        return given
    for name in [*NAMES, WITHOUT_WINDOWS] if whole else [WITHOUT_WINDOWS, *NAMES]:
        found = shutil.which(name)
        if found:
            return found
    fetched = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    if fetched:
        return str(fetched[-1])
    raise PartMissing(f"no Chromium here: set {ADDRESS_VARIABLE} to its path, or install Debian's chromium")
