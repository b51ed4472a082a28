"""What `helm test` runs: every service ready, every path at its service, a stream that opens.

probe.py ready URL…          each URL answers 200
probe.py routing URL         each path of routes.yaml, asked at URL, is answered by the service it belongs to
probe.py stream URL PATH     the stream opens
"""

import json
import os
import sys
import time
from functools import partial

import httpx

DEADLINE_S = 90.0
SAMPLE = {"{name}": "probe", "{job_id}": "job_01J00000000000000000000000"}
EVENT_STREAM = {"Accept": "text/event-stream"}


def until(fact, what):
    """Ask until it is so; pods become ready and proxies learn of it after the install returns."""
    ends_at = time.monotonic() + DEADLINE_S
    while True:
        try:
            problem = fact()
        except httpx.HTTPError as error:
            problem = repr(error)
        if not problem:
            return print(f"ok   {what}", flush=True)
        if time.monotonic() > ends_at:
            sys.exit(f"FAIL {what}: {problem}")
        time.sleep(1)


def answers(client, url):
    status = client.get(url).status_code
    return "" if status == 200 else f"answers {status}"


def ready(client, *urls):
    for url in urls:
        until(partial(answers, client, url), url)


def paths(routes):
    """Every path with the service that must answer it."""
    for path in routes["staticStreams"]:
        yield path, "stream-edge"
    for stream in routes["dynamicStreams"]:
        path = stream["template"]
        for parameter, value in SAMPLE.items():
            path = path.replace(parameter, value)
        yield path, "stream-edge"
    for service, prefixes in routes["prefixes"].items():
        for prefix in prefixes:
            yield prefix, service
            yield f"{prefix}/probe", service
    yield routes["apiBase"] + "/nobody", "web"
    yield "/", "web"
    yield "/jobs", "web"


def served(client, url, service):
    with client.stream("GET", url, headers=EVENT_STREAM) as answer:
        answered_by = answer.headers.get("X-Served-By")
    return "" if answered_by == service else f"answered by {answered_by}, not {service}"


def routing(client, base):
    # Without a credential: who refuses a request says who would have served it.
    for path, service in paths(json.loads(os.environ["ROUTES"])):
        until(partial(served, client, base + path, service), f"{path} -> {service}")


def opens(client, url):
    with client.stream(
        "GET", url, headers=EVENT_STREAM | {"Authorization": f"Bearer {os.environ['API_KEY']}"}
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                return "" if line.split()[1] == "stream.open" else f"begins with {line}"
    return f"answers {answer.status_code} and ends without an event"


def stream(client, base, path):
    until(partial(opens, client, base + path), f"{path} opens")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    with httpx.Client(timeout=10, follow_redirects=True) as http:
        {"ready": ready, "routing": routing, "stream": stream}[command](http, *arguments)
