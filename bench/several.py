"""Kill one of two servers while a hundred people work: `python -m bench.several`.

Two gunicorns serve one PostgreSQL behind nginx, which sends each request to the other one than before: no session is
"sticky". Staff have accounts and sessions of their own; they record visits, read the board and clients' pages, and tablets
open cards. In the middle one server is killed, and started again later. Printed is what people saw; it exits with 1 where an
acknowledged visit is missing or paid twice, somebody was signed out, or a request failed that the dead server was not
working at. It takes two minutes. `tests/torture/test_several.py` is a small one.
"""

import argparse
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode
from uuid import uuid4

from bench.clinic import Server, Site
from bench.ledger import missed, say
from bench.writers import found
from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from tests import cast
from tests.conftest import Databases
from tests.deployment import find

# What comes back for a request at which a server was working as it died: nginx's own answer, of which deploy/nginx.conf makes
# 503, or a page that breaks off in the middle.
GONE = (502, 503, 0)
AGAIN_SECONDS = 0.5


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Proxy:
    """nginx in front of several servers, in turns."""

    def __init__(self, ports: list[int], folder: Path) -> None:
        self.port = free_port()
        program = find("nginx")
        if program is None:
            raise SystemExit("nginx is missing: python -m tests.deployment")
        temporary = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        servers = "".join(f"server 127.0.0.1:{port} fail_timeout=2s;" for port in ports)
        (folder / "nginx.conf").write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/errors; {'user root;' if os.geteuid() == 0 else ''}"
            "events { worker_connections 1024; }"
            f"http {{ access_log off; {temporary} upstream cm {{ {servers} }}"
            f"server {{ listen 127.0.0.1:{self.port}; keepalive_timeout 75s; location / {{ proxy_pass http://cm;"
            "proxy_http_version 1.1; proxy_set_header Connection close; proxy_set_header Host $host;"
            "proxy_connect_timeout 5s; } } }",
            encoding="utf-8",
        )
        self.process = subprocess.Popen([program, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        for _ in range(100):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit("nginx did not start")

    def stop(self) -> None:
        """Stop nginx."""
        self.process.terminate()
        self.process.wait(20)


class Request(NamedTuple):
    """A request that was answered: what it was, when it began and ended, and its status (0: the connection ended)."""

    what: str
    began: float
    ended: float
    status: int
    location: str


class Browser:
    """A browser with its cookies, which notes what it was answered."""

    def __init__(self, port: int, log: list[Request], cookies: dict[str, str] | None = None) -> None:
        self.port, self.log, self.cookies, self.page = port, log, cookies or {}, ""
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, what: str, path: str, fields: dict[str, str] | None = None) -> Request:
        """Load a page, or send a form with the token and key of the page that was loaded last."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.page)
            body = urlencode({"csrf_token": token[1] if token else "", **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began, status, location = time.monotonic(), 0, ""
        try:
            self.connection.request("GET" if body is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode()
            status, location = answer.status, answer.getheader("Location") or ""
            if status == 200:
                self.page = page
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
        except (OSError, http.client.HTTPException):
            self.connection.close()
        request = Request(what, began, time.monotonic(), status, location)
        self.log.append(request)
        return request

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


class Played(NamedTuple):
    """What people did and saw."""

    log: list[Request]
    # The specimens of acknowledged visits, and the moments between which a server was dead.
    acknowledged: list[str]
    died: float
    back: float

    def signed_out(self) -> int:
        """Return how many requests led to the page for signing in."""
        return sum("/sign-in" in one.location for one in self.log if one.what not in ("sign in", "card"))

    def failed(self) -> Counter[int]:
        """Return the answers that say that something failed, by status."""
        return Counter(one.status for one in self.log if one.status >= 500 or not one.status)

    def unexplained(self) -> list[Request]:
        """Return what failed although no server died while it was answered, or not as the proxy answers then."""
        wrong = [one for one in self.log if one.status >= 500 or not one.status]
        return [one for one in wrong if one.status not in GONE or not one.began <= self.died + 0.5 <= one.ended + 1]

    def took_ms(self, what: str) -> tuple[float, float]:
        """Return the median and the longest time of what succeeded."""
        times = sorted(
            (one.ended - one.began) * 1000 for one in self.log if one.what == what and one.status in (200, 303)
        )
        return times[len(times) // 2], times[-1]


def _until_answered(browser: Browser, what: str, path: str, fields: dict[str, str] | None = None) -> Request:
    """Ask, and ask again where the server went away, as a person does, for a minute."""
    for _ in range(int(60 / AGAIN_SECONDS)):
        answer = browser.ask(what, path, fields)
        if answer.status and answer.status < 500:
            break
        time.sleep(AGAIN_SECONDS)
    return answer


def play(
    site: Site, folder: Path, *, staff: int, tablets: int, seconds: float, pause: float, kill: Callable[[Server], None]
) -> Played:
    """Let people work for some seconds; kill a server after two fifths of them, and start another after three fifths."""
    servers = [Server(site, str(folder)), Server(site, str(folder))]
    proxy = Proxy([server.port for server in servers], folder)
    log: list[Request] = []
    acknowledged: list[str] = []
    ends, starts = threading.Event(), threading.Barrier(staff + tablets + 1, timeout=120)
    enrollments, days = site.enroll(staff), site.days()
    codes = [f"BENCH-{number}" for number in range(site.made - staff + 1, site.made + 1)]
    with site.app.app_context():
        for number in range(staff):
            add_demonstration_account(
                db.session(), username=f"bench{number}", display_name=f"Bench {number}", roles={"coordinator"},
                site_ids=(cast.HARBOR,), password=cast.PASSWORD, hasher=site.app.extensions["cm_hasher"],
                actor=command("demonstration"), now=clock.now(),
            )  # fmt: skip
        for number in range(tablets):
            cast.pair(db.session(), cast.HARBOR, f"Tablet {number}", f"tablet-of-the-bench-{number}", at=clock.now())
        db.session.commit()
        db.session.remove()

    def member(number: int) -> None:
        with closing(Browser(proxy.port, log)) as browser:
            work(browser, number)

    def work(browser: Browser, number: int) -> None:
        # A server looks at few passwords at a time, and tells others to try again.
        while True:
            browser.ask("sign in", "/sign-in")
            if (
                browser.ask("sign in", "/sign-in", {"username": f"bench{number}", "password": cast.PASSWORD}).status
                == 302
            ):
                break
            time.sleep(AGAIN_SECONDS)
        browser.ask("board", "/")
        starts.wait()
        time.sleep(pause * number / staff)
        for day in days:
            if ends.wait(pause):
                return
            form = f"/enrollments/{enrollments[number]}/0/visits/new"
            _until_answered(browser, "form", form)
            specimen = uuid4().hex[:20]
            sent = _until_answered(
                browser, "visit", form,
                {"happened_on": day.isoformat(), "collected_time": "09:00", "specimen": "given", "specimen_id": specimen,
                 "temperature": "in_range", "result_cocaine": "negative", "key": str(uuid4())},
            )  # fmt: skip
            if sent.status == 303 and "/sign-in" not in sent.location:
                acknowledged.append(specimen)
            if ends.wait(pause):
                return
            _until_answered(browser, "board", "/")

    def tablet(number: int) -> None:
        with closing(Browser(proxy.port, log, {"cm_device": f"tablet-of-the-bench-{number}"})) as browser:
            starts.wait()
            open_cards(browser, number)

    def open_cards(browser: Browser, number: int) -> None:
        while not ends.wait(pause):
            _until_answered(browser, "kiosk", "/kiosk/sign-in")
            _until_answered(browser, "card", "/kiosk/sign-in", {"code": codes[number % len(codes)], "pin": cast.PIN})
            _until_answered(browser, "kiosk", "/kiosk/card")

    threads = [threading.Thread(target=member, args=(number,), daemon=True) for number in range(staff)]
    threads += [threading.Thread(target=tablet, args=(number,), daemon=True) for number in range(tablets)]
    try:
        for thread in threads:
            thread.start()
        starts.wait()
        time.sleep(seconds * 0.4)
        died = time.monotonic()
        kill(servers[0])
        time.sleep(seconds * 0.2)
        servers[0] = Server(site, str(folder), servers[0].port)
        back = time.monotonic()
        time.sleep(seconds * 0.4)
    finally:
        ends.set()
        for thread in threads:
            thread.join(90)
        proxy.stop()
        for server in servers:
            server.stop()
    return Played(log, acknowledged, died, back)


def main() -> None:
    """Play, print, and exit with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description="Two servers, of which one dies.")
    parser.add_argument("--staff", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=90)
    parameters = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="cm-bench-"))
    os.environ["INSTANCE_PATH"] = str(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    databases = Databases()
    databases.make_durable()
    try:
        site = Site(databases, "postgresql")
        played = play(
            site, folder, staff=parameters.staff, tablets=max(parameters.staff // 10, 1), seconds=parameters.seconds,
            pause=6.0, kill=Server.kill,
        )  # fmt: skip
        with site.app.app_context():
            after = found(played.acknowledged)
            db.session.remove()
            db.engine.dispose()
    finally:
        databases.close()
    for what in ("visit", "board", "form", "kiosk"):
        middle, longest = played.took_ms(what)
        say(f"{what}: median and longest", f"{middle:.0f} ms, {longest:,.0f} ms")
    failed = ", ".join(f"{count} times {status or 'no answer'}" for status, count in sorted(played.failed().items()))
    unexplained = played.unexplained()
    say(f"requests that failed, of {len(played.log):,}", failed or "none")
    say("of these not in flight at the dead server", str(len(unexplained)), "0", not unexplained)
    say("people who were signed out", str(played.signed_out()), "0", not played.signed_out())
    say(f"acknowledged visits that are lost, of {len(played.acknowledged):,}", str(after.lost), "0", not after.lost)
    say("visits that were recorded twice", str(after.twice), "0", not after.twice)
    say(f"findings of verification, {after.records:,} records", str(after.findings), "0", not after.findings)
    for one in unexplained[:5]:
        print(one, f"died at {played.died:.2f}, back at {played.back:.2f}")
    print(f"{os.cpu_count()} cores, which others may use at the same time.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
