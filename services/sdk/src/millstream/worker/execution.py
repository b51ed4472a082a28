"""Running the user's code: async functions on a loop of their own, synchronous ones in a pool, nothing on ours."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from millstream import limits, tracing
from millstream.context import Context, enter
from millstream.errors import Cancelled, InvalidArguments, NonRetryable, TooLarge, UnfitResult
from millstream.function import Function
from millstream.worker.usage import LoopLag

FINAL = (NonRetryable, InvalidArguments, UnfitResult, TooLarge)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the user's code ended: with a JSON result, with an error, or by being cancelled."""

    result: Any = None
    error: BaseException | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One call to make."""

    function: Function[..., ..., Any]
    kwargs: Mapping[str, Any]
    context: Context
    worker_id: str
    traceparent: str | None
    trace_id: str | None


class Running:
    """Code on its way. `ended` resolves when it has really ended, however long after a cancel that is."""

    def __init__(self) -> None:
        self.ended: Future[Ended] = Future()
        self._cancel: Callable[[], None] = lambda: None

    def cancel(self) -> None:
        self._cancel()

    def resolve(self, ended: Ended) -> None:
        # Nobody may be waiting any more: the worker ended before the code did.
        with contextlib.suppress(InvalidStateError):
            self.ended.set_result(ended)


class UserLoop:
    """An event loop in a thread, for the user's async functions alone."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._turn, name="millstream-user-loop", daemon=True)
        self._tasks: set[asyncio.Task[Ended]] = set()
        self.lag = LoopLag(self._loop)
        self._soon(self.lag.start)
        self._thread.start()

    def start(self, run: Run) -> Running:
        running = Running()
        task: asyncio.Task[Ended] | None = None

        def begin() -> None:
            nonlocal task
            if running.ended.done():
                return
            task = self._loop.create_task(run_async(run), name=run.context.job_id)
            self._tasks.add(task)
            task.add_done_callback(finish)

        def finish(done: asyncio.Task[Ended]) -> None:
            self._tasks.discard(done)
            running.resolve(Ended(cancelled=True) if done.cancelled() else done.result())

        def stop() -> None:
            if task is not None:
                task.cancel()
            else:
                running.resolve(Ended(cancelled=True))

        running._cancel = lambda: self._soon(stop)
        self._soon(begin)
        return running

    def close(self, patience_s: float = 2.0) -> bool:
        """Cancel what is left and end the thread; False when the user's code would not let go."""
        self._soon(self._stop)
        self._thread.join(patience_s)
        if self._thread.is_alive():
            return False
        self._loop.close()
        return True

    def _soon(self, fn: Callable[[], None]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(fn)

    def _turn(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._finish())

    def _stop(self) -> None:
        self._loop.stop()

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._loop.shutdown_asyncgens()


class UserThreads:
    """A pool for the user's synchronous functions."""

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="millstream-job")

    def start(self, run: Run) -> Running:
        running = Running()
        copied = contextvars.copy_context()

        def work() -> None:
            running.resolve(copied.run(run_sync, run))

        self._pool.submit(work)
        return running

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


async def run_async(run: Run) -> Ended:
    _enter(run)
    with _span(run) as span:
        try:
            value = await run.function.fn(**_arguments(run))
            return Ended(run.function.parameters.encode_result(value))
        except (asyncio.CancelledError, Cancelled) as error:
            return Ended(error=error, cancelled=True)
        except BaseException as error:  # noqa: BLE001 - even SystemExit must not end the worker
            tracing.say_failed(span, error)
            return Ended(error=error)


def run_sync(run: Run) -> Ended:
    _enter(run)
    with _span(run) as span:
        try:
            value = run.function.fn(**_arguments(run))
            return Ended(run.function.parameters.encode_result(value))
        except Cancelled as error:
            return Ended(error=error, cancelled=True)
        except BaseException as error:  # noqa: BLE001
            tracing.say_failed(span, error)
            return Ended(error=error)


def _enter(run: Run) -> None:
    """For what runs in this task or thread: which job it is, and the trace of what it enqueues where nobody traces."""
    enter(run.context)
    tracing.untraced.set(tracing.Untraced(run.trace_id) if run.trace_id else None)
    tracing.enqueued.set(None)


def _span(run: Run) -> Any:
    job = run.context.job
    return tracing.run_span(run.function.key, job.id, job.attempt, run.worker_id, run.traceparent)


def _arguments(run: Run) -> dict[str, Any]:
    parameters = run.function.parameters
    values = parameters.decode(run.kwargs)
    return values if parameters.context is None else values | {parameters.context: run.context}


def failure(error: BaseException) -> dict[str, Any]:
    """An exception as an outcome."""
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    lines = traceback.format_exception(type(error), error, frames)
    kind = type(error).__qualname__
    return {
        "kind": "outcome",
        "outcome": "failure",
        "error": (str(error).strip() or kind)[: limits.ERROR_CHARS],
        "error_type": kind[:255],
        "traceback": "".join(lines)[-limits.TRACEBACK_CHARS :],
        "retryable": not isinstance(error, FINAL),
    }
