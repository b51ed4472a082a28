"""Where a subscriber stands: for every topic behind its streams the topic's epoch and each partition's next offset.

    id := base64url( version | installation | topics | (topic epoch partitions offset…)… | crc32 )

Hashes are four bytes, numbers are varints. It is no secret and grants nothing; the checksum finds damage, not forgery.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

VERSION = 1
MAX_TOKEN_CHARS = 4096
MAX_OFFSET = 2**63 - 1
MAX_PARTITIONS = 1024
REMEMBERED = 256
_ALPHABET = re.compile(r"[A-Za-z0-9_-]+")


class InvalidPosition(ValueError):
    """Damaged, of another version, or of another installation."""


@dataclass(frozen=True, slots=True)
class TopicPosition:
    """One topic's part of a position: the hash of its epoch and the next offset of each partition."""

    epoch: int
    offsets: tuple[int, ...]


Position = Mapping[str, TopicPosition]


@lru_cache(maxsize=1024)
def fingerprint(text: str) -> int:
    """Four bytes that stand for a name; the same in every process."""
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big")


class PositionCodec:
    """Writes and reads the ids of one installation."""

    def __init__(self, installation: str, topics: Iterable[str]) -> None:
        self._installation = fingerprint(installation).to_bytes(4, "big")
        self._names = {fingerprint(topic): topic for topic in topics}
        # A crowd that comes back asks about one id, thousands of times.
        self._read = lru_cache(maxsize=REMEMBERED)(self._decode)
        self._written = lru_cache(maxsize=REMEMBERED)(self._encode)

    def encode(self, position: Position) -> str:
        """The id of a position; topics in one order, so that equal positions have equal ids."""
        return self._written(tuple(sorted((topic, at.epoch, at.offsets) for topic, at in position.items())))

    def _encode(self, position: tuple[tuple[str, int, tuple[int, ...]], ...]) -> str:
        out = bytearray((VERSION,))
        out += self._installation
        _put_varint(out, len(position))
        for topic, epoch, offsets in position:
            out += fingerprint(topic).to_bytes(4, "big")
            out += epoch.to_bytes(4, "big")
            _put_varint(out, len(offsets))
            for offset in offsets:
                _put_varint(out, offset)
        out += zlib.crc32(out).to_bytes(4, "big")
        return base64.urlsafe_b64encode(out).rstrip(b"=").decode()

    def decode(self, token: str) -> Position:
        """The position an id stands for, without the topics this installation no longer has.

        Raises:
            InvalidPosition: whatever else it is.
        """
        return self._read(token)

    def _decode(self, token: str) -> Position:
        body = _checked(token)
        if body[0] != VERSION:
            raise InvalidPosition("unknown version")
        if body[1:5] != self._installation:
            raise InvalidPosition("another installation's")
        read = _Reader(body, 5)
        position: dict[str, TopicPosition] = {}
        for _ in range(read.count(limit=64)):
            tag, epoch = read.four(), read.four()
            offsets = tuple(read.varint() for _ in range(read.count(limit=MAX_PARTITIONS)))
            if tag in self._names:
                position[self._names[tag]] = TopicPosition(epoch, offsets)
        if not read.at_end:
            raise InvalidPosition("bytes left over")
        return position


def _checked(token: str) -> bytes:
    if not token or len(token) > MAX_TOKEN_CHARS or _ALPHABET.fullmatch(token) is None:
        raise InvalidPosition("not an id of ours")
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError) as exc:
        raise InvalidPosition("not base64url") from exc
    if len(raw) < 10 or zlib.crc32(raw[:-4]) != int.from_bytes(raw[-4:], "big"):
        raise InvalidPosition("checksum")
    return raw[:-4]


def _put_varint(out: bytearray, value: int) -> None:
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at

    @property
    def at_end(self) -> bool:
        return self._at == len(self._data)

    def four(self) -> int:
        part = self._data[self._at : self._at + 4]
        if len(part) < 4:
            raise InvalidPosition("cut short")
        self._at += 4
        return int.from_bytes(part, "big")

    def count(self, limit: int) -> int:
        value = self.varint()
        if value > limit:
            raise InvalidPosition("too many")
        return value

    def varint(self) -> int:
        value = shift = 0
        while True:
            if self._at >= len(self._data):
                raise InvalidPosition("cut short")
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 0x7F) << shift
            if value > MAX_OFFSET:
                raise InvalidPosition("a number out of range")
            if byte < 0x80:
                return value
            shift += 7
