"""What the pages refer to is there."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from charts.rendering import helm_template, needs_helm
from millstream_local.cli import _parser as dev_parser

from docs.pages import ROOT, Page, pages

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
ADRS = [page for page in pages() if re.fullmatch(r"docs/adr/\d{4}-.*\.md", page.name)]
# What no page may hold: names of package registries, and of this or any other machine.
FORBIDDEN = re.compile("pypi" + r"\.org|python" + r"hosted|npm" + r"js\.org|10\.250\.|/work/", re.IGNORECASE)


def test_the_pages_were_found() -> None:
    assert {"README.md", "CONTRIBUTING.md", "docs/glossary.md", "docs/architecture.md"} <= {p.name for p in pages()}


@PAGES
def test_links_lead_somewhere(page: Page) -> None:
    lost = []
    for link in page.links():
        url = urlsplit(link)
        if url.scheme:
            continue
        target = (page.path.parent / unquote(url.path)).resolve() if url.path else page.path
        if not target.exists() or (url.fragment and url.fragment not in Page(target).anchors()):
            lost.append(link)
    assert lost == []


@PAGES
def test_nothing_private_is_named(page: Page) -> None:
    assert FORBIDDEN.findall(page.text) == []


@PAGES
def test_what_is_called_a_make_target_is_one(page: Page) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page.text, re.MULTILINE))
    assert named <= targets


@PAGES
def test_python_compiles(page: Page) -> None:
    for block in page.blocks("python"):
        compile(block.text, f"{page.name}:{block.line}", "exec")


@PAGES
def test_values_of_the_chart_are_values_of_the_chart(page: Page) -> None:
    chart = ROOT / "charts" / "millstream"
    values = yaml.safe_load((chart / "values.yaml").read_text())
    named = re.findall(r"--set '?([\w.\[\]]+)=", page.text)
    unknown = [name for name in named if not _known(values, re.sub(r"\[\d+\].*", "", name).split("."))]
    assert unknown == []
    for block in page.blocks("yaml"):
        if block.file == "values.yaml":
            assert _unknown(values, yaml.safe_load(block.text)) == []


@needs_helm
@PAGES
def test_values_files_install(page: Page, tmp_path: Path) -> None:
    for block in page.blocks("yaml"):
        if block.file == "values.yaml":
            (tmp_path / "values.yaml").write_text(block.text)
            assert "kind: Deployment" in helm_template("-f", str(tmp_path / "values.yaml"))


@needs_helm
@PAGES
def test_objects_of_the_release_m_exist(page: Page) -> None:
    named = set(re.findall(r"\bm-millstream-[a-z-]+[a-z]", page.text))
    assert [name for name in named if not re.search(rf"\b{name}\b", helm_template())] == []


def _known(values: object, path: list[str]) -> bool:
    for part in path:
        if not isinstance(values, dict):
            return False
        if not values:  # a map anyone may fill, as `env`
            return True
        if part not in values and path[-2:-1] == ["env"]:
            return True
        values = values.get(part, values if part in path[-1:] and part in _component_defaults() else None)
    return values is not None


def _component_defaults() -> set[str]:
    values = yaml.safe_load((ROOT / "charts" / "millstream" / "values.yaml").read_text())
    return set(values["defaults"])


def _unknown(values: dict[str, object], given: dict[str, object], at: str = "") -> list[str]:
    found = []
    for name, value in given.items():
        if name not in values:
            found.append(at + name)
        elif isinstance(value, dict) and isinstance(values[name], dict):
            found += _unknown(values[name], value, f"{at}{name}.")  # type: ignore[arg-type]
    return found


@PAGES
def test_options_of_the_command_line_are_its_options(page: Page) -> None:
    lines = [line for block in page.blocks("sh") for line in block.text.splitlines() if line.startswith("millstream ")]
    for line in lines:
        told = _help(line.split()[1])
        assert [option for option in re.findall(r" (--[a-z-]+)", line) if option not in told] == []


@cache
def _help(command: str) -> str:
    parser = dev_parser() if command == "dev" else import_module(f"millstream.cli.{command}")._parser()
    return parser.format_help()


@pytest.mark.parametrize("page", ADRS, ids=lambda page: page.name)
class TestADecision:
    def test_begins_with_a_line_to_quote(self, page: Page) -> None:
        assert re.match(r"# \d{4} · .+\n\n\*\*.+?\*\*\n", page.text, re.DOTALL)

    def test_says_what_was_weighed_and_what_follows_on_one_screen(self, page: Page) -> None:
        assert "\n## Weighed\n" in page.text
        assert "\n## What follows\n" in page.text
        assert len(page.text.splitlines()) <= 60

    def test_ends_in_paths_that_exist(self, page: Page) -> None:
        tail = page.text[page.text.index("\nWhere: ") :]
        paths = re.findall(r"`([^`]+)`", tail)
        assert paths
        assert [path for path in paths if not (ROOT / path).exists()] == []

    def test_is_listed(self, page: Page) -> None:
        assert page.path.name in (page.path.parent / "README.md").read_text()


def test_a_word_stands_once_in_the_glossary() -> None:
    words = re.findall(r"^\| (\*\*.+?) \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    assert len(words) > 50
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_the_first_function_takes_ten_lines() -> None:
    readme = next(page for page in pages() if page.name == "README.md")
    block = next(block for block in readme.blocks("python") if block.file == "app.py")
    assert len([line for line in block.text.splitlines() if line.strip()]) <= 10
