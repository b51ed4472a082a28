"""Lines of the `logging` module that a running job writes, sent to that job's log."""

from __future__ import annotations

import logging

from millstream.context import current_context

_OURS = ("millstream", "httpx", "httpcore")
_LEVELS = ((logging.ERROR, "error"), (logging.WARNING, "warning"), (logging.INFO, "info"))


class JobLogHandler(logging.Handler):
    """Finds the job by context: threads and tasks of different jobs do not mix."""

    def emit(self, record: logging.LogRecord) -> None:
        context = current_context()
        if context is None or record.name.split(".", 1)[0] in _OURS:
            return
        try:
            message = self.format(record)
        except Exception:  # noqa: BLE001 - as logging does: a bad line must not fail the job
            self.handleError(record)
            return
        level = next((name for bound, name in _LEVELS if record.levelno >= bound), "debug")
        context._sink.log(level, message, {"logger": record.name})
