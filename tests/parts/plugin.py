"""The fixtures of real parts: found or started once, skipped with one line when they cannot be had.

`MILLSTREAM_REQUIRE_PARTS=1` (CI) makes a missing part a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
import structlog
from hypothesis import HealthCheck, settings
from millstream_kit.testing import free_port as find_free_port

from parts import chromium as chromium_part
from parts import kafka, kafka_secured, postgres
from parts.missing import PartMissing, parts_are_required

T = TypeVar("T")
# How fast a machine makes examples says nothing about what they show.
settings.register_profile("millstream", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("millstream")
# Unless it is told, structlog writes a traceback with the local variables of every frame: seconds for each, once rich is there.
structlog.configure(
    [
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
MARKERS = {
    "kafka_servers": "kafka",
    "own_kafka": "kafka",
    "kafka_broker": "kafka",
    "secured_kafka": "kafka",
    "postgres_url": "postgres",
    "chromium": "browser",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test by the parts it asks for, so that `-m "not kafka"` needs no decorators."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKERS:
                item.add_marker(MARKERS[fixture])


@pytest.fixture(scope="session")
def own_kafka() -> Iterator[str]:
    """The bootstrap servers of a broker nobody else uses while this session lasts."""
    broker = _have(kafka.start_broker)
    yield broker.servers
    broker.close()


@pytest.fixture(scope="session")
def kafka_servers(request: pytest.FixtureRequest) -> str:
    """The bootstrap servers of a broker shared by the session. Topics outlive the test that made them."""
    return kafka.address_in_environment() or str(request.getfixturevalue("own_kafka"))


@pytest.fixture(scope="module")
def empty_kafka(own_kafka: str) -> str:
    """A broker without a topic, for a module whose services need the names of theirs to themselves."""
    kafka.delete_topics(own_kafka)
    return own_kafka


@pytest.fixture(scope="module")
def kafka_broker() -> Iterator[kafka.Broker]:
    """A broker of the module's own that it may `stop`, `kill` and `start` again: same address, same data."""
    broker = _have(kafka.start_broker)
    yield broker
    broker.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> kafka_secured.Certificates:
    """A certificate authority, and what it signed for a broker and for a client."""
    return kafka_secured.make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def secured_kafka(certificates: kafka_secured.Certificates) -> Iterator[str]:
    """The bootstrap servers of a broker that asks for a certificate, a user and a password."""
    broker = _have(lambda: kafka_secured.secured_broker(certificates))
    broker.start()
    yield broker.servers
    broker.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The libpq URL of a server shared by the session."""
    server = _have(postgres.start_server)
    yield server.url
    server.close()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL (`postgresql+psycopg://`) of a fresh empty database."""
    with postgres.fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    return _have(chromium_part.find_chromium)


@pytest.fixture
def free_port() -> int:
    """A port of the loopback interface nobody listens on."""
    return find_free_port()


def _have(find: Callable[[], T]) -> T:
    try:
        return find()
    except PartMissing as missing:
        if parts_are_required():
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
