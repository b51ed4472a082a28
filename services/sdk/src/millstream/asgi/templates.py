"""What FastAPI and Starlette say of their routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from millstream.traffic.templates import Routes, mounted_template, shown_tags


def template_of(scope: Mapping[str, Any], root_path: str) -> str | None:
    """The template of the route that FastAPI or Starlette left in the scope; None if none matched.

    Args:
        scope: after the app has answered; routers change it in place.
        root_path: as it was before, so that mounts can be told from a proxy's prefix.
    """
    own = _own_template(scope)
    if own is None:
        return None
    return mounted_template(scope.get("root_path", "").removeprefix(root_path), scope.get("path_params") or {}, own)


def routes_of(app: Any) -> Routes:
    """Every route that can be found, with FastAPI's tags; empty for an app that does not tell."""
    found: dict[str, list[str]] = {}
    for endpoint, tags in _endpoints(_routes(app), ""):
        found.setdefault(endpoint, tags)  # of two, the first answers
    return found


def _own_template(scope: Mapping[str, Any]) -> str | None:
    # A FastAPI that includes routers lazily leaves the whole path beside the route.
    whole = _path((scope.get("fastapi") or {}).get("effective_route_context"))
    if whole is not None:
        return whole
    own = _path(scope.get("route"))
    if own is not None:
        return own
    endpoint, router = scope.get("endpoint"), scope.get("router")
    if endpoint is None or router is None:
        return None
    # Older routers leave only the endpoint.
    return next((_path(r) for r in _routes(router) if getattr(r, "endpoint", None) is endpoint), None)


def _path(route: Any) -> str | None:
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    return path if isinstance(path, str) else None


def _routes(app: Any) -> Iterable[Any]:
    routes = getattr(app, "routes", None)
    return routes if isinstance(routes, list) else ()


def _endpoints(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, list[str]]]:
    for route in routes:
        methods, path = getattr(route, "methods", None), _path(route)
        contexts = getattr(route, "effective_route_contexts", None)
        if callable(contexts):
            yield from _endpoints(contexts(), prefix)
        elif methods and path is not None:
            shown = {"GET"} if methods == {"GET", "HEAD"} else methods
            tags = shown_tags(getattr(route, "tags", None))
            yield from ((f"{method} {prefix}{path}", tags) for method in shown)
        elif hasattr(route, "app"):  # a mount
            yield from _endpoints(_routes(route.app), prefix + (getattr(route, "path", None) or ""))
