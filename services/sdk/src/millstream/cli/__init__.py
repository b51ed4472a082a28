"""`millstream`: the command line. Each command is a module; others come by the entry-point group `millstream.commands`.

A plug-in is a function `command(argv: list[str]) -> int`; the first line of its docstring is its help.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points, version

from millstream.errors import BadSetting, MillstreamError

Command = Callable[[list[str]], int]

# Name → where it is and what it does; imported only when it is asked for.
_OWN = {
    "worker": ("millstream.cli.worker:worker", "Run the functions of an app."),
    "enqueue": ("millstream.cli.enqueue:enqueue", "Enqueue a job."),
    "emit": ("millstream.cli.emit:emit", "Tell what happened: the functions it triggers get a job each."),
    "functions": ("millstream.cli.functions:functions", "List functions, pause and resume them."),
    "schedules": ("millstream.cli.schedules:schedules", "List what runs by the clock, pause and resume it."),
    "jobs": ("millstream.cli.jobs:jobs", "List jobs, show one and its log, cancel, run again, follow what happens."),
}
_PLUGIN_HINTS = {"dev": "`millstream dev` comes with the package millstream-local: pip install millstream-local"}
GROUP = "millstream.commands"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 failed, 2 asked for wrongly."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments[0] if arguments else "--help"
    if name in {"-h", "--help", "help"}:
        sys.stdout.write(_help())
        return 0
    if name in {"-V", "--version"}:
        sys.stdout.write(f"millstream {version('millstream')}\n")
        return 0
    command = _find(name)
    if command is None:
        return refuse(_PLUGIN_HINTS.get(name) or f"there is no command {name!r}; millstream --help lists them", code=2)
    try:
        return command(arguments[1:])
    except BadSetting as error:
        return refuse(error.detail, code=2)
    except MillstreamError as error:
        return refuse(error.detail, code=exit_code_of(error))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def exit_code_of(error: MillstreamError) -> int:
    """2 for a question the server finds something wrong with, as for one that is wrong before it is asked."""
    return 2 if error.status == 422 else 1


def refuse(message: str, *, code: int = 1) -> int:
    """Say why not, and return the exit code."""
    sys.stderr.write(f"millstream: {message}\n")
    return code


def _find(name: str) -> Command | None:
    if name in _OWN:
        module, _, attribute = _OWN[name][0].partition(":")
        found: Command = getattr(import_module(module), attribute)
        return found
    plugin = next((p for p in _plugins() if p.name == name), None)
    if plugin is None:
        return None
    loaded: Command = plugin.load()
    return loaded


def _plugins() -> list[EntryPoint]:
    return sorted(entry_points(group=GROUP), key=lambda plugin: plugin.name)


def _help() -> str:
    lines = [(name, text) for name, (_, text) in _OWN.items()]
    lines += [(plugin.name, _first_line(plugin)) for plugin in _plugins()]
    listed = "".join(f"  {name:<10} {text}\n" for name, text in sorted(lines))
    return (
        "usage: millstream COMMAND …\n\nBackground jobs, watched.\n\n"
        f"{listed}\nmillstream COMMAND --help says more. MILLSTREAM_URL and MILLSTREAM_API_KEY name the server.\n"
    )


def _first_line(plugin: EntryPoint) -> str:
    try:
        text = plugin.load().__doc__ or ""
    except Exception as error:  # noqa: BLE001 - a broken plug-in must not take the others with it
        return f"(cannot be loaded: {error})"
    return text.strip().split("\n", 1)[0]
