"""Find how many requests a second one server answers well: `python -m bench.load [--sites 20]`.

The load is open: the times of arrival are drawn beforehand, and a request's time begins when it was due, not when a connection
was free for it. So a server that falls behind is seen to fall behind (a closed loop would wait with it and see nothing).
The mix is a clinic's: visits, the form before each, boards, clients' pages, tablets, and a few reports. gunicorn with
two workers serves PostgreSQL; the load comes from this process. The rate rises by two fifths until one request in a hundred
takes more than a second; the last rates below 250 ms and below one second are printed. Reports do not count there: a lead waits for one, and nobody else does; they are printed.

docs/capacity.md says what the numbers mean. It takes five minutes, and is not part of `make bench`.
"""

import argparse
import itertools
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from bench.clinic import Server, Site
from bench.ledger import say
from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from tests import cast
from tests.conftest import Databases
from tests.torture.visitor import Visitor

# What is fast, and what is still bearable.
FAST_MS, SLOW_MS = 250, 1000
# Other work on the machine comes and goes, so each rate is played three times, and the median counts.
SECONDS, TURNS = 12.0, 3
CONNECTIONS = 48
# Of a hundred requests. A form is opened before each visit is sent.
MIX = {"form": 25, "visit": 25, "board": 20, "client": 18, "kiosk": 10, "report": 2}


class Load(NamedTuple):
    """The milliseconds that requests took after they were due, by what they were, and how many failed."""

    took: dict[str, list[float]]
    failed: int

    def p(self, share: float, what: str | None = None) -> float:
        """Return the time within which a share of the requests was answered."""
        names = [what] if what else [name for name in MIX if name != "report"]
        times = sorted(one for name in names for one in self.took.get(name, []))
        return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0


class Clinic:
    """What can be asked of the server, each thing with a connection of whoever asks."""

    def __init__(self, site: Site, lead: Visitor, coordinators: list[Visitor], enrollments: list[int]) -> None:
        self.site, self.lead, self.enrollments = site, lead, enrollments
        # Whoever works with a client is of the client's site: `Site.enroll` gives clients to the sites in turns.
        self._coordinators = dict(zip(enrollments, itertools.cycle(coordinators), strict=False))
        self._visits = ((day, one) for day in site.days() for one in enrollments)
        self._lock = threading.Lock()

    def next_visit(self) -> tuple[date, int]:
        """Return the day and the enrollment of a visit that nobody has recorded."""
        with self._lock:
            return next(self._visits)

    def ask(self, what: str, visitor: Visitor, chance: float) -> bool:
        """Send one request. Return whether it was answered as it should be."""
        enrollment = self.enrollments[int(chance * len(self.enrollments))]
        if what == "visit":
            day, enrollment = self.next_visit()
        who = self.lead if what == "report" else self._coordinators[enrollment]
        visitor.cookie, visitor.token = who.cookie, who.token
        if what == "visit":
            return visitor.post(
                f"/enrollments/{enrollment}/0/visits/new", happened_on=day.isoformat(), collected_time="09:00",
                specimen="given", specimen_id=uuid4().hex[:20], temperature="in_range", result_cocaine="negative",
                key=str(uuid4()),
            ).status == 303  # fmt: skip
        if what == "kiosk":
            tablet = Visitor(visitor.port, f"cm_device={cast.TOKENS[cast.HARBOR]}")
            answer = tablet.get("/kiosk/sign-in")
            tablet.close()
            return answer.status == 200
        path = {
            "form": f"/enrollments/{enrollment}/0/visits/new",
            "board": "/",
            "client": f"/clients/{enrollment}",
            "report": "/reports/negatives",
        }[what]
        return visitor.get(path).status == 200


def arrive(clinic: Clinic, per_second: float, seconds: float, seed: int) -> Load:
    """Send requests at random moments drawn beforehand, `per_second` of them on average."""
    chance = random.Random(seed)
    due, plan = 0.0, list[tuple[float, str, float]]()
    while (due := due + chance.expovariate(per_second)) < seconds:
        plan.append((due, chance.choices(list(MIX), list(MIX.values()))[0], chance.random()))
    took: dict[str, list[float]] = defaultdict(list)
    failed = [0]
    left, lock = iter(plan), threading.Lock()
    began = time.perf_counter() + 0.2

    def work() -> None:
        visitor = clinic.lead.another()
        while True:
            with lock:
                one = next(left, None)
            if one is None:
                visitor.close()
                return
            due, what, where = one
            if (early := began + due - time.perf_counter()) > 0:
                time.sleep(early)
            is_right = clinic.ask(what, visitor, where)
            visitor.close()  # as nginx in deploy/ does: each request has a connection of its own
            with lock:
                took[what].append((time.perf_counter() - began - due) * 1000)
                failed[0] += not is_right

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(dict(took), failed[0])


def rising(clinic: Clinic) -> tuple[float, float]:
    """Print a line for each rate until pages take too long. Return the highest rates that were fast, and bearable."""
    fast, rate = 0.0, 5.0
    arrive(clinic, 20, 12, 0)  # warms up
    while rate <= 1000:
        turns = [arrive(clinic, rate, SECONDS, 10 * int(rate) + turn) for turn in range(TURNS)]
        load = sorted(turns, key=lambda one: one.p(0.99))[TURNS // 2]
        p99 = load.p(0.99)
        say(
            f"{rate:.0f} requests a second: median, p99", f"{load.p(0.5):.0f} ms, {p99:,.0f} ms",
            f"{load.failed} failed" if load.failed else "", not load.failed,
        )  # fmt: skip
        parts = ", ".join(f"{what} {load.p(0.5, what):,.0f} and {load.p(0.99, what):,.0f}" for what in MIX)
        print(f"    {parts}", flush=True)
        if p99 > SLOW_MS:
            break
        fast = rate if p99 <= FAST_MS else fast
        rate *= 1.41
    return fast, rate / 1.41


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How many requests a second.")
    parser.add_argument("--sites", type=int, default=20, help="sites of the organization")
    parser.add_argument("--clients", type=int, default=400, help="clients with a visit to come")
    parameters = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cm-bench-")
    os.environ["INSTANCE_PATH"] = folder
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    databases = Databases()
    databases.make_durable()
    try:
        site = Site(databases, "postgresql")
        with site.app.app_context():
            site_ids = [cast.HARBOR, cast.MILL]
            for number in range(parameters.sites - len(site_ids)):
                site_ids.append(
                    add_site(
                        db.session(),
                        name=f"Site {number}",
                        time_zone="America/New_York",
                        actor=command(),
                        now=clock.now(),
                    )
                )
            accounts = {"lead": ("lead", site_ids)} | {f"bench{one}": ("coordinator", [one]) for one in site_ids}
            for name, (role, sites) in accounts.items():
                add_demonstration_account(
                    db.session(), username=name, display_name=name, roles={role}, site_ids=sites, password=cast.PASSWORD,
                    hasher=site.app.extensions["cm_hasher"], actor=command("demonstration"), now=clock.now(),
                )  # fmt: skip
            db.session.remove()
        in_turns = [*site_ids[1:], site_ids[0]]
        enrollments = site.enroll(parameters.clients, site_ids)
        server = Server(site, folder)
        coordinators = [Visitor(server.port).sign_in(f"bench{one}") for one in in_turns]
        clinic = Clinic(site, Visitor(server.port).sign_in("lead"), coordinators, enrollments)
        share = MIX["visit"] / sum(MIX.values())
        for limit, best in zip((FAST_MS, SLOW_MS), rising(clinic), strict=True):
            say(f"99 of 100 within {limit} ms: requests, visits among them", f"{best:.0f}/s, {best * share:.1f}/s")
        server.stop()
    finally:
        databases.close()
    print(f"{os.cpu_count()} cores for load, program and database together, which others use, too.")


if __name__ == "__main__":
    main()
