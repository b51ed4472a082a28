"""Objects of one kind in one namespace, by the Kubernetes client's informer: a thread that lists, watches, lists again."""

from __future__ import annotations

import functools
import logging
import random
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

CONNECT_S = 5.0
RELIST_S = 120  # a watch ends after that, and everything is listed again
SILENCE_S = RELIST_S + 15.0  # a connection this silent is dead
LONGEST_PAUSE_S = 30.0

Object = TypeVar("Object")


class Informed(Generic[Object]):
    """What is known of them. The informer's thread begins with `start` and ends with `stop`.

    Args:
        kind: the objects' name in messages: `pods`.
        namespace: where they are.
        list_objects: the client's method that lists and watches them.
        on_change: called from the informer's thread when any of them may have changed.
    """

    def __init__(self, kind: str, namespace: str, list_objects: Callable[..., Any], on_change: Callable[[], None]):
        from kubernetes.informer import ADDED, DELETED, ERROR, MODIFIED, SharedInformer

        make: Any = SharedInformer  # it has no types
        # It tells each broken connection with its traceback, the one we end ourselves, too; `_on_error` says it in a line.
        logging.getLogger("kubernetes.informer").setLevel(logging.CRITICAL)
        self._kind = kind
        self._namespace = namespace
        self._tell = on_change
        self._stopping = threading.Event()
        self._failures = 0
        self.is_listed = False
        self._informer: Any = make(self._listing(list_objects), namespace=namespace, resync_period=RELIST_S)
        for event in (ADDED, MODIFIED, DELETED):
            self._informer.add_event_handler(event, self._on_change)
        self._informer.add_event_handler(ERROR, self._on_error)

    def get(self, name: str) -> Object | None:
        """The object of that name, if there is one."""
        found: Object | None = self._informer.cache.get_by_key(f"{self._namespace}/{name}")
        return found

    def all(self) -> list[Object]:
        """Each of them."""
        return list(self._informer.cache.list())

    def start(self) -> None:
        self._informer.start()

    def stop(self) -> None:
        """End the thread; blocks until it has."""
        self._stopping.set()
        self._informer.stop()

    def _listing(self, list_objects: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(list_objects)  # the client reads the type of the objects from its docstring
        def list_or_watch(**asked: Any) -> Any:
            if asked.get("watch"):
                # It watches once it has kept what it listed: what is not there from now on is gone.
                self.is_listed = True
                self._on_change(None)
            return list_objects(**asked, _request_timeout=(CONNECT_S, SILENCE_S))

        return list_or_watch

    def _on_change(self, _: object) -> None:
        self._failures = 0
        self._tell()

    def _on_error(self, error: object) -> None:
        # The informer tries again at once; this runs in its thread, and so slows it down.
        if self._stopping.is_set() or getattr(error, "status", None) == 410:
            return
        self._failures += 1
        log.warning(f"{self._kind} cannot be read", namespace=self._namespace, error=str(error)[:200])
        self._stopping.wait(random.uniform(0.5, min(LONGEST_PAUSE_S, 2.0**self._failures)))  # noqa: S311 - jitter
