"""Take the primary's office, etcd, network and power while visits are recorded: `python -m bench.failover --patroni PATH`.

Three machines (`bench.cluster`) run the files of `deploy/`: PostgreSQL under Patroni with synchronous replication, and
etcd. The program serves visits to eight members of staff through all of it. Printed are the longest time without
an acknowledged visit and what people saw; bounds are what docs/deploy-ha.md promises. It exits with 1 where an
acknowledged visit is missing, was paid twice, or does not verify, and where a switchover shows anybody an error.

It takes about five minutes and needs root, because it makes networks; it is not part of `make bench`. PATH is the program
`patroni` of a virtual environment that the account postgres can read, with its Python: `/usr/bin/python3 -m venv
/opt/patroni`, then
`/opt/patroni/bin/pip install 'patroni[psycopg3,etcd3]' psycopg-binary`. Debian's `etcd-server`, `postgresql` and `iproute2`
have to be there.
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from flask_migrate import upgrade

from bench.clinic import Server, Site
from bench.cluster import Cluster, ClusterDatabases, until
from bench.ledger import missed, say
from bench.writers import Writers, found
from cm_tracker import create_app
from cm_tracker.db import db
from tests import cast
from tests.torture.visitor import Visitor

STAFF, PAUSE = 8, 0.2
# How long each end is watched. A machine that is back has to catch up before the next one.
WATCHED = 50.0
MOST_SWITCHOVER, MOST_FAILOVER = 10.0, 45.0


def make(settings: dict[str, object]) -> None:
    """Make the tables and the cast."""
    app = create_app(settings)
    with app.app_context():
        upgrade()
        cast.enter(db.session(), app.extensions["cm_hasher"])
        db.session.remove()
        db.engine.dispose()


def watch(what: str, writers: Writers, act: Callable[[], None], most: float, *, quietly: bool) -> None:
    """Do something to the cluster, and print how long nothing was acknowledged and what people saw."""
    began = time.monotonic()
    act()
    time.sleep(max(0.0, WATCHED - (time.monotonic() - began)))
    until_when = time.monotonic()
    gap, errors = writers.gap(began, until_when), writers.errors(began - 5, until_when)
    say(f"{what}: no visit acknowledged for", f"{gap:.1f} s", f"< {most:.0f} s", gap < most)
    seen = ", ".join(f"{count} times {status or 'no answer'}" for status, count in sorted(Counter(errors).items()))
    say(f"{what}: seen by staff", seen or "nothing", "nothing" if quietly else "", not errors or not quietly)


def main() -> None:
    """Measure, print, and exit with 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description="A primary that hands over, is cut off, and dies.")
    parser.add_argument("--patroni", default=shutil.which("patroni") or "", help="the program patroni")
    patroni = parser.parse_args().patroni
    if not patroni or os.geteuid() != 0:
        sys.exit(f"{__doc__}")
    folder = Path(tempfile.mkdtemp(prefix="cm-bench-"))
    os.environ["INSTANCE_PATH"] = str(folder)
    # Whoever ends the benchmark does not leave three machines behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    cluster = Cluster(folder, patroni)
    try:
        say("three machines, from nothing", f"{until('the cluster', cluster.is_whole):.0f} s")
        site = Site(ClusterDatabases(cluster, folder, make), "postgresql")  # type: ignore[arg-type]  # it has the methods of `Databases` that `Site` calls
        enrollments, days = site.enroll(STAFF * 40), site.days()
        server = Server(site, str(folder))
        writers = Writers(Visitor(server.port).sign_in("rosa"), STAFF, enrollments, days, PAUSE)
        try:
            time.sleep(10)
            watch("a planned switchover", writers, cluster.switch_over, MOST_SWITCHOVER, quietly=True)
            until("three machines", cluster.is_whole)
            halted = cluster.primary
            watch("the primary's etcd hangs", writers, halted.halt_etcd, MOST_FAILOVER, quietly=False)
            halted.go_on_with_etcd()
            until("three machines", cluster.is_whole)
            cut_off = cluster.primary
            watch("the primary's cable is pulled", writers, cut_off.unplug, MOST_FAILOVER, quietly=False)
            cut_off.plug_in()
            until("three machines", cluster.is_whole)
            watch("the primary loses power", writers, cluster.primary.lose_power, MOST_FAILOVER, quietly=False)
            until("two machines", lambda: cluster.is_whole(2))
        finally:
            writers.stop()
            server.stop()
        say("forms that were refused", str(len(writers.refused)), "0", not writers.refused)
        with site.app.app_context():
            after = found([one.specimen for one in writers.sent])
            db.session.remove()
            db.engine.dispose()
        say(f"acknowledged visits that are lost, of {len(writers.sent):,}", str(after.lost), "0", not after.lost)
        say("visits that were recorded twice", str(after.twice), "0", not after.twice)
        what = f"findings of verification, all levels, {after.records:,} records"
        say(what, str(after.findings), "0", not after.findings)
    finally:
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{os.cpu_count()} cores, which others may use at the same time.")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
