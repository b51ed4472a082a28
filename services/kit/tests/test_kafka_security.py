"""TLS and SASL to Kafka: what settings say, and a broker that lets nobody else in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from millstream_contracts.inventory import TopicSpec, load_inventory
from millstream_contracts.names import Topic
from millstream_kit.log import Batch, LogUnavailable, NewRecord
from millstream_kit.log_kafka import KafkaLog
from millstream_kit.settings import KafkaSecurity, ServiceSettings, load_settings
from parts import kafka_secured as secured

TOPICS: Mapping[str, TopicSpec] = {Topic.JOBS_EVENTS: load_inventory().topics[Topic.JOBS_EVENTS]}


def environment(files: secured.Certificates) -> dict[str, str]:
    return {
        "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "KAFKA_SSL_CA_FILE": str(files.ca),
        "KAFKA_SSL_CERT_FILE": str(files.client),
        "KAFKA_SSL_KEY_FILE": str(files.client_key),
        "KAFKA_SASL_MECHANISM": secured.MECHANISM,
        "KAFKA_SASL_USERNAME": secured.USER,
        "KAFKA_SASL_PASSWORD": secured.PASSWORD,
    }


def a_log(servers: str, monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> KafkaLog:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return KafkaLog(servers, topics=TOPICS, append_timeout_s=3, **KafkaSecurity().options())


async def test_records_go_through_tls_and_sasl_both_ways(
    secured_kafka: str, certificates: secured.Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = a_log(secured_kafka, monkeypatch, environment(certificates))
    await log.ensure_topics(list(TOPICS))
    (appended,) = await log.append([NewRecord(Topic.JOBS_EVENTS, key=b"k", value=b"v")])
    came: asyncio.Queue[Batch] = asyncio.Queue()
    reader = log.reader({(Topic.JOBS_EVENTS, appended.partition): 0}, came.put_nowait)
    async with asyncio.timeout(30):
        batch = await came.get()
    assert [record.value for record in batch.records] == [b"v"]
    await reader.close()
    await log.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"KAFKA_SASL_PASSWORD": "wrong"},
        {"KAFKA_SSL_CERT_FILE": None, "KAFKA_SSL_KEY_FILE": None},
        {"KAFKA_SSL_CA_FILE": None},
    ],
    ids=["another password", "no certificate of ours", "a broker signed by nobody we know"],
)
async def test_who_is_not_let_in_is_told_that_the_log_is_not_there(
    secured_kafka: str,
    certificates: secured.Certificates,
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, str | None],
) -> None:
    variables = {name: value for name, value in (environment(certificates) | wrong).items() if value is not None}
    log = a_log(secured_kafka, monkeypatch, variables)
    with pytest.raises(LogUnavailable) as told:
        await log.describe([Topic.JOBS_EVENTS])
    assert secured.PASSWORD not in str(told.value)
    await log.close()


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "SASL_SSL needs sasl_mechanism, sasl_username and sasl_password"),
        ({"KAFKA_SASL_USERNAME": "me"}, "need security_protocol SASL_SSL or SASL_PLAINTEXT"),
        ({"KAFKA_SSL_CA_FILE": __file__}, "need security_protocol SSL or SASL_SSL"),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CERT_FILE": __file__}, "need each other"),
        ({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CA_FILE": "/nowhere/ca.crt"}, "KAFKA_SSL_CA_FILE"),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL"),
    ],
)
def test_half_of_it_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variables: dict[str, str], says: str
) -> None:
    for name, value in {**variables, "MILLSTREAM_AUTH_MODE": "off"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        load_settings(ServiceSettings)
    assert says in capsys.readouterr().err


def test_the_password_is_nowhere_but_in_what_the_client_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in environment(secured.make_certificates(tmp_path)).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MILLSTREAM_AUTH_MODE", "off")
    settings = load_settings(ServiceSettings)
    assert settings.kafka_security.options()["sasl_plain_password"] == secured.PASSWORD
    assert secured.PASSWORD not in f"{settings!r} {settings} {settings.model_dump_json()}"
