"""Query parameters: one a route does not know is refused, never ignored, and one that is no list is said once.

FastAPI ignores the unknown, and takes the last of several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from millstream_kit.errors import Fault, refused

ONCE = "may be given once"


async def query_handed_on(request: Request) -> str:
    """The whole query of a route that hands it on unread, with its `?`; nothing of it is refused here."""
    return f"?{request.url.query}" if request.url.query else ""


async def known_and_once(request: Request) -> None:
    """
    Raises:
        Refusal: 422, a parameter is not one of this path, or is no list and there more than once.
    """
    if not request.url.query:
        return
    route: APIRoute = request.scope["route"]
    if _is_handed_on(route.dependant):
        return
    is_list = dict(_parameters(route.dependant))
    said = Counter(name for name, _ in request.query_params.multi_items())
    faults = [Fault(name, unknown(is_list)) for name in sorted(said.keys() - is_list.keys())]
    faults += [Fault(name, ONCE) for name in sorted(is_list) if said[name] > 1 and not is_list[name]]
    if faults:
        raise refused(faults)


KNOWN_AND_ONCE = Depends(known_and_once)


def unknown(known: Iterable[str]) -> str:
    """What is said of a parameter a path does not have."""
    return f"is not a parameter here; there are: {', '.join(sorted(known)) or 'none'}"


def _is_handed_on(dependant: Dependant) -> bool:
    return dependant.call is query_handed_on or any(map(_is_handed_on, dependant.dependencies))


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
