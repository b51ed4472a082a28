"""What several services answer alike."""

from __future__ import annotations

import pytest
from millstream_kit.answers import refuse_forgotten
from millstream_kit.errors import Refusal

HOUR_MS = 3_600_000
KEPT_H = {1: 3, 60: 48, 3600: 35 * 24, 7200: 36}


STEPS = {"10s": 1, "1m": 60, "1h": 3600, "2h": 7200}


def kept_ms(length: int) -> int:
    return KEPT_H[length] * HOUR_MS


@pytest.mark.parametrize(
    ("step", "said", "instead"),
    [("10s", "3 hours", "1m"), ("1m", "2 days", "10s"), ("1h", "35 days", "10s"), ("2h", "36 hours", "10s")],
)
def test_how_long_steps_are_kept_is_said_in_days_where_it_is_days(step: str, said: str, instead: str) -> None:
    with pytest.raises(Refusal, match=f"steps of {step} are kept for {said}; ask for {instead}"):
        refuse_forgotten(step, STEPS, lambda length: length != STEPS[step], kept_ms)


def test_where_no_step_reaches_it_is_said_how_far_figures_do() -> None:
    with pytest.raises(Refusal, match="after: figures are kept for 35 days"):
        refuse_forgotten("10s", STEPS, lambda _: False, kept_ms)
