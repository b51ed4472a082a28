"""What the service refuses."""

from __future__ import annotations

from millstream_kit.errors import Refusal


class ApiUnknown(Refusal):
    """Nobody ever reported for an API of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(404, "api_not_found", f"There is no API {name}.")


class TooMany(Refusal):
    """There are as many APIs, or instances of this one, as there may be."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(422, "too_many", f"There are {most:,} {what} already; no other is let in.")


class LogAway(Refusal):
    """The log cannot take the batch now."""

    def __init__(self) -> None:
        detail = "The log is away; nothing of this batch is sure to be counted, send it again."
        super().__init__(503, "log_unavailable", detail, headers={"Retry-After": "2"})
