"""What a start looks at to know that there is nothing to migrate is what Alembic would find."""

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from millstream_kit.db import newest_revision


@pytest.mark.parametrize("service", ["jobs", "apis", "workers"])
def test_files_of_revisions_are_named_by_their_order(service: str) -> None:
    config = Config()
    config.set_main_option("script_location", f"millstream_{service}:migrations")
    assert newest_revision(f"millstream_{service}.migrations") == ScriptDirectory.from_config(config).get_current_head()
