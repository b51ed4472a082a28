"""The commands that ask a server, against the real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from millstream.cli import main
from millstream_jobs.app import create_app
from millstream_jobs.settings import JobsSettings
from millstream_kit.settings import AuthSettings
from millstream_kit.testing import free_port, serving_aside

Run = Callable[..., str]


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    given = JobsSettings(auth=AuthSettings(mode="off"), data_dir=tmp_path_factory.mktemp("jobs"), port=free_port())
    with (
        serving_aside(given, create_app(given)) as url,
        httpx.Client(base_url=f"{url}/api/v1", headers={"Millstream-Protocol": "1"}) as client,
    ):
        client.post("/functions", json={"functions": [{"key": "resize"}, {"key": "crop"}]}).raise_for_status()
        yield client


@pytest.fixture
def run(http: httpx.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command that should end so, and returns what it printed, or why it did not do it."""
    monkeypatch.setenv("MILLSTREAM_URL", str(http.base_url).removesuffix("/api/v1/"))

    def command(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert main(list(arguments)) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    return command


@pytest.fixture
def job_id(run: Run) -> str:
    return run("enqueue", "resize", "--arg", "size=3").strip()


class TestJobs:
    def test_cancel_says_what_became_of_each(self, run: Run, http: httpx.Client, job_id: str) -> None:
        other = run("enqueue", "crop").strip()
        [lease] = http.post("/leases", json={"worker_id": "w1", "functions": ["crop"], "max": 1}).json()["leases"]
        assert lease["job"]["id"] == other
        said = run("jobs", "cancel", job_id, other, "--reason", "too late")
        assert said == f"{job_id}  cancelled\n{other}  active, its worker is asked to stop it\n"
        assert http.get(f"/jobs/{job_id}").json()["status"] == "cancelled"
        assert http.get(f"/jobs/{other}").json()["cancel_requested_at"] is not None

    def test_one_that_cannot_be_cancelled_does_not_keep_the_others(self, run: Run, job_id: str) -> None:
        run("jobs", "cancel", job_id)
        unknown, other = "job_01AAAAAAAAAAAAAAAAAAAAAAAA", run("enqueue", "resize").strip()
        said = run("jobs", "cancel", job_id, unknown, other, code=1)
        assert [line.split(": ")[1] for line in said.splitlines()] == [job_id, unknown]
        assert other in run("jobs", "list", "--status", "cancelled")

    def test_retry_makes_new_jobs_with_the_same_arguments_or_others(
        self, run: Run, http: httpx.Client, job_id: str
    ) -> None:
        assert "queued" in run("jobs", "retry", job_id, code=1)
        run("jobs", "cancel", job_id)
        again, otherwise = run("jobs", "retry", job_id).strip(), run("jobs", "retry", job_id, "--json", '{"size": 4}')
        found = [http.get(f"/jobs/{one.strip()}").json() for one in (again, otherwise)]
        assert [job["retried_from"] for job in found] == [job_id, job_id]
        assert [job["kwargs"] for job in found] == [{"size": 3}, {"size": 4}]
        assert "--json needs an object" in run("jobs", "retry", job_id, "--json", "[4]", code=2)

    def test_logs_are_printed_whole(self, run: Run, http: httpx.Client) -> None:
        mine = run("enqueue", "crop").strip()
        leases = http.post("/leases", json={"worker_id": "w1", "functions": ["crop"], "max": 10}).json()["leases"]
        lease = next(lease for lease in leases if lease["job"]["id"] == mine)
        lines = [
            {"at": "2026-01-01T00:00:00Z", "level": "warning" if n == 7 else "info", "message": f"line {n}"}
            for n in range(400)
        ]
        lines[7]["fields"] = {"heat": 90}
        report = {"job_id": mine, "token": lease["token"], "kind": "log", "lines": lines}
        for _ in range(3):
            answer = http.post("/leases/reports", json={"worker_id": "w1", "reports": [report]})
            assert answer.json()["results"][0]["status"] == 200
        assert len(run("jobs", "logs", mine).splitlines()) == 1200
        [warning, *_] = run("jobs", "logs", mine, "--level", "warning").splitlines()
        assert warning.endswith("warning  line 7  heat=90")
        [first, *_] = run("jobs", "logs", mine, "--json", "--q", "line 7").splitlines()
        assert json.loads(first)["fields"] == {"heat": 90}


class TestFunctions:
    def test_they_are_paused_and_resumed(self, run: Run, http: httpx.Client) -> None:
        assert run("functions", "pause", "resize", "crop") == "resize  paused\ncrop  paused\n"
        assert http.get("/functions/resize").json()["paused"] is True
        listed = run("functions", "list").splitlines()
        assert [line.split()[:2] for line in listed[:2]] == [["crop", "paused"], ["resize", "paused"]]
        assert listed[2] == "2 functions"
        assert run("functions", "resume", "resize", "crop") == "resize  not paused\ncrop  not paused\n"
        assert json.loads(run("functions", "list", "--json"))["functions"][0]["paused"] is False

    def test_an_unknown_one_is_said(self, run: Run) -> None:
        assert run("functions", "pause", "nobody", code=1) == "millstream: nobody: There is no function nobody.\n"


class TestSchedules:
    def test_they_are_listed_paused_and_resumed(self, run: Run, http: httpx.Client) -> None:
        tick = {"key": "tick", "type": "cron", "schedule": "30 2 * * *", "timezone": "Europe/Berlin"}
        http.post("/functions", json={"functions": [tick]}, headers={"Millstream-Protocol": "1"}).raise_for_status()
        line, total = run("schedules", "list").splitlines()
        assert (line.split()[:2], total) == (["tick", "next"], "1 schedules")
        assert line.endswith("At 02:30 every day, Europe/Berlin")
        assert run("schedules", "pause", "tick") == "tick  paused\n"
        assert json.loads(run("schedules", "list", "--json"))["schedules"][0]["next_at"] is None
        assert run("schedules", "resume", "tick") == "tick  not paused\n"
        assert run("schedules", "pause", "nobody", code=1).startswith("millstream: nobody: There is no schedule")
        # Others count the functions there are.
        http.post("/functions", json={"functions": [{"key": "tick"}]}, headers={"Millstream-Protocol": "1"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("enqueue", "resize", "--priority", "12"),
        ("enqueue", "resize", "--delay-s", "-1"),
        ("jobs", "list", "--limit", "0"),
        ("jobs", "list", "--status", "sleeping"),
        ("jobs", "logs", "ID", "--level", "loud"),
        ("jobs", "cancel", "ID", "--reason", "x" * 2000),
    ],
)
def test_what_the_server_finds_wrong_with_a_question_is_2(run: Run, job_id: str, arguments: tuple[str, ...]) -> None:
    assert run(*(job_id if part == "ID" else part for part in arguments), code=2).startswith("millstream: ")
