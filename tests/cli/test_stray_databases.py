"""No command but `init` makes a database: one with a wrong address must not find an empty clinic in perfect order."""

from pathlib import Path

import click
import pytest

from cm_tracker import create_app
from cm_tracker.cli import COMMANDS
from tests.cli.conftest import runner

# What each command needs before it opens the database.
ARGUMENTS = {
    "backup": ["."],
    "drill": ["."],
    "staff add": ["sam", "--name", "Sam"],
    "staff code": ["sam"],
    "staff recover": ["sam"],
    "site add": ["Mill", "--time-zone", "America/Chicago"],
    "ledger erase": ["aabbccdd", "--reason", "x", "--yes"],
    "ledger rekey": ["--yes"],
    "ledger export": [],
    "draws verify": [],
    "import": ["roster", "roster.csv", "--site", "Harbor Street"],
}
# They open no database, or make their own.
OTHERS = {"init", "demo", "restore", "backup-key", "schedule list", "schedule check", "schedule replay"}


def leaves(commands: dict[str, click.Command], before: str = "") -> list[str]:
    found = []
    for name, command in commands.items():
        if isinstance(command, click.Group):
            found += leaves(command.commands, f"{before}{name} ")
        else:
            found.append(f"{before}{name}")
    return found


NAMES = [name for name in leaves({str(one.name): one for one in COMMANDS}) if name not in OTHERS]


def test_there_are_commands_to_look_at() -> None:
    assert len(NAMES) > 40 and set(ARGUMENTS) - {"import"} <= set(NAMES)


@pytest.mark.parametrize(
    ("name", "address"),
    [*((name, "") for name in [*NAMES, "db upgrade", "db current"]), ("nightly", "sqlite:///elsewhere.db")],
)
def test_a_command_without_a_database_says_so_and_makes_none(
    name: str, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.csv").write_text("code\nHS-1\n")
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path / "instance"))
    app = create_app({"SECRET_KEY": "x", **({"DATABASE_URL": address} if address else {})})
    result = runner(app)(*name.split(), *ARGUMENTS.get(name, []))
    assert result.exit_code in (1, 2), result.output
    assert [path for path in tmp_path.rglob("*") if path.suffix != ".csv" and not path.is_dir()] == []
