"""Faults at a browser's word: a line that can be cut, processes that can be killed, and credentials that end.

The browser is driven by another process, so each fault is a POST: `/cut`, `/heal`, `/drop`, `/kill/<process>`,
`/start/<process>`; `/token?seconds=…&scope=…` answers with a token that lives so long.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from system.harness import ADMIN_KEY, Process, System

ISSUER, AUDIENCE = "https://id.example", "millstream"
CHUNK = 65536
Verb = Callable[[str], object]


class Line:
    """The network in front of a server: what comes in goes on, until it is cut. Lives in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._whole = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def cut(self) -> None:
        """From now on nothing passes and nothing ends: a dead line says nothing."""
        self._loop.call_soon_threadsafe(self._whole.clear)

    def heal(self) -> None:
        """What was under way when the line was cut goes on, as TCP would have it."""
        self._loop.call_soon_threadsafe(self._whole.set)

    def drop(self) -> None:
        """Every connection is reset; the next ones pass."""
        self._do(self._reset())

    def _do(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]  # a coroutine of ours

    async def _open(self) -> None:
        self._whole.set()
        server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    async def _reset(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            await self._whole.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._to)
            ends = (self._pass(reader, back), self._pass(there, writer))
            await asyncio.wait([asyncio.create_task(end) for end in ends], return_when=asyncio.FIRST_COMPLETED)
            back.transport.abort()
        except OSError:
            pass  # nobody listens there: the caller sees its connection end
        finally:
            writer.transport.abort()
            self._writers.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._whole.wait()
                writer.write(data)
                await writer.drain()


class Signer:
    """Issues tokens that end; `settings` make services believe them."""

    def __init__(self, folder: Path) -> None:
        self._key = OKPKey.generate_key("Ed25519", {"kid": "faults"})
        file = folder / "jwks.json"
        file.write_text(json.dumps(KeySet([self._key]).as_dict(private=False)))
        self.settings = {
            "MILLSTREAM_AUTH_JWKS_FILE": str(file),
            "MILLSTREAM_AUTH_ISSUER": ISSUER,
            "MILLSTREAM_AUTH_AUDIENCE": AUDIENCE,
        }

    def token(self, seconds: float, scope: str) -> str:
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "visitor", "scope": scope, "exp": int(time.time() + seconds)}
        return jwt.encode({"alg": "EdDSA", "kid": "faults"}, claims, self._key, algorithms=["EdDSA"])


def _said(value: object) -> str:
    return "" if value is None else str(value)


@contextlib.contextmanager
def controls(
    line: Line, processes: Mapping[str, Process], signer: Signer | None, more: Mapping[str, Verb] | None = None
) -> Iterator[str]:
    """The address where a browser's test asks for faults."""

    def on_token(query: Mapping[str, Sequence[str]]) -> str:
        assert signer is not None
        return signer.token(float(query["seconds"][0]), query["scope"][0])

    verbs: dict[str, Verb] = {
        "cut": lambda _: line.cut(),
        "heal": lambda _: line.heal(),
        "drop": lambda _: line.drop(),
        "kill": lambda name: processes[name].kill(),
        "start": lambda name: processes[name].start(),
        **(more or {}),
    }

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            url = urlsplit(self.path)
            verb, _, name = url.path.strip("/").partition("/")
            try:
                said = on_token(parse_qs(url.query)) if verb == "token" else _said(verbs[verb](name))
                self.send_response(200)
            except Exception as error:  # noqa: BLE001 - the one who asked is told
                said = f"{verb} {name}: {error!r}"
                self.send_response(500)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: object) -> None:
            """The asker knows what it asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    thread = threading.Thread(target=server.serve_forever, name="controls", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def at_risk(
    system: System, signer: Signer | None = None, more: Mapping[str, Verb] | None = None
) -> Iterator[dict[str, str]]:
    """Put a running system behind a line; what web's fault specs find in their environment.

    Args:
        system: the edge and the services that own facts may be killed.
        signer: of tokens its services believe; without one, who may is not asked.
        more: further verbs a spec may POST.
    """
    with Line(int(system.url.rpartition(":")[2])) as line:
        processes = {process.name: process for process in system.all}
        servers = [name for name in ("server", "stream-edge", "jobs", "apis") if name in processes]
        with controls(line, processes, signer, more) as asked_at:
            yield {
                "BASE_URL": f"http://127.0.0.1:{line.port}",
                "DIRECT_URL": system.url,
                "FAULTS": asked_at,
                "SERVERS": ",".join(servers),
                "ADMIN_KEY": ADMIN_KEY if signer else "",
            }
