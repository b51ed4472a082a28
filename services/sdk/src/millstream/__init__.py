"""Millstream: background jobs, watched.

from millstream import Millstream

app = Millstream("shop")

@app.function(retries=5, timeout=30)
async def resize(image_id: str) -> str: ...

await resize.enqueue(image_id="42")
"""

from millstream.app import Millstream
from millstream.context import Context
from millstream.emit import Emitted
from millstream.errors import (
    ApiError,
    Cancelled,
    Conflict,
    Forbidden,
    InvalidArguments,
    JobCancelled,
    JobFailed,
    MillstreamError,
    NonRetryable,
    NotFound,
    TooLarge,
    Unauthorized,
    Unreachable,
)
from millstream.function import Function
from millstream.handle import Job, JobHandle

__all__ = [
    "ApiError",
    "Cancelled",
    "Conflict",
    "Context",
    "Emitted",
    "Forbidden",
    "Function",
    "InvalidArguments",
    "Job",
    "JobCancelled",
    "JobFailed",
    "JobHandle",
    "Millstream",
    "MillstreamError",
    "NonRetryable",
    "NotFound",
    "TooLarge",
    "Unauthorized",
    "Unreachable",
]
