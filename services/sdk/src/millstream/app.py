"""`Millstream("shop")`: a named set of functions and the way to the server that runs them."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, Unpack, cast, overload

from millstream import names, tracing
from millstream.arguments import event_data
from millstream.context import Context, current_context
from millstream.emit import Emitted
from millstream.errors import ApiError, NotFound
from millstream.function import EnqueueOptions, Function, Policy
from millstream.handle import Job, JobHandle
from millstream.portal import Portal
from millstream.schedule import Overlap, Schedule
from millstream.settings import Settings

if TYPE_CHECKING:
    import httpx

    from millstream.client import Client

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


class _Decorator(Protocol):
    @overload
    def __call__(
        self, fn: Callable[Concatenate[Context, P], Awaitable[T]], /
    ) -> Function[Concatenate[Context, P], P, T]: ...
    @overload
    def __call__(self, fn: Callable[Concatenate[Context, P], T], /) -> Function[Concatenate[Context, P], P, T]: ...
    @overload
    def __call__(self, fn: Callable[P, Awaitable[T]], /) -> Function[P, P, T]: ...
    @overload
    def __call__(self, fn: Callable[P, T], /) -> Function[P, P, T]: ...


class Millstream:
    """Functions by key, and a client.

    Args:
        name: what workers of these functions are called.
        url: where the server is; default `MILLSTREAM_URL`, else http://localhost:8080.
        api_key: default `MILLSTREAM_API_KEY`.
        transport: an httpx transport, for tests.
    """

    def __init__(
        self,
        name: str,
        *,
        url: str | None = None,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.name = names.checked("the app's name", name)
        self.functions: dict[str, Function[..., ..., Any]] = {}
        self.portal = Portal()
        self._url = url
        self._api_key = api_key
        self._transport = transport
        self._client: Client | None = None

    def __repr__(self) -> str:
        return f"<Millstream {self.name}: {', '.join(self.functions) or 'no functions'}>"

    @property
    def client(self) -> Client:
        """Made when first used: declaring functions needs neither a server nor an HTTP library."""
        if self._client is None:
            from millstream.client import Client

            self._client = Client(Settings.read(self._url, self._api_key), transport=self._transport)
        return self._client

    def function(
        self,
        *,
        retries: int = 3,
        timeout: float | None = 300.0,
        retry_delay: float = 1.0,
        max_concurrency: int | None = None,
        rate_limit: str | None = None,
        error_locals: bool | None = None,
        on: str | None = None,
        schedule: str | None = None,
        timezone: str = "UTC",
        overlap: Overlap = "skip",
        key: str | None = None,
        name: str | None = None,
    ) -> _Decorator:
        """Declare a function.

        Args:
            retries: how often a failed attempt is followed by another.
            timeout: seconds one attempt may take; None for no limit.
            retry_delay: seconds, the base of the exponential backoff between attempts.
            max_concurrency: how many jobs of it may run at once, everywhere.
            rate_limit: how many attempts of it may start in any second, minute, hour or day, everywhere: `10/s`, `100/m`.
            error_locals: whether a failure tells the local variables of your frames, masked; default the worker's setting.
            on: which events trigger it: a type (`order.paid`), all below one (`order.*`), or all (`*`). It takes one argument, `event`.
            schedule: when it runs by itself, a cron expression: `0 8 * * 1-5`. Every argument of it has a default.
            timezone: which clock that is meant by, as `Europe/Berlin`.
            overlap: `skip` leaves a time out while the job of the one before has not ended; `allow` does not.
            key: its stable name; default the function's own. Renaming the code then changes nothing.
            name: what people read; default the function's own.
        """
        policy = Policy(retries, retry_delay, timeout, max_concurrency, rate_limit, error_locals)
        by_clock = None if schedule is None else Schedule(schedule, timezone, overlap)

        def declare(fn: Callable[..., Any]) -> Function[..., ..., Any]:
            own = fn.__name__
            made: Function[..., ..., Any] = Function(
                self,
                fn,
                key=own.lower() if key is None else key,
                name=name or own,
                policy=policy,
                on=on,
                schedule=by_clock,
            )
            if made.key in self.functions:
                raise ValueError(f"{self.name} has a function {made.key} already; give one of them a key")
            self.functions[made.key] = made
            return made

        return cast(_Decorator, declare)

    async def enqueue(
        self, function: Function[..., ..., Any] | str, kwargs: Mapping[str, Any], options: EnqueueOptions | None = None
    ) -> JobHandle[Any]:
        """Enqueue by key, with arguments that are JSON already; `function.enqueue` is the way with types.

        Lost answers are asked for again under one idempotency key, so a job is never enqueued twice.
        """
        known = function if isinstance(function, Function) else self.functions.get(function)
        key = function if isinstance(function, str) else function.key
        body = {"function": key, "kwargs": dict(kwargs)} | _options(options or EnqueueOptions())
        with tracing.enqueue_span(key) as span:
            data = await self._enqueue(body, known)
            span.set_attribute("messaging.message.id", str(data["id"]))
        tracing.note_enqueued(key)
        return JobHandle(self, Job.model_validate(data), known)

    async def _enqueue(self, body: Mapping[str, Any], known: Function[..., ..., Any] | None) -> dict[str, Any]:
        headers = tracing.origin()
        try:
            return await self.client.enqueue(body, headers)
        except NotFound:
            if known is None:
                raise
            # An API may roll out before its workers: whoever knows the function may declare it.
            try:
                await self.client.declare([known.declaration()])
            except ApiError as error:
                log.info("the function %s is unknown and could not be declared: %s", known.key, error.detail)
            return await self.client.enqueue(body, headers)

    async def emit(self, event_type: str, data: Any = None, **options: Unpack[EnqueueOptions]) -> Emitted:
        """Tell what happened: each function whose `on` fits gets a job, all of them or none.

        Lost answers are asked for again under one idempotency key, so none gets two.

        Args:
            event_type: names with dots between, as `order.paid`.
            data: an object: a pydantic model, a dataclass or a dict.
            options: as for what is enqueued; `idempotency_key` is unique by type, for a week.

        Raises:
            InvalidArguments: before anything is sent.
            Unreachable: nobody answered.
            ApiError: the server refused.
        """
        said = {"type": names.event_type(event_type), "data": event_data(event_type, data)}
        body = said | _options(options)
        with tracing.enqueue_span(event_type, "emit") as span:
            emitted = Emitted.of(self, await self.client.emit(body, tracing.origin()))
            span.set_attribute("messaging.message.id", emitted.id)
        for handle in emitted.jobs:
            if handle.enqueued is not None:
                tracing.note_enqueued(handle.enqueued.function)
        return emitted

    def emit_sync(self, event_type: str, data: Any = None, **options: Unpack[EnqueueOptions]) -> Emitted:
        """`emit`, for synchronous code. Never call it on an event loop: it waits."""
        return self.portal.call(lambda: self.emit(event_type, data, **options))

    def job(self, job_id: str) -> JobHandle[Any]:
        """The handle of a job whose id is known."""
        return JobHandle(self, job_id, None)

    async def aclose(self) -> None:
        """Close the connections of this event loop."""
        if self._client is not None:
            await self._client.aclose()

    def close(self) -> None:
        """Close what synchronous calls opened."""
        if self._client is not None:
            self.portal.call(self._client.aclose)
        self.portal.close()


def _options(options: EnqueueOptions) -> dict[str, Any]:
    context = current_context()
    at = options.get("scheduled_at")
    if at is not None and at.tzinfo is None:
        raise ValueError("scheduled_at needs a time zone")
    said = {
        "delay_s": options.get("delay_s"),
        "scheduled_at": None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "priority": options.get("priority"),
        "idempotency_key": options.get("idempotency_key") or f"auto-{uuid.uuid4().hex}",
        "parent_id": options.get("parent_id") or (context.job_id if context else None),
        "tags": list(options.get("tags") or ()) or None,
    }
    return {name: value for name, value in said.items() if value is not None}
