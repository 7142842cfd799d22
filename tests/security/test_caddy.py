"""Caddy with the example of `deploy/` in front of gunicorn: headers, https, limits and slow requests."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.chromium import find as chromium
from tests.deployment import find
from tests.security import test_slow_requests as slow
from tests.security.test_slow_requests import answers, free_port, running, says_too_large, unfinished

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
EXAMPLE = slow.ROOT / "deploy/Caddyfile"
gunicorn = slow.gunicorn
NAME = "cm.example.org"
TOO_LARGE = b"That is too large. Nothing was saved. Go back, and send something smaller."


@pytest.fixture
def caddy(gunicorn: int, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Run Caddy with the example in front of gunicorn, with a certificate of its own. Yield the ports of https and http."""
    https, plain = free_port(), free_port()
    example = EXAMPLE.read_text(encoding="utf-8")
    ports = f"https_port {https}\n\thttp_port {plain}"
    # The tests connect to an address, which asks for no name.
    options = f"admin off\n\tskip_install_trust\n\tdefault_sni {NAME}\n\t{ports}"
    for there, here in (
        ("{\n\tservers {", f"{{\n\t{options}\n\tservers {{"),
        (f"{NAME} {{\n", f"{NAME} {{\n\tbind 127.0.0.1\n\ttls internal\n"),
        ("127.0.0.1:8000", f"127.0.0.1:{gunicorn}"),
    ):
        assert example.count(there) == 1, there
        example = example.replace(there, here)
    (tmp_path / "Caddyfile").write_text(example, encoding="utf-8")
    program = find("caddy")
    assert program is not None, "Caddy is missing: python -m tests.deployment"
    homes = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    with running([program, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"], https, **homes):
        yield https, plain


def test_caddy_leads_to_https_keeps_the_headers_and_answers_beside_requests_that_never_end(
    caddy: tuple[int, int],
) -> None:
    https, plain = caddy
    redirect = answers(plain, path="/sign-in")
    assert (redirect.status, redirect.headers["Location"]) == (308, f"https://{NAME}/sign-in")
    with unfinished(https, 60, tls=True) as sockets:
        answer = answers(https, tls=True)
        assert answer.status == 200
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Set-Cookie"].startswith("__Host-cm_session=")
        assert "Server" not in answer.headers
        began = time.monotonic()
        sockets[0].settimeout(20)
        sockets[0].recv(1000)
        assert time.monotonic() - began < 15, "an unfinished request ends after ten seconds"


def test_caddy_refuses_what_is_too_large(caddy: tuple[int, int]) -> None:
    # Caddy reads 25,000,000 bytes. Over HTTP/1.1 it resets the connection where much more than that is on its way.
    assert says_too_large(caddy[0], 30 * 2**20, sent=25_001_000, tls=True) == TOO_LARGE


def test_a_browser_shows_that_a_file_is_too_large(
    caddy: tuple[int, int], playwright: Playwright, tmp_path: Path
) -> None:
    (tmp_path / "film").write_bytes(bytes(60 * 2**20))
    there = f"https://{NAME}:{caddy[0]}/sign-in"
    flags = ["--no-sandbox", f"--host-resolver-rules=MAP {NAME} 127.0.0.1"]
    with playwright.chromium.launch(executable_path=chromium(), args=flags) as browser:
        page = browser.new_page(ignore_https_errors=True, bypass_csp=True)
        page.goto(there)
        page.set_content(f"""<form method="post" enctype="multipart/form-data" action="{there}">
            <input type="file" name="file"><button>Send</button></form>""")
        page.locator("input").set_input_files(tmp_path / "film")
        page.locator("button").click()
        expect(page.locator("body")).to_have_text(TOO_LARGE.decode(), timeout=20_000)


def test_caddy_hands_on_what_the_program_says_of_a_form_that_is_too_large(caddy: tuple[int, int]) -> None:
    for _ in range(10):
        assert b"What you enter here can have up to 1 MB" in says_too_large(caddy[0], 5 * 2**20, tls=True)


def test_while_the_program_is_stopped_caddy_says_so(caddy: tuple[int, int], gunicorn: int) -> None:
    subprocess.run(["pkill", "-f", f"127.0.0.1:{gunicorn} "], check=True)
    for _ in range(100):
        answer = answers(caddy[0], tls=True)
        if answer.status == 503:
            break
        time.sleep(0.1)
    assert answer.status == 503
