"""Jobs of a function and of a worker are found and counted by any status."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SOMEWHERE = "worker_id IS NOT NULL"


def upgrade() -> None:
    _create("jobs_function_status", ["function", "status", "id"])
    op.drop_index("jobs_ended_badly", "jobs")
    op.drop_index("jobs_worker", "jobs")
    _create("jobs_worker", ["worker_id", "id", "status"], SOMEWHERE)


def _create(name: str, columns: list[str], where: str | None = None) -> None:
    rows = None if where is None else sa.text(where)
    op.create_index(name, "jobs", columns, sqlite_where=rows, postgresql_where=rows)
