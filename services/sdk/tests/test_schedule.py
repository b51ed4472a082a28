"""Functions that run by the clock, as they are declared."""

from __future__ import annotations

from typing import Any

import pytest
from millstream import Context, Millstream


def test_what_the_server_is_told(app: Millstream) -> None:
    @app.function(schedule="0 8 * * MON-FRI", timezone="Europe/Berlin")
    async def report(ctx: Context, days: int = 7) -> int:
        return days

    told = report.declaration()
    assert {name: told[name] for name in ("type", "schedule", "timezone", "overlap")} == {
        "type": "cron",
        "schedule": "0 8 * * MON-FRI",
        "timezone": "Europe/Berlin",
        "overlap": "skip",
    }


def test_without_one_nothing_is_said_of_it(app: Millstream) -> None:
    @app.function()
    def plain() -> None: ...

    assert not {"schedule", "timezone", "overlap"} & plain.declaration().keys()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"schedule": "every day"}, "five fields, or six with seconds first"),
        ({"schedule": "0 0 30 2 *"}, "day-of-month"),
        ({"schedule": "* * * * *", "overlap": "sometimes"}, "skip or allow"),
        ({"schedule": "* * * * *", "on": "order.paid"}, "not by both"),
    ],
)
def test_what_means_nothing_is_refused_where_it_is_declared(app: Millstream, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):

        @app.function(**wrong)
        def job(event: dict[str, Any] | None = None) -> None: ...

    assert app.functions == {}


def test_an_argument_without_a_default_is_refused(app: Millstream) -> None:
    with pytest.raises(TypeError, match="days needs a default"):

        @app.function(schedule="0 8 * * *")
        def report(ctx: Context, days: int) -> None: ...


def test_one_whose_annotations_come_later_is_looked_at_when_it_is_needed(app: Millstream) -> None:
    def late(days: NotThereYet) -> None: ...  # noqa: F821  # the name comes after it

    made = app.function(schedule="0 8 * * *")(late)
    globals()["NotThereYet"] = int
    try:
        with pytest.raises(TypeError, match="days needs a default"):
            made.declaration()
    finally:
        del globals()["NotThereYet"]
