"""What the pages show works: against local mode, with the SDK's own worker, in a reader's empty folder."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from millstream_kit.testing import free_port
from system.harness import Process

from docs.pages import Page, pages
from docs.running import Shell

WITH_COMMANDS = [page for page in pages() if page.blocks("console")]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Millstream in local mode, for all pages one after the other."""
    folder, port = tmp_path_factory.mktemp("local"), free_port()
    command = [sys.executable, "-m", "millstream", "dev", "--port", str(port), "--data-dir", str(folder / "data")]
    server = Process("server", command, {}, folder, f"http://127.0.0.1:{port}")
    server.start()
    yield f"http://localhost:{port}"
    server.stop()


@pytest.fixture
def shell(url: str, tmp_path: Path) -> Iterator[Shell]:
    if shutil.which("curl") is None or shutil.which("bash") is None:
        pytest.skip("needs bash and curl")
    opened = Shell(url, tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Page, shell: Shell) -> None:
    written = []
    for block in page.blocks("python", "console"):
        if block.language == "console":
            shell.run(block)
        elif block.file is not None:
            shell.write(block)
            written.append(block.file)
    for name in set(written) - shell.used - {"app.py"}:
        subprocess.run([sys.executable, "-c", f"import {Path(name).stem}"], cwd=shell.folder, check=True, timeout=20)
