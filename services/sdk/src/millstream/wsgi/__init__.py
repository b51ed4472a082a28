"""Watching a WSGI application: `application = MillstreamMiddleware(application, name="shop")`."""

from millstream.wsgi.middleware import MillstreamMiddleware

__all__ = ["MillstreamMiddleware"]
