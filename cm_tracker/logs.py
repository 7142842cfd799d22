"""The log of a server: where it goes, what a line looks like, and that it names nobody.

A line has a time, a level, a logger, the id of its request and a message. The program's own messages hold no name, code,
address or result. What a library says beside an exception could: of that only its fixed words are kept, and of the
exception only what `faults` tells.

Commands do not log: they say on the terminal what there is to say.
"""

import fcntl
import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from flask.logging import default_handler, wsgi_errors_stream

from cm_tracker.config import BadSettings
from cm_tracker.faults import told

JSON, TEXT = "json", "text"
OWN = "cm_tracker"
MOST_BYTES = 10 * 2**20
FILES = 10

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class _Line(logging.Formatter):
    """Make a line of a record. `fields` are what a record of ours says beside its message."""

    def values(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a line says, by name."""
        at = datetime.fromtimestamp(record.created, UTC)
        fields: Mapping[str, Any] = getattr(record, "fields", {})
        return {
            "time": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_id.get(),
            "message": _message(record),
            **fields,
        }


class JsonLine(_Line):
    """A record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return json.dumps(self.values(record), ensure_ascii=True)


class TextLine(_Line):
    """A record as a person reads it. What has several lines, as a fault, keeps them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        values = self.values(record)
        first = [values.pop(name) for name in ("time", "level", "logger", "request", "message")]
        more = "".join(f" {name}={value}" for name, value in values.items())
        return " ".join(str("-" if one is None else one) for one in first) + more


def _message(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.getMessage()
    is_own = record.name.partition(".")[0] == OWN
    said = record.getMessage() if is_own else re.sub(r"%(\(\w+\))?[-+ #0-9.]*[a-zA-Z]", "…", str(record.msg))
    return f"{said}: {told(error)}"


class _Quiet(logging.Handler):
    """A handler that says of a line which it cannot write only that, and once: the line itself may be long or secret."""

    has_failed = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Say that the log cannot be written."""
        if not self.has_failed:
            self.has_failed = True
            with suppress(OSError, ValueError):
                print(f"The log cannot be written ({type(sys.exc_info()[1]).__name__}).", file=sys.stderr)  # noqa: T201


class ToStderr(_Quiet, logging.StreamHandler[Any]):
    """Write to the standard error of the process, or of the server that runs the program."""

    def __init__(self) -> None:
        super().__init__(wsgi_errors_stream)


class ToFile(_Quiet, RotatingFileHandler):
    """Write to a file that only its owner may read, and begin another one where it is full.

    Several processes may write to the same file: one of them renames it, while the others wait, and each goes on in the
    new one.
    """

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self._lock_path = path.with_name(f"{path.name}.lock")
        super().__init__(path, maxBytes=most_bytes, backupCount=FILES - 1, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        file = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(file, 0o600)
        return os.fdopen(file, "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, into the file that has the name now."""
        try:
            lock = os.open(self._lock_path, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._go_on_in_the_new_file()
                super().emit(record)
            finally:
                os.close(lock)
        except OSError:
            self.handleError(record)

    def _go_on_in_the_new_file(self) -> None:
        """Close a file that another process has renamed, or somebody has deleted."""
        if self.stream is None:
            return
        ours = os.fstat(self.stream.fileno())
        with suppress(FileNotFoundError):
            if os.path.samestat(ours, Path(self.baseFilename).stat()):
                return
        self.stream.close()
        self.stream = self._open()


def start(settings: Mapping[str, Any], folder: Path) -> logging.Handler:
    """Send what this process logs to where the settings say, in their format. Return the handler.

    `folder` is the instance folder, from which the path of a file counts. Raise `BadSettings` where it cannot be written.
    """
    handler = _to(str(settings["LOG_FILE"]), folder)
    handler.setFormatter(JsonLine() if settings["LOG_FORMAT"] == JSON else TextLine())
    root = logging.getLogger()
    for other in [one for one in root.handlers if isinstance(one, _Quiet)]:
        stop(other)
    root.addHandler(handler)
    # Of libraries only what somebody has to know; of the program each request, too.
    own = logging.getLogger(OWN)
    own.setLevel(logging.INFO)
    own.removeHandler(default_handler)
    return handler


def stop(handler: logging.Handler) -> None:
    """Take a handler away, and close its file."""
    logging.getLogger().removeHandler(handler)
    handler.close()


def _to(name: str, folder: Path) -> logging.Handler:
    if not name:
        return ToStderr()
    path = folder / name
    try:
        return ToFile(path)
    except OSError as error:
        raise BadSettings(f"LOG_FILE is {name!r}; {path} cannot be written ({error.strerror}).") from None
