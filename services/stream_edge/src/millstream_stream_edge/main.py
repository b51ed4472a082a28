"""`python -m millstream_stream_edge`: serve the edge until told to leave."""

from __future__ import annotations

from millstream_kit.service import run
from millstream_kit.settings import load_settings

from millstream_stream_edge.app import create_app
from millstream_stream_edge.settings import EdgeSettings


def main() -> None:
    settings = load_settings(EdgeSettings)
    run(settings, lambda: create_app(settings))
