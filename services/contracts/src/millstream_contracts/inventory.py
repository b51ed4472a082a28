"""`proto/inventory.yaml`, loaded and checked: streams, routes, topics, scopes."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

PathTemplate = Annotated[str, Field(pattern=r"^/")]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class StreamSpec(_Frozen):
    """One of the eight streams."""

    name: str
    endpoint: PathTemplate
    types: tuple[str, ...] = Field(min_length=1)
    scope: str
    topics: tuple[str, ...] = Field(min_length=1)
    kind: Literal["log", "snapshot"]
    since: bool
    filters: tuple[str, ...]
    narrowed_by: tuple[str, ...]
    snapshot: PathTemplate
    mounted_by: tuple[str, ...]
    mount: Literal["root", "page"]
    ui_routes: tuple[str, ...]
    cache_targets: tuple[str, ...]

    @property
    def is_dynamic(self) -> bool:
        """Whether its path holds a parameter."""
        return "{" in self.endpoint


class RouteSpec(_Frozen):
    """Every path below `prefix` is served by `service`; the longest prefix wins."""

    prefix: PathTemplate
    service: str


class TopicSpec(_Frozen):
    """The settings a topic must have."""

    key: str
    record: str
    partitions: int = Field(ge=1, le=32)
    cleanup: Literal["delete", "compact"]
    max_message_bytes: int = Field(ge=1024)
    retention_ms: int | None = None
    segment_ms: int | None = None
    min_cleanable_dirty_ratio: float | None = None
    max_compaction_lag_ms: int | None = None

    @model_validator(mode="after")
    def _settings_fit_cleanup(self) -> Self:
        compact = (self.segment_ms, self.min_cleanable_dirty_ratio, self.max_compaction_lag_ms)
        if self.cleanup == "compact" and (self.retention_ms is not None or None in compact):
            raise ValueError("a compacted topic names its three compaction settings and no retention")
        if self.cleanup == "delete" and (self.retention_ms is None or any(v is not None for v in compact)):
            raise ValueError("a log names retention_ms and no compaction setting")
        return self

    def config(self) -> dict[str, str]:
        """The settings under Kafka's own names."""
        named = {
            "cleanup.policy": self.cleanup,
            "max.message.bytes": self.max_message_bytes,
            "retention.ms": self.retention_ms,
            "segment.ms": self.segment_ms,
            "min.cleanable.dirty.ratio": self.min_cleanable_dirty_ratio,
            "max.compaction.lag.ms": self.max_compaction_lag_ms,
        }
        return {name: str(value) for name, value in named.items() if value is not None}


class Inventory(_Frozen):
    """The whole of `inventory.yaml`."""

    version: Literal[1]
    stream_list: tuple[StreamSpec, ...] = Field(alias="streams")
    scope_families: dict[str, tuple[str, ...]]
    scopes: dict[str, tuple[str, ...]]
    roles: dict[str, tuple[str, ...]]
    api_base: PathTemplate
    alias_prefix: PathTemplate
    combined: PathTemplate
    routes: tuple[RouteSpec, ...]
    reserved_names: tuple[str, ...]
    name_pattern: str
    job_id_pattern: str
    event_type_pattern: str
    event_pattern: str
    topics: dict[str, TopicSpec]

    @cached_property
    def streams(self) -> dict[str, StreamSpec]:
        """The streams by name, in the inventory's order."""
        return {stream.name: stream for stream in self.stream_list}

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        problems: list[str] = []
        scopes = {stream.scope for stream in self.stream_list}
        for what, names in (
            ("stream", [s.name for s in self.stream_list]),
            ("endpoint", [s.endpoint for s in self.stream_list]),
            ("prefix", [r.prefix for r in self.routes]),
        ):
            problems += [f"{what} {name} appears twice" for name in sorted({n for n in names if names.count(n) > 1})]
        for stream in self.stream_list:
            problems += [f"stream {stream.name}: unknown topic {t}" for t in stream.topics if t not in self.topics]
            if not stream.endpoint.startswith(self.api_base + "/") or not stream.endpoint.endswith("/stream"):
                problems.append(f"stream {stream.name}: endpoint outside {self.api_base} or without /stream")
        for family, members in self.scope_families.items():
            problems += [f"family {family}: unknown scope {m}" for m in members if m not in scopes]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def service_of(self, path: str) -> str:
        """The service that answers `path`: a stream's endpoint first, then the longest prefix.

        Args:
            path: a URL path without its query.
        """
        if any(_matches(stream.endpoint, path) for stream in self.stream_list):
            return "stream-edge"
        held = [r for r in self.routes if r.prefix == "/" or path == r.prefix or path.startswith(r.prefix + "/")]
        return max(held, key=lambda route: len(route.prefix)).service

    def is_name(self, text: str) -> bool:
        """Whether `text` may name an API, a worker, a function or a tag."""
        return re.fullmatch(self.name_pattern, text) is not None

    def is_reserved(self, text: str) -> bool:
        """Whether `text` is a path segment of our own, which no API or worker may take as its name."""
        return text in self.reserved_names


def _matches(template: str, path: str) -> bool:
    return re.fullmatch(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(template)), path) is not None


@lru_cache(maxsize=1)
def load_inventory() -> Inventory:
    """Read and check the inventory, once per process.

    Raises:
        pydantic.ValidationError: the file contradicts itself; the message names every place.
    """
    return Inventory.model_validate(yaml.safe_load(read_data("inventory.yaml")))


def read_data(name: str) -> str:
    """The text of a file of `proto/`, as it travels with this package."""
    return files("millstream_contracts").joinpath("data", name).read_text(encoding="utf-8")
