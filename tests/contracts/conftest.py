"""Separate services with auth on, on an emptied Apache Kafka and a PostgreSQL database."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from parts.postgres import fresh_database
from system.harness import System, process_system

from contracts.keys import MOST_OF_A_SUBJECT, Keys
from contracts.recording import Recording, record

# Soon rather than seldom, so that a test need not wait for what time brings; and a crowd that is easily made.
BRISK = {
    "MILLSTREAM_EDGE_HEARTBEAT_S": "0.5",
    "MILLSTREAM_EDGE_STATUS_S": "4",
    "MILLSTREAM_EDGE_REVOCATION_CHECK_S": "0.2",
    "MILLSTREAM_EDGE_MAX_CONNECTIONS_PER_SUBJECT": str(MOST_OF_A_SUBJECT),
}


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


@pytest.fixture(scope="module")
def services(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[System]:
    kafka = request.getfixturevalue("empty_kafka")
    server = request.getfixturevalue("postgres_server")
    folder = tmp_path_factory.mktemp("contracts")
    with (
        fresh_database(server) as database,
        process_system(folder, kafka, database, keys=keys.entries, env=BRISK) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def recording(services: System, keys: Keys) -> Recording:
    """Everything, happened once."""
    return asyncio.run(record(services, keys))


@pytest.fixture(scope="module")
def client(services: System) -> Iterator[httpx.Client]:
    """Without a credential."""
    with httpx.Client(base_url=services.url, timeout=30) as client:
        yield client
