"""The viewings that wait to be written: a bounded queue in this process, and one thread that empties it.

A page that is read writes nothing: SQLite has one writer, and a page must not wait for it. So a request only appends to
the queue, and the thread writes what has gathered once a second, in one transaction. What cannot be written (a full
disk, a held lock, a database that is gone) waits and is tried again; what the queue has no room for is counted, and the
audit trail tells how many are missing. A process that is killed loses the last second. docs/decisions/0023 has the
reasons.
"""

import atexit
import threading
import time
from collections import deque

from flask import Flask

from cm_tracker import clock
from cm_tracker.database_errors import DatabaseDown, NoConnection
from cm_tracker.db import db
from cm_tracker.domain.audit.viewings import Viewing
from cm_tracker.domain.errors import DatabaseBusy, DiskFull, OutcomeUnknown
from cm_tracker.operations.audit.note_viewings import note_viewings

MOST_WAITING = 10_000
MOST_AT_ONCE = 500
SECONDS = 1.0


class ViewLog:
    """The queue of an application, and its thread, which starts with the first viewing of a process."""

    def __init__(self, app: Flask, most_waiting: int = MOST_WAITING) -> None:
        self._app = app
        self._most_waiting = most_waiting
        self._waiting: deque[Viewing] = deque()
        self._dropped = 0
        self._is_failing = False
        self._changing = threading.Lock()
        self._writing = threading.Lock()
        self._wakes = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, viewing: Viewing) -> None:
        """Keep a viewing until it is written. It never waits for the database, and never raises."""
        with self._changing:
            if len(self._waiting) >= self._most_waiting:
                self._dropped += 1
                return
            self._waiting.append(viewing)
            # A server that forks makes the application first: its threads are not in the new process.
            if self._app.config["VIEWINGS_IN_BACKGROUND"] and not (self._thread and self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="viewings", daemon=True)
                self._thread.start()
                atexit.register(self.flush)
        self._wakes.set()

    def flush(self) -> bool:
        """Write what waits. Return whether all of it is written; what is not waits for the next time."""
        with self._writing:
            while self._waiting or self._dropped:
                if not self._write_some():
                    return False
            return True

    def clear(self) -> None:
        """Forget what waits. Tests use it, which share an application."""
        with self._changing:
            self._waiting.clear()
            self._dropped = 0
            self._is_failing = False

    def _write_some(self) -> bool:
        with self._changing:
            some = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
            dropped, self._dropped = self._dropped, 0
        try:
            with self._app.app_context():
                note_viewings(db.session(), viewings=some, dropped=dropped, now=clock.now())
        except (DatabaseDown, DatabaseBusy, DiskFull, NoConnection, OutcomeUnknown) as error:
            self._failed(type(getattr(error, "orig", error)).__name__, len(some))
            with self._changing:
                self._waiting.extendleft(reversed(some))
                self._dropped += dropped
            return False
        except Exception as error:
            # Written again they would fail again, and everything behind them would wait for ever.
            self._failed(type(error).__name__, len(some))
            with self._changing:
                self._dropped += dropped + len(some)
            return False
        self._is_failing = False
        return True

    def _failed(self, kind: str, n: int) -> None:
        """Say once in the log that viewings are not written. Only the type of the error: its message may hold values."""
        if not self._is_failing:
            self._app.logger.error("%s: %d viewings are not written yet", kind, n)
        self._is_failing = True

    def _run(self) -> None:
        while True:
            self._wakes.wait()
            self._wakes.clear()
            time.sleep(SECONDS)
            if not self.flush():
                self._wakes.set()
