"""Measure how fast the ledger is: `python -m bench.ledger [--big ENTRIES]`.

Machines differ and do other work, so rates are compared with one another within one run:

* a verified visit over HTTP (gunicorn with two workers, PostgreSQL), compared with pipelined psycopg that
  writes the same rows, with 1 and with 8 clients;
* a hundred visits a second that arrive at a fixed rate, on both databases: the 99th percentile of their time;
* a visit, a client's page and the kiosk's card in a big ledger, compared with a small one;
* records verified a second on one core.

Exits with 1 when a bound is missed. The extra `tests` must be installed.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.arrivals import arrive
from bench.clinic import Server, Site
from bench.raw_visits import RawVisits
from cm_tracker import clock, create_app
from cm_tracker.db import db, snapshot
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import signer
from tests import big_ledger, cast
from tests.conftest import Databases
from tests.torture.visitor import Visitor

SECONDS = 2.0
# The speed of a machine changes from minute to minute, so each comparison is repeated and the median is reported.
TURNS = 5
LEAST_OF_RAW = {1: 0.2, 8: 0.25}
LEAST_BIG_OF_SMALL = 0.9
MOST_P99_MS = 60
# Visits that arrive at a fixed rate: how many a second, for how long, over how many connections.
PER_SECOND, ARRIVAL_SECONDS, CONNECTIONS = 100, 6.0, 32
MOST_CARD_MS = 50
LEAST_LEVEL_2, LEAST_LEVEL_3, MOST_SINCE_MS = 300_000, 80_000, 10

missed: list[str] = []


def say(what: str, measured: str, bound: str = "", holds: bool = True) -> None:
    """Print one line of the table, and remember a missed bound."""
    print(f"{what:<58} {measured:>22}   {bound:<18}{'' if holds else 'MISSED'}", flush=True)
    if not holds:
        missed.append(what)


def send_visit(visitor: Visitor, enrollment: int, day: date, specimen: str) -> None:
    """Send the form of one verified visit, as staff do."""
    answer = visitor.post(
        f"/enrollments/{enrollment}/0/visits/new", happened_on=day.isoformat(), collected_time="09:00",
        specimen="given", specimen_id=specimen, temperature="in_range", result_cocaine="negative", key=str(uuid4()),
    )  # fmt: skip
    if answer.status != 303:
        raise SystemExit(f"a visit was refused: {answer.status} {answer.text[:300]}")


def many(clients: int, work: Callable[[int, Callable[[], bool]], list[float]]) -> tuple[float, list[float]]:
    """Run `work` in `clients` threads for SECONDS. Return how often a second it was done, and how long each took."""
    times: list[list[float]] = [[] for _ in range(clients)]
    ends = time.perf_counter() + SECONDS

    def run(n: int) -> None:
        times[n] = work(n, lambda: time.perf_counter() < ends)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [t for part in times for t in part]
    return len(everything) / (time.perf_counter() - began), everything


def enough(clients: int) -> int:
    """Return how many enrollments a turn needs so that no client runs out of days on which a visit is paid."""
    return clients * (40 // clients + 5)


def over_http(site: Site, staff: Visitor, clients: int) -> tuple[float, list[float]]:
    """Return visits a second over HTTP, and how long each took."""
    enrollments, days = site.enroll(enough(clients)), site.days()

    def work(n: int, has_time: Callable[[], bool]) -> list[float]:
        visitor, took = staff.another(), []
        for enrollment in enrollments[n::clients]:
            for day in days:
                if not has_time():
                    visitor.close()
                    return took
                began = time.perf_counter()
                send_visit(visitor, enrollment, day, uuid4().hex[:20])
                took.append(time.perf_counter() - began)
        visitor.close()
        return took

    return many(clients, work)


def raw(site: Site, clients: int) -> float:
    """Return visits a second whose rows psycopg writes in pipeline mode."""
    enrollments, days = site.enroll(enough(clients)), site.days()

    def work(n: int, has_time: Callable[[], bool]) -> list[float]:
        with psycopg.connect(site.url) as connection:
            writer, took = RawVisits(connection), []
            for enrollment in enrollments[n::clients]:
                for day in days:
                    if not has_time():
                        return took
                    began = time.perf_counter()
                    writer.write(enrollment, day, uuid4().hex[:20])
                    took.append(time.perf_counter() - began)
        return took

    return many(clients, work)[0]


def page_rate(staff: Visitor, client: int) -> float:
    """Return how many times a second a client's page is loaded, one after the other."""
    return rate(lambda: staff.get(f"/clients/{client}"))


def rate(work: Callable[[], Any]) -> float:
    """Return how many times a second `work` is done, one after the other."""
    ends, n = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < ends:
        work()
        n += 1
    return n / SECONDS


def kiosk_rate(site: Site, client: int) -> float:
    """Return kiosk cards a second, loaded through Flask's test client, which keeps the kiosk's cookies."""
    with site.app.app_context():
        code = db.session.execute(db.text("SELECT code FROM client WHERE id = :id"), {"id": client}).scalar_one()
        db.session.remove()
    browser = site.app.test_client()
    browser.set_cookie("cm_device", cast.TOKENS[cast.HARBOR], path="/kiosk")
    page = browser.get("/kiosk/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    browser.post("/kiosk/sign-in", data={"csrf_token": token, "code": code, "pin": cast.PIN})
    assert browser.get("/kiosk/card").status_code == 200
    return rate(lambda: browser.get("/kiosk/card"))


def against_raw(databases: Databases, folder: str) -> None:
    """Compare visits over HTTP with psycopg alone, which writes the same rows."""
    site = Site(databases, "postgresql")
    server = Server(site, folder)
    staff = Visitor(server.port).sign_in("rosa")
    over_http(site, staff, 2)  # warms up the server
    for clients in (1, 8):
        turns = [(over_http(site, staff, clients)[0], raw(site, clients)) for _ in range(TURNS)]
        ratio, http, plain = sorted((http / plain, http, plain) for http, plain in turns)[TURNS // 2]
        say(
            f"a visit over HTTP, {clients} client{'s' if clients > 1 else ''}, PostgreSQL",
            f"{http:,.0f}/s of {plain:,.0f} = {ratio:.2f}", f">= {LEAST_OF_RAW[clients]}", ratio >= LEAST_OF_RAW[clients],
        )  # fmt: skip
    server.stop()


def compare(databases: Databases, kind: str, folder: str, big: int) -> None:
    """Compare a big ledger with a small one, in turns."""
    sites = {"small": Site(databases, kind), "big": Site(databases, kind)}
    # Writing in bulk sets sequences, which only the owner of the tables may do.
    maker = create_app(sites["big"].settings | {"DATABASE_URL": sites["big"].owner_url})
    with maker.app_context():
        big_ledger.fill(db.session(), big // 2)
        db.session.remove()
        db.engine.dispose()
    for site in sites.values() if kind == "postgresql" else ():
        with psycopg.connect(site.owner_url, autocommit=True) as owner:
            owner.execute("ANALYZE")  # for both ledgers, so that their query plans do not differ
    servers = {name: Server(site, folder) for name, site in sites.items()}
    staff = {name: Visitor(server.port).sign_in("rosa") for name, server in servers.items()}
    measured: dict[str, Callable[[str], float]] = {
        "a visit over HTTP": lambda name: over_http(sites[name], staff[name], 1)[0],
        "a client's page": lambda name: page_rate(staff[name], cast.AMIR),
        "the kiosk's card": lambda name: kiosk_rate(sites[name], cast.AMIR),
    }
    for what, measure in measured.items():
        turns = [(measure("big"), measure("small")) for _ in range(TURNS + 1)][1:]  # the first turn warms up
        ratio, at_big, at_small = sorted((of_big / of_small, of_big, of_small) for of_big, of_small in turns)[
            TURNS // 2
        ]
        say(
            f"{what}, {kind}, {big:,} entries against a few",
            f"{at_big:,.0f}/s of {at_small:,.0f} = {ratio:.2f}",
            f">= {LEAST_BIG_OF_SMALL}", ratio >= LEAST_BIG_OF_SMALL,
        )  # fmt: skip
        if what == "the kiosk's card":
            took = 1000 / at_big
            say(f"{what}, {kind}, {big:,} entries", f"{took:.1f} ms", f"< {MOST_CARD_MS} ms", took < MOST_CARD_MS)
    for server in servers.values():
        server.stop()
    verifying(sites["big"], folder)


def arriving(databases: Databases, kind: str, folder: str) -> None:
    """Measure the time of visits that arrive at a fixed rate, even while earlier ones still wait."""
    site = Site(databases, kind)
    server = Server(site, folder)
    staff = Visitor(server.port).sign_in("rosa")
    over_http(site, staff, 2)  # warms up the server
    days = site.days()
    turns = []
    for _ in range(TURNS):
        visits = int(PER_SECOND * ARRIVAL_SECONDS)
        # Visits that follow one another belong to different clients, so none waits for the lock of another's row.
        enrollments = site.enroll(min(visits, 200))

        def send_with(n: int, enrollments: list[int] = enrollments) -> Callable[[int], None]:
            visitor = staff.another()
            return lambda number: send_visit(
                visitor,
                enrollments[number % len(enrollments)],
                days[number // len(enrollments)],
                uuid4().hex[:20],
            )

        turns.append(arrive(CONNECTIONS, PER_SECOND, ARRIVAL_SECONDS, send_with))
    server.stop()
    middle = sorted(turns, key=lambda turn: turn.p99_ms)[TURNS // 2]
    what = f"{PER_SECOND} visits a second arrive, {kind}"
    say(f"{what}: median", f"{middle.median_ms:.0f} ms")
    say(f"{what}: p99", f"{middle.p99_ms:.0f} ms", f"< {MOST_P99_MS} ms", middle.p99_ms < MOST_P99_MS)


def verifying(site: Site, folder: str) -> None:
    """Measure records a second at each level, and the time for a thousand new entries after a checkpoint."""
    key = signer(Path(folder), ())
    with site.app.app_context():
        begin = take_checkpoint(db.session(), signer=key, actor=command(), now=clock.now())
        for level, least in ((2, LEAST_LEVEL_2), (3, LEAST_LEVEL_3), (4, 0)):
            best = 0.0
            for _ in range(TURNS):
                with snapshot(db.engine) as session:
                    verify_ledger(session, level=1)  # warms up; the next run is timed, and its time subtracted
                    began = time.perf_counter()
                    verify_ledger(session, level=1)
                    one = time.perf_counter() - began
                    began = time.perf_counter()
                    verification = verify_ledger(session, level=level)
                    best = max(best, verification.size / (time.perf_counter() - began - one))
                    assert verification.ok, verification.findings[:3]
            bound = f">= {least:,}" if least else ""
            say(
                f"verify level {level}, {site.kind}, {verification.size:,} records",
                f"{best:,.0f}/s",
                bound,
                best >= least,
            )
        db.session.remove()
    maker = create_app(site.settings | {"DATABASE_URL": site.owner_url})
    with maker.app_context():
        big_ledger.fill(db.session(), 500)
        took = []
        for _ in range(5):
            with snapshot(db.engine) as session:
                began = time.perf_counter()
                verification = verify_ledger(session, level=2, since=begin, verifier=key)
                took.append((time.perf_counter() - began) * 1000)
                assert verification.ok
        new = verification.size - begin.checkpoint.size
        say(
            f"verify level 2, {site.kind}, {new:,} records after a checkpoint", f"{min(took):.1f} ms",
            f"< {MOST_SINCE_MS} ms", min(took) < MOST_SINCE_MS,
        )  # fmt: skip
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    """Measure, print, and exit with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description="How fast the ledger is.")
    parser.add_argument(
        "--big", type=int, default=1_000_000, help="entries of the big ledger (default: a million); 0 leaves it out"
    )
    parameters = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cm-bench-")
    os.environ["INSTANCE_PATH"] = folder
    databases = Databases()
    databases.make_durable()
    try:
        for kind in ("sqlite", "postgresql"):
            arriving(databases, kind, folder)
        against_raw(databases, folder)
        for kind in ("postgresql", "sqlite") if parameters.big else ():
            compare(databases, kind, folder, parameters.big)
    finally:
        databases.close()
    if missed:
        print(f"\n{len(missed)} bound(s) missed on this machine.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
