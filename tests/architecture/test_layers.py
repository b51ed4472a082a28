"""Directions of import, and files that read like the architecture."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = {
    "jobs": "millstream_jobs",
    "apis": "millstream_apis",
    "workers": "millstream_workers",
    "stream_edge": "millstream_stream_edge",
}
# Inside a service: main → app → routes | consumer → handlers → store (port) → model. A file may import what stands to its right.
RANK = ["main", "app", "routes", "consumer", "handlers", "store", "model"]
ADAPTERS = {"millstream_kit.log_kafka", "millstream_kit.log_embedded", "millstream_kit.logs"}


def imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def test_import_contracts_hold() -> None:
    done = subprocess.run([str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_inwards_only(service: str) -> None:
    package = SERVICES[service]
    folder = ROOT / "services" / service / "src" / package
    wrong = []
    for path in folder.rglob("*.py"):
        role = path.relative_to(folder).parts[0].removesuffix(".py")
        if role not in RANK:
            continue
        for name in imports(path):
            target = name.removeprefix(f"{package}.").split(".")[0] if name.startswith(f"{package}.") else ""
            if target in RANK and RANK.index(target) < RANK.index(role):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_only_app_and_main_pick_adapters(service: str) -> None:
    folder = ROOT / "services" / service / "src" / SERVICES[service]
    allowed = {"app.py", "main.py"}
    wrong = [str(p) for p in folder.rglob("*.py") if p.name not in allowed and imports(p) & ADAPTERS]
    assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_models_know_no_framework(service: str) -> None:
    folder = ROOT / "services" / service / "src" / SERVICES[service]
    framework = {"fastapi", "starlette", "sqlalchemy", "kafka", "httpx"}
    for path in folder.glob("model*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & framework, path


def test_only_settings_read_the_environment() -> None:
    allowed = {"settings.py", "telemetry.py", "cli.py", "processes.py", "keys.py"}
    wrong = [
        str(p.relative_to(ROOT))
        for p in ROOT.glob("services/*/src/**/*.py")
        if p.name not in allowed and {"os.environ", "os.getenv"} & _attributes(p)
    ]
    assert wrong == []


def _attributes(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        f"{n.value.id}.{n.attr}"
        for n in ast.walk(tree)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)
    }
