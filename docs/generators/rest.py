"""rest.md from the OpenAPI documents of the services."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from millstream_contracts.inventory import load_inventory
from millstream_kit.settings import AuthSettings

from generators.markdown import ROOT, code, codes, link, table
from generators.settings import SERVICES

INTRO = """# REST, path by path

What each service answers, with query parameters and the fields of a JSON body. Every error is a [problem](errors.md).
Streams are on [a page of their own](streams.md). What `GET` answers, `HEAD` answers without the body, but for what the stream edge serves.

Scopes: reading needs `<noun>:read`. Enqueuing needs `jobs:enqueue` or `jobs:write`; cancelling, retrying and deleting an
artifact `jobs:write`; pausing and resuming `functions:write`. Workers need `jobs:lease` and `workers:heartbeat`, reporting
requests `apis:ingest`. Logs and contents of artifacts need `payloads:read` as well.

Shapes name what is sent and answered, field by field: `?` is one that a request may leave out, `[]` a list. A body is taken as it
is said: `"5"` and `true` are no numbers, and a 422 that names the field; `5` is good for `5.0`, not the other way round.

Lists are paged: `limit` and `cursor` in; `total`, `total_exact`, `has_more` and `next_cursor` out, and
`scanned_until` where a search stopped at its limit. A cursor is of its list with its filters, and a 422 for any other; `limit`,
`after` and `before` may change from page to page. The `total` of a search is of what its first page could look at, on every
page: without `total_exact` there are at least so many. `q` of `/jobs` is how an id begins (`job_01…`, in any case), or words of
an error; written `argument.path:value`, or `arg.` before it, it is either that value at that place of the arguments or words of an error;
for who may not read arguments (`payloads:read`), the latter alone. JSON that is kept (arguments, results, checkpoints) has at most
100 levels.
`fingerprint` is of one kind of failure, as `/jobs/errors` has them: the jobs whose newest error is of it. `trace_id` (32 hex
digits, small) is of one trace: of `/jobs` what a request led to, however deep, of `/apis/events` the requests of it. `at` of a
request is when it began; it ended `latency_ms` later.

`min_duration_ms` and `below_duration_ms` of `/jobs` are how long the newest attempt ran: at least so long, and shorter than that. A
job that runs, or has not run, is in neither. Where at most 10,000 of all jobs ran so long, they are found wherever they are; where
more did, or it is asked together with `q`, a worker, a tree, a trace, a kind of failure or one of the following, it is a search.

`min_wait_ms` and `below_wait_ms` are the same of how long the newest attempt was waited for (a job that never began is in neither),
`min_attempts` and `max_attempts` of how many began, both included. `tag` is one a job has, and all of them where it is repeated;
what begins with `not_` leaves out, each of those named: a job no worker has had is of none of the workers, one that did not fail
has no words of an error. Each of these may be given ten times. All of this is a search, but for `not_function` beside a duration that
few ran for.

`parent_id` is the job that enqueued it, and `has_children` whether it enqueued others, wherever in a tree it is; the former is found
by an index, the latter is a search. `argument` is a value at a place of the arguments, as `order.id:42`, and all of them where it is
repeated; it and `not_argument` are a 403 for who may not read arguments (`payloads:read`).

`pod` and `version` are where any attempt ran: the pod its worker was known to run in when it leased the job, and the version it said, else
its pod's image; `not_pod` and `not_version` are of which no attempt did. An attempt of before these were kept, or of a worker that had
only just begun, has neither. `idempotency_key` is the whole key. By a key or a pod jobs are found wherever they are; by a version, or
what is left out, it is a search.

Who enqueues may say which trace that belongs to: by `traceparent`, as everywhere, or, recording nothing itself, by
`Millstream-Trace-Id` with the id alone. The latter is passed over beside the former, and where it is no trace id.

`status` of `/apis/events` is one (`404`) or a class of them (`4xx`); `status` of `/jobs` may be repeated. A parameter that is no list
may be given once: the same twice is a 422 that names it. So is one a path does not have; the refusal names those it has.

`/jobs/stats` and `/jobs/errors` count whole buckets: what was asked for is rounded outwards to the finest still kept at its ends, and
the answer's `after` and `before` say to what. For `/jobs/stats` those are 10 s within 3 hours, a minute within 26, 5 minutes within 8
days, an hour within 35 days, then a day; for `/jobs/errors` a minute within 26 hours, an hour within 35 days, a day. `versions` of a
group are those of the workers whose attempts failed, the newest first and ten at most; of failures of before they were kept, or of
workers that say none and run in no pod, there are none.

`/dashboard/me` tells whoever calls who they are and what their scopes amount to (`allowed`), never the credential; it takes any that is valid.

`/jobs/unusual` names the functions that fail, or wait, more than is usual for them, the three worst first, each by its own 24 hours before the period;
`/apis/activity/unusual` the APIs whose requests end in errors of the server so. Of fewer than `least` nothing is said ([the rule](../adr/0040-its-own-usual.md)).

`/jobs/durations` counts the same buckets as `/jobs/stats`: how many jobs that completed or failed ran how long, by duration classes from the
shortest there was to the longest. The ends of a class are named as the filter of `/jobs` that finds its jobs; a run less than 2 %
below an end of 100 ms or more may be counted above it. `/apis/latencies` does the same for requests, by the minute as far as a day and as
they are kept, else by the hour, and the filter is that of `/apis/events`, which looks among the lines the log still has.
With `api_name`, `method` and `path` it is of one endpoint, as `/apis/{name}` says it: `*` and `(unmatched)` for requests no route matched.

The block `apis` of `/dashboard/stats` is of a whole day by the minute; any other window begins on a whole hour, and
`window_minutes` says how long it is then. `requests_per_min` is over that window, as `jobs_per_min` is. All of this as one
document for tools: [openapi.json](openapi.json); a service serves its part at `/openapi.json` of its own port.
"""
OF_ERRORS = {"Problem", "FieldProblem", "HTTPValidationError", "ValidationError"}


def page() -> str:
    """The page."""
    parts = [INTRO]
    for title, folder, kind in SERVICES:
        module = importlib.import_module(f"millstream_{folder}.app")
        app = module.create_app(kind(auth=AuthSettings(mode="off"), data_dir=Path("/nonexistent")))
        source = f"services/{folder}/src/millstream_{folder}/routes"
        parts += [
            f"## {title}\n\n{_source(source)}\n",
            table(("operation", "query", "body", "answers"), _rows(app.openapi())),
            "",
            table(("shape", "fields"), _shapes(app.openapi())),
            "",
        ]
    return "\n".join(parts)


def _source(path: str) -> str:
    found = path if (ROOT / path).is_dir() else f"{path}.py"
    return f"Written in {link(found, found)}."


def _rows(document: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    base = load_inventory().api_base
    for path, operations in document["paths"].items():
        if not path.startswith(base):
            continue
        for method, operation in operations.items():
            asked = f"{method.upper()} {path}"
            query = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
            body = _fields(operation.get("requestBody"), document)
            yield code(asked), codes(query), codes(body), codes(_answers(operation))


def _fields(body: dict[str, Any] | None, document: dict[str, Any]) -> list[str]:
    content = (body or {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    schema = next((choice for choice in schema.get("anyOf", []) if "$ref" in choice), schema)
    name = schema.get("$ref", "").rsplit("/", 1)[-1]
    properties: dict[str, Any] = (
        document.get("components", {}).get("schemas", {}).get(name, schema).get("properties", {})
    )
    return list(properties)


def _answers(operation: dict[str, Any]) -> list[str]:
    good = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
    schemas = (answer.get("content", {}).get("application/json", {}).get("schema", {}) for answer in good)
    return list(dict.fromkeys(_name(schema) for schema in schemas if "$ref" in schema))


def _name(schema: dict[str, Any]) -> str:
    return str(schema["$ref"].rsplit("/", 1)[-1])


def _shapes(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything with fields; errors have a page of their own."""
    for name, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        if "properties" in schema and name not in OF_ERRORS:
            required = schema.get("required", ())
            marked = (
                field + ("[]" if _is_list(value) else "") + ("" if field in required else "?")
                for field, value in schema["properties"].items()
            )
            yield code(name), codes(list(marked))


def _is_list(schema: dict[str, Any]) -> bool:
    return any(choice.get("type") == "array" for choice in (schema, *schema.get("anyOf", ())))
