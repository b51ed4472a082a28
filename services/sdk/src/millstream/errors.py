"""What may go wrong.

MillstreamError ─ code, status, detail
├── Unreachable                 nobody answered
├── ApiError                    the server refused
│   └── Unauthorized · Forbidden · NotFound · Conflict · TooLarge · Invalid
├── InvalidArguments            the call does not fit the function
├── TooLarge                    also before anything is sent
└── JobFailed · JobCancelled    what became of a job whose result was asked for

NonRetryable                    raise it in a function: do not try again
Cancelled                       raised in a synchronous function whose job is being cancelled
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class MillstreamError(Exception):
    """Base of all that this package raises. `code` is a stable slug, `status` an HTTP status or None."""

    code = "error"
    status: int | None = None

    def __init__(self, detail: str, *, code: str | None = None, status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code
        if status is not None:
            self.status = status

    def pause_s(self, drawn_s: float) -> float:
        """How long to wait before asking again: what was drawn, or what the server asked for."""
        return drawn_s


LONGEST_PAUSE_S = 10.0


class BadSetting(MillstreamError, ValueError):
    """What the environment or the program says cannot be; the message says what would do."""

    code = "bad_setting"


class Unreachable(MillstreamError):
    """The server did not answer; the message says what was tried."""

    code = "unreachable"


class ApiError(MillstreamError):
    """The server refused: a problem document. `errors` names the fields of a 422."""

    code = "http_error"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        status: int | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(detail, code=code, status=status)
        self.errors = tuple(errors)
        self.retry_after_s = retry_after_s

    def pause_s(self, drawn_s: float) -> float:
        return max(drawn_s, min(LONGEST_PAUSE_S, self.retry_after_s or 0.0))

    @property
    def is_passing(self) -> bool:
        """Whether the same request may succeed later."""
        return self.status in {408, 425, 429, 500, 502, 503, 504}


class Unauthorized(ApiError):
    """The credential is missing or not valid (401)."""


class Forbidden(ApiError):
    """The credential lacks a scope (403)."""


class NotFound(ApiError):
    """There is no such thing (404)."""


class Conflict(ApiError):
    """The state of the thing forbids it (409)."""


class TooLarge(ApiError):
    """It exceeds a limit (413)."""

    code = "too_large"
    status = 413


class Invalid(ApiError):
    """A field is not valid (422)."""


class InvalidArguments(MillstreamError):
    """The arguments do not fit the function; trying again cannot help."""

    code = "invalid_arguments"
    status = 422

    def __init__(self, function: str, errors: Sequence[Mapping[str, str]]) -> None:
        said = "; ".join(f"{e['field']}: {e['message']}" for e in errors)
        super().__init__(f"the arguments do not fit {function}: {said}")
        self.errors = tuple(errors)


class UnfitResult(MillstreamError):
    """What the function returned cannot be kept; trying again cannot help."""

    code = "unfit_result"


class JobFailed(MillstreamError):
    """The job whose result was asked for failed."""

    code = "job_failed"

    def __init__(self, job_id: str, error: str, error_type: str | None) -> None:
        super().__init__(f"{job_id} failed: {error_type or 'error'}: {error}")
        self.job_id = job_id
        self.error = error
        self.error_type = error_type


class JobCancelled(MillstreamError):
    """The job whose result was asked for was cancelled."""

    code = "job_cancelled"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"{job_id} was cancelled")
        self.job_id = job_id


class NonRetryable(Exception):
    """Raise it in a function: this failure is final, whatever retries are left."""


class Cancelled(BaseException):
    """The job is being cancelled. Like asyncio's CancelledError it passes `except Exception`; let it pass."""


BY_STATUS: Mapping[int, type[ApiError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    422: Invalid,
}
