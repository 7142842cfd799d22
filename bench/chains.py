"""Compare one chain with a chain for each of fifty organizations: `python -m bench.chains`.

Every visit is sealed into the log behind the one before, so each writer locks the head of the log until its COMMIT is
acknowledged. One chain takes one such wait after the other, however many processors there are. Here the operation
`record_visit` is called without a server, by sixteen threads: all of them in one database, or each in another one of fifty
in the same PostgreSQL server. It is measured with the disk of this machine, and with commits that take 20 ms longer
(PostgreSQL's `commit_delay`), as with a second machine far away.

Then the heads of the fifty chains come under one signed checkpoint: each chain's own checkpoint is a leaf of a tree, whose
root is signed. Whoever has kept that one note finds out about a change in any of the fifty ledgers, as is shown by changing
one. docs/capacity.md says what the numbers mean. It takes three minutes, and is not part of `make bench`.
"""

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from bench.ledger import say
from cm_tracker import clock
from cm_tracker.config import driver_url
from cm_tracker.db import snapshot
from cm_tracker.domain.ledger.chain import leaf_of
from cm_tracker.domain.ledger.checkpoints import Checkpoint, SignedCheckpoint
from cm_tracker.domain.ledger.merkle import Frontier
from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.evidence import NewVisit, Test
from cm_tracker.encryption import DataKeys, bind_keys
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.ledger.take_checkpoint import take_checkpoint
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.signing import Signer
from tests import cast
from tests.conftest import Databases

CHAINS, WRITERS, SECONDS, TURNS = 50, 16, 4.0, 3
DELAYS_MS = (0, 20)
CLIENTS = 4


class Chain:
    """One organization: a database with its clients."""

    def __init__(self, databases: Databases) -> None:
        url = databases.url("postgresql", databases.copy("postgresql", with_cast=True))
        self.engine: Engine = create_engine(driver_url(url), hide_parameters=True, pool_size=WRITERS)
        bind_keys(self.engine, DataKeys(databases.folder / "data.key"))
        self.made = 0

    def enroll(self, count: int, starts_on: date) -> list[int]:
        """Add clients whose enrollment began that day. Return the enrollments' ids."""
        ids = []
        with Session(self.engine) as session:
            for _ in range(count):
                self.made += 1
                client = open_client(
                    session, code=f"CHAIN-{self.made}", preferred_name="", site_id=cast.HARBOR, language="en",
                    actor=command(), now=clock.now(),
                )  # fmt: skip
                ids.append(
                    enroll_client(
                        session,
                        client_id=client,
                        schedule_version_id=cast.HIGGINS,
                        starts_on=starts_on,
                        key=str(uuid4()),
                        actor=command(),
                        now=clock.now(),
                    )
                )
        return ids


def write(chain: Chain, enrollments: list[int], starts_on: date, ends: float) -> int:
    """Record visits of these enrollments until the end. Return how many."""
    count = 0
    with Session(chain.engine) as session:
        for number in range(36):
            day = starts_on + timedelta(days=7 * (number // 3) + 2 * (number % 3))
            for enrollment in enrollments:
                if time.perf_counter() > ends:
                    return count
                visit = NewVisit("cocaine-negative", day, Test({"cocaine": "negative"}, temperature="in_range"))
                record_visit(
                    session, enrollment_id=enrollment, visit=visit, key=str(uuid4()), actor=cast.rosa, now=clock.now()
                )
                count += 1
    raise SystemExit("a writer ran out of clients")


def rate(chains: list[Chain]) -> float:
    """Return visits a second that all writers record together."""
    starts_on = clock.day_at(clock.now(), "America/New_York") - timedelta(days=83)
    each = [(chains[n % len(chains)], chains[n % len(chains)].enroll(CLIENTS, starts_on)) for n in range(WRITERS)]
    counts = [0] * WRITERS
    began = time.perf_counter()

    def work(n: int) -> None:
        counts[n] = write(*each[n], starts_on, began + SECONDS)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def joint(notes: Sequence[SignedCheckpoint], key: Signer) -> SignedCheckpoint:
    """Return one signed checkpoint over the checkpoints of several chains, in their order."""
    tree = Frontier()
    tree.extend([leaf_of(note.note.encode()) for note in notes])
    newest = sha256(b"".join(note.checkpoint.head for note in notes)).digest()
    return key.sign(Checkpoint(key.name, tree.size, tree.root(), newest, clock.now()))


def under_one(chains: Sequence[Chain]) -> None:
    """Take every chain's checkpoint and sign one over them all; then verify each, and change one."""
    # Each organization has a signing key of its own.
    key, own = Signer(os.urandom(32)), [(chain, Signer(os.urandom(32))) for chain in chains]
    began = time.perf_counter()
    notes = []
    for chain, signer in own:
        with Session(chain.engine) as session:
            notes.append(take_checkpoint(session, signer=signer, actor=command(), now=clock.now()))
    took = time.perf_counter() - began
    began = time.perf_counter()
    kept = joint(notes, key)
    say(
        f"{len(notes)} checkpoints taken, and one over them",
        f"{took:.2f} s, {1e6 * (time.perf_counter() - began):,.0f} us",
    )
    began = time.perf_counter()
    good = []
    for (chain, signer), note in zip(own, notes, strict=True):
        with snapshot(chain.engine) as session:
            good.append(verify_ledger(session, level=2, since=None, verifier=signer).ok and signer.signed(note))
    is_same = joint(notes, key).checkpoint.root == kept.checkpoint.root and key.signed(kept)
    say(
        f"{len(notes)} ledgers verified against it", f"{time.perf_counter() - began:.2f} s",
        f"{sum(good)} of {len(good)} hold", all(good) and is_same,
    )  # fmt: skip
    # Somebody who has the key of one organization writes its ledger anew, and signs that.
    forged = replace(notes[7].checkpoint, root=leaf_of(b"another ledger"))
    is_found = joint([*notes[:7], own[7][1].sign(forged), *notes[8:]], key).checkpoint.root != kept.checkpoint.root
    say("a ledger that was written anew and signed", "found" if is_found else "not found", "found", is_found)


def main() -> None:
    """Measure and print."""
    databases = Databases()
    databases.make_durable()
    try:
        chains = [Chain(databases) for _ in range(CHAINS)]
        for delay in DELAYS_MS:
            databases.admin.execute(f"ALTER SYSTEM SET commit_delay = {delay * 1000}".encode())
            databases.admin.execute("ALTER SYSTEM SET commit_siblings = 0")
            databases.admin.execute("SELECT pg_reload_conf()")
            time.sleep(1)
            turns = [(rate(chains[:1]), rate(chains)) for _ in range(TURNS)]
            ratio, one, many = sorted((b / a, a, b) for a, b in turns)[TURNS // 2]
            what = f"a COMMIT takes {delay} ms longer: " if delay else ""
            say(f"{what}one chain, {WRITERS} writers", f"{one:,.0f} visits/s")
            say(f"{what}{CHAINS} chains, {WRITERS} writers", f"{many:,.0f} visits/s = {ratio:.2f}")
        under_one(chains)
        for chain in chains:
            chain.engine.dispose()
    finally:
        databases.close()
    print(f"{os.cpu_count()} cores for writers and database together, which others use, too; the writers share one.")


if __name__ == "__main__":
    main()
