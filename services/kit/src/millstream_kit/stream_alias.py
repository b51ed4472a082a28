"""Where a gateway cannot tell the path of a dynamic stream from a service's own, the service says where the stream is."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request, Response
from millstream_contracts.inventory import load_inventory
from millstream_contracts.names import Stream

from millstream_kit.auth import allows, forbidden, principal_of
from millstream_kit.parameters import query_handed_on

HandedOn = Annotated[str, Depends(query_handed_on)]


async def to_alias(request: Request, stream: Stream, resource: str, query: HandedOn) -> Response:
    """A redirect to the path under which the stream edge alone is asked.

    Args:
        request: whose caller may have the stream of this resource, or is refused here already.
        stream: one whose path holds a parameter.
        resource: what stands there, checked.
        query: the request's, which is the edge's to read.

    Raises:
        Refusal: 401, 403.
    """
    inventory = load_inventory()
    spec = inventory.streams[stream]
    if not allows(await principal_of(request), spec.scope, resource):
        raise forbidden(spec.scope)
    place = re.sub(r"\{\w+\}", resource, spec.endpoint).removeprefix(inventory.api_base)
    # Without a host: the one in the address bar is the gateway's.
    headers = {"Location": f"{inventory.alias_prefix}{place}{query}", "Cache-Control": "no-store"}
    return Response(status_code=307, headers=headers)
