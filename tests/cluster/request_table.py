"""Every static and dynamic path of the inventory, and who must answer it."""

from __future__ import annotations

import time
from dataclasses import dataclass

import httpx
from millstream_contracts.inventory import load_inventory

JOB_ID = "job_01J00000000000000000000000"
EVENT_STREAM = {"Accept": "text/event-stream"}
PROXY = "millstream-web"


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answered, after any redirect, and whether the web pod's proxy stood between."""

    service: str | None
    through_web: bool
    redirects: tuple[tuple[int, str], ...] = ()


def table() -> list[tuple[str, dict[str, str], str]]:
    """Path, headers, service."""
    inventory = load_inventory()
    rows: list[tuple[str, dict[str, str], str]] = []
    for stream in inventory.streams.values():
        path = stream.endpoint.replace("{name}", "payments").replace("{job_id}", JOB_ID)
        rows += [(path, EVENT_STREAM, "stream-edge"), (path, {"Accept": "*/*"}, "stream-edge")]
    rows.append((f"{inventory.combined}?streams=events", EVENT_STREAM, "stream-edge"))
    rows.append((f"{inventory.alias_prefix}/apis/payments/stream", EVENT_STREAM, "stream-edge"))
    for route in inventory.routes:
        service = route.service if route.service != "identity" else "web"
        if route.prefix != "/":
            rows += [(route.prefix, {}, service), (f"{route.prefix}/nobody", {}, service)]
    # Nothing of a REST service's is mistaken for a stream, and no prefix reaches beyond its path element.
    rows += [
        ("/api/v1/jobs/trends", {}, "jobs"),
        ("/api/v1/apis/events", {}, "apis"),
        ("/api/v1/apis/payments", {}, "apis"),
        (f"/api/v1/jobs/{JOB_ID}/artifacts", {}, "jobs"),
        ("/api/v1/jobsters", {}, "web"),
        ("/api/v1/nobody", {}, "web"),
        ("/", {}, "web"),
        ("/dashboard", {}, "web"),
    ]
    return rows


def ask(client: httpx.Client, path: str, headers: dict[str, str]) -> Answer:
    """Ask as far as the headers of the answer; a stream would have no end."""
    with client.stream("GET", path, headers=headers) as response:
        redirects = tuple((r.status_code, r.headers["location"]) for r in response.history)
        return Answer(response.headers.get("x-served-by"), PROXY in response.headers.get("via", ""), redirects)


def wrong_rows(base: str, admin: dict[str, str], *, past_web: bool, within_s: float = 60) -> list[str]:
    """The rows that are not answered as they must be; asked again until all are right or time is up: a controller learns of new routes in its own time."""
    ends_at = time.monotonic() + within_s
    with httpx.Client(base_url=base, headers=admin, follow_redirects=True, timeout=15) as client:
        rows, wrong = table(), [""]
        while wrong and time.monotonic() < ends_at:
            wrong, still = [], []
            for path, headers, service in rows:
                answer = ask(client, path, headers)
                astray = past_web and answer.through_web
                if (
                    answer.service != service
                    or astray
                    or any(code != 307 or "//" in to for code, to in answer.redirects)
                ):
                    wrong.append(f"{path} {headers} must be {service}'s, is {answer}")
                    still.append((path, headers, service))
            rows = still
    return wrong
