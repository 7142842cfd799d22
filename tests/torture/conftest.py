"""A server on a real socket, with 16 threads as on a busy evening."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from cm_tracker import collector
from tests.serving import served

# `make torture` sets more rounds; the daily run of the suite uses these few.
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "8"))
CUTS = int(os.environ.get("TORTURE_CUTS", "60"))


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Yield the port of a server with 16 threads on the test's database.

    As in a real server, Python's garbage collector leaves alone what is there by now. What thousands of tests have left in
    this process would stop all threads for seconds, while one of them holds the lock for which the others wait.
    """
    collector.leave_what_stays()
    with served(app, threads=16) as port:
        yield port
