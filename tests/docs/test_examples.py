"""What the pages show works: against local mode, with the SDK's own worker, in a reader's empty folder."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from millstream_kit.testing import free_port
from system.harness import Process

from docs.pages import ROOT, Page, pages
from docs.running import Shell

WITH_COMMANDS = [page for page in pages() if page.blocks("console")]
NOT_YET = ROOT / "docs" / "reference" / "not-yet.md"


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


class TestNotThereYet:
    def test_every_line_answers_501(self, url: str) -> None:
        with httpx.Client(base_url=url, headers={"Millstream-Protocol": "1"}) as client:
            answers = {asked: self._ask(client, asked, sent) for asked, sent in _lines()}
        wrong = {a: r.status_code for a, r in answers.items() if r.status_code != 501 or _code(r) != "not_implemented"}
        assert wrong == {}

    def test_no_place_in_the_sources_is_left_out(self, url: str) -> None:
        with httpx.Client(base_url=url, headers={"Millstream-Protocol": "1"}) as client:
            said = [self._ask(client, asked, sent).json().get("detail", "") for asked, sent in _lines()]
        missing = [place for place, what in _sources() if not any(re.match(what, detail) for detail in said)]
        assert missing == []

    def _ask(self, client: httpx.Client, asked: str, sent: str) -> httpx.Response:
        method, path = asked.split(" ", 1)
        return client.request(method, path, json=json.loads(sent or "{}") if method == "POST" else None)


def _lines() -> list[tuple[str, str]]:
    found = re.findall(r"^\| `((?:GET|POST) [^`]+)` \| (?:`([^`]*)`)? ?\|", NOT_YET.read_text(), re.MULTILINE)
    assert found
    return [(asked, sent) for asked, sent in found]


def _code(response: httpx.Response) -> str | None:
    return response.json().get("code") if "json" in response.headers.get("content-type", "") else None


def _sources() -> Iterator[tuple[str, str]]:
    """Every place that refuses as not implemented, and what its sentence begins with."""
    for path in sorted((ROOT / "services").glob("*/src/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "not_implemented":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", _pattern(node.args[0])


def _pattern(what: ast.expr) -> str:
    if isinstance(what, ast.JoinedStr):
        return "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in what.values)
    return re.escape(str(what.value)) if isinstance(what, ast.Constant) else ".*"
