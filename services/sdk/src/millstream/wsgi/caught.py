"""What Flask and Django catch and answer with a 500, so that it never passes the middleware around them: their signals tell."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

CAUGHT = "millstream.caught"  # in the environ


def listen() -> None:
    """To those that are there; again is no more than once."""
    flask, django = sys.modules.get("flask"), sys.modules.get("django.core.signals")
    with contextlib.suppress(Exception):  # a Flask of before 2.3 may have no signals
        if flask is not None:
            flask.got_request_exception.connect(_by_flask)
    if django is not None:
        django.got_request_exception.connect(_by_django)


def _by_flask(_: Any, exception: BaseException, **__: Any) -> None:
    sys.modules["flask"].request.environ[CAUGHT] = exception


def _by_django(request: Any = None, **_: Any) -> None:
    error = sys.exc_info()[1]
    if error is not None and request is not None:
        request.META[CAUGHT] = error
