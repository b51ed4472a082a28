"""The bodies of requests and answers, where an application asks for them: gathered as they pass, masked, cut, told apart.

They never hold up a request: what is read is bounded for each body and in all, and masked by the thread that tells it.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from millstream import limits
from millstream.traffic.buffer import FIRST_ERROR
from millstream.traffic.masking import Masking

READ_BYTES = 65_536  # of a body: a larger one could not be masked, for half a document of JSON is none
HELD = 200
HELD_BYTES = 4 * 2**20


class Capture(StrEnum):
    """Whose bodies are captured."""

    ERRORS = "errors"
    ALL = "all"


class LeftOut(StrEnum):
    """Why a body is not shown."""

    TYPE = "type"
    ENCODED = "encoded"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class Passing:
    """One body on its way through."""

    __slots__ = ("_pieces", "content_type", "left_out", "size")

    def __init__(self, content_type: str, content_encoding: str) -> None:
        self.content_type = content_type.partition(";")[0].strip().lower()
        self.size = 0
        self.left_out: LeftOut | None = None
        self._pieces: list[bytes] = []
        if content_encoding.strip().lower() not in {"", "identity"}:
            self.left_out = LeftOut.ENCODED
        elif not _is_text(self.content_type):
            self.left_out = LeftOut.TYPE

    @property
    def held_bytes(self) -> int:
        return self.size if self.left_out is None else 0

    def add(self, piece: bytes) -> None:
        """A piece of it passes."""
        self.size += len(piece)
        if self.left_out is not None or not piece:
            return
        self._pieces.append(piece)
        if self.size > READ_BYTES:
            self.left_out = LeftOut.TOO_LARGE
            self._pieces.clear()

    def shown(self, masking: Masking) -> dict[str, Any] | None:
        """As it is told; None where there was none."""
        if not self.size:
            return None
        told = {"content_type": self.content_type[:128], "bytes": self.size}
        if self.left_out is None:
            try:
                return told | self._text(masking)
            except (ValueError, RecursionError):
                return told | {"left_out": LeftOut.UNREADABLE}
        return told | {"left_out": self.left_out}

    def document(self) -> Any:
        """The JSON it is; None where it is none, or was not read."""
        if self.left_out is not None or not self.content_type.endswith("json"):
            return None
        try:
            return json.loads(b"".join(self._pieces))
        except (ValueError, RecursionError):
            return None

    def _text(self, masking: Masking) -> dict[str, Any]:
        whole = b"".join(self._pieces).decode()
        if self.content_type.endswith("json"):
            text, places = masking.of_json(whole)
        elif self.content_type == FORM:
            text, places = masking.of_form(whole)
        else:
            text, places = masking.of_text(whole)
        cut = text[: limits.CAPTURE_CHARS].replace("\0", "\ufffd")
        return {"text": cut, "is_cut": len(text) > len(cut), "masked": places}


FORM = "application/x-www-form-urlencoded"


def _is_text(content_type: str) -> bool:
    if content_type.startswith("text/"):
        return content_type != "text/event-stream"
    return content_type in {"application/json", FORM} or content_type.endswith("+json")


@dataclass(slots=True)
class Pair:
    """The body of a request, and that of its answer once it has begun."""

    request: Passing
    answer: Passing | None = None

    @property
    def held_bytes(self) -> int:
        return self.request.held_bytes + (self.answer.held_bytes if self.answer else 0)


@dataclass(frozen=True, slots=True)
class Capturing:
    """What an application asks for.

    Args:
        which: `errors` (answers of 400 and above) or `all`.
        mask: names of fields to be masked beside the usual ones.

    Raises:
        ValueError: it asks for something else.
    """

    which: Capture
    masking: Masking = field(default_factory=Masking)

    @classmethod
    def asked(cls, which: str | None, mask: Iterable[str]) -> Capturing | None:
        """What a middleware was given; None when it captures nothing."""
        if which is None:
            return None
        if which not in set(Capture):
            raise ValueError(f"capture is {' or '.join(map(repr, map(str, Capture)))}, not {which!r}")
        return cls(Capture(which), Masking(mask))

    def wants(self, status: int) -> bool:
        """Whether the bodies of a request that ended so are told."""
        return self.which is Capture.ALL or status >= FIRST_ERROR


class Captures:
    """Bodies on their way to Millstream; what there is no room for is not told."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: deque[tuple[int, float, Pair]] = deque()
        self._bytes = 0

    def add(self, number: int, at: float, pair: Pair) -> None:
        """Remember the bodies of a request by its number."""
        size = pair.held_bytes
        with self._lock:
            if len(self._held) < HELD and self._bytes + size <= HELD_BYTES:
                self._held.append((number, at, pair))
                self._bytes += size

    def oldest(self) -> list[tuple[int, float, Pair]]:
        """The next to be told; they stay until `forget`."""
        with self._lock:
            return list(islice(self._held, limits.CAPTURES_PER_REPORT))

    def forget(self, count: int) -> None:
        """The oldest ones were told."""
        with self._lock:
            for _ in range(count):
                self._bytes -= self._held.popleft()[2].held_bytes


def body_of(instance_id: str, captures: Iterable[tuple[int, float, Pair]], masking: Masking) -> str:
    """The body of a call that tells captures; masked here, before anything leaves the process."""
    told = [
        {
            "request_id": f"{instance_id}.{number}",
            "at": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "request": pair.request.shown(masking),
            "response": pair.answer.shown(masking) if pair.answer else None,
        }
        for number, at, pair in captures
    ]
    return json.dumps({"captures": told})
