"""settings.md from the settings classes of the services."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from pathlib import Path

from millstream_apis.settings import ApisSettings
from millstream_jobs.settings import JobsSettings
from millstream_kit.settings import GROUPS, AuthSettings, KafkaSecurity, ServiceSettings
from millstream_local.settings import WebSettings
from millstream_stream_edge.settings import EdgeSettings
from millstream_workers.settings import WorkersSettings
from pydantic import AliasChoices, FilePath, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from generators.markdown import code, link, table

INTRO = """# Settings

Every service reads its settings once, from the environment, and refuses to start with one message that names every fault.
Units are part of the names: `_s` seconds, `_ms` milliseconds, `_h` hours, `_d` days.

In the cluster the chart sets what it has a value for (last column); anything else goes into a component's `env`, as in
`--set jobs.env.MILLSTREAM_JOBS_LEASE_TTL_S=60`.
"""
SERVICES: tuple[tuple[str, str, type[ServiceSettings]], ...] = (
    ("jobs", "jobs", JobsSettings),
    ("apis", "apis", ApisSettings),
    ("workers", "workers", WorkersSettings),
    ("stream-edge", "stream_edge", EdgeSettings),
)
CHART = {
    "MILLSTREAM_LOG_LEVEL": "log.level",
    "MILLSTREAM_LOG_FORMAT": "log.format",
    "MILLSTREAM_SETTLE_S": "shutdown.settleSeconds",
    "MILLSTREAM_DRAIN_S": "shutdown.drainSeconds",
    "KAFKA_BOOTSTRAP_SERVERS": "kafka.bootstrapServers",
    "KAFKA_REPLICATION_FACTOR": "kafka.replicationFactor",
    "KAFKA_SECURITY_PROTOCOL": "kafka.security.protocol",
    "KAFKA_SSL_CA_FILE": "kafka.security.caSecret",
    "KAFKA_SSL_CERT_FILE": "kafka.security.certificateSecret",
    "KAFKA_SSL_KEY_FILE": "kafka.security.certificateSecret",
    "KAFKA_SASL_MECHANISM": "kafka.security.mechanism",
    "KAFKA_SASL_USERNAME": "kafka.security.userSecret",
    "KAFKA_SASL_PASSWORD": "kafka.security.userSecret",
    "DATABASE_URL": "database.existingSecret",
    "MILLSTREAM_AUTH_KEYS_FILE": "auth.existingSecret",
    "MILLSTREAM_AUTH_JWKS_URL": "auth.jwt.jwksUrl",
    "MILLSTREAM_AUTH_ISSUER": "auth.jwt.issuer",
    "MILLSTREAM_AUTH_AUDIENCE": "auth.jwt.audience",
    "MILLSTREAM_JOBS_ARTIFACTS_URL": "jobs.artifacts.url",
    "MILLSTREAM_TRACE_URL": "web.traceUrl",
    "MILLSTREAM_SOURCE_URL": "web.sourceUrl",
    "MILLSTREAM_SOURCE_ROOT": "web.sourceRoot",
}
TYPES: dict[object, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    SecretStr: "text",
    Path: "path",
    FilePath: "path of a file",
}
COMPUTED = {"MILLSTREAM_EDGE_POD": "the host's name"}
CLIENT = {
    "MILLSTREAM_URL": ("http://localhost:8080", "Where the server is."),
    "MILLSTREAM_API_KEY": ("", "The key to show; none in local mode."),
    "MILLSTREAM_ERROR_LOCALS": (
        "false",
        "Whether failures of a worker's functions tell local variables; `error_locals` of a function wins.",
    ),
    "POD_NAME": ("", "The pod this worker runs in, by the downward API."),
    "POD_NAMESPACE": ("", "Its namespace."),
    "NODE_NAME": ("", "Its node."),
}
DASHBOARD = """Whoever serves the dashboard tells it these, as `/settings.json`: local mode reads the variable, the chart has a value."""
TRACES = """Traces follow OpenTelemetry's own variables, in services and SDK alike: `OTEL_EXPORTER_OTLP_ENDPOINT` (or
`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) turns them on; `OTEL_SDK_DISABLED` set to `true` turns them off. `OTEL_SERVICE_NAME`,
`OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS` and the `OTEL_TRACES_SAMPLER` pair mean what they mean everywhere.
"""


def variable(kind: type[BaseSettings], name: str, field: FieldInfo) -> str:
    """The environment variable of a field."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{kind.model_config.get('env_prefix', '')}{name}".upper()


def variables(kind: type[BaseSettings]) -> Iterator[tuple[str, str, FieldInfo]]:
    """Variable, field name and field of everything a class reads by itself."""
    for name, field in kind.model_fields.items():
        if name not in GROUPS:
            yield variable(kind, name, field), name, field


def page() -> str:
    """The page."""
    shared = [name for name in ServiceSettings.model_fields if name not in {"host", "port", "health_port", *GROUPS}]
    parts = [INTRO, "## Every service\n", _table(ServiceSettings, shared)]
    parts += [f"\n## Who may call\n\n{_source('kit')}\n", _table(AuthSettings, list(AuthSettings.model_fields))]
    parts += ["\n## TLS and SASL to Kafka\n", _table(KafkaSecurity, list(KafkaSecurity.model_fields))]
    for title, folder, kind in SERVICES:
        own = [name for name in kind.model_fields if name not in {*shared, *GROUPS}]
        parts += [f"\n## {title}\n\n{_source(folder)}\n", _table(kind, own)]
    parts += [f"\n## dashboard\n\n{DASHBOARD}\n", _table(WebSettings, list(WebSettings.model_fields))]
    parts += [f"\n## SDK, workers and command line\n\n{_source('sdk')}\n", _client(), f"\n## Traces\n\n{TRACES}"]
    return "\n".join(parts)


def _source(folder: str) -> str:
    package = "millstream" if folder == "sdk" else f"millstream_{folder}"
    path = f"services/{folder}/src/{package}/settings.py"
    return f"Read by {link(path, path)}."


def _table(kind: type[BaseSettings], names: list[str]) -> str:
    rows = []
    for name in names:
        field = kind.model_fields[name]
        setting = variable(kind, name, field)
        rows.append(
            (
                code(setting),
                _type(field),
                _default(setting, field),
                field.description or "",
                code(CHART.get(setting, "")),
            )
        )
    return table(("variable", "values", "default", "meaning", "chart value"), rows)


def _client() -> str:
    return table(
        ("variable", "default", "meaning"), [(code(n), code(default), text) for n, (default, text) in CLIENT.items()]
    )


def _default(setting: str, field: FieldInfo) -> str:
    if setting in COMPUTED:
        return COMPUTED[setting]
    if field.is_required() or field.default is PydanticUndefined:
        return "needed"
    default = field.default
    if default is None:
        return "–"
    return code(
        default.as_posix() if isinstance(default, Path) else f"{default:g}" if type(default) is float else default
    )


def _type(field: FieldInfo) -> str:
    kind = field.annotation
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        kind = next(part for part in typing.get_args(kind) if part is not type(None))
    if typing.get_origin(kind) is typing.Literal:
        return codes_of(typing.get_args(kind))
    text = TYPES.get(kind, str(kind))
    return text + _bounds(field)


def codes_of(values: tuple[object, ...]) -> str:
    """The choices of a setting."""
    return " ".join(code(value) for value in values)


def _bounds(field: FieldInfo) -> str:
    least = {"ge": "≥", "gt": ">"}
    most = {"le": "≤", "lt": "<"}
    said = [
        f"{sign} {getattr(rule, name):g}"
        for rule in field.metadata
        for name, sign in (least | most).items()
        if getattr(rule, name, None) is not None
    ]
    return f" {', '.join(said)}" if said else ""
