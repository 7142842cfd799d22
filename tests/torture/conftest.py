"""A server on a real socket, with 16 threads as on a busy evening."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.serving import served

# `make torture` sets more rounds; the daily run of the suite uses these few.
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "8"))
CUTS = int(os.environ.get("TORTURE_CUTS", "60"))


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """Yield the port of a server with 16 threads on the test's database."""
    with served(app, threads=16) as port:
        yield port
