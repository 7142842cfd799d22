"""Three machines with PostgreSQL under Patroni and etcd, each in a network namespace of its own, for `bench.failover`.

They run the files of `deploy/` as they are, with names, folders and addresses of their own. A namespace with a cable of its own makes three different ends possible: the power fails (every process is killed, and
no packet says so), the cable is pulled (the processes live on and reach nobody), and a planned switchover. It needs root,
Linux, Debian's `etcd-server`, `postgresql` and `iproute2`, and a `patroni` from PyPI.
"""

import json
import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parents[1]
BRIDGE = "cmha0"
# The network of the files in `deploy/`, and the one in its place: a machine may have the first one already.
THEIRS, OURS = "192.0.2.", "10.177.31."
# The account of the database's server, which refuses to run as root.
AS_POSTGRES = ("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups")
PASSWORD = "only-this-benchmark"
SECONDS_TO_START = 120
# No proxy stands between the machines.
_OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def run(*command: str, check: bool = True) -> str:
    """Run a command, and return what it prints."""
    result = subprocess.run(command, check=False, capture_output=True, text=True)
    if check and result.returncode:
        raise SystemExit(f"{' '.join(command)}: {result.stderr}")
    return result.stdout


def until(what: str, condition: Callable[[], bool], seconds: float = SECONDS_TO_START) -> float:
    """Wait for a condition. Return after how many seconds it held."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise SystemExit(f"waited {seconds:.0f} seconds for: {what}")
        time.sleep(0.2)
    return time.monotonic() - began


class Machine:
    """One of the three, by its number."""

    def __init__(self, number: int, folder: Path, patroni: str) -> None:
        self.number = number
        self.name = f"cm{number}"
        self.address = f"{OURS}{number}"
        self.space, self.cable = f"cmha{number}", f"cmha{number}v"
        self.folder = folder / self.name
        self.patroni = patroni
        self.folder.mkdir(parents=True)
        run("ip", "netns", "add", self.space)
        run("ip", "link", "add", self.cable, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        run("ip", "link", "set", self.cable, "master", BRIDGE, "up")
        for command in (
            f"addr add {self.address}/24 dev eth0",
            "link set eth0 up",
            "link set lo up",
        ):
            run("ip", "-n", self.space, *command.split())
        self._write_files()

    def _write_files(self) -> None:
        own = {f"{OURS}1:": f"{self.address}:", "cm1": self.name}
        text = (ROOT / "deploy/patroni.yml").read_text(encoding="utf-8").replace(THEIRS, OURS)
        hosts = next(line for line in text.splitlines() if "hosts:" in line)
        lines = []
        for line in text.splitlines():
            if line != hosts:
                for there, here in own.items():
                    line = line.replace(there, here)
            for there, here in (
                ("/var/lib/postgresql/cm", str(self.folder / "data")),
                ("CHANGE-ME-1", PASSWORD),
                ("CHANGE-ME-2", PASSWORD),
                ("CHANGE-ME-3", PASSWORD),
            ):
                line = line.replace(there, here)
            lines.append(line)
            if line == "postgresql:":
                # Three servers share one /run here.
                lines.append(f"  parameters: {{unix_socket_directories: {self.folder}}}")
        (self.folder / "patroni.yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        environment = {}
        for line in (ROOT / "deploy/etcd.env").read_text(encoding="utf-8").replace(THEIRS, OURS).splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                is_own = name != "ETCD_INITIAL_CLUSTER"
                environment[name] = value.replace(f"{OURS}1:", f"{self.address}:") if is_own else value
        environment |= {"ETCD_NAME": self.name, "ETCD_DATA_DIR": str(self.folder / "etcd")}
        self.etcd_environment = environment
        run("chown", "-R", "postgres:postgres", str(self.folder))

    def start(self) -> None:
        """Switch the machine on."""
        for name, command, environment in (
            ("etcd", ["etcd"], self.etcd_environment),
            ("patroni", [self.patroni, str(self.folder / "patroni.yml")], {}),
        ):
            with (self.folder / f"{name}.log").open("ab") as log:
                subprocess.Popen(
                    ["ip", "netns", "exec", self.space, *AS_POSTGRES, *command],
                    env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment},
                    stdout=log, stderr=log, cwd=self.folder, start_new_session=True,
                )  # fmt: skip

    def halt_etcd(self) -> None:
        """Let this machine's etcd hang: it takes connections and answers none."""
        self._to_etcd(signal.SIGSTOP)

    def go_on_with_etcd(self) -> None:
        """Let it answer again."""
        self._to_etcd(signal.SIGCONT)

    def _to_etcd(self, number: int) -> None:
        for pid in run("ip", "netns", "pids", self.space).split():
            if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == "etcd":
                os.kill(int(pid), number)

    def unplug(self) -> None:
        """Pull the cable: nobody is told anything."""
        run("ip", "link", "set", self.cable, "down")

    def plug_in(self) -> None:
        """Put the cable back."""
        run("ip", "link", "set", self.cable, "up")

    def lose_power(self) -> None:
        """End everything on the machine at once, without a packet that says so."""
        self.unplug()
        for pid in run("ip", "netns", "pids", self.space, check=False).split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                continue

    def remove(self) -> None:
        """Take the machine away."""
        self.lose_power()
        run("ip", "netns", "del", self.space, check=False)
        run("ip", "link", "del", self.cable, check=False)


class Cluster:
    """The three machines together."""

    def __init__(self, folder: Path, patroni: str) -> None:
        self.folder = folder
        folder.chmod(0o755)
        self.machines: list[Machine] = []
        if f" {OURS}" in f" {run('ip', 'route')}":
            raise SystemExit(f"this machine uses {OURS}0 already")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "addr", "add", f"{OURS}254/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        self.machines = [Machine(number, folder, patroni) for number in (1, 2, 3)]
        for machine in self.machines:
            machine.start()

    @property
    def primary(self) -> Machine:
        """Return the machine that takes writes, asked of PostgreSQL itself. There has to be one."""
        with self.admin() as admin:
            row = admin.execute("SELECT host(inet_server_addr())").fetchone()
        assert row is not None
        return next(machine for machine in self.machines if machine.address == row[0])

    def second(self) -> Machine | None:
        """Return the machine that acknowledges every COMMIT, if there is one."""
        rows = self._followers()
        return next((machine for machine in self.machines if (machine.name, "sync") in rows), None)

    def is_whole(self, count: int = 3) -> bool:
        """Return whether so many machines work: one writes, all others follow it, and one acknowledges every COMMIT."""
        try:
            return len(self._followers()) == count - 1 and self.second() is not None
        except psycopg.OperationalError:
            return False

    def _followers(self) -> list[tuple[str, str]]:
        with self.admin() as admin:
            return admin.execute(
                "SELECT application_name, sync_state FROM pg_stat_replication "
                "WHERE state = 'streaming' AND application_name LIKE 'cm_'"
            ).fetchall()

    def switch_over(self) -> None:
        """Hand the writing over to the machine that has every COMMIT."""
        leader, other = self.primary, self.second()
        assert other is not None
        request = urllib.request.Request(
            f"http://{leader.address}:8008/switchover",
            json.dumps({"leader": leader.name, "candidate": other.name}).encode(),
            {"Content-Type": "application/json"},
        )
        with _OPEN(request, timeout=60):
            pass

    def url(self, user: str, database: str = "cm") -> str:
        """Return the URL that docs/deploy-ha.md gives to the program."""
        hosts = ",".join(f"{machine.address}:5432" for machine in self.machines)
        return f"postgresql://{user}:{PASSWORD}@{hosts}/{database}?target_session_attrs=read-write"

    def admin(self) -> "psycopg.Connection[Any]":
        """Return a connection to the primary as the administrator."""
        return psycopg.connect(self.url("postgres", "postgres"), autocommit=True, connect_timeout=2)

    def remove(self) -> None:
        """Take everything away, also where it was not made to its end."""
        for machine in self.machines:
            machine.remove()
        run("ip", "link", "del", BRIDGE, check=False)


class ClusterDatabases:
    """What a benchmark's `Site` asks of `tests.conftest.Databases`, on a cluster."""

    def __init__(self, cluster: Cluster, folder: Path, make: Callable[[dict[str, object]], None]) -> None:
        self.cluster, self.folder, self._make = cluster, folder, make

    def copy(self, kind: str, *, with_cast: bool) -> str:
        """Make the database, with its accounts as docs/operator.md wants them, and the cast."""
        with self.cluster.admin() as admin:
            admin.execute("CREATE ROLE cm_tracker_app NOLOGIN")
            for statement in (
                f"CREATE ROLE cm_owner LOGIN PASSWORD '{PASSWORD}'",
                f"CREATE ROLE cm_clinic LOGIN PASSWORD '{PASSWORD}' IN ROLE cm_tracker_app",
                "CREATE DATABASE cm OWNER cm_owner",
            ):
                admin.execute(statement.encode())
        self._make(self.settings(kind, "cm"))
        return "cm"

    def url(self, kind: str, name: str) -> str:
        """Return the URL for the program's account."""
        return self.cluster.url("cm_clinic")

    def owner_url(self, kind: str, name: str) -> str:
        """Return the URL for the account that owns the tables."""
        return self.cluster.url("cm_owner")

    def settings(self, kind: str, name: str) -> dict[str, object]:
        """Return the settings of an application on the cluster."""
        from tests.conftest import SETTINGS

        key = str(self.folder / "data.key")
        return {
            **SETTINGS, "DATABASE_URL": self.url(kind, name), "OWNER_DATABASE_URL": self.owner_url(kind, name),
            "DATA_KEY_FILE": key,
        }  # fmt: skip
