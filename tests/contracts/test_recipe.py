"""The recipe "add a stream" of CONTRIBUTING.md, done as it says in a copy of the tree."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from contracts.validation import closed

ROOT = Path(__file__).parents[2]
RECIPE = re.search(
    r"^## Recipe: add a stream$(.*?)^## ",
    (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
    re.DOTALL | re.MULTILINE,
)
PACKAGES = ("contracts", "kit", "stream_edge")


def blocks() -> list[tuple[str, str | None, str]]:
    """What the recipe has one write: file → after which line, or a new file → text."""
    assert RECIPE is not None
    found = []
    for block in re.findall(r"^   ```\w+\n(.*?)^   ```$", RECIPE[1], re.DOTALL | re.MULTILINE):
        first, _, text = textwrap.dedent(block).partition("\n")
        path, _, after = first.lstrip("#/ ").partition(", after: ")
        found.append((path, after or None, text))
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What the recipe touches, and what runs it."""
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    for name in PACKAGES:
        source = f"services/{name}/src"
        shutil.copytree(
            ROOT / source, tmp_path / source, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    return tmp_path


def walk(tree: Path) -> None:
    for path, after, text in blocks():
        file = tree / path
        if after is None:
            assert not file.exists(), path
            file.write_text(text, encoding="utf-8")
            continue
        before = file.read_text(encoding="utf-8")
        assert before.count(f"{after}\n") == 1, (path, after)
        file.write_text(before.replace(f"{after}\n", f"{after}\n{text}"), encoding="utf-8")


def run(tree: Path, *command: str) -> str:
    paths = os.pathsep.join(str(tree / "services" / name / "src") for name in PACKAGES)
    environment = os.environ | {"PYTHONPATH": paths}
    done = subprocess.run([sys.executable, *command], env=environment, cwd=tree, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.timeout(300)
def test_a_stream_is_added_as_the_recipe_says(tree: Path) -> None:
    walk(tree)
    run(tree, "-m", "millstream_contracts.generate")
    told = json.loads(run(tree, str(Path(__file__).with_name("new_stream.py"))).splitlines()[-1])
    event = told["event"]
    assert (event["type"], event["function"], event["version"]) == ("function.deployed", "resize", "2")
    assert list(Draft202012Validator(closed(told["schema"])).iter_errors(event)) == []
    assert [fault["field"] for fault in told["refused"]] == ["colour"]
