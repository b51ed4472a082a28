"""What the dashboard copies of a job as pytest, run with pytest: the texts are written by the web's own test."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

COPIED = Path(__file__).parent / "copied"
MENDED = "from shop.catalogue import PRODUCTS\n\nPRODUCTS[999] = PRODUCTS[1]\n"


def run_copied(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "test_copied.py").write_text((COPIED / f"{name}.py.txt").read_text(encoding="utf-8"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("name", ["returns", "enqueues"])
def test_one_of_a_complete_job_passes(name: str, tmp_path: Path) -> None:
    ran = run_copied(name, tmp_path)
    assert (ran.returncode, "1 passed" in ran.stdout) == (0, True), ran.stdout


def test_one_of_a_failed_job_fails_as_it_did_and_passes_once_that_is_mended(tmp_path: Path) -> None:
    ran = run_copied("fails", tmp_path)
    assert (ran.returncode, "NonRetryable: there is no product 999" in ran.stdout) == (1, True), ran.stdout
    (tmp_path / "conftest.py").write_text(MENDED)
    assert run_copied("fails", tmp_path).returncode == 0
