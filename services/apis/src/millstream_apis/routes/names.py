"""Names in paths, and the service behind a request."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from millstream_contracts.inventory import load_inventory
from millstream_kit.errors import invalid

from millstream_apis.errors import ApiUnknown
from millstream_apis.handlers import Traffic
from millstream_apis.inputs import ID_PATTERN
from millstream_apis.way import Way


def traffic_of(request: Request) -> Traffic:
    """The application's traffic."""
    traffic: Traffic = request.app.state.traffic
    return traffic


TrafficOf = Annotated[Traffic, Depends(traffic_of)]


def new_name(name: str) -> str:
    """The name of an API that may come into being by this call; 422 if it may not."""
    inventory = load_inventory()
    if not inventory.is_name(name):
        raise invalid("name", f"must match {inventory.name_pattern}")
    if inventory.is_reserved(name):
        raise invalid("name", f"{name} is reserved")
    return name


def known_name(name: str) -> str:
    """The name of an API that may exist; 404 if it cannot."""
    if not load_inventory().is_name(name):
        raise ApiUnknown(name)
    return name


def instance_id(instance_id: str) -> str:
    """The id of an instance; 422 if it is none."""
    if re.fullmatch(ID_PATTERN, instance_id) is None:
        raise invalid("instance_id", f"must match {ID_PATTERN}")
    return instance_id


NewName = Annotated[str, Depends(new_name)]
KnownName = Annotated[str, Depends(known_name)]
InstanceId = Annotated[str, Depends(instance_id)]


async def asked(request: Request) -> AsyncIterator[None]:
    """Somebody waits for an answer."""
    way: Way = request.app.state.way
    with way.asked():
        yield


GOES_FIRST = Depends(asked)
