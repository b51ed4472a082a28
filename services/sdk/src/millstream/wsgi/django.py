"""Django keeps its routes to itself; one line in `MIDDLEWARE` tells them: `"millstream.wsgi.django.routes"`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from millstream.traffic.watch import ROUTE
from millstream.wsgi.templates import braced


def routes(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Leaves the template of the route that answered where the middleware around Django finds it."""

    def tell_route(request: Any) -> Any:
        response = get_response(request)
        match = getattr(request, "resolver_match", None)
        if match is not None and match.route is not None:
            request.META[ROUTE] = "/" + braced(match.route).lstrip("/^").rstrip("$")
        return response

    return tell_route
