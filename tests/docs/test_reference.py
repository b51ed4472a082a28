"""The generated pages are fresh, and nothing is left out of them."""

import ast
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from millstream_contracts.inventory import load_inventory

from docs.pages import ROOT

GENERATOR = ROOT / "docs" / "generate.py"
REFERENCE = ROOT / "docs" / "reference"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", GENERATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = _load()
from generators import errors, settings, streams  # noqa: E402 - found through generate.py


@pytest.fixture(scope="module")
def rendered() -> dict[Path, str]:
    """Not while tests are collected: each worker collects all of them, one runs these."""
    pages: dict[Path, str] = generate.render()
    return pages


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_a_page_is_fresh(name: str, rendered: dict[Path, str]) -> None:
    assert (REFERENCE / name).read_text(encoding="utf-8") == rendered[REFERENCE / name], "run `make generate`"


@pytest.mark.parametrize("kind", [kind for _, _, kind in settings.SERVICES], ids=lambda kind: kind.__name__)
def test_every_setting_has_a_description_and_is_documented(kind) -> None:  # type: ignore[no-untyped-def]
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    for variable, name, field in settings.variables(kind):
        assert field.description, f"{kind.__name__}.{name} has no description"
        assert f"`{variable}`" in page


def test_every_chart_value_a_setting_names_exists() -> None:
    text = (ROOT / "charts" / "millstream" / "values.yaml").read_text(encoding="utf-8")
    for value in settings.CHART.values():
        assert re.search(rf"^\s*{value.rsplit('.', 1)[-1]}:", text, re.MULTILINE), value


def test_every_variable_the_sdk_reads_is_documented() -> None:
    tree = ast.parse((ROOT / "services/sdk/src/millstream/settings.py").read_text(encoding="utf-8"))
    page = (REFERENCE / "settings.md").read_text(encoding="utf-8")
    names = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    assert names
    assert sorted(name for name in names if f"`{name}`" not in page) == []


class TestTheEvidence:
    """Every line of the inventory → a file → a test."""

    @pytest.mark.parametrize("stream", load_inventory().streams)
    def test_covers_every_line_of_a_stream(self, stream: str) -> None:
        assert set(streams.STREAM_LINES) <= streams.evidence()[stream].keys()

    def test_covers_every_other_line(self) -> None:
        assert set(streams.OTHER_LINES) == streams.evidence()["inventory"].keys()

    @pytest.mark.parametrize("section", [*load_inventory().streams, "inventory"])
    def test_names_files_that_exist(self, section: str) -> None:
        for line, known in streams.evidence()[section].items():
            assert known.files, f"{section}.{line}: nothing does it"
            assert [path for path in known.files if not (ROOT / path).is_file()] == []

    @pytest.mark.parametrize("section", [*load_inventory().streams, "inventory"])
    def test_names_tests_that_exist(self, section: str) -> None:
        missing = []
        for line, known in streams.evidence()[section].items():
            assert known.tests, f"{section}.{line}: nothing shows it"
            for test in known.tests:
                path, _, name = test.partition("::")
                text = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""
                if not text or (name and not re.search(rf"def {name}\(", text)):
                    missing.append(test)
        assert missing == []


def test_codes_are_found_in_every_service() -> None:
    said = {path.split("/")[1] for error in errors.found().values() for path in error.files}
    assert {"kit", "jobs", "apis", "workers", "stream_edge"} <= said
