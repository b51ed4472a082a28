"""Questions are taken as they are said: no parameter a path does not have, no value of another kind than was asked for."""

import importlib
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import iter_route_contexts
from httpx import ASGITransport, AsyncClient, Response
from millstream_contracts.inventory import load_inventory
from millstream_kit.bodies import Body
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import problem

ROOT = Path(__file__).parents[2]
INVENTORY = load_inventory()
OPENAPI = json.loads((ROOT / "docs/reference/openapi.json").read_text(encoding="utf-8"))
GETS = [(path, methods["get"]) for path, methods in OPENAPI["paths"].items() if "get" in methods]
NAMES = {"job_id": "job_01AAAAAAAAAAAAAAAAAAAAAAAA", "artifact_id": "art_01AAAAAAAAAAAAAAAAAAAAAAAA"}
SETTINGS = {"jobs": "JobsSettings", "apis": "ApisSettings", "workers": "WorkersSettings", "stream_edge": "EdgeSettings"}


def put_together(folder: Path, auth: AuthSettings) -> dict[str, Any]:
    """The services; nothing of them has to run to refuse a question."""
    made = {}
    for name, settings in SETTINGS.items():
        kind = getattr(importlib.import_module(f"millstream_{name}.settings"), settings)
        app = importlib.import_module(f"millstream_{name}.app").create_app(kind(auth=auth, data_dir=folder / name))
        made[name.replace("_", "-")] = app
    return made


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return put_together(tmp_path_factory.mktemp("open"), AuthSettings(mode="off"))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "keys.yaml").write_text("keys: []")
    return put_together(folder, AuthSettings(mode="required", keys_file=folder / "keys.yaml"))


async def asked_oddly(apps: dict[str, Any], path: str) -> Response:
    asked = re.sub(r"\{(\w+)\}", lambda part: NAMES.get(part[1], "shop"), path)
    transport = ASGITransport(apps[INVENTORY.service_of(path)])
    async with AsyncClient(transport=transport, base_url="http://in-process") as http:
        return await http.get(asked, params={"surprise": "1"})


@pytest.mark.parametrize(("path", "operation"), GETS, ids=[path for path, _ in GETS])
async def test_an_unknown_parameter_is_refused_by_name(
    apps: dict[str, Any], path: str, operation: dict[str, Any]
) -> None:
    refused = problem(await asked_oddly(apps, path), 422, "invalid")
    said = {fault["field"]: fault["message"] for fault in refused["errors"]}
    names = sorted(p["name"] for p in operation.get("parameters", ()) if p["in"] == "query")
    assert said["surprise"] == f"is not a parameter here; there are: {', '.join(names) or 'none'}"


@pytest.mark.parametrize("path", [path for path, operation in GETS if operation["security"]])
async def test_who_may_not_ask_hears_that_first(guarded: dict[str, Any], path: str) -> None:
    problem(await asked_oddly(guarded, path), 401, "unauthenticated")


def test_every_body_is_read_as_it_is_said(apps: dict[str, Any]) -> None:
    found = {}
    for app in apps.values():
        for route in iter_route_contexts(app.routes):
            field = getattr(route, "body_field", None)
            for shape in (
                () if field is None else get_args(field.field_info.annotation) or [field.field_info.annotation]
            ):
                if shape is not type(None):
                    found[f"{sorted(route.methods)} {route.path}"] = shape
    assert len(found) > len(apps)
    assert {asked for asked, shape in found.items() if not issubclass(shape, Body)} == set()
