"""What a start looks at to know what to migrate is what Alembic would find; and a version runs on a newer one's schema."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from millstream_kit.db import Database, newest_revision
from sqlalchemy import Connection, create_engine, inspect, text

SERVICES = pytest.mark.parametrize("service", ["jobs", "apis", "workers"])
# Of the days before the first release, when nobody had a version to go back to.
BEFORE_THE_RULE = {("jobs", "0002")}


def config_of(service: str) -> Config:
    config = Config()
    config.set_main_option("script_location", f"millstream_{service}:migrations")
    return config


def columns(connection: Connection) -> dict[str, dict[str, Any]]:
    found = inspect(connection)
    return {table: {c["name"]: c for c in found.get_columns(table)} for table in found.get_table_names()}


@SERVICES
def test_files_of_revisions_are_named_by_their_order(service: str) -> None:
    script = ScriptDirectory.from_config(config_of(service))
    in_order = [revision.revision for revision in reversed(list(script.walk_revisions()))]
    assert newest_revision(f"millstream_{service}.migrations") == script.get_current_head() == in_order[-1]
    assert in_order == sorted(in_order)
    assert all(re.fullmatch(r"\d{4}", revision) for revision in in_order)


@SERVICES
def test_revisions_only_add_so_that_the_version_before_can_go_on(service: str) -> None:
    config = config_of(service)
    in_order = sorted(r.revision for r in ScriptDirectory.from_config(config).walk_revisions())
    with create_engine("sqlite://").connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, in_order[0])
        for _, revision in pairwise(in_order):
            before = columns(connection)
            command.upgrade(config, revision)
            after = columns(connection)
            if (service, revision) not in BEFORE_THE_RULE:
                assert not [t for t in before if t not in after], f"{revision} takes a table away"
                for table, known in before.items():
                    assert not known.keys() - after[table].keys(), f"{revision} takes columns of {table} away"
                    new = [c for name, c in after[table].items() if name not in known]
                    needed = [c["name"] for c in new if not c["nullable"] and c["default"] is None]
                    assert not needed, f"{revision}: rows of the version before have no {needed}"


@SERVICES
async def test_a_newer_schema_is_left_as_it_is(service: str, tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/one.db", service=service)
    await db.migrate(f"millstream_{service}.migrations")
    async with db.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await db.migrate(f"millstream_{service}.migrations")
    async with db.connect() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars().all() == ["9999"]
    await db.close()
