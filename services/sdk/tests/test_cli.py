"""The command line: what it prints, what it refuses, and how plug-ins join."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx
import pytest
from millstream import Millstream, cli, client
from millstream.cli import main
from millstream.cli.locate import NotLocated, locate
from millstream.testing import MemoryServer


@pytest.fixture
def remote(server: MemoryServer, monkeypatch) -> MemoryServer:
    """Every client of this process talks to the server in memory: the command line makes its own."""
    original = client.Client.__init__
    monkeypatch.setattr(
        client.Client, "__init__", lambda self, settings, transport=None: original(self, settings, transport=server)
    )
    server.functions["resize"] = {"key": "resize", "max_retries": 0, "timeout": 5}
    return server


def test_help_lists_commands_and_plugins(capsys) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for command in ("worker", "enqueue", "emit", "functions", "jobs", "dev"):
        assert re.search(rf"^  {command} +\S", said, re.MULTILINE)


def test_python_m_millstream_is_the_command() -> None:
    said = subprocess.check_output([sys.executable, "-m", "millstream", "--version"], text=True)
    assert said.startswith("millstream 0.")


def test_an_unknown_command_is_named(capsys) -> None:
    assert main(["brew"]) == 2
    assert "no command 'brew'" in capsys.readouterr().err


def test_an_address_that_is_none_is_said_plainly(monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.setenv("MILLSTREAM_URL", "localhost:8080")
    app = tmp_path / "app.py"
    app.write_text(
        "from millstream import Millstream\n\napp = Millstream('shop')\n\n@app.function()\ndef resize(): ...\n"
    )
    for command in (["jobs", "list"], ["enqueue", "resize"], ["worker", str(app)]):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert (
            said == "millstream: the address of Millstream must begin with http:// or https://, not 'localhost:8080'\n"
        )


def test_a_plugin_gets_its_arguments_and_gives_the_exit_code(monkeypatch) -> None:
    monkeypatch.setattr(cli, "_plugins", lambda: [EntryPoint("count", "builtins:len", cli.GROUP)])
    assert main(["count", "one", "two"]) == 2


def test_a_plugin_that_is_not_installed_is_said_where_to_find(monkeypatch, capsys) -> None:
    monkeypatch.setattr(cli, "_plugins", list)
    assert main(["dev"]) == 2
    assert "pip install millstream-local" in capsys.readouterr().err


def test_a_broken_plugin_does_not_hide_the_others(monkeypatch, capsys) -> None:
    monkeypatch.setattr(cli, "_plugins", lambda: [EntryPoint("odd", "no.such.module:x", cli.GROUP)])
    assert main([]) == 0
    assert "cannot be loaded" in capsys.readouterr().out


class TestEnqueue:
    def test_reads_arguments_as_json_where_they_are_json(self, remote: MemoryServer, capsys) -> None:
        assert main(["enqueue", "resize", "--arg", "id=42", "--arg", "name=cat", "--arg", "sizes=[1, 2]"]) == 0
        [job] = remote.jobs.values()
        assert job.kwargs == {"id": 42, "name": "cat", "sizes": [1, 2]}
        assert capsys.readouterr().out == f"{job.id}\n"

    def test_takes_options(self, remote: MemoryServer) -> None:
        options = ["--json", '{"id": 1}', "--delay-s", "5", "--priority", "3", "--tag", "blue"]
        assert main(["enqueue", "resize", *options, "--idempotency-key", "k"]) == 0
        [job] = remote.jobs.values()
        assert (job.kwargs, job.delay_s, job.priority, job.tags) == ({"id": 1}, 5, 3, ["blue"])

    def test_takes_a_time_with_its_zone(self, remote: MemoryServer, capsys) -> None:
        assert main(["enqueue", "resize", "--scheduled-at", "2099-01-31T10:00:00+01:00"]) == 0
        [job] = remote.jobs.values()
        assert job.scheduled_at == "2099-01-31T09:00:00Z"
        with pytest.raises(SystemExit):
            main(["enqueue", "resize", "--scheduled-at", "2099-01-31T09:00:00"])
        assert "needs a time zone" in capsys.readouterr().err

    def test_waits_when_asked_and_says_that_it_is_not_done(self, remote: MemoryServer, capsys) -> None:
        assert main(["enqueue", "resize", "--wait", "0.05"]) == 1
        assert "queued" in capsys.readouterr().out

    @pytest.mark.parametrize("options", [["--arg", "cat"], ["--json", "[1]"], ["--json", "{"]])
    def test_refuses_what_is_no_argument(self, options: list[str], capsys) -> None:
        assert main(["enqueue", "resize", *options]) == 2
        assert options[0] in capsys.readouterr().err

    def test_says_what_the_server_said(self, remote: MemoryServer, capsys) -> None:
        assert main(["enqueue", "nobody"]) == 1
        assert capsys.readouterr().err == "millstream: nobody ever declared nobody\n"

    def test_says_where_nobody_answered(self, monkeypatch, capsys, free_port: int) -> None:
        monkeypatch.setenv("MILLSTREAM_URL", f"http://127.0.0.1:{free_port}")
        monkeypatch.setattr(client, "PATIENCE_S", 0.0)
        assert main(["enqueue", "resize"]) == 1
        assert f"nobody answered at http://127.0.0.1:{free_port}" in capsys.readouterr().err


class TestEmit:
    @pytest.fixture
    def listening(self, remote: MemoryServer) -> MemoryServer:
        told = {"key": "ship", "pattern": "order.*", "max_retries": 0, "timeout": None}
        remote.functions["ship"] = told
        return remote

    def test_prints_the_event_and_its_jobs(self, listening: MemoryServer, capsys) -> None:
        assert main(["emit", "order.paid", "--data", "id=42", "--json", '{"to": "ann"}', "--tag", "eu"]) == 0
        [job] = listening.jobs.values()
        assert (job.kwargs, job.tags) == ({"event": {"to": "ann", "id": 42}}, ["eu"])
        assert capsys.readouterr().out == f"{job.event['event_id']} 1 job\n{job.id} ship\n"

    def test_the_same_key_finds_the_first(self, listening: MemoryServer, capsys) -> None:
        for _ in range(2):
            assert main(["emit", "order.paid", "--idempotency-key", "k"]) == 0
        said = capsys.readouterr().out
        assert said[: len(said) // 2] * 2 == said

    @pytest.mark.parametrize("options", [["order.*"], ["order.paid", "--data", "cat"], ["order.paid", "--json", "[1]"]])
    def test_refuses_what_is_no_event(self, options: list[str], capsys) -> None:
        assert main(["emit", *options]) == 2
        assert "millstream:" in capsys.readouterr().err


class TestJobs:
    def test_lists_the_newest(self, remote: MemoryServer, capsys) -> None:
        main(["enqueue", "resize"])
        [job] = remote.jobs.values()
        assert main(["jobs", "list"]) == 0
        said = capsys.readouterr().out
        assert f"{job.id}  queued     resize" in said
        assert "1 of 1 jobs" in said

    def test_lists_what_a_request_led_to(self, monkeypatch, capsys) -> None:
        asked: list[httpx.URL] = []

        def answer(request: httpx.Request) -> httpx.Response:
            asked.append(request.url)
            return httpx.Response(200, json={"jobs": [], "total": 0, "has_more": False})

        original = client.Client.__init__
        transport = httpx.MockTransport(answer)
        monkeypatch.setattr(
            client.Client, "__init__", lambda self, settings, **_: original(self, settings, transport=transport)
        )
        assert main(["jobs", "list", "--trace-id", "a" * 32]) == 0
        assert [dict(url.params) for url in asked] == [{"trace_id": "a" * 32, "limit": "20"}]
        assert "0 of 0 jobs" in capsys.readouterr().out

    def test_shows_one(self, remote: MemoryServer, capsys) -> None:
        main(["enqueue", "resize", "--arg", "id=7"])
        [job] = remote.jobs.values()
        assert main(["jobs", "show", job.id]) == 0
        assert '{"id": 7}' in capsys.readouterr().out
        assert main(["jobs", "show", job.id, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["kwargs"] == {"id": 7}

    def test_tails_events_one_a_line(self, monkeypatch, capsys) -> None:
        event = {
            "type": "job.started", "event_id": "evt_1", "job_id": "job_1", "root_id": "job_1", "function": "resize",
            "function_name": "resize", "at": "2026-01-01T10:00:00.000Z", "seq": 2, "worker_id": "w1", "attempt": 1,
        }  # fmt: skip
        content = f"id: 1\ndata: {json.dumps(event)}\n\n"
        answers = [httpx.Response(200, content=content), httpx.Response(401, json={"detail": "the key has expired"})]
        transport = httpx.MockTransport(lambda _: answers.pop(0))
        original = client.Client.__init__
        monkeypatch.setattr(
            client.Client, "__init__", lambda self, settings, **_: original(self, settings, transport=transport)
        )
        monkeypatch.setattr("millstream.sse.Backoff.next_s", lambda self: 0.0)
        assert main(["jobs", "tail"]) == 1
        said = capsys.readouterr()
        assert "job.started    job_1  resize               worker_id=w1 attempt=1" in said.out
        assert "the key has expired" in said.err


class TestFindingTheApp:
    def test_in_a_file_by_itself(self, tmp_path: Path) -> None:
        file = tmp_path / "my_own_jobs.py"
        file.write_text('from millstream import Millstream\nwork = Millstream("mine")\n')
        assert locate(str(file)).name == "mine"
        assert locate(f"{file}:work").name == "mine"

    def test_in_a_module_by_name(self) -> None:
        assert isinstance(locate("shop.jobs:app"), Millstream)
        assert locate("shop.jobs").name == "shop"

    @pytest.mark.parametrize(
        ("where", "said"),
        [
            ("no_such_module:app", "there is no module no_such_module; looked in"),
            ("shop.nothing:app", r"there is no module shop\.nothing"),
            ("shop.jobs:nothing", "has no such name; it has the apps app"),
            ("shop.jobs:asyncio", "has a module there; it has the apps app"),
            ("json", "has no Millstream"),
            ("nothing.py", "there is no file"),
        ],
    )
    def test_says_what_it_looked_for(self, where: str, said: str) -> None:
        with pytest.raises(NotLocated, match=said):
            locate(where)

    def test_the_worker_says_it_too(self, capsys) -> None:
        assert main(["worker", "no_such_module:app"]) == 2
        assert "there is no module no_such_module" in capsys.readouterr().err

    def test_a_module_that_misses_another_says_which(self, tmp_path: Path, monkeypatch) -> None:
        (tmp_path / "needy_jobs.py").write_text("import not_installed_here\n")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(NotLocated, match="it needs the module not_installed_here"):
            locate("needy_jobs:app")
