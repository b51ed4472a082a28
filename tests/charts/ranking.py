"""How proxies choose among rules, as their documents say: Gateway API, Ingress, nginx.

Each function answers which service a request reaches. `None` means that no rule matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One match of one route object, and the service it leads to."""

    kind: str
    value: str
    service: str
    headers: tuple[tuple[str, str], ...] = ()

    def matches(self, path: str, headers: dict[str, str]) -> bool:
        if any(headers.get(name) != value for name, value in self.headers):
            return False
        if self.kind == "Exact":
            # AWS reads wildcards in an Exact value.
            return path == self.value or ("*" in self.value and _wildcard(self.value, path))
        if self.kind == "RegularExpression":
            return re.fullmatch(self.value.removeprefix("^").removesuffix("$"), path) is not None
        return self.value == "/" or path == self.value or path.startswith(f"{self.value}/")


def _wildcard(value: str, path: str) -> bool:
    return re.fullmatch(re.escape(value).replace(r"\*", ".*"), path) is not None


Rank = Callable[[Rule], tuple[int, ...]]


def regex_first(rule: Rule) -> tuple[int, ...]:
    """Envoy Gateway, Contour, kgateway, Cilium, NGINX: exact, regex, prefix by length, headers."""
    kind = {"Exact": 2, "RegularExpression": 1, "PathPrefix": 0}[rule.kind]
    return (kind, len(rule.value), len(rule.headers))


def regex_last(rule: Rule) -> tuple[int, ...]:
    """Istio, AWS, haproxy: exact, prefix by length, headers, regex."""
    kind = {"Exact": 2, "PathPrefix": 1, "RegularExpression": 0}[rule.kind]
    return (kind, len(rule.value), len(rule.headers))


def regex_by_length(rule: Rule) -> tuple[int, ...]:
    """Traefik: a regex counts as a prefix as long as its text."""
    if rule.kind == "Exact":
        return (100_000,)
    return (10_000 + 100 * len(rule.value) + 100 * len(rule.headers),)


RANKS: dict[str, Rank] = {
    "generic": regex_last,
    "envoy-gateway": regex_first,
    "contour": regex_first,
    "traefik": regex_by_length,
    "nginx-gateway-fabric": regex_first,
    "kgateway": regex_first,
    "cilium": regex_first,
    "istio": regex_last,
    "haproxy": regex_last,
    "aws": regex_last,
    "gke": regex_last,
}


def http_route_rules(manifests: Iterable[Manifest]) -> list[Rule]:
    """The rules of every HTTPRoute."""
    return [
        Rule(
            match["path"]["type"],
            match["path"]["value"],
            rule["backendRefs"][0]["name"],
            tuple((header["name"], header["value"]) for header in match.get("headers", [])),
        )
        for manifest in manifests
        if manifest["kind"] == "HTTPRoute"
        for rule in manifest["spec"]["rules"]
        for match in rule["matches"]
    ]


def by_gateway(rules: list[Rule], rank: Rank, path: str, headers: dict[str, str]) -> str | None:
    """The service of the best rule."""
    found = [rule for rule in rules if rule.matches(path, headers)]
    return max(found, key=rank).service if found else None


def ingress_rules(manifest: Manifest) -> list[Rule]:
    """The paths of an Ingress, which says the same for each of its hosts."""
    kinds = {"Exact": "Exact", "Prefix": "PathPrefix"}
    return [
        Rule(kinds[path["pathType"]], path["path"], path["backend"]["service"]["name"])
        for rule in manifest["spec"]["rules"]
        for path in rule["http"]["paths"]
    ]


def by_ingress(rules: list[Rule], path: str) -> str | None:
    """The longest path wins; between equals, Exact."""
    found = [rule for rule in rules if rule.matches(path, {})]
    return max(found, key=lambda rule: (len(rule.value), rule.kind == "Exact")).service if found else None


@dataclass(frozen=True, slots=True)
class Location:
    """One location of an nginx server, in the file's order."""

    modifier: str
    value: str
    upstream: str | None


def nginx_locations(configuration: str) -> list[Location]:
    """The locations of the server that listens on 8080."""
    server = configuration[configuration.index("listen 8080") :]
    found = re.finditer(r"location (?:(=|~) )?(\S+) \{([^}]*)\}", server)
    return [
        Location(
            modifier or "",
            value,
            upstream.group(1) if (upstream := re.search(r"proxy_pass http://([^;]+);", body)) else None,
        )
        for modifier, value, body in (match.groups() for match in found)
        if not value.startswith("@")
    ]


def by_nginx(locations: list[Location], path: str) -> Location | None:
    """`=` first, then the first regex that matches, else the longest prefix (of characters)."""
    for location in locations:
        if location.modifier == "=" and location.value == path:
            return location
    for location in locations:
        if location.modifier == "~" and re.search(location.value, path):
            return location
    prefixes = [location for location in locations if not location.modifier and path.startswith(location.value)]
    return max(prefixes, key=lambda location: len(location.value), default=None)
