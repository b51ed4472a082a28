"""Series: buckets of ten seconds, and all APIs counted together; what was counted before is gathered here."""

import sqlalchemy as sa
from alembic import op
from millstream_kit.sketch import Sketch

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTS = [f"n_{c}xx" for c in range(1, 6)]
ENDPOINTS = sa.table("endpoints", *map(sa.column, ("id", "api_name", "method", "path")))


def buckets(name):
    columns = ("endpoint_id", "at_ms", "partition", *COUNTS, "latency_sum_ms", "last_at_ms", "sketch")
    return sa.table(name, *map(sa.column, columns))


def upgrade() -> None:
    op.create_table(
        "tens",
        sa.Column("endpoint_id", sa.BigInteger, sa.ForeignKey("endpoints.id"), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True),
        sa.Column("partition", sa.SmallInteger, primary_key=True),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sa.Column("latency_sum_ms", sa.Float(53), nullable=False),
        sa.Column("last_at_ms", sa.BigInteger, nullable=False),
        sa.Column("sketch", sa.LargeBinary, nullable=False),
    )
    op.create_index("tens_by_time", "tens", ["at_ms"])
    db = op.get_bind()
    totals = sa.select(ENDPOINTS.c.id).where(ENDPOINTS.c.method == "", ENDPOINTS.c.path == "")
    counted = [row.id for row in db.execute(totals)]
    if counted:
        db.execute(ENDPOINTS.insert().values(api_name="", method="", path=""))
        together = db.execute(totals.where(ENDPOINTS.c.api_name == "")).scalar_one()
        for name in ("minutes", "hours"):
            gather(db, buckets(name), counted, together)


def gather(db, table, counted, together) -> None:
    for at_ms in db.execute(sa.select(table.c.at_ms).distinct()).scalars().all():
        rows = db.execute(sa.select(table).where(table.c.at_ms == at_ms, table.c.endpoint_id.in_(counted)))
        by_partition = {}
        for row in rows.mappings():
            by_partition.setdefault(row["partition"], []).append(row)
        for partition, same in by_partition.items():
            sketch = Sketch()
            for row in same:
                sketch.merge(Sketch.from_bytes(row["sketch"]))
            sums = {name: sum(row[name] for row in same) for name in (*COUNTS, "latency_sum_ms")}
            last = max(row["last_at_ms"] for row in same)
            place = {"endpoint_id": together, "at_ms": at_ms, "partition": partition}
            db.execute(table.insert().values(**place, **sums, last_at_ms=last, sketch=sketch.to_bytes()))
