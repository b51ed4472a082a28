"""One API being watched: its name, its reporter, and how a request of it is told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import httpx

from millstream import limits, names
from millstream.settings import Place, Settings
from millstream.traffic.buffer import Keeping, Told
from millstream.traffic.capture import Capturing, Pair, Passing
from millstream.traffic.masking import printable
from millstream.traffic.reporter import Reporter
from millstream.traffic.templates import UNMATCHED, Routes
from millstream.traffic.unmatched import Tried

log = logging.getLogger("millstream.traffic")

CLIENT_LEFT = 499
ROUTE = "millstream.route"  # where an application may leave the template itself: in the scope, or in the environ

Route = Callable[[Any], str | None]
"""What a caller may pass to name routes of a framework we do not know: the scope or environ in, a template out."""

Consumer = Callable[[Any], str | None]
"""What a caller may pass to name who made a request: the scope or environ in, a stable name out, never a secret."""


class Watch:
    """What a middleware tells its requests to.

    Args:
        route: the caller's own way to name a route; `template`'s when None.
        consumer: names who made a request; nobody is named when None.
        capturing: whose bodies are told, too; nobody's when None.
        template: finds the route's template once the application has answered, given the request and the path the
            application was mounted at; None if no route matched.
        routes: every endpoint the application has, as far as it tells.
    """

    def __init__(
        self,
        name: str,
        url: str | None,
        api_key: str | None,
        keeping: Keeping,
        route: Route | None,
        consumer: Consumer | None,
        capturing: Capturing | None,
        template: Callable[[Any, str], str | None],
        routes: Callable[[], Routes],
        docs_url: str | None,
        version: str | None,
        has_messages: bool,
        transport: httpx.BaseTransport | None,
    ) -> None:
        place = Place.read()
        self._hostname = place.hostname
        self._route = route
        self._consumer = consumer
        self.capturing = capturing
        self._template = template
        self._routes = routes
        if docs_url is not None and not docs_url.startswith(("http://", "https://")):
            raise ValueError(f"docs_url is an http or https URL, not {docs_url!r}")
        self._said = {k: v for k, v in {"docs_url": docs_url, "version": version}.items() if v is not None}
        self._has_complained = False
        self.server: tuple[str, int | None] | None = None
        checked = names.checked("the API's name", name)
        settings = partial(Settings.read, url, api_key)
        self.reporter = Reporter(
            *(checked, place.hostname, settings, self._describe, keeping, capturing),
            version=version,
            has_messages=has_messages,
            transport=transport,
        )

    def template_of(self, request: Mapping[str, Any], mounted_at: str) -> str:
        """The template of the route that answered, `unmatched` if none did; never raises."""
        try:
            named = self._route(request) if self._route else request.get(ROUTE)
            return (named or self._template(request, mounted_at) or UNMATCHED)[: limits.PATH_CHARS]
        except Exception:  # noqa: BLE001 - the application's objects may be anything, and its answer must not suffer
            self._complain()
            return UNMATCHED

    def consumer_of(self, request: Mapping[str, Any]) -> str | None:
        """Who made it, if the application says; never raises."""
        if self._consumer is None:
            return None
        try:
            named = self._consumer(request)
            if named is None:
                return None
            # A control character would have the request refused.
            shown = printable(named)
            return shown.strip()[: limits.CONSUMER_CHARS] or None
        except Exception:  # noqa: BLE001 - the application's own code, and its answer must not suffer
            self._complain()
            return None

    def tell(self, told: Told, bodies: Pair | None, path: str) -> None:
        """Remember a request, and the path it asked for where no route matched; never raises."""
        try:
            self.reporter.add(told, bodies)
            if not told.path.startswith("/"):
                self.reporter.unmatched.add(Tried(told.at, told.method, path))
        except Exception:  # noqa: BLE001
            self._complain()

    def raised(self, at: float, method: str, path: str, error: BaseException, skip: int) -> None:
        """An exception left the application, below so many frames of ours; never raises."""
        try:
            self.reporter.errors.raised(at, method, path, error, self.reporter.masking, skip)
        except Exception:  # noqa: BLE001
            self._complain()

    def refused(self, at: float, method: str, path: str, answer: Passing) -> None:
        """The input of a request was refused; never raises."""
        try:
            self.reporter.errors.refused(at, method, path, answer, self.reporter.masking)
        except Exception:  # noqa: BLE001
            self._complain()

    def _complain(self) -> None:
        if not self._has_complained:
            log.warning("a request of %s could not be told; this is said once", self.reporter.name, exc_info=True)
        self._has_complained = True

    def _describe(self) -> dict[str, Any]:
        host, port = self.server or (None, None)
        try:
            routes = self._routes()
        except Exception:  # noqa: BLE001
            self._complain()
            routes = {}
        endpoints = sorted(routes)[: limits.ENDPOINTS_PER_INSTANCE]
        said = {"host": host, "port": port, "hostname": self._hostname, "endpoints": endpoints, **self._said}
        tags = {endpoint: routes[endpoint] for endpoint in endpoints if routes[endpoint]}
        return said | {"tags": tags} if tags else said
