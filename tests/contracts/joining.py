"""A client that keeps jobs as the contract says: it opens the stream, then reads REST, and lets `seq` decide what is newer."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

STATUS = {
    "job.started": "active",
    "job.completed": "complete",
    "job.failed": "failed",
    "job.retrying": "retrying",
    "job.cancelled": "cancelled",
}
# What an event says of its job, by the field of the job it moves.
MOVES = {"worker_id": "worker_id", "started_at": "started_at", "error": "error"}
# What begins anew with an event.
BEGINS: dict[str, Row] = {"job.started": {"progress": None, "progress_at": None}, "job.completed": {"error": None}}
ENDS = ("completed_at", "failed_at", "cancelled_at")
KEPT = ("status", "seq", "attempts", "worker_id", "started_at", "completed_at", "error", "progress", "progress_at")


class JobTable:
    """One job's row, from reads and events in any order; None until it was read."""

    def __init__(self) -> None:
        self.row: Row | None = None
        self._early: list[dict[str, Any]] = []

    def read(self, row: Row) -> None:
        """A REST answer, which may be older than what events have said since it was asked for."""
        if self.row is None or age_of(row) > age_of(self.row):
            self.row = {name: row[name] for name in KEPT}
        early, self._early = self._early, []
        for event in early:
            self.hear(event)

    def hear(self, event: dict[str, Any]) -> None:
        """An event, which may be one heard before, or older than what was read; it waits for the first read."""
        row = self.row
        if row is None:
            self._early.append(event)
        elif event["type"] == "job.progress":
            if event["seq"] == row["seq"] and event["at"] > (row["progress_at"] or ""):
                row |= {"progress": event["progress"], "progress_at": event["at"]}
        elif event["seq"] > row["seq"]:
            row |= {"seq": event["seq"], "status": _status(event)} | BEGINS.get(event["type"], {})
            if event["type"] == "job.started":  # elsewhere `attempt` is at least 1, also of a job that never ran
                row["attempts"] = event["attempt"]
            row |= {field: event[name] for name, field in MOVES.items() if name in event}
            row["completed_at"] = next((event[name] for name in ENDS if name in event), None)


def _status(event: dict[str, Any]) -> str:
    if event["type"] != "job.queued":
        return STATUS[event["type"]]
    return "pending" if event["scheduled_at"] > event["queued_at"] else "queued"


def age_of(row: Row) -> tuple[int, str]:
    """What makes a row newer than another; an event is as new as the row it makes."""
    if "type" in row:
        return row["seq"], row["at"] if row["type"] == "job.progress" else ""
    return row["seq"], row["progress_at"] or ""
