"""How much processor time a request takes, in the program and in PostgreSQL: `python -m bench.cost`.

How long somebody waits on this machine says little about another one, and on a machine that others use it says nothing.
Processor time is counted by the kernel for each process, whatever else runs. Requests of one kind are sent one after
another to gunicorn, and the time of its workers and of PostgreSQL's processes is divided by their number. A core serves so
many of a kind a second as fit into one second. docs/capacity.md says what follows. It takes a minute.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.clinic import Server, Site
from bench.ledger import say
from bench.load import MIX, Clinic
from tests.conftest import Databases
from tests.torture.visitor import Visitor

REQUESTS = 60
TICK = os.sysconf("SC_CLK_TCK")


def ticks(root: int) -> int:
    """Return the processor time of a process and of all below it, those that have ended included, in ticks."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        children.setdefault(int(fields[1]), []).append(int(folder.name))
        used[int(folder.name)] = sum(int(field) for field in fields[11:15])
    left, total = [root], 0
    while left:
        one = left.pop()
        total += used.get(one, 0)
        left += children.get(one, [])
    return total


def main() -> None:
    """Measure and print."""
    folder = tempfile.mkdtemp(prefix="cm-bench-")
    os.environ["INSTANCE_PATH"] = folder
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    databases = Databases()
    databases.make_durable()
    try:
        site = Site(databases, "postgresql")
        enrollments = site.enroll(40)
        server = Server(site, folder)
        postgres = int((databases.folder / "pg" / "postmaster.pid").read_text().split()[0])
        rosa, lead = (Visitor(server.port).sign_in(name) for name in ("rosa", "miriam"))
        clinic = Clinic(site, lead, [rosa], enrollments)
        visitor = rosa.another()
        whole = 0.0
        for what, share in MIX.items():
            spent = [0.0, 0.0]
            for is_measured in (False, True):
                before = ticks(server.process.pid), ticks(postgres)
                for number in range(REQUESTS if is_measured else 10):
                    if not clinic.ask(what, visitor, number / REQUESTS):
                        raise SystemExit(f"{what} was refused")
                    visitor.close()
                time.sleep(1.5)  # who looked is written a second later
                after = ticks(server.process.pid), ticks(postgres)
                spent = [(b - a) * 1000 / TICK / REQUESTS for a, b in zip(before, after, strict=True)]
            whole += sum(spent) * share / sum(MIX.values())
            say(f"{what}: program, PostgreSQL", f"{spent[0]:.1f} ms, {spent[1]:.1f} ms")
        say("the mix of bench.load, on one core", f"{1000 / whole:.0f} requests/s")
        server.stop()
    finally:
        databases.close()


if __name__ == "__main__":
    main()
