"""Artifact bytes in a local folder or a bucket, through obstore."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, from_url


class ObjectBlobs:
    """See `blobs.Blobs`. `url` names a bucket (s3://, gs://, az://); without it the folder is used."""

    def __init__(self, url: str | None, folder: Path) -> None:
        scheme = urlsplit(url).scheme if url else "file"
        self.backend = "local" if scheme == "file" else scheme
        self._store = from_url(url) if url else LocalStore(folder, mkdir=True, automatic_cleanup=True)

    async def put(self, path: str, data: bytes) -> None:
        await obstore.put_async(self._store, path, data)

    async def get(self, path: str, start: int, end: int) -> bytes:
        if start >= end:
            await obstore.head_async(self._store, path)
            return b""
        return bytes(await obstore.get_range_async(self._store, path, start=start, end=end))

    async def delete(self, path: str) -> None:
        try:
            await obstore.delete_async(self._store, path)
        except FileNotFoundError:
            return
