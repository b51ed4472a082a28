"""Local variables of failures: nothing secret is told, whatever a value says of itself, and nothing is lost or held for it."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import threading
import time
import types
import weakref
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream import Context, Millstream, limits
from millstream.errors import BadSetting
from millstream.testing import MemoryServer
from millstream.traffic.masking import MASK
from millstream.worker.frame_locals import FrameLocals, fitting, own_frames

SECRET = "tulip-hunter-2"
SHOP = Millstream("shop")


# For a machine that has other things to do, too.
PATIENT = FrameLocals(patience_s=30, value_s=10)


def told(fail: Callable[[], Any], telling: FrameLocals = PATIENT, module: str = __name__) -> dict[str, Any] | None:
    function = SHOP.function(key=f"f{random.getrandbits(60):x}")(fail)
    function.fn.__module__ = module
    try:
        fail()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return asyncio.run(telling.of(error, function))
    raise AssertionError("it did not fail")


def variables(frame: dict[str, Any]) -> dict[str, str | None]:
    return {one["name"]: one["value"] for one in frame["variables"]}


def test_frames_are_told_in_the_order_of_the_traceback_with_what_they_hold() -> None:
    def inner(order: str, password: str) -> None:
        import os  # a module is no value

        def helper() -> None: ...

        class Local: ...

        __hidden__ = (os, helper, Local)
        empty_token = ""
        raise ValueError(order, len(password), __hidden__, empty_token)

    def outer() -> None:
        total = 12
        inner("42", SECRET)
        assert total

    found = told(outer)
    assert found is not None
    frames = [frame for frame in found["frames"] if frame["function"] in {"outer", "inner"}]
    assert [(frame["function"], frame["file"]) for frame in frames] == [("outer", __file__), ("inner", __file__)]
    assert variables(frames[0])["total"] == "12"
    assert variables(frames[1]) == {"order": "'42'", "password": None, "empty_token": "''"}
    assert SECRET not in json.dumps(found)


def test_frames_of_libraries_are_left_out_and_those_of_what_led_to_it_told_once() -> None:
    def parse(text: str) -> Any:
        return json.loads(text)

    def outer() -> None:
        text = "{"
        try:
            parse(text)
        except ValueError as error:
            raise KeyError("no order") from error

    found = told(outer)
    assert found is not None
    assert [frame["function"] for frame in found["frames"]] == ["parse", "told", "outer"]


def test_all_of_the_functions_own_package_is_the_users_wherever_it_is_installed() -> None:
    def inner() -> None:
        a = 1
        raise ValueError(a)

    for file, name, is_own in [
        ("/venv/lib/python3.12/site-packages/shop/jobs.py", "shop.jobs", True),
        ("/venv/lib/python3.12/site-packages/httpx/client.py", "httpx.client", False),
        ("/app/other.py", "other", True),
        ("<string>", "other", False),
        (json.__file__, "json", False),
    ]:
        code = inner.__code__.replace(co_filename=file)
        try:
            types.FunctionType(code, {"__name__": name, "ValueError": ValueError})()
        except ValueError as error:
            frames, _ = own_frames(error, "shop.jobs")
        assert [frame.file for frame in frames] == [file] * is_own + [__file__], file


def test_an_exception_group_tells_those_of_its_parts() -> None:
    def part(number: int) -> None:
        raise ValueError(number)

    def outer() -> None:
        caught: list[Exception] = []
        for number in (1, 2):
            try:
                part(number)
            except ValueError as error:
                caught.append(error)
        raise ExceptionGroup("both", caught)

    found = told(outer)
    assert found is not None
    assert [variables(frame) for frame in found["frames"] if frame["function"] == "part"] == [
        {"number": "2"},
        {"number": "1"},
    ]


def test_what_has_no_room_is_counted() -> None:
    names = ", ".join(f"v{k}='{'é' * 300}'" for k in range(40))
    scope: dict[str, Any] = {"__name__": "shop.big"}
    exec(compile(f"def fail(n, {names}):\n    return 1 / n if n < 1 else fail(n - 1)", "/app/big.py", "exec"), scope)
    found = told(lambda: scope["fail"](14))
    assert found is not None
    assert len(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()) <= limits.LOCALS_BYTES
    assert 1 < len(found["frames"]) < limits.LOCALS_FRAMES
    assert len(found["frames"]) + found["left_out"] == 15 + 2  # the lambda and `told`
    innermost = found["frames"][-1]
    assert len(innermost["variables"]) + innermost["left_out"] == 41
    assert len(innermost["variables"]) == limits.LOCALS_PER_FRAME


@given(st.lists(st.lists(st.text(max_size=200) | st.none(), max_size=30), max_size=12), st.data())
def test_what_is_told_fits_whatever_there_is(texts: list[list[str | None]], data: st.DataObject) -> None:
    from millstream.worker.frame_locals import Asked

    files = st.text(alphabet="aé\U0001f40d/", max_size=limits.LOCALS_FILE_CHARS)
    asked = [Asked(data.draw(files), 7, "f", [(f"n{k}", 0) for k in range(len(row) + 1)], 0) for row in texts]
    found = fitting(asked, [text for row in texts for text in [*row, "1"]], 0)
    if found is not None:
        assert len(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()) <= limits.LOCALS_BYTES
        assert len(found["frames"]) + found["left_out"] == len(asked)


# ---- what a value's own words may do


class Raising:
    def __repr__(self) -> str:
        raise RuntimeError(SECRET)


class Looping:
    def __repr__(self) -> str:
        while True:
            pass


class Spinning:
    """A loop that passes no line."""

    def __repr__(self) -> str:
        while True: pass  # fmt: skip # noqa: E701


class Swallowing:
    """Waits where nothing can end it."""

    def __init__(self, end: threading.Event) -> None:
        self.end = end

    def __repr__(self) -> str:
        self.end.wait(30)
        return "late"


def test_one_that_loops_is_ended_and_the_others_are_told() -> None:
    def fail() -> None:
        a, loop, b, spin, c = 1, Looping(), 2, Spinning(), 3
        raise ValueError(a, b, c, type(loop), type(spin))

    began, late = time.monotonic(), "<its repr takes too long>"
    found = told(fail, FrameLocals(patience_s=30, value_s=0.5))
    assert found is not None
    assert variables(found["frames"][-1]) == {"a": "1", "loop": late, "b": "2", "spin": late, "c": "3"}
    assert time.monotonic() - began < 10


async def test_one_that_waits_is_left_behind_and_no_other_is_until_it_returns() -> None:
    end = threading.Event()
    telling = FrameLocals(patience_s=1)

    async def failed(value: object) -> dict[str, str | None] | None:
        def fail(waits: object) -> None:
            before = 1
            raise ValueError(before, type(waits))

        try:
            fail(value)
        except ValueError as error:
            found = await telling.of(error, function)
            return variables(found["frames"][-1]) if found else None

    function = Millstream("kept").function()(nothing)
    began = time.monotonic()
    assert await failed(Swallowing(end)) == {}
    assert await failed(2) == {}
    assert time.monotonic() - began < 10
    end.set()
    thread = telling._left_behind
    assert thread is not None
    thread.join(5)
    assert await failed(2) == {"waits": "2", "before": "1"}


def nothing() -> None: ...


async def test_nothing_is_held_when_it_is_told() -> None:
    class Held: ...

    def fail() -> None:
        held = Held()
        known.append(weakref.ref(held))
        raise ValueError

    def failed() -> Exception:
        try:
            fail()
        except ValueError as error:
            return error
        raise AssertionError

    known: list[weakref.ref[Held]] = []
    function = Millstream("held").function()(nothing)
    found = await PATIENT.of(failed(), function)
    assert found is not None
    assert "held" in variables(found["frames"][-1])
    gc.collect()
    assert known[0]() is None


# ---- a worker


class TestAWorker:
    @staticmethod
    def failing(app: Millstream, **options: Any) -> Any:
        @app.function(retries=0, **options)
        async def pay(ctx: Context, cents: int) -> None:
            paid_by = {"number": "4111 1111 1111 1111", "cvv": SECRET, "cents": cents}
            raise ValueError(len(paid_by))

        return pay

    @pytest.mark.parametrize(
        ("setting", "worker", "own", "tells"),
        [
            ("", None, None, False),
            ("true", None, None, True),
            ("true", None, False, False),
            ("true", False, None, False),
            ("", True, None, True),
            ("", None, True, True),
            ("", False, True, True),
        ],
    )
    async def test_tells_locals_where_the_function_or_its_setting_says_so(
        self, app: Millstream, server: MemoryServer, working, monkeypatch, setting, worker, own, tells
    ) -> None:
        monkeypatch.setenv("MILLSTREAM_ERROR_LOCALS", setting)
        pay = self.failing(app, error_locals=own)
        async with working(error_locals=worker) as running:
            running._frame_locals = PATIENT
            handle = await pay.enqueue(cents=7)
            assert (await handle.wait(10)).status == "failed"
        job = server.jobs[handle.id]
        assert (job.locals is not None) is tells
        if job.locals is not None:
            [frame] = job.locals["frames"]
            assert frame["function"] == "pay"
            assert variables(frame) == {
                "cents": "7",
                "paid_by": f"{{'number': '{MASK}', 'cvv': {MASK}, 'cents': 7}}",
            }

    async def test_tells_a_failure_whatever_its_values_do(self, app: Millstream, server: MemoryServer, working) -> None:
        @app.function(retries=0, error_locals=True)
        def broken() -> None:
            raising, looping = Raising(), Looping()
            raise LookupError(type(raising), type(looping))

        async with working() as running:
            running._frame_locals = FrameLocals(patience_s=30, value_s=0.5)
            handle = await broken.enqueue()
            assert (await handle.wait(10)).error_type == "LookupError"
        found = server.jobs[handle.id].locals
        assert found is not None
        assert variables(found["frames"][-1])["raising"] == "<Raising, whose repr raised RuntimeError>"

    async def test_says_a_failure_without_them_to_a_server_that_knows_none(
        self, app: Millstream, server: MemoryServer, working
    ) -> None:
        server.knows_locals = False
        pay = self.failing(app, error_locals=True)
        async with working():
            handle = await pay.enqueue(cents=7)
            job = await handle.wait(10)
        assert (job.status, job.error_type) == ("failed", "ValueError")
        assert server.jobs[handle.id].outcomes == ["failure"]

    async def test_refuses_a_setting_that_is_neither(self, app: Millstream, working, monkeypatch) -> None:
        self.failing(app)
        monkeypatch.setenv("MILLSTREAM_ERROR_LOCALS", "perhaps")
        with pytest.raises(BadSetting, match="MILLSTREAM_ERROR_LOCALS is true or false"):
            async with working():
                pass
