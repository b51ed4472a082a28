"""How an attempt failed, in words that fit, and the fingerprint that groups like failures."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from millstream_contracts.limits import load_limits

WORKER_LOST = "WorkerLost"
TIMEOUT = "Timeout"

_VARIABLE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE), "<uuid>"),
    (re.compile(r"\b[a-z]{2,5}_[0-9A-HJKMNP-TV-Z]{26}\b"), "<id>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "<n>"),
    # Half an id in hexadecimal may be all digits, so both read as a number.
    (re.compile(r"\b(?=[a-f]*\d)[0-9a-f]{6,}\b", re.IGNORECASE), "<n>"),
    (re.compile(r"'[^']{0,200}'|\"[^\"]{0,200}\""), "<text>"),
    (re.compile(r"\d+(?:\.\d+)?"), "<n>"),
    (re.compile(r"\s+"), " "),
)
_FRAME = re.compile(r'^\s*File "([^"]+)", line \d+, in (\S+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt did not succeed. `error` is never empty; `locals` is JSON."""

    error: str
    error_type: str
    fingerprint: str
    traceback: str | None = None
    retryable: bool = True
    locals: str | None = None


def failure(
    error: str, error_type: str, traceback: str | None = None, *, retryable: bool = True, locals: str | None = None
) -> Failure:
    limits = load_limits()
    kind = (error_type.strip() or "Error")[:255]
    message = error.strip()[: limits.error_chars] or kind
    kept = traceback[-limits.traceback_chars :] if traceback else None
    return Failure(message, kind, fingerprint(kind, message, kept), kept, retryable, locals)


def timed_out(timeout_s: float | None) -> Failure:
    return failure(f"the attempt ran longer than its timeout of {timeout_s:g} s" if timeout_s else "timeout", TIMEOUT)


def worker_lost(interruptions: int) -> Failure:
    return failure(f"its worker was lost {interruptions} times", WORKER_LOST, retryable=False)


def fingerprint(error_type: str, message: str, traceback: str | None) -> str:
    """Same type, same message but for numbers, ids and quoted text, same innermost function: same failure."""
    normalised = message[:2000]
    for pattern, name in _VARIABLE:
        normalised = pattern.sub(name, normalised)
    frames = _FRAME.findall(traceback) if traceback else []
    frame = f"{frames[-1][0].replace(chr(92), '/').rsplit('/', 1)[-1]}:{frames[-1][1]}" if frames else ""
    return hashlib.sha256(f"{error_type}\n{normalised}\n{frame}".encode()).hexdigest()[:16]
