"""Where the bytes of artifacts are."""

from __future__ import annotations

from typing import Protocol


class Blobs(Protocol):
    @property
    def backend(self) -> str:
        """What kind of place it is: `local`, `s3`, …"""
        ...

    async def put(self, path: str, data: bytes) -> None: ...

    async def get(self, path: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to `end`, exclusive.

        Raises:
            FileNotFoundError: nothing is there.
        """
        ...

    async def delete(self, path: str) -> None:
        """Deleting what is not there is no error."""
        ...
