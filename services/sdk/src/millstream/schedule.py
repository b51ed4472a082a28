"""When a function runs by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Overlap = Literal["skip", "allow"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A cron expression, the time zone it is meant in, and what is done while the job before has not ended.

    Whether there is such a zone is the server's to say: not every machine that runs Python knows them.

    Raises:
        ValueError: the expression means nothing.
    """

    expression: str
    timezone: str = "UTC"
    overlap: Overlap = "skip"

    def __post_init__(self) -> None:
        from cronsim import CronSim, CronSimError  # needed only where something is scheduled

        try:
            next(CronSim(self.expression, datetime.now(UTC)))
        except CronSimError as error:
            raise ValueError(
                f"schedule cannot be {self.expression!r}: a cron expression has five fields, or six with seconds first ({error})"
            ) from error
        except StopIteration:
            raise ValueError(f"schedule cannot be {self.expression!r}: it never comes") from None
        if self.overlap not in ("skip", "allow"):
            raise ValueError(f"overlap cannot be {self.overlap!r}; skip or allow")

    def declaration(self) -> dict[str, str]:
        """Its part of what `POST /functions` is told."""
        return {"schedule": self.expression, "timezone": self.timezone, "overlap": self.overlap}
