"""Settings: read once from the environment, refused with one message that names every fault."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import AliasChoices, Field, FilePath, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

GROUPS = ("auth", "kafka_security")  # settings of every service that read themselves, under names of their own


class AuthSettings(BaseSettings):
    """Who may call: API keys from a mounted file, JWTs by a key set."""

    model_config = SettingsConfigDict(env_prefix="MILLSTREAM_AUTH_", extra="ignore", frozen=True)

    mode: Literal["required", "off"] = Field("required", description="`off` only on a loopback address.")
    keys_file: Path | None = Field(None, description="YAML file of hashed API keys; read again when it changes.")
    jwks_file: Path | None = Field(None, description="JSON Web Key Set as a file.")
    jwks_url: str | None = Field(None, description="JSON Web Key Set by HTTP, read again every 5 min.")
    issuer: str | None = Field(None, description="The `iss` a token must carry.")
    audience: str | None = Field(None, description="The `aud` a token must carry.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        tokens = self.jwks_file or self.jwks_url
        if tokens and not (self.issuer and self.audience):
            raise ValueError("tokens need issuer and audience beside jwks_file or jwks_url")
        if self.mode == "required" and not (tokens or self.keys_file):
            raise ValueError("mode=required needs keys_file, jwks_file or jwks_url")
        return self


class KafkaSecurity(BaseSettings):
    """How the brokers are reached, and who we are to them."""

    model_config = SettingsConfigDict(env_prefix="KAFKA_", extra="ignore", frozen=True)

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="As the brokers' listener is called in Kafka."
    )
    ssl_ca_file: FilePath | None = Field(
        None, description="PEM of who signed the brokers' certificates; else the system's."
    )
    ssl_cert_file: FilePath | None = Field(None, description="PEM of our certificate, where brokers ask for one.")
    ssl_key_file: FilePath | None = Field(None, description="PEM of its key.")
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = Field(
        None, description="How we say who we are."
    )
    sasl_username: str | None = Field(None, description="Who we are.")
    sasl_password: SecretStr | None = Field(None, description="And how we prove it.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        asks = self.security_protocol.startswith("SASL")
        told = self.sasl_mechanism, self.sasl_username, self.sasl_password
        if asks and not all(told):
            raise ValueError(f"{self.security_protocol} needs sasl_mechanism, sasl_username and sasl_password")
        if any(told) and not asks:
            raise ValueError(
                "sasl_mechanism, sasl_username and sasl_password need security_protocol SASL_SSL or SASL_PLAINTEXT"
            )
        if (self.ssl_ca_file or self.ssl_cert_file or self.ssl_key_file) and not self.security_protocol.endswith("SSL"):
            raise ValueError("ssl_ca_file, ssl_cert_file and ssl_key_file need security_protocol SSL or SASL_SSL")
        if (self.ssl_cert_file is None) != (self.ssl_key_file is None):
            raise ValueError("ssl_cert_file and ssl_key_file need each other")
        return self

    def options(self) -> dict[str, Any]:
        """The same in kafka-python's names."""
        options = {
            "security_protocol": self.security_protocol,
            "ssl_cafile": self.ssl_ca_file and str(self.ssl_ca_file),
            "ssl_certfile": self.ssl_cert_file and str(self.ssl_cert_file),
            "ssl_keyfile": self.ssl_key_file and str(self.ssl_key_file),
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.sasl_username,
            "sasl_plain_password": self.sasl_password and self.sasl_password.get_secret_value(),
        }
        return {name: value for name, value in options.items() if value is not None}


class ServiceSettings(BaseSettings):
    """What every service has; each adds its own under its own prefix."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port of the API.")
    health_port: int | None = Field(None, ge=1, le=65535, description="Own port of /livez, /readyz and /metrics.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", validation_alias=AliasChoices("MILLSTREAM_LOG_LEVEL", "log_level"), description="Least level logged."
    )
    log_format: Literal["text", "json"] = Field(
        "text", validation_alias=AliasChoices("MILLSTREAM_LOG_FORMAT", "log_format"), description="One line a record."
    )
    settle_s: float = Field(
        0.0, ge=0, le=120, validation_alias=AliasChoices("MILLSTREAM_SETTLE_S", "settle_s"),
        description="Seconds between failing readiness and leaving, for proxies to notice.",
    )  # fmt: skip
    drain_s: float = Field(
        25.0, gt=0, le=600, validation_alias=AliasChoices("MILLSTREAM_DRAIN_S", "drain_s"),
        description="Seconds open work gets to end after that.",
    )  # fmt: skip
    trusted_proxies: str = Field(
        "127.0.0.1,::1", validation_alias=AliasChoices("MILLSTREAM_TRUSTED_PROXIES", "trusted_proxies"),
        description="Addresses and networks, comma separated, whose X-Forwarded-For and -Proto are believed.",
    )  # fmt: skip
    kafka_bootstrap_servers: str | None = Field(
        None, validation_alias=AliasChoices("KAFKA_BOOTSTRAP_SERVERS", "kafka_bootstrap_servers"),
        description="host:port, comma separated; the embedded log when unset.",
    )  # fmt: skip
    kafka_security: KafkaSecurity = Field(
        default_factory=KafkaSecurity, description="How the brokers are reached, and who we are to them."
    )
    kafka_replication_factor: int = Field(
        1, ge=1, le=9, validation_alias=AliasChoices("KAFKA_REPLICATION_FACTOR", "kafka_replication_factor"),
        description="Copies of each topic this service makes.",
    )  # fmt: skip
    database_url: str | None = Field(
        None, validation_alias=AliasChoices("DATABASE_URL", "database_url"),
        description="postgresql://…; a SQLite file in data_dir when unset.", repr=False,
    )  # fmt: skip
    data_dir: Path = Field(
        Path(".data"), validation_alias=AliasChoices("MILLSTREAM_DATA_DIR", "data_dir"),
        description="Folder of the embedded log, SQLite files and artifacts.",
    )  # fmt: skip
    auth: AuthSettings = Field(default_factory=AuthSettings, description="Who may call.")

    @model_validator(mode="after")
    def _open_only_at_home(self) -> Self:
        if self.auth.mode == "off" and not is_loopback(self.host):
            raise ValueError(f"auth mode=off needs a loopback host, not {self.host}")
        return self


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server listening on `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


S = TypeVar("S", bound=ServiceSettings)


def load_settings(kind: type[S]) -> S:
    """Read settings from the environment; on faults exit 2 with one message naming all of them, never their values."""
    faults: list[str] = []
    auth, kafka_security = AuthSettings.model_construct(mode="required"), KafkaSecurity.model_construct()
    try:
        auth = AuthSettings()
    except ValidationError as error:
        faults += _faults(AuthSettings, error)
    try:
        kafka_security = KafkaSecurity()
    except ValidationError as error:
        faults += _faults(KafkaSecurity, error)
    try:
        settings = kind(auth=auth, kafka_security=kafka_security)
    except ValidationError as error:
        told = tuple(f"{_variable(kind, (name,))}:" for name in GROUPS)  # by the groups themselves, in their own words
        faults += [line for line in _faults(kind, error) if not line.startswith(told)]
    if faults:
        sys.stderr.write("cannot start, these settings are wrong:\n" + "".join(f"  {line}\n" for line in faults))
        raise SystemExit(2)
    return settings


def _faults(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    return [f"{_variable(kind, e['loc'])}: {e['msg']}" for e in error.errors(include_input=False)]


def _variable(kind: type[BaseSettings], location: tuple[int | str, ...]) -> str:
    prefix = kind.model_config.get("env_prefix", "")
    name = "_".join(str(part) for part in location)
    return name if name.isupper() else f"{prefix}{name}".strip("_").upper() or "settings"
