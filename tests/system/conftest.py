"""One Millstream of each shape per module."""

from collections.abc import Iterator

import pytest
from parts.postgres import fresh_database

from system.harness import System, local_system, process_system


@pytest.fixture(scope="module", params=["local", "processes"])
def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Local mode; and separate services with auth on, on an emptied Apache Kafka and a PostgreSQL database."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "local":
        with local_system(folder) as made:
            yield made
        return
    kafka = request.getfixturevalue("empty_kafka")
    server = request.getfixturevalue("postgres_server")
    with fresh_database(server) as database, process_system(folder, kafka, database) as made:
        yield made
