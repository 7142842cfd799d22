"""Slow and many requests of strangers do not stop the clinic, with the servers that the docs show."""

import http.client
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from tests.deployment import find
from tests.serving import served

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "deploy/nginx.conf"
HEAD = "POST /sign-in HTTP/1.1\r\nHost: cm.example.org\r\nContent-Length: 1000\r\n\r\nusername="
# Even a busy machine answers within this time. It is shorter than what the proxy waits for a slow request.
SOON = 8.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def answers(port: int, *, tls: bool = False, path: str = "/sign-in", within: float = SOON) -> http.client.HTTPResponse:
    """Return the answer to a page. Raise `TimeoutError` where none comes in time."""
    if tls:
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=within, context=trusting()
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within)
    with closing(connection):
        connection.request("GET", path, headers={"Host": "cm.example.org"})
        answer = connection.getresponse()
        answer.read()
        return answer


@contextmanager
def unfinished(port: int, count: int, *, tls: bool = False) -> Iterator[list[socket.socket]]:
    """Open connections, each with a request that never ends."""
    with ExitStack() as stack:
        sockets = []
        for _ in range(count):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            if tls:
                one = stack.enter_context(trusting().wrap_socket(one))
            one.sendall(HEAD.encode())
            sockets.append(one)
        yield sockets


def says_too_large(port: int, length: int, *, sent: int | None = None, tls: bool = False) -> bytes:
    """Send a form of so many bytes, or only the first of them, and return the page of the answer, which has to be a 413."""
    head = HEAD.replace(
        "Content-Length: 1000", f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}"
    )
    with ExitStack() as stack:
        one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        if tls:
            one = stack.enter_context(trusting().wrap_socket(one))
        one.sendall(head.encode())
        one.sendall(b"x" * ((sent or length) - len("username=")))
        answer = http.client.HTTPResponse(one)
        answer.begin()
        assert answer.status == 413
        return answer.read()


@contextmanager
def running(command: list[str], port: int, **environment: str) -> Iterator[None]:
    """Run a server until the block ends. It has to accept connections at `port` soon."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output)
        try:
            for _ in range(600):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                output.seek(0)
                assert process.poll() is None, output.read().decode()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def gunicorn(app: Flask) -> Iterator[int]:
    """Serve with the command of docs/operator.md, on a free port, and yield the port."""
    port = free_port()
    # The line of the docs, with the port of this test.
    lines = (ROOT / "docs/operator.md").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line.startswith("venv/bin/gunicorn")]
    command = [sys.executable, "-m", "gunicorn", *line.replace("127.0.0.1:8000", f"127.0.0.1:{port}").split()[1:]]
    settings = {name: str(app.config[name]) for name in ("DATABASE_URL", "SECRET_KEY", "HASH_MEMORY_KIB")}
    settings["DATA_KEY_FILE"] = str(app.extensions["cm_data_keys"].path)
    with running(command, port, HTTPS_ONLY="1", **settings):
        answers(port, within=60)  # its workers load the program first
        yield port


@pytest.fixture
def proxy(gunicorn: int, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Run nginx with the example in front of gunicorn. Yield the ports of https and http."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cm.example.org")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "a.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "a.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    https, plain = free_port(), free_port()
    example = EXAMPLE.read_text(encoding="utf-8")
    for there, here in (
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("127.0.0.1:8000", f"127.0.0.1:{gunicorn}"),
        ("/etc/ssl/cm.example.org.crt", str(tmp_path / "a.crt")),
        ("/etc/ssl/private/cm.example.org.key", str(tmp_path / "a.key")),
    ):
        assert example.count(there) == 1, there
        example = example.replace(there, here)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"daemon off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/errors;\n{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{folders}{example}}}\n",
        encoding="utf-8",
    )
    program = find("nginx")
    assert program is not None, "nginx is missing: python -m tests.deployment"
    with running([program, "-p", str(tmp_path), "-c", str(whole)], https):
        yield https, plain


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_unfinished_bodies_stop_gunicorn_alone_and_not_behind_the_proxy(gunicorn: int, proxy: tuple[int, int]) -> None:
    https, _ = proxy
    with unfinished(https, 60, tls=True):
        answer = answers(https, tls=True)
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-cm_session=") and "Secure; HttpOnly; Path=/" in cookie
    # Without the proxy, they hold every thread. If that ever ends, the proxy is not needed any more. There are eight threads,
    # but a worker may take more requests than it has threads while the other one has some left.
    with ExitStack() as stack, pytest.raises(TimeoutError):
        for _ in range(10):
            stack.enter_context(unfinished(gunicorn, 8))
            answers(gunicorn, within=2)


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_the_proxy_closes_what_is_slow_refuses_what_is_too_large_and_leads_to_https(proxy: tuple[int, int]) -> None:
    https, plain = proxy
    answer = answers(plain, path="/sign-in")
    assert (answer.status, answer.headers["Location"]) == (301, "https://cm.example.org/sign-in")
    with unfinished(https, 1, tls=True) as (slow,):
        began = time.monotonic()
        slow.settimeout(20)
        slow.recv(1000)
        assert 5 < time.monotonic() - began < 15, "an unfinished request ends after ten seconds"
    with socket.create_connection(("127.0.0.1", https)) as one, trusting().wrap_socket(one) as huge:
        huge.sendall(HEAD.replace("1000", str(30 * 2**20)).encode())
        said = huge.recv(1000)
        assert b" 413 " in said and b"That is too large. Nothing was saved." in said


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_a_form_that_is_too_large_gets_the_page_of_the_program_through_gunicorn_and_the_proxy(
    gunicorn: int, proxy: tuple[int, int]
) -> None:
    # The program refuses the form before it has read it. gunicorn would close the connection while it is still on its way.
    for _ in range(10):
        assert b"What you enter here can have up to 1 MB" in says_too_large(gunicorn, 5 * 2**20)
        assert b"What you enter here can have up to 1 MB" in says_too_large(proxy[0], 5 * 2**20, tls=True)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_form_that_is_too_large_gets_a_page_and_no_broken_connection(app: Flask) -> None:
    body = b"username=" + b"x" * 2 * 2**20
    with served(app, threads=8) as port, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as one:
        one.request("POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = one.getresponse()
        assert answer.status == 413
        assert b"That is too large. Nothing was saved." in answer.read()


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_while_the_program_is_stopped_the_proxy_says_so(proxy: tuple[int, int], gunicorn: int) -> None:
    subprocess.run(["pkill", "-f", f"127.0.0.1:{gunicorn} "], check=True)
    for _ in range(100):
        answer = answers(proxy[0], tls=True)
        if answer.status == 503:
            break
        time.sleep(0.1)
    assert answer.status == 503 and answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_unfinished_bodies_do_not_stop_the_server_of_one_computer(app: Flask) -> None:
    with served(app, threads=8) as port, unfinished(port, 200):
        assert answers(port).status == 200
