"""A server on a real socket, with as many threads as a clinic's evening."""

import os
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.serving import served

# `make torture` asks for all rounds; the suite of every day for fewer of the same.
ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "8"))
CUTS = int(os.environ.get("TORTURE_CUTS", "60"))


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The port of a server with 16 threads on the test's database."""
    with served(app, threads=16) as port:
        yield port
