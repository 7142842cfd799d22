"""What is left of a request is read before it is answered; see `tests.security` for real servers."""

import io
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from cm_tracker.web.whole_requests import MOST_BYTES, WholeRequests


def refuse(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer after a few bytes of the body."""
    environ["wsgi.input"].read(10)
    start_response("413 Request Entity Too Large", [])
    return [b"Too large."]


def sent(body: Any, **server: object) -> list[str]:
    """Send a request. Return the statuses of its answers."""
    started: list[str] = []
    parts = WholeRequests(refuse)({"wsgi.input": body, **server}, lambda status, headers: started.append(status))
    assert list(parts) == [b"Too large."]
    return started


def test_the_rest_is_read() -> None:
    body = io.BytesIO(bytes(3_000_000))
    assert sent(body, **{"wsgi.input_terminated": True}) == ["413 Request Entity Too Large"]
    assert body.read() == b""


def test_a_body_without_an_end_is_read_up_to_the_most_that_servers_take() -> None:
    body = io.BytesIO(bytes(MOST_BYTES + 1000))
    sent(body, **{"wsgi.input_terminated": True})
    assert body.tell() == MOST_BYTES + 10


def test_where_the_server_does_not_end_the_body_it_is_left() -> None:
    body = io.BytesIO(bytes(3_000_000))
    sent(body)
    assert body.tell() == 10


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("no chunk")])
def test_a_body_that_breaks_off_gets_its_answer(error: Exception) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise error
            return super().read(size)

    assert sent(Broken(bytes(100_000)), **{"wsgi.input_terminated": True}) == ["413 Request Entity Too Large"]
