"""Query parameters are said once, but for lists. FastAPI takes the last of several, and the rest would be silently ignored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

from millstream_kit.errors import Refusal

ONCE = "may be given once"


async def said_once(request: Request) -> None:
    """
    Raises:
        Refusal: 422, a parameter that is no list is there more than once.
    """
    if not request.url.query:
        return
    said = Counter(name for name, _ in request.query_params.multi_items())
    repeated = {name for name, times in said.items() if times > 1}
    faults = repeated.difference(_lists(request.scope["route"])) if repeated else set()
    if faults:
        errors = [{"field": name, "message": ONCE} for name in sorted(faults)]
        raise Refusal(422, "invalid", "; ".join(f"{e['field']}: {ONCE}" for e in errors), errors=errors)


SAID_ONCE = Depends(said_once)


def _lists(route: APIRoute) -> Iterator[str]:
    for parameter in route.dependant.query_params:
        annotation = parameter.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from (
                field.alias or name for name, field in annotation.model_fields.items() if _is_list(field.annotation)
            )
        elif _is_list(annotation):
            yield parameter.alias


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(part) for part in get_args(annotation))
