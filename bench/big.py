"""A ledger of ten million entries, as of a state's clients over many years: `python -m bench.big [--entries N]`.

Every row, seal and balance is as the operations would leave it, which a verification at level 4 confirms. The rows go in by
COPY, without triggers: written as visits are, they would take days. Clients are spread over sites and over the last three
years, and a small part of them is in the program now.

Pages are compared with those of a small ledger, in turns. Verification, backup and restore are the commands of an operator,
each in a process of its own, with the most memory that it used. docs/capacity.md says what came out. It takes about an hour
and 40 GB of disk, and is not part of `make bench`.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from bench.clinic import ROOT, Server, Site
from bench.ledger import TURNS, kiosk_rate, over_http, rate, say
from cm_tracker import clock, create_app
from cm_tracker.db import db, one_transaction, table
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import AccountRow, Client, EntryRow, LogHead, VisitClaim, VisitRow
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.operations.staff.add_site import add_site
from tests import big_ledger, cast
from tests.cli.programs import PROGRAMS
from tests.conftest import SETTINGS, Databases
from tests.torture.visitor import Visitor

ENTRIES_OF_A_CLIENT = 2 * big_ledger.VISITS
DAYS = 3 * 365
CLIENTS_OF_A_SITE = 350
CLIENTS_AT_ONCE = 100
# Batches that may wait for the database.
WAITING = 4

Rows = Mapping[Any, Sequence[Mapping[str, Any]]]


def courses(clients: int) -> Iterator[big_ledger.Course]:
    """Return the courses of clients who began one after the other, the last ones twelve weeks ago and all of them perfect."""
    last = clock.day_at(clock.now(), "America/New_York") - timedelta(days=84)
    for number in range(clients):
        starts_on = last - timedelta(days=DAYS - number * DAYS // clients)
        yield big_ledger.Course(
            starts_on,
            [(starts_on + timedelta(days=7 * (n // 3) + 2 * (n % 3)), "met") for n in range(big_ledger.VISITS)],
        )


def with_what_triggers_write(rows: Rows) -> Rows:
    """Return the rows with what the triggers of the database would add: balances, and the claims of visits."""
    balances: dict[int, int] = {}
    newest: dict[int, int] = {}
    for entry in rows[EntryRow]:
        account = entry["account_id"]
        balances[account] = balances.get(account, 0) + entry["amount"]
        newest[account] = entry["id"]
    accounts = [
        {**row, "balance": balances[row["id"]], "last_entry_id": newest[row["id"]]}
        if row["balance"] is not None
        else {**row, "last_entry_id": None}
        for row in rows[AccountRow]
    ]
    claims = [
        {"claim": f"event:{row['enrollment_id']}:{row['behavior']}:{row['happened_on']}:{row['day_place']}",
         "visit_id": row["id"]}
        for row in rows[VisitRow]
    ]  # fmt: skip
    return {**rows, AccountRow: accounts, VisitClaim: claims}


def copying(url: str, batches: "Queue[tuple[Rows, int, bytes] | None]", failures: list[BaseException]) -> None:
    """Write batches by COPY until there are no more. Each comes with the size and the hash of the log after it."""
    try:
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
            while batch := batches.get():
                rows, size, head = batch
                for model, some in rows.items():
                    names = list(some[0]) if some else []
                    if not some:
                        continue
                    with connection.cursor().copy(
                        f"COPY {table(model).name} ({', '.join(names)}) FROM STDIN".encode()
                    ) as copy:
                        for row in some:
                            copy.write_row([row[name] for name in names])
                connection.execute(
                    f"UPDATE {table(LogHead).name} SET size = %s, hash = %s WHERE id = 1".encode(), (size, head)
                )
                connection.commit()
    except BaseException as error:
        failures.append(error)
        while batches.get():
            pass


@one_transaction
def note_clients(session: Session, ids: Sequence[int]) -> None:
    """Write the line of the audit trail for some clients."""
    big_ledger.note_clients(session, {Client: [{"id": one, "created_at": clock.now()} for one in ids]})


def fill(session: Session, url: str, entries: int, site_ids: Sequence[int]) -> None:
    """Write a ledger with so many entries, spread over sites."""
    began = time.perf_counter()
    clients = -(-entries // ENTRIES_OF_A_CLIENT)
    made = big_ledger.Rows(session, version_id=1)
    session.rollback()
    batches: Queue[tuple[Rows, int, bytes] | None] = Queue(WAITING)
    failures: list[BaseException] = []
    writer = threading.Thread(target=copying, args=(url, batches, failures))
    writer.start()
    ids = []
    left = courses(clients)
    for number in range(-(-clients // CLIENTS_AT_ONCE)):
        some = list(islice(left, CLIENTS_AT_ONCE))
        rows = made.of(some, site_id=site_ids[number % len(site_ids)])
        ids += [row["id"] for row in rows[Client]]
        batches.put((with_what_triggers_write(rows), made.log.size, made.log.head))
        if number % 100 == 0:
            print(f"    {made.ids[EntryRow]:,} entries after {time.perf_counter() - began:,.0f} s", flush=True)
    batches.put(None)
    writer.join()
    if failures:
        raise failures[0]
    big_ledger.number_on(session)
    for first in range(0, len(ids), CLIENTS_AT_ONCE):
        note_clients(session, ids[first : first + CLIENTS_AT_ONCE])
    say(f"{made.ids[EntryRow]:,} entries of {clients:,} clients written", f"{time.perf_counter() - began:,.0f} s")


def add_lead(site: Site, site_ids: Sequence[int]) -> None:
    """Add an account of a lead of all sites."""
    with site.app.app_context():
        add_demonstration_account(
            db.session(), username="lead", display_name="Lead", roles={"lead"}, site_ids=tuple(site_ids),
            password=cast.PASSWORD, hasher=site.app.extensions["cm_hasher"], actor=command("demonstration"),
            now=clock.now(),
        )  # fmt: skip
        db.session.remove()


def run(what: str, *command_line: str, env: Mapping[str, str]) -> None:
    """Run a command of the program, and print how long it took and the most memory that it used."""
    began, most = time.perf_counter(), 0
    program = str(Path(sys.executable).parent / "cm-tracker")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([program, *command_line], cwd=ROOT, env=dict(env), stdout=said, stderr=said)
        while process.poll() is None:
            most = max(most, memory_of(process.pid))
            time.sleep(0.1)
        took = time.perf_counter() - began
        said.seek(0)
        text = said.read().decode()
    code = process.returncode
    say(what, f"{took:,.1f} s, {most // 1024:,} MB", "" if code == 0 else f"exit code {code}", code == 0)
    if code:
        sys.exit(text)


def memory_of(pid: int) -> int:
    """Return the most kilobytes of memory that a process has used; 0 for one that has ended."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def pages(sites: Mapping[str, Site], staff: Mapping[str, Visitor], leads: Mapping[str, Visitor]) -> None:
    """Compare pages of the big ledger with those of the small one, in turns."""
    measured: dict[str, Callable[[str], float]] = {
        "a visit over HTTP": lambda name: over_http(sites[name], staff[name], 1)[0],
        "the first page of a site": lambda name: rate(lambda: staff[name].get("/")),
        "a client's page": lambda name: rate(lambda: staff[name].get(f"/clients/{cast.AMIR}")),
        "the list of clients": lambda name: rate(lambda: staff[name].get("/clients")),
        "the kiosk's card": lambda name: kiosk_rate(sites[name], cast.AMIR),
        "a report, every site": lambda name: rate(lambda: leads[name].get("/reports/negatives")),
        "the ledger's page": lambda name: rate(lambda: leads[name].get("/ledger")),
    }
    for what, measure in measured.items():
        turns = [(measure("big"), measure("small")) for _ in range(TURNS + 1)][1:]  # the first turn warms up
        ratio, big, small = sorted((of_big / of_small, of_big, of_small) for of_big, of_small in turns)[TURNS // 2]
        say(what, f"{1000 / big:,.1f} ms, small {1000 / small:,.1f} ms = {ratio:.2f}")


def operating(databases: Databases, site: Site, staff: Visitor, folder: Path) -> None:
    """Run an operator's commands: verification, checkpoint, backup, restore."""
    env = {
        **os.environ, "INSTANCE_PATH": str(folder), "SECRET_KEY": str(SETTINGS["SECRET_KEY"]), "DATABASE_URL": site.url,
        "OWNER_DATABASE_URL": site.owner_url, "DATA_KEY_FILE": str(site.settings["DATA_KEY_FILE"]),
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
    }  # fmt: skip
    run("a checkpoint", "ledger", "checkpoint", env=env)
    with site.app.app_context():
        print(f"    {db.session.execute(db.text('SELECT size FROM log_head')).scalar_one():,} records", flush=True)
        db.session.remove()
    for level in (1, 2, 3, 4):
        run(f"verify at level {level}", "ledger", "verify", "--level", str(level), env=env)
    over_http(site, staff, 2)
    run("verify what has come since the checkpoint", "ledger", "verify", "--since", "newest", env=env)
    backups = folder / "backups"
    backups.mkdir()
    run("backup", "backup", str(backups), env=env)
    [backup] = backups.iterdir()
    print(f"    {backup.stat().st_size / 2**30:.2f} GB", flush=True)
    empty = databases.empty("postgresql")
    without = {name: value for name, value in env.items() if name not in ("DATABASE_URL", "OWNER_DATABASE_URL")}
    run(
        "restore, and verify at level 3", "--instance", str(folder / "restored"), "restore", str(backup),
        "--database", databases.owner_url("postgresql", empty),
        env={name: value for name, value in without.items() if name != "INSTANCE_PATH"},
    )  # fmt: skip


def main() -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(description="A big ledger.")
    parser.add_argument("--entries", type=int, default=10_000_000)
    parameters = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="cm-bench-")
    os.environ["INSTANCE_PATH"] = folder
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    databases = Databases()
    try:
        databases.admin.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
        sites = {"small": Site(databases, "postgresql"), "big": Site(databases, "postgresql")}
        site_ids = {name: [cast.HARBOR, cast.MILL] for name in sites}
        for name, site in sites.items():
            more = parameters.entries // ENTRIES_OF_A_CLIENT // CLIENTS_OF_A_SITE if name == "big" else 0
            with site.app.app_context():
                for number in range(more):
                    new = {"name": f"Site {number}", "time_zone": "America/New_York"}
                    site_ids[name].append(add_site(db.session(), **new, actor=command(), now=clock.now()))
                db.session.remove()
        big = sites["big"]
        maker = create_app(big.settings | {"DATABASE_URL": big.owner_url})
        with maker.app_context():
            fill(db.session(), big.owner_url, parameters.entries, site_ids["big"])
            db.session.remove()
            db.engine.dispose()
        databases.make_durable()
        for site in sites.values():
            with psycopg.connect(site.owner_url, autocommit=True) as owner:
                owner.execute("VACUUM ANALYZE")
        with psycopg.connect(big.owner_url) as owner:
            size = owner.execute("SELECT pg_database_size(current_database())").fetchone()
            print(f"    the database has {size[0] / 2**30 if size else 0:.1f} GB", flush=True)
        servers = {name: Server(site, folder) for name, site in sites.items()}
        for name, site in sites.items():
            add_lead(site, site_ids[name])
        staff = {name: Visitor(server.port).sign_in("rosa") for name, server in servers.items()}
        pages(sites, staff, {name: Visitor(server.port).sign_in("lead") for name, server in servers.items()})
        operating(databases, big, staff["big"], Path(folder))
        for server in servers.values():
            server.stop()
    finally:
        databases.close()


if __name__ == "__main__":
    main()
