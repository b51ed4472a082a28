"""Who hears of a record: filters are found by a value they are confined to, so that a record costs those it concerns.

facts ──each of its values──▶ filters confined to it ─┐
          filters confined to nothing ────────────────┴▶ asked, each once ──▶ everyone who has such a filter
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from millstream_stream_edge.renderer import Renderer
from millstream_stream_edge.ring import Entry, Facts
from millstream_stream_edge.streams.base import LogFilter
from millstream_stream_edge.values import ANY, Value, found_by


class Audience:
    """Subs that listen to one topic."""

    def __init__(self, renderers: Iterable[Renderer] = ()) -> None:
        self._everyone: dict[Renderer, None] = {}
        self._by_value: dict[Value, dict[LogFilter, dict[Renderer, None]]] = {}
        for renderer in renderers:
            self.add(renderer)

    def __bool__(self) -> bool:
        return bool(self._everyone)

    def __iter__(self) -> Iterator[Renderer]:
        return iter(self._everyone)

    def add(self, renderer: Renderer) -> None:
        self._everyone[renderer] = None
        for value in found_by(renderer.filter.confined()):
            self._by_value.setdefault(value, {}).setdefault(renderer.filter, {})[renderer] = None

    def remove(self, renderer: Renderer) -> None:
        del self._everyone[renderer]
        for value in found_by(renderer.filter.confined()):
            by_filter = self._by_value[value]
            del by_filter[renderer.filter][renderer]
            if not by_filter[renderer.filter]:
                del by_filter[renderer.filter]
            if not by_filter:
                del self._by_value[value]

    def hearing(self, entry: Entry) -> list[tuple[Renderer, list[bytes]]]:
        """Who hears of a record, and which of its events; those of one plan in its order."""
        if entry.gap is not None:
            return [(renderer, []) for renderer in self._everyone]
        heard: dict[Renderer, list[bytes]] = {}
        for frame in entry.frames:
            for renderer in self._admitting(frame.facts):
                heard.setdefault(renderer, []).append(frame.block)
        return sorted(heard.items(), key=lambda one: one[0].place)

    def _admitting(self, facts: Facts) -> Iterator[Renderer]:
        for value in (ANY, *zip(facts._fields, facts, strict=True)):
            for wanted, renderers in self._by_value.get(value, {}).items():
                if wanted.admits(facts):
                    yield from renderers
