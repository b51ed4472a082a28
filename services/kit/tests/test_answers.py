"""What several services answer alike."""

from __future__ import annotations

import pytest
from millstream_kit.answers import refuse_forgotten
from millstream_kit.errors import Refusal

HOUR_MS = 3_600_000
KEPT_H = {1: 3, 60: 48, 3600: 35 * 24, 7200: 36}


@pytest.mark.parametrize(
    ("step", "said"), [("10s", "3 hours"), ("1m", "2 days"), ("1h", "35 days"), ("2h", "36 hours")]
)
def test_how_long_steps_are_kept_is_said_in_days_where_it_is_days(step: str, said: str) -> None:
    steps = {"10s": 1, "1m": 60, "1h": 3600, "2h": 7200}
    with pytest.raises(Refusal, match=f"steps of {step} are kept for {said}; nor are larger ones"):
        refuse_forgotten(step, steps, lambda _: False, lambda length: KEPT_H[length] * HOUR_MS)
