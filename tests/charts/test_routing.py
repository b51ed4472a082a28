"""Whatever routes, every path reaches the service the inventory says: static streams before dynamic ones before prefixes."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from millstream_contracts.inventory import load_inventory

from charts.ranking import (
    RANKS,
    Location,
    Rule,
    by_gateway,
    by_ingress,
    by_nginx,
    http_route_rules,
    ingress_rules,
    nginx_locations,
)
from charts.rendering import PROFILES, ROOT, needs_helm, one, render

INVENTORY = load_inventory()
EVENT_STREAM = {"Accept": "text/event-stream"}
JOB = "job_01J00000000000000000000000"
WORDS = sorted(
    {part for stream in INVENTORY.streams.values() for part in stream.endpoint.split("/") if part and "{" not in part}
)
PREFIXES = [route.prefix for route in INVENTORY.routes if route.prefix != "/"]


def is_stream(path: str) -> bool:
    patterns = (re.sub(r"\{[a-z_]+\}", "[^/]+", stream.endpoint) for stream in INVENTORY.streams.values())
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def is_dynamic(path: str) -> bool:
    return is_stream(path) and path not in {stream.endpoint for stream in INVENTORY.streams.values()}


def belongs_to(path: str, *, streams: bool = True) -> str:
    """The inventory's own answer: a stream is the edge's, else the longest prefix by path element."""
    if streams and is_stream(path):
        return "stream-edge"
    found = [r for r in INVENTORY.routes if r.prefix == "/" or path == r.prefix or path.startswith(f"{r.prefix}/")]
    service = max(found, key=lambda route: len(route.prefix)).service
    return service if service in {"jobs", "apis", "workers", "stream-edge"} else "web"


segments = st.sampled_from([*WORDS, "payments", JOB, "streams", "_streams", "x", "joby"])
below = st.lists(segments, max_size=4).map(lambda parts: "".join(f"/{part}" for part in parts))
paths = st.one_of(
    st.builds(str.__add__, st.sampled_from([*PREFIXES, "/api/v1", "/api", ""]), below).map(lambda path: path or "/"),
    st.sampled_from(
        [stream.endpoint.replace("{name}", "pay").replace("{job_id}", JOB) for stream in INVENTORY.streams.values()]
    ),
)


def gateway_values(profile: str) -> tuple[str, ...]:
    values = ("routing.mode=gateway", f"routing.profile={profile}", "routing.gateway.parentRefs[0].name=g")
    return tuple(part for value in values for part in ("--set", value))


@lru_cache
def gateway(profile: str) -> list[Rule]:
    return http_route_rules(render(*gateway_values(profile)))


@lru_cache
def proxy() -> list[Location]:
    return nginx_locations(one(render(), "ConfigMap", "m-millstream-web")["data"]["nginx.conf"])


def test_the_route_table_is_fresh() -> None:
    subprocess.run([sys.executable, ROOT / "charts" / "generate.py", "--check"], check=True, timeout=30)


@needs_helm
@pytest.mark.parametrize("profile", PROFILES)
@given(path=paths)
@settings(max_examples=200, deadline=None)
def test_a_gateway_sends_every_path_where_it_belongs(profile: str, path: str) -> None:
    headers = EVENT_STREAM if is_dynamic(path) else {}
    reached = by_gateway(gateway(profile), RANKS[profile], path, headers)
    # A `*` of AWS also crosses path elements: such a path gets its 404 from the edge.
    caught = profile == "aws" and reached == "m-millstream-stream-edge" and path.endswith("/stream")
    assert caught or reached == f"m-millstream-{belongs_to(path)}"


@needs_helm
@pytest.mark.parametrize("profile", PROFILES)
def test_without_the_accept_header_a_dynamic_stream_still_ends_at_the_edge(profile: str) -> None:
    rules = gateway(profile)
    for path in ("/api/v1/apis/payments/stream", f"/api/v1/jobs/{JOB}/artifacts/stream"):
        reached = by_gateway(rules, RANKS[profile], path, {})
        owner = belongs_to(path, streams=False)
        # The owner answers 307 to the alias, which is the edge's everywhere.
        assert reached in {"m-millstream-stream-edge", f"m-millstream-{owner}"}
    alias = f"{INVENTORY.alias_prefix}/apis/payments/stream"
    assert by_gateway(rules, RANKS[profile], alias, {}) == "m-millstream-stream-edge"


@needs_helm
@pytest.mark.parametrize("profile", PROFILES)
def test_no_rule_names_a_method(profile: str) -> None:
    """A method outranks any number of headers, and would take the dynamic streams away from the edge."""
    manifests = render(*gateway_values(profile))
    matches = [m for r in manifests if r["kind"] == "HTTPRoute" for rule in r["spec"]["rules"] for m in rule["matches"]]
    assert matches
    assert not [match for match in matches if "method" in match]


@needs_helm
def test_timeouts_are_set_only_where_the_controller_knows_them() -> None:
    for profile in PROFILES:
        manifests = render(*gateway_values(profile))
        rules = [rule for m in manifests if m["kind"] == "HTTPRoute" for rule in m["spec"]["rules"]]
        allowed = profile in {"envoy-gateway", "contour", "kgateway", "cilium", "istio"}
        assert any("timeouts" in rule for rule in rules) == allowed, profile


@needs_helm
@pytest.mark.parametrize("profile", ["generic", "contour"])
@given(path=paths)
@settings(max_examples=200, deadline=None)
def test_an_ingress_sends_every_path_where_it_belongs_or_to_its_redirect(profile: str, path: str) -> None:
    rules = ingress_rules(
        one(render("--set", "routing.mode=ingress", "--set", f"routing.profile={profile}"), "Ingress", "m-millstream")
    )
    wanted = belongs_to(path, streams=not is_dynamic(path))
    assert by_ingress(rules, path) == f"m-millstream-{wanted}"


@needs_helm
@given(path=paths)
@settings(max_examples=300, deadline=None)
def test_the_web_proxy_sends_every_path_where_it_belongs(path: str) -> None:
    location = by_nginx(proxy(), path)
    wanted = belongs_to(path)
    assert location is not None
    assert location.upstream == (None if wanted == "web" else f"m-millstream-{wanted}")
    if wanted == "web":
        assert location.value.startswith("/api") == (path == "/api" or path.startswith("/api/"))


@needs_helm
@pytest.mark.parametrize("mode", ["bundled", "gateway", "ingress"])
def test_no_route_names_a_health_port(mode: str) -> None:
    for manifest in render("--set", f"routing.mode={mode}", "--set", "routing.gateway.parentRefs[0].name=g"):
        if manifest["kind"] in {"HTTPRoute", "Ingress"}:
            assert "9000" not in str(manifest)
            assert "health" not in str(manifest["spec"])
