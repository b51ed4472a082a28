"""Query parameters: one a route does not know is refused, never ignored, and one that is no list is said once.

FastAPI ignores the unknown, and takes the last of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args, get_origin

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from millstream_kit.auth import Requirement
from millstream_kit.errors import Fault, refused

ONCE = "may be given once"


async def query_handed_on(request: Request) -> str:
    """The whole query of a route that hands it on unread, with its `?`; nothing of it is refused here."""
    return f"?{request.url.query}" if request.url.query else ""


class KnownAndOnce:
    """What every route of an application looks at first."""

    def __init__(self) -> None:
        # What a route knows is walked once: its models are asked field by field. A route is kept, so its id is its own.
        self._known: dict[int, tuple[APIRoute, Mapping[str, bool] | None]] = {}

    async def __call__(self, request: Request) -> None:
        """
        Raises:
            Refusal: 422, a parameter is not one of this path, or is no list and there more than once; 401 or 403 where
                the route would say so.
        """
        if not request.url.query:
            return
        is_list = self._of(request.scope["route"])
        if is_list is None:
            return
        said = Counter(name for name, _ in request.query_params.multi_items())
        faults = [Fault(name, unknown(is_list)) for name in sorted(said.keys() - is_list.keys())]
        faults += [Fault(name, ONCE) for name in sorted(is_list) if said[name] > 1 and not is_list[name]]
        if faults:
            # Who may not ask hears that first, as of a body that is wrong.
            for needed in _requirements(request.scope["route"].dependant):
                await needed(request)
            raise refused(faults)

    def _of(self, route: APIRoute) -> Mapping[str, bool] | None:
        """A route's parameters, and whether each is a list; None for one that hands its query on."""
        if id(route) not in self._known:
            needed = route.dependant
            self._known[id(route)] = route, None if _is_handed_on(needed) else dict(_parameters(needed))
        return self._known[id(route)][1]


def unknown(known: Iterable[str]) -> str:
    """What is said of a parameter a path does not have."""
    return f"is not a parameter here; there are: {', '.join(sorted(known)) or 'none'}"


def _is_handed_on(dependant: Dependant) -> bool:
    return dependant.call is query_handed_on or any(map(_is_handed_on, dependant.dependencies))


def _requirements(dependant: Dependant) -> Iterator[Requirement]:
    if isinstance(dependant.call, Requirement):
        yield dependant.call
    for needed in dependant.dependencies:
        yield from _requirements(needed)


def _parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The names of a route's parameters, and whether each is a list."""
    for parameter in dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, field in annotation.model_fields.items():
                yield field.alias or name, _is_list(field.annotation)
        else:
            yield parameter.alias, _is_list(annotation)
    for needed in dependant.dependencies:
        yield from _parameters(needed)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(part) for part in get_args(annotation))
