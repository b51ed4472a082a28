"""A function that can be called here, or enqueued to run somewhere else."""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypedDict, TypeVar, Unpack, cast

from millstream import limits, names
from millstream.arguments import Parameters, check_event_signature, check_scheduled_signature, check_signature
from millstream.schedule import Schedule

if TYPE_CHECKING:
    from millstream.app import Millstream
    from millstream.handle import JobHandle

Call = ParamSpec("Call")
Args = ParamSpec("Args")
R = TypeVar("R")
_RATE_LIMIT = re.compile(r"([1-9][0-9]{0,5}|1000000)/(s|second|m|minute|h|hour|d|day)")


@dataclass(frozen=True, slots=True)
class Policy:
    """How jobs of a function are run; what the worker declares, but for `error_locals`, which is its own affair."""

    retries: int = 3
    retry_delay_s: float = 1.0
    timeout_s: float | None = 300.0
    max_concurrency: int | None = None
    rate_limit: str | None = None
    error_locals: bool | None = None

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ValueError(f"retries cannot be {self.retries}; 0 means one attempt")
        if self.retry_delay_s < 0:
            raise ValueError(f"retry_delay cannot be {self.retry_delay_s} s")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise ValueError(f"timeout cannot be {self.timeout_s} s; None means no limit")
        if self.max_concurrency is not None and self.max_concurrency < 1:
            raise ValueError(f"max_concurrency cannot be {self.max_concurrency}; None means no limit")
        if self.rate_limit is not None and not _RATE_LIMIT.fullmatch(str(self.rate_limit)):
            raise ValueError(
                f"rate_limit cannot be {self.rate_limit!r}; it is a count of 1 to 1,000,000 and s, m, h or d, as in '10/s' or"
                " '5000/h'; None means no limit"
            )


class EnqueueOptions(TypedDict, total=False):
    """How one job is enqueued."""

    delay_s: float | None
    scheduled_at: datetime | None
    priority: int | None
    idempotency_key: str | None
    tags: tuple[str, ...] | list[str] | None
    parent_id: str | None


class Function(Generic[Call, Args, R]):
    """Made by `@app.function`. `fn(…)` calls it here; `await fn.enqueue(…)` runs it on a worker."""

    def __init__(
        self,
        app: Millstream,
        fn: Callable[..., Any],
        *,
        key: str,
        name: str,
        policy: Policy,
        on: str | None = None,
        schedule: Schedule | None = None,
    ) -> None:
        check_signature(fn)
        if on is not None and schedule is not None:
            raise ValueError(f"{fn.__qualname__}: it is triggered by events or by the clock, not by both")
        if on is not None:
            check_event_signature(fn)
            names.event_pattern(on)
        if schedule is not None:
            check_scheduled_signature(fn)
        self.on = on
        self.schedule = schedule
        self.app = app
        self.fn = fn
        self.key = names.checked("the function key", key)
        self.name = name
        self.policy = policy
        self.is_async = inspect.iscoroutinefunction(fn)
        functools.update_wrapper(self, fn)

    def __repr__(self) -> str:
        return f"<Function {self.key} of {self.app.name}>"

    def __call__(self, *args: Call.args, **kwargs: Call.kwargs) -> Any:
        return self.fn(*args, **kwargs)

    @cached_property
    def parameters(self) -> Parameters:
        """Built when first needed, so that annotations may name what is defined further down."""
        if self.on is not None:
            check_event_signature(self.fn)
        if self.schedule is not None:
            check_scheduled_signature(self.fn)
        return Parameters.of(self.fn, self.key)

    def options(self, **options: Unpack[EnqueueOptions]) -> Bound[Args, R]:
        """The same function with options for what is enqueued through it: `fn.options(delay_s=60).enqueue(…)`."""
        return Bound(self, EnqueueOptions()).options(**options)

    async def enqueue(self, *args: Args.args, **kwargs: Args.kwargs) -> JobHandle[R]:
        """Enqueue a job.

        Raises:
            InvalidArguments: before anything is sent.
            Unreachable: nobody answered.
            ApiError: the server refused.
        """
        return await Bound[Args, R](self, EnqueueOptions()).enqueue(*args, **kwargs)

    def enqueue_sync(self, *args: Args.args, **kwargs: Args.kwargs) -> JobHandle[R]:
        """`enqueue`, for synchronous code. Never call it on an event loop: it waits."""
        return Bound[Args, R](self, EnqueueOptions()).enqueue_sync(*args, **kwargs)

    @property
    def import_path(self) -> str | None:
        """`shop.jobs:charge_card`, where this is what an import finds there; None for one that is nested or has another name."""
        module, name = self.fn.__module__, self.fn.__qualname__
        if not names.is_code(name) or _imported(module, name) is not self:
            return None
        if module == "__main__":
            # `python -m shop.jobs` knows its name; `python jobs.py` has none to be imported by.
            module = getattr(sys.modules[module].__spec__, "name", "")
        path = f"{module}:{name}"
        return path if names.is_code(module) and len(path) <= limits.IMPORT_PATH_CHARS else None

    @property
    def type(self) -> Literal["task", "cron", "event"]:
        """What makes its jobs, beside those that are enqueued."""
        if self.schedule is not None:
            return "cron"
        return "task" if self.on is None else "event"

    def declaration(self) -> dict[str, Any]:
        """What `POST /functions` is told."""
        declared = {
            "key": self.key,
            "name": self.name,
            "type": self.type,
            "timeout": self.policy.timeout_s,
            "max_retries": self.policy.retries,
            "retry_delay": self.policy.retry_delay_s,
        }
        optional = {
            "pattern": self.on,
            "rate_limit": self.policy.rate_limit,
            "max_concurrency": self.policy.max_concurrency,
            "parameters": self.parameters.schema(),
            "import_path": self.import_path,
        }
        by_clock = {} if self.schedule is None else self.schedule.declaration()
        return declared | by_clock | {name: value for name, value in optional.items() if value is not None}


def _imported(module: str, name: str) -> object:
    found: object = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


class Bound(Generic[Args, R]):
    """A function together with options."""

    def __init__(self, function: Function[..., ..., Any], chosen: EnqueueOptions) -> None:
        self.function = function
        self.chosen = chosen

    def options(self, **options: Unpack[EnqueueOptions]) -> Bound[Args, R]:
        chosen = cast(EnqueueOptions, {**self.chosen, **options})
        if chosen.get("delay_s") is not None and chosen.get("scheduled_at") is not None:
            raise ValueError("delay_s and scheduled_at say the same thing; give one")
        return Bound(self.function, chosen)

    async def enqueue(self, *args: Args.args, **kwargs: Args.kwargs) -> JobHandle[R]:
        app = self.function.app
        encoded = self.function.parameters.encode(args, kwargs)
        return cast("JobHandle[R]", await app.enqueue(self.function, encoded, self.chosen))

    def enqueue_sync(self, *args: Args.args, **kwargs: Args.kwargs) -> JobHandle[R]:
        app = self.function.app
        encoded = self.function.parameters.encode(args, kwargs)
        return cast("JobHandle[R]", app.portal.call(app.enqueue, self.function, encoded, self.chosen))
