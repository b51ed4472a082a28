"""What Flask and Werkzeug say of their routes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from millstream.traffic.templates import Routes, mounted_template, shown_tags

_PARAMETER = re.compile(r"<(?:[^<>:]*:)?\s*([^<>:]+?)\s*>")


@lru_cache(maxsize=1_000)
def braced(rule: str) -> str:
    """`/orders/<int:id>` as `/orders/{id}`, so that every framework's routes look alike."""
    return _PARAMETER.sub(r"{\1}", rule)


def template_of(environ: Mapping[str, Any], script_name: str) -> str | None:
    """The template of the route that Flask matched; None if none did.

    Args:
        environ: after the app has answered.
        script_name: as it was before, so that mounts can be told from a proxy's prefix.
    """
    request = environ.get("werkzeug.request")
    rule = getattr(getattr(request, "url_rule", None), "rule", None)
    if rule is None:
        return None
    mounted = str(environ.get("SCRIPT_NAME", "")).removeprefix(script_name)
    return mounted_template(mounted, getattr(request, "view_args", None) or {}, braced(rule))


def routes_of(app: Any) -> Routes:
    """Every route of a Flask app, or of the one whose `wsgi_app` this is; what its blueprint is called is its tag."""
    rules = getattr(
        getattr(app, "url_map", None) or getattr(getattr(app, "__self__", None), "url_map", None), "iter_rules", None
    )
    if rules is None:
        return {}
    return {
        f"{method} {braced(rule.rule)}": _blueprint(rule) for rule in rules() for method in _shown(rule.methods or ())
    }


def _blueprint(rule: Any) -> list[str]:
    blueprint, _, _ = str(rule.endpoint).rpartition(".")
    return shown_tags([blueprint])


def _shown(methods: Any) -> set[str]:
    """Without those a framework adds by itself."""
    return set(methods) - {"HEAD", "OPTIONS"} or set(methods)
