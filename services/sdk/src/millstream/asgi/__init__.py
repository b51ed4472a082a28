"""Watching an HTTP API: `app.add_middleware(MillstreamMiddleware, name="shop")`."""

from millstream.asgi.middleware import MillstreamMiddleware

__all__ = ["MillstreamMiddleware"]
