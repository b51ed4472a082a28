"""The state machine: whatever happens in whatever order, what the contract promises holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from millstream_contracts.generated.millstream.jobs.v1.job_events_pb2 import JobEvent
from millstream_contracts.ids import new_job_id
from millstream_jobs import model
from millstream_jobs.failures import WORKER_LOST, failure, fingerprint
from millstream_jobs.history import history
from millstream_jobs.model import FINISHED, IllegalTransition, Job, Status, Step
from millstream_jobs.new_job import Defaults, NewJob, enqueue
from millstream_jobs.store_model import Attempt

NOW = 1_767_225_600_000
TTL_MS = 30_000


def new(**more: object) -> NewJob:
    defaults = Defaults(
        function="resize",
        function_name="Resize",
        job_type="task",
        max_retries=2,
        retry_delay_s=1.0,
        timeout_s=None,
    )
    return NewJob(id=new_job_id(), trigger="api", **({"defaults": defaults} | more))  # type: ignore[arg-type]


def queued() -> Job:
    return enqueue(new(), NOW).job


def active(at_ms: int = NOW) -> Job:
    return model.start(queued(), at_ms, worker_id="w1", token="t1", ttl_ms=TTL_MS).job


def half() -> float:
    return 0.5


SAID_AS = {"scheduled": "queued", "interrupted": "queued"}


class AnyLife(RuleBasedStateMachine):
    """Random commands at random times."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.said: list[JobEvent] = []
        self.attempts_: list[Attempt] = []
        self.leases = 0
        self.lost = 0

    @initialize(
        later_s=st.one_of(st.none(), st.integers(-5, 60)),
        retries=st.integers(0, 3),
        timeout_s=st.one_of(st.none(), st.floats(0.5, 60)),
    )
    def begin(self, later_s: int | None, retries: int, timeout_s: float | None) -> None:
        wish = new(scheduled_at_ms=None if later_s is None else NOW + later_s * 1000)
        wish = replace(wish, defaults=replace(wish.defaults, max_retries=retries, timeout_s=timeout_s))
        self.take(enqueue(wish, self.now))

    def take(self, step: Step | None) -> None:
        if step is not None:
            self.job = step.job
            self.said += step.events
            self.remember(step)

    def remember(self, step: Step) -> None:
        """As the store does."""
        job, ended = step.job, step.ended
        if step.started:
            started_at_ms = job.started_at_ms or 0
            nothing = dict.fromkeys(("error", "error_type", "error_fingerprint", "traceback"))
            self.attempts_.append(
                Attempt(
                    job.id,
                    job.attempts,
                    job.worker_id or "",
                    started_at_ms,
                    job.queue_wait_ms,
                    None,
                    None,
                    None,
                    **nothing,
                )
            )
        if ended is not None:
            self.attempts_[-1] = replace(self.attempts_[-1], outcome=ended.outcome, ended_at_ms=ended.ended_at_ms)

    def attempt(self, change: object, *arguments: object, **more: object) -> None:
        """Illegal transitions raise and leave the job as it was."""
        before = self.job
        try:
            self.take(change(before, self.now, *arguments, **more))  # type: ignore[operator]
        except IllegalTransition:
            assert self.job is before

    @rule(seconds=st.integers(0, 100))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * 1000
        before = self.job
        step = model.on_due(self.job, self.now, half)
        self.lost += step is not None and step.job.interruptions > before.interruptions
        self.take(step)

    @rule()
    def lease(self) -> None:
        self.leases += self.job.status is Status.QUEUED
        self.attempt(model.start, worker_id="w1", token=f"t{self.leases}", ttl_ms=TTL_MS)

    @rule()
    def renew(self) -> None:
        self.attempt(model.renew, ttl_ms=TTL_MS)

    @rule(progress=st.floats(0, 1))
    def advance(self, progress: float) -> None:
        self.attempt(model.advance, progress)

    @rule()
    def succeed(self) -> None:
        self.attempt(model.succeed)

    @rule(retryable=st.booleans(), timeout=st.booleans())
    def fail(self, retryable: bool, timeout: bool) -> None:
        self.attempt(model.fail, failure("boom", "ValueError", retryable=retryable), half, timeout=timeout)

    @rule()
    def stop(self) -> None:
        self.attempt(model.stop)

    @rule()
    def hand_back(self) -> None:
        self.attempt(model.hand_back)

    @rule(reason=st.one_of(st.none(), st.just("no longer needed")))
    def cancel(self, reason: str | None) -> None:
        self.attempt(model.cancel, reason)

    @precondition(lambda self: self.job.is_finished)
    @rule()
    def it_never_changes_once_finished(self) -> None:
        for change in (model.succeed, model.stop, model.hand_back, model.lose):
            with pytest.raises(IllegalTransition):
                change(self.job, self.now)
        assert model.on_due(self.job, self.now + 10**12, half) is None

    @invariant()
    def seq_has_no_holes(self) -> None:
        if self.said:
            assert [event.seq for event in self.said] == list(range(1, self.job.seq + 1))

    @invariant()
    def its_history_is_what_was_said(self) -> None:
        if not self.said:
            return
        facts = [fact for fact in history(self.job, self.attempts_) if fact.seq is not None and fact.kind != "progress"]
        types = [(fact.seq, f"job.{SAID_AS.get(fact.kind, fact.kind)}", fact.at_ms) for fact in facts]
        assert types == [(event.seq, event.type, event.at_ms) for event in self.said]
        workers = {event.seq: event.worker_id for event in self.said if event.type == "job.started"}
        assert workers == {fact.seq: fact.worker_id for fact in facts if fact.kind == "started"}

    @invariant()
    def counters_tell_what_was_said(self) -> None:
        if not self.said:
            return
        types = [event.type for event in self.said]
        assert self.job.attempts == self.leases == types.count("job.started")
        assert self.job.retries == types.count("job.retrying") <= self.job.max_retries
        assert self.job.interruptions == self.lost <= 6
        ended = [t for t in types if t in ("job.completed", "job.failed", "job.cancelled")]
        assert len(ended) == (self.job.status in FINISHED)
        assert not ended or types[-1] == ended[0]

    @invariant()
    def the_row_is_of_one_piece(self) -> None:
        if not self.said:
            return
        job = self.job
        assert (job.lease is not None) == (job.status is Status.ACTIVE)
        assert (job.completed_at_ms is not None) == job.is_finished
        assert (job.due_at_ms is not None) == (job.status in (Status.PENDING, Status.RETRYING, Status.ACTIVE))
        assert job.error != ""
        if job.interruptions == 6:
            assert (job.status, job.error_type) == (Status.FAILED, WORKER_LOST)
        if job.status in (Status.RETRYING, Status.QUEUED, Status.PENDING):
            assert job.cancel_requested_at_ms is None


TestAnyLife = AnyLife.TestCase
TestAnyLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

# streams.md, section 4: by type, what is there besides job_id, root_id, function, function_name, at, seq, event_id.
FIELDS = {
    "job.queued": set(),
    "job.started": {"worker_id", "attempt", "max_retries"},
    "job.progress": {"worker_id", "attempt", "max_retries"},
    "job.completed": {"worker_id", "attempt", "max_retries"},
    "job.failed": {"worker_id", "attempt", "max_retries"},
    "job.retrying": {"worker_id", "attempt", "max_retries"},
    "job.cancelled": {"worker_id", "attempt", "max_retries"},
}


def optional_fields(event: JobEvent) -> set[str]:
    return {name for name in ("worker_id", "attempt", "max_retries", "parent_id", "trace_id") if event.HasField(name)}


class TestEnqueue:
    def test_it_is_queued_at_once(self) -> None:
        step = enqueue(new(), NOW)
        assert step.job.status is Status.QUEUED
        assert [e.type for e in step.events] == ["job.queued"]
        assert step.events[0].queued.trigger == "api"

    def test_it_is_pending_when_scheduled_and_says_queued_again_when_due(self) -> None:
        step = enqueue(new(scheduled_at_ms=NOW + 5000), NOW)
        assert step.job.status is Status.PENDING
        assert model.on_due(step.job, NOW + 4999, half) is None
        due = model.on_due(step.job, NOW + 5000, half)
        assert due is not None
        assert [(e.type, e.seq, e.queued.trigger) for e in due.events] == [("job.queued", 2, "api")]
        assert due.events[0].queued.scheduled_at_ms == NOW + 5000

    def test_it_is_queued_when_its_time_has_passed(self) -> None:
        assert enqueue(new(scheduled_at_ms=NOW - 1), NOW).job.status is Status.QUEUED


class TestOutcomes:
    def test_it_measures_the_newest_attempt(self) -> None:
        job = active(NOW + 700)
        done = model.succeed(job, NOW + 1700).job
        assert (done.queue_wait_ms, done.duration_ms, done.completed_at_ms) == (700.0, 1000.0, NOW + 1700)

    def test_it_retries_with_full_jitter_then_fails(self) -> None:
        job = active()
        delays = []
        for _ in range(2):
            step = model.fail(job, NOW, failure("boom", "ValueError"), half)
            [event] = step.events
            delays.append((event.retrying.delay_ms, event.retrying.next_attempt))
            job = step.job
            promoted = model.on_due(job, NOW + 5000, half)
            assert promoted is not None
            assert promoted.events == ()
            job = model.start(promoted.job, NOW + 5000, worker_id="w1", token="t", ttl_ms=TTL_MS).job
        assert delays == [(500.0, 2), (1000.0, 3)]
        last = model.fail(job, NOW + 6000, failure("", "ValueError"), half)
        assert (last.job.status, last.job.error) == (Status.FAILED, "ValueError")

    def test_it_fails_at_once_when_a_retry_is_pointless(self) -> None:
        step = model.fail(active(), NOW, failure("boom", "ValueError", retryable=False), half)
        assert step.job.status is Status.FAILED

    def test_it_ends_what_runs_too_long(self) -> None:
        wish = new()
        job = enqueue(replace(wish, defaults=replace(wish.defaults, timeout_s=2.0)), NOW).job
        job = model.start(job, NOW, worker_id="w1", token="t", ttl_ms=TTL_MS, grace_ms=1000).job
        assert model.on_due(job, NOW + 2999, half) is None
        step = model.on_due(job, NOW + 3000, half)
        assert step is not None
        assert (step.job.status, step.job.error_type) == (Status.RETRYING, "Timeout")


class TestInterruption:
    def test_handing_back_costs_nothing(self) -> None:
        step = model.hand_back(active(), NOW + 10)
        assert (step.job.status, step.job.interruptions, step.job.retries) == (Status.QUEUED, 0, 0)
        assert (step.events[0].queued.trigger, step.events[0].worker_id) == ("interrupted", "w1")

    def test_the_sixth_lost_lease_is_a_failure(self) -> None:
        job = queued()
        now = NOW
        for times in range(1, 7):
            job = model.start(job, now, worker_id="w1", token="t", ttl_ms=TTL_MS).job
            now += TTL_MS
            step = model.on_due(job, now, half)
            assert step is not None
            job = step.job
            assert job.interruptions == times
        assert (job.status, job.error_type, job.retries) == (Status.FAILED, WORKER_LOST, 0)


class TestCancel:
    def test_what_waits_is_cancelled_at_once(self) -> None:
        step = model.cancel(queued(), NOW, "changed my mind")
        assert step.job.status is Status.CANCELLED
        [event] = step.events
        assert (event.cancelled.reason, event.HasField("worker_id"), event.attempt) == ("changed my mind", False, 1)

    def test_what_runs_is_asked_and_says_nothing_yet(self) -> None:
        step = model.cancel(active(), NOW, None)
        assert (step.job.status, step.job.cancel_requested_at_ms, step.events) == (Status.ACTIVE, NOW, ())
        again = model.cancel(step.job, NOW + 5, None)
        assert again.job == step.job

    def test_while_it_is_asked_only_a_success_counts(self) -> None:
        asked = model.cancel(active(), NOW, None).job
        assert model.succeed(asked, NOW).job.status is Status.COMPLETE
        others = (
            model.stop(asked, NOW),
            model.hand_back(asked, NOW),
            model.lose(asked, NOW),
            model.fail(asked, NOW, failure("boom", "E"), half),
            model.fail(asked, NOW, failure("boom", "E"), half, timeout=True),
        )
        for step in others:
            assert (step.job.status, step.events[0].type) == (Status.CANCELLED, "job.cancelled")
            assert step.events[0].worker_id == "w1"

    def test_a_worker_cannot_cancel_by_itself(self) -> None:
        with pytest.raises(IllegalTransition):
            model.stop(active(), NOW)


class TestEvents:
    @pytest.mark.parametrize(
        "step",
        [
            enqueue(new(), NOW),
            model.start(queued(), NOW, worker_id="w1", token="t", ttl_ms=1),
            model.succeed(active(), NOW),
            model.fail(active(), NOW, failure("boom", "E", retryable=False), half),
            model.fail(active(), NOW, failure("boom", "E"), half),
            model.stop(model.cancel(active(), NOW, None).job, NOW),
        ],
        ids=lambda step: step.events[0].type,
    )
    def test_it_sets_exactly_the_fields_of_its_type(self, step: Step) -> None:
        [event] = step.events
        assert optional_fields(event) == FIELDS[event.type]
        assert event.WhichOneof("detail") == event.type.removeprefix("job.")
        assert event.event_id.startswith("evt_")
        assert event.at_ms == NOW


class TestFingerprint:
    def test_it_ignores_what_varies(self) -> None:
        one = fingerprint("KeyError", "no row 17 for 'anna' at 0xdeadbeef", None)
        assert one == fingerprint("KeyError", "no row 99 for 'bob' at 0xcafe", None)
        assert one != fingerprint("ValueError", "no row 17 for 'anna' at 0xdeadbeef", None)

    def test_short_hexadecimal_ids_vary_too(self) -> None:
        found = {fingerprint("E", f"order {order} was declined", None) for order in ("2ed9cd4b", "12345678", "a1", "7")}
        assert len(found) == 2  # `a1` may be a word

    def test_it_tells_the_innermost_function(self) -> None:
        frame = 'Traceback\n  File "/a/{}/shop.py", line {}, in {}\n    x'
        one = fingerprint("E", "m", frame.format("v1", 10, "resize"))
        assert one == fingerprint("E", "m", frame.format("v2", 12, "resize"))
        assert one != fingerprint("E", "m", frame.format("v1", 10, "charge"))


@pytest.mark.parametrize(("retry", "most"), [(1, 1.0), (2, 2.0), (5, 16.0), (40, 3600.0)])
def test_backoff_grows_to_its_cap(retry: int, most: float) -> None:
    assert model.retry_delay_s(1.0, retry, lambda: 1.0) == most
    assert model.retry_delay_s(1.0, retry, lambda: 0.0) == 0.0
