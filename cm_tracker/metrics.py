"""What a monitor counts over time, in Prometheus' text format. No label names a person, a site or an address.

What each process counts is added up where several of them serve: `PROMETHEUS_MULTIPROC_DIR` names a folder in which each
keeps its numbers. What the database knows is read when somebody asks.

This module needs `prometheus-client`, so only an application with a METRICS_TOKEN imports it.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from cm_tracker.domain.health import Figures
from cm_tracker.version import VERSION

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_own = CollectorRegistry()
_requests = Counter("cm_requests", "Requests, by page and status.", ("endpoint", "status"), registry=_own)
_request_seconds = Histogram(
    "cm_request_seconds", "How long an answer took, by page.", ("endpoint",), buckets=_SECONDS, registry=_own
)
_wait_seconds = Histogram(
    "cm_write_wait_seconds", "How long a writer waited for its turn.", buckets=_SECONDS, registry=_own
)
_given_up = Counter("cm_writes_given_up", "Writers that gave up waiting for others.", registry=_own)


def count_request(endpoint: str | None, status: int, seconds: float) -> None:
    """Count an answer. An address that leads to no page counts as `none`."""
    name = endpoint or "none"
    _requests.labels(name, str(status)).inc()
    _request_seconds.labels(name).observe(seconds)


def count_wait(seconds: float, gave_up: bool) -> None:
    """Count how long a writer waited, and whether it gave up."""
    if gave_up:
        _given_up.inc()
    else:
        _wait_seconds.observe(seconds)


def _gauges(figures: Figures | None, waiting: int) -> Iterator[str]:
    """Return the lines of what the database knows. Where there is no answer, as the age of no checkpoint, there is none.

    The library's own gauges would be kept in the folder of several processes, and counted by each of them.
    """
    yield from _gauge("cm_program_info", "Which version serves.", 1, f'{{version="{VERSION}"}}')
    yield from _gauge("cm_database_up", "Whether the database can be asked.", figures is not None)
    if figures is None:
        return
    for name, meaning, value in (
        ("cm_writers_waiting", "Writers that wait now.", waiting if figures.waiting is None else figures.waiting),
        ("cm_sealed_records", "Sealed records of the ledger.", figures.records),
        ("cm_verification_holds", "Whether no verification waits for an admin.", figures.verification_holds),
        ("cm_verification_age_seconds", "How long ago the ledger was verified.", figures.verification_age),
        ("cm_checkpoint_age_seconds", "How long ago the last checkpoint was taken.", figures.checkpoint_age),
        ("cm_backup_age_seconds", "How long ago the last whole backup was made.", figures.backup_age),
        ("cm_days_left_open", "Days of the last two weeks that sites left open.", figures.days_left_open),
        ("cm_import_running", "Whether an import runs.", figures.import_runs),
    ):
        if value is not None:
            yield from _gauge(name, meaning, value)


def _gauge(name: str, meaning: str, value: float, labels: str = "") -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} gauge"
    yield f"{name}{labels} {float(value)}"


def exposition(figures: Figures | None, *, waiting: int) -> bytes:
    """Return all metrics as text. `figures` are None where the database cannot be asked; `waiting` are writers here."""
    counted = _own
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    read = "".join(f"{line}\n" for line in _gauges(figures, waiting))
    return bytes(generate_latest(counted)) + read.encode()
