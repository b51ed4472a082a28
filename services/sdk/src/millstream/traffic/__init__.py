"""What the ASGI and the WSGI middleware share: how a request is remembered, thinned and told.

middleware ─ tell ─→ Buffer ─ batches ─→ Reporter (a thread) ─→ Millstream
"""
