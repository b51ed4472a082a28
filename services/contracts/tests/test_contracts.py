"""The inventory is the single source of truth, and everything generated from it is fresh."""

import filecmp
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from millstream_contracts.ids import is_job_id, new_job_id
from millstream_contracts.inventory import Inventory, load_inventory
from millstream_contracts.limits import load_limits
from millstream_contracts.names import EventType
from millstream_contracts.schemas import load_schemas
from millstream_contracts.times import hour_of, parse_rfc3339, to_hour, to_rfc3339
from pydantic import ValidationError

PACKAGE = Path(__file__).parents[1] / "src" / "millstream_contracts"


def test_there_are_eight_streams_at_the_paths_of_the_contract() -> None:
    assert [stream.endpoint for stream in load_inventory().stream_list] == [
        "/api/v1/events/stream",
        "/api/v1/apis/stream",
        "/api/v1/apis/events/stream",
        "/api/v1/workers/stream",
        "/api/v1/jobs/trends/stream",
        "/api/v1/apis/trends/stream",
        "/api/v1/apis/{name}/stream",
        "/api/v1/jobs/{job_id}/artifacts/stream",
    ]


def test_generated_code_is_fresh(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "millstream_contracts.generate", str(tmp_path)], check=True)
    fresh = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.suffix in {".py", ".pyi", ".json"})
    assert Path("data/schemas.json") in fresh
    stale = [str(p) for p in fresh if not filecmp.cmp(tmp_path / p, PACKAGE / p, shallow=False)]
    assert len(fresh) > 3
    assert not stale, f"run `make generate`: {stale}"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/jobs", "jobs"),
        ("/api/v1/jobs/job_X/cancel", "jobs"),
        ("/api/v1/jobsx", "web"),
        ("/api/v1/apis/events", "apis"),
        ("/api/v1/apis/events/stream", "stream-edge"),
        ("/api/v1/apis/payments/stream", "stream-edge"),
        ("/api/v1/apis/payments/x/stream", "apis"),
        ("/api/v1/stream", "stream-edge"),
        ("/api/v1/auth/login", "identity"),
        ("/jobs", "web"),
    ],
)
def test_a_path_has_one_service(path: str, service: str) -> None:
    assert load_inventory().service_of(path) == service


def test_an_inventory_that_contradicts_itself_is_refused_with_every_fault() -> None:
    raw = load_inventory().model_dump(by_alias=True)
    raw["streams"][0]["topics"] = ["nowhere"]
    raw["scope_families"]["streams:jobs"] = ["streams:none"]
    with pytest.raises(ValidationError, match=r"unknown topic nowhere.*unknown scope streams:none"):
        Inventory.model_validate(raw)


def test_every_type_of_every_stream_has_a_schema() -> None:
    assert [t for t in EventType if t not in load_schemas()] == []
    assert [name for name in load_schemas().names if "." in name and name not in {*EventType}] == [
        "stream.gap",
        "stream.open",
        "stream.position",
        "stream.reconnect",
        "stream.status",
        "stream.unauthorized",
        "stream.unavailable",
    ]


def test_limits_are_positive() -> None:
    assert load_limits().ingest_requests == 1000


@given(st.integers(min_value=0, max_value=253_402_300_799_999))
def test_instants_survive_the_round_trip(ms: int) -> None:
    assert parse_rfc3339(to_rfc3339(ms)) == ms
    assert parse_rfc3339(to_hour(ms)) == hour_of(ms)


def test_job_ids_match_their_pattern_and_sort_by_time() -> None:
    older, newer = new_job_id(now_ms=1_000), new_job_id(now_ms=2_000)
    assert is_job_id(older)
    assert older < newer
    assert not is_job_id("job_trends")
