"""What the service refuses."""

from __future__ import annotations

from millstream_kit.errors import Refusal


class WorkerUnknown(Refusal):
    """No worker of that id is here."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(404, "worker_not_found", f"There is no worker {worker_id}.")


class WorkerLeaves(Refusal):
    """It leaves, or is gone: nothing can be asked of it any more."""

    def __init__(self, worker_id: str, state: str) -> None:
        super().__init__(409, "worker_leaves", f"{worker_id} is {state}: nothing can be asked of it any more.")
