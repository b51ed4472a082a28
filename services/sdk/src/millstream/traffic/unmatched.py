"""The paths of requests that no route matched: without what looks secret in them, and few however many are tried."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from millstream import limits
from millstream.traffic.masking import MASK, Masking, printable

HELD = 1_000  # requests whose paths wait to be told; of more only their number is known
READ_CHARS = 2_000
HOUR_S = 3_600
NUMBER, ID = "{number}", "{id}"
TOKEN_CHARS = 16  # what is shorter is taken for a word
TOKEN_CHANGES = 3  # of small letters, capitals and digits into each other
WORD_CHARS = 40

METHOD = re.compile(r"[A-Z][A-Z-]{0,31}")
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.I)
HEX = re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{8,}", re.I)
DIGITS = re.compile(r"\d{5,}")
KINDS = re.compile(r"[a-z]+|[A-Z]+|\d+")


class Tried(NamedTuple):
    """A request no route matched."""

    at: float
    method: str
    path: str


def shown_path(path: str, masking: Masking) -> str:
    """A path as it is told: no query, and a placeholder for each part that is a number, an id or a secret by its look.

    It comes from anybody: what is not recognised as one of these is shown as it is.
    """
    whole = re.split(r"[?#]", path, maxsplit=1)[0]
    parts = whole[:READ_CHARS].split("/")
    if len(whole) > READ_CHARS:
        parts.pop()  # half a secret does not look like one
    shown, before = [], ""
    for part in parts:
        # Behind a semicolon are parameters, as a query's are.
        shown.append(MASK if part and masking.hides(before) else shown_part(part.split(";")[0], masking))
        before = part
    text = "/".join(shown).encode(errors="replace").decode()
    clean = printable(text)
    return f"/{clean.lstrip('/')}"[: limits.RAW_PATH_CHARS]


def shown_part(part: str, masking: Masking) -> str:
    """What stands between two slashes."""
    if part.isdecimal():
        return NUMBER
    if "@" in part or UUID.search(part) or is_token(part):
        return ID
    # The words beside them say what was looked for: `app.3f2a9c1d.js`, `report-20260131`.
    pieces = (NUMBER if piece.isdecimal() else ID if HEX.fullmatch(piece) else piece for piece in part.split("."))
    return DIGITS.sub(NUMBER, masking.of_text(".".join(pieces)).text)


def is_token(part: str) -> bool:
    """Whether nobody would make such a word."""
    if len(part) < TOKEN_CHARS:
        return False
    kinds = KINDS.findall(part)
    return len(kinds) - _words(kinds) > TOKEN_CHANGES or max(map(len, kinds), default=0) > WORD_CHARS


def _words(kinds: Iterable[str]) -> int:
    """How often one of small letters follows another, with no more than a separator between: words, not a change."""
    before, words = "", 0
    for kind in kinds:
        words += kind.islower() and before.islower()
        before = kind
    return words


class UnmatchedPaths:
    """Safe to use from any thread; `add` costs a lock and an append."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: list[Tried] = []
        self._beyond: dict[int, tuple[int, float]] = {}  # hour to how many more, and the last of them
        self._number = 0
        self._report: str | None = None

    def add(self, tried: Tried) -> None:
        """Remember a request."""
        with self._lock:
            if len(self._held) < HELD:
                self._held.append(tried)
            else:
                hour = int(tried.at // HOUR_S)
                self._beyond[hour] = self._beyond.get(hour, (0, 0.0))[0] + 1, tried.at

    def report(self, instance_id: str, masking: Masking) -> str | None:
        """The body of a call that tells what was tried; the same again until it is told. Masked here, as bodies are."""
        if self._report is None:
            with self._lock:
                held, self._held = self._held, []
                beyond, self._beyond = self._beyond, {}
            if held:
                self._number += 1
                paths = _counted(held, beyond, masking)
                self._report = json.dumps({"report_id": f"{instance_id}.{self._number}", "paths": paths})
        return self._report

    def told(self) -> None:
        """The report was taken."""
        self._report = None


def _counted(
    held: Iterable[Tried], beyond: dict[int, tuple[int, float]], masking: Masking
) -> list[dict[str, str | int | None]]:
    """By hour, method and path, the most first; what there is no room for is counted by the hour."""
    found: dict[tuple[int, str, str], tuple[int, float]] = {}
    for at, method, path in held:
        if METHOD.fullmatch(method):
            key = int(at // HOUR_S), method, shown_path(path, masking)
            many, last = found.get(key, (0, 0.0))
            found[key] = many + 1, max(last, at)
    by_most = sorted(found.items(), key=lambda one: one[1], reverse=True)
    others = dict(beyond)
    room = max(0, limits.RAW_PATHS_PER_REPORT - len({hour for hour, _, _ in found} | others.keys()))
    for (hour, _, _), (many, last) in by_most[room:]:
        more, later = others.get(hour, (0, 0.0))
        others[hour] = more + many, max(last, later)
    told = [(method, path, many, last) for (_, method, path), (many, last) in by_most[:room]]
    rest = [("*", None, many, last) for many, last in others.values()]
    return [
        {"method": method, "path": path, "requests": many, "at": instant(last)}
        for method, path, many, last in (*told, *rest)
    ]


def instant(at: float) -> str:
    """As it is told."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
