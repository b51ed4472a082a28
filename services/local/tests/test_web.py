"""What the browser is served beside the API: the built files, the page for any other path, and its settings."""

import re
from pathlib import Path

import httpx
import pytest
from millstream_local.settings import WebSettings
from millstream_local.web import web_app
from pydantic import ValidationError

ADD_HEADER = re.compile(r'add_header ([\w-]+) (?:"([^"]*)"|(\S+)) always;')
JAEGER = "http://jaeger:16686/trace/{trace_id}"
FORGE = "https://git.example/acme/shop/blob/{version}/{path}#L{line}"


def client(folder: Path, settings: WebSettings) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=web_app(folder, settings))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


class TestSettings:
    async def test_the_browser_is_told_where_traces_and_code_are_shown(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("MILLSTREAM_TRACE_URL", JAEGER)
        monkeypatch.setenv("MILLSTREAM_SOURCE_URL", FORGE)
        monkeypatch.setenv("MILLSTREAM_SOURCE_ROOT", "/srv/shop")
        async with client(tmp_path, WebSettings()) as browser:
            answer = await browser.get("/settings.json")
        assert answer.json() == {"trace_url": JAEGER, "source_url": FORGE, "source_root": "/srv/shop"}
        assert answer.headers["cache-control"] == "no-cache"

    async def test_they_win_over_the_file_of_the_build_which_names_no_tool(self, tmp_path: Path) -> None:
        (tmp_path / "index.html").write_text("the page")
        (tmp_path / "settings.json").write_text('{"trace_url": null}')
        async with client(tmp_path, WebSettings(trace_url=JAEGER)) as browser:
            told = (await browser.get("/settings.json")).json()
            assert told == {"trace_url": JAEGER, "source_url": None, "source_root": "/app"}
            assert (await browser.get("/jobs")).text == "the page"

    @pytest.mark.parametrize(
        "url", ["jaeger:16686/{trace_id}", "javascript:{trace_id}", "http://jaeger/trace/{id}", ""]
    )
    def test_a_template_that_leads_to_no_trace_is_refused(self, url: str) -> None:
        with pytest.raises(ValidationError, match=r"must begin with http:// or https:// and have \{trace_id\} in it"):
            WebSettings(trace_url=url)

    @pytest.mark.parametrize(
        "url",
        [
            "git.example/{path}",
            "javascript:{path}",
            "https://git.example/{file}",
            "https://{path}",
            "https://{version}.example/{path}",
            "https://git.example/a b/{path}",
            "",
        ],
    )
    def test_a_template_that_leads_to_no_line_of_code_is_refused(self, url: str) -> None:
        with pytest.raises(ValidationError, match=r"and a host, and have \{path\} after it"):
            WebSettings(source_url=url)

    @pytest.mark.parametrize("root", ["app", "", "./app"])
    def test_the_folder_of_the_code_is_an_absolute_path(self, root: str) -> None:
        with pytest.raises(ValidationError, match="must be an absolute path"):
            WebSettings(source_root=root)


class TestPage:
    @pytest.mark.parametrize("server", ["services/web/nginx.conf", "charts/millstream/templates/web/_nginx.tpl"])
    async def test_it_is_served_with_the_headers_of_the_other_web_servers(self, tmp_path: Path, server: str) -> None:
        said = (Path(__file__).parents[3] / server).read_text(encoding="utf-8")
        headers = {name: quoted or plain for name, quoted, plain in ADD_HEADER.findall(said)}
        (tmp_path / "index.html").write_text("the page")
        async with client(tmp_path, WebSettings()) as browser:
            answer = await browser.get("/jobs")
        assert "script-src" not in answer.headers["content-security-policy"]  # scripts by default-src: no inline ones
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
            assert answer.headers[name] == headers[name], name
