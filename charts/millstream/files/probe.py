"""What `helm test` runs: every service ready, every path at its service, a stream that opens.

    probe.py ready URL…          each URL answers 200
    probe.py routing URL         each path of routes.yaml, asked at URL, is answered by the service it belongs to
    probe.py stream URL PATH     the stream opens
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

DEADLINE_S = 90.0
SAMPLE = {"{name}": "probe", "{job_id}": "job_01J00000000000000000000000"}


def ask(url, headers=None):
    """Status and headers of the last answer, redirects followed."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=10) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def until(fact, what):
    """Ask until it is so; pods become ready and proxies learn of it after the install returns."""
    ends_at = time.monotonic() + DEADLINE_S
    while True:
        try:
            problem = fact()
        except OSError as error:
            problem = str(error)
        if not problem:
            return print(f"ok   {what}", flush=True)
        if time.monotonic() > ends_at:
            sys.exit(f"FAIL {what}: {problem}")
        time.sleep(1)


def ready(urls):
    for url in urls:
        until(lambda: "" if ask(url)[0] == 200 else f"answers {ask(url)[0]}", url)


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


def routing(base):
    # Without a credential: who refuses a request says who would have served it.
    for path, service in paths(json.loads(os.environ["ROUTES"])):

        def served(path=path, service=service):
            answered_by = ask(base + path, {"Accept": "text/event-stream"})[1].get("X-Served-By")
            return "" if answered_by == service else f"answered by {answered_by}, not {service}"

        until(served, f"{path} -> {service}")


def stream(base, path):
    headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {os.environ['API_KEY']}"}

    def opens():
        with urllib.request.urlopen(urllib.request.Request(base + path, headers=headers), timeout=10) as answer:
            for line in answer:
                if line.startswith(b"event:"):
                    return "" if line.split()[1] == b"stream.open" else f"begins with {line!r}"
        return "ended without an event"

    until(opens, f"{path} opens")


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    ready(arguments) if command == "ready" else {"routing": routing, "stream": stream}[command](*arguments)
