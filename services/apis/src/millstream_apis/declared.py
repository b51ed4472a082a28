"""What instances of an API say of its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from millstream_apis.model import EndpointKey, Instance


def declared_endpoints(instances: Iterable[Instance]) -> set[EndpointKey]:
    """The routes instances say they have, written `GET /items/{id}`."""
    return {key for i in instances for text in i.endpoints if (key := _declared(text))}


def declared_tags(instances: Iterable[Instance]) -> Mapping[EndpointKey, tuple[str, ...]]:
    """What instances say their routes are about; where two say otherwise, the one that started last."""
    in_order = sorted(instances, key=lambda i: (i.started_at_ms, i.id))
    found = ((_declared(text), tags) for i in in_order for text, tags in (i.tags or {}).items())
    return {key: tuple(tags) for key, tags in found if key}


def _declared(text: str) -> EndpointKey | None:
    found = re.fullmatch(r"([A-Z][A-Z-]*) (/\S*)", text)
    return EndpointKey(found[1], found[2]) if found else None
