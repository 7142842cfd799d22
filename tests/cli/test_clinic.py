"""Set up a clinic, make the demonstration, and verify the ledger from the command line."""

import json
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from cm_tracker import clock, config, create_app
from cm_tracker.cli.clinic import kiosk_addresses
from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import Staff
from cm_tracker.passwords import pepper_name
from cm_tracker.queries.kiosk.devices import device_list
from cm_tracker.queries.schedules.program import point_value, program_money
from cm_tracker.ready import check_ready
from tests import cast
from tests.cli.conftest import Run, runner
from tests.web.conftest import Person

INIT = (
    "init", "--site", "Harbor", "--time-zone", "America/New_York", "--name", "Mo", "--username", "mo",
    "--admin-name", "Sam", "--admin-username", "sam",
)  # fmt: skip
PASSWORDS = "a long enough password\nanother long password\n"
FAST = {"HASH_MEMORY_KIB": 64, "HASH_PASSES": 1}


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Set the instance folder to one that does not exist yet, as on a new machine. Return its path."""
    folder = tmp_path / "instance"
    monkeypatch.setenv("INSTANCE_PATH", str(folder))
    return folder


def new_run() -> Run:
    return runner(create_app(FAST))


def test_init_makes_the_secret_the_keys_the_database_the_site_a_lead_and_an_admin(instance: Path) -> None:
    result = new_run()(*INIT, stdin=PASSWORDS)
    assert result.exit_code == 0, result.output
    assert "a long enough password" not in result.output
    settings = instance / "settings.env"
    assert settings.stat().st_mode & 0o077 == 0
    assert (instance / "cm_tracker.db").stat().st_mode & 0o077 == 0
    assert len(str(config.read(instance)["SECRET_KEY"])) >= 64
    app = create_app(FAST)
    check_ready(app)
    with app.app_context():
        assert db.session().execute(select(Staff.username, Staff.roles)).all() == [("mo", "lead"), ("sam", "admin")]
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("options", "cents"), [((), 25), (("--point-value-cents", "50"), 50)])
def test_init_sets_what_a_point_is_worth(instance: Path, options: tuple[str, ...], cents: int) -> None:
    result = new_run()(*INIT, *options, stdin=PASSWORDS)
    assert f"A point is worth $0.{cents} in this program." in result.output
    app = create_app(FAST)
    with app.app_context():
        assert point_value(db.session()) == cents
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("code", "currency", "worth"), [(None, "USD", "$0.25"), ("GBP", "GBP", "£0.25"), ("cad", "CAD", "CAD 0.25")]
)
def test_init_sets_the_currency(instance: Path, code: str | None, currency: str, worth: str) -> None:
    options = () if code is None else ("--currency", code)
    result = new_run()(*INIT, *options, stdin=PASSWORDS)
    assert f"A point is worth {worth} in this program. All its amounts are in {currency}." in result.output
    app = create_app(FAST)
    with app.app_context():
        assert program_money(db.session()) == (25, currency)
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("code", ["JPY", "KWD", "EURO", "£"])
def test_init_refuses_a_currency_without_hundredths(instance: Path, code: str) -> None:
    result = new_run()(*INIT, "--currency", code, stdin=PASSWORDS)
    assert result.exit_code == 2
    assert not (instance / "cm_tracker.db").exists()


@pytest.mark.parametrize("cents", ["0", "10001", "2.5"])
def test_init_refuses_a_value_of_a_point_that_cannot_be_meant(instance: Path, cents: str) -> None:
    assert new_run()(*INIT, "--point-value-cents", cents, stdin=PASSWORDS).exit_code == 2
    assert not (instance / "cm_tracker.db").exists()


def test_two_clinics_have_different_secrets(tmp_path: Path) -> None:
    for name in ("a", "b"):
        config.make_file(tmp_path / name)
    assert config.from_file(tmp_path / "a")["SECRET_KEY"] != config.from_file(tmp_path / "b")["SECRET_KEY"]


def test_init_keeps_existing_settings_and_adds_the_secret(instance: Path) -> None:
    instance.mkdir(mode=0o700)
    (instance / "settings.env").write_text("IDLE_MINUTES=30")
    (instance / "settings.env").chmod(0o644)
    result = new_run()(*INIT, stdin=PASSWORDS)
    assert result.exit_code == 0, result.output
    settings = config.from_file(instance)
    assert settings["IDLE_MINUTES"] == "30"
    assert len(settings["SECRET_KEY"]) >= 64
    assert (instance / "settings.env").stat().st_mode & 0o077 == 0


def test_init_makes_a_pepper_and_hashes_with_it(instance: Path) -> None:
    new_run()(*INIT, stdin=PASSWORDS)
    pepper = str(config.read(instance)["PEPPER"])
    assert len(pepper) >= 64 and pepper != config.read(instance)["SECRET_KEY"]
    app = create_app(FAST)
    with app.app_context():
        hashes = db.session().execute(select(Staff.password_hash)).scalars().all()
        assert [one.startswith(f"{pepper_name(pepper)}:") for one in hashes] == [True, True]
        assert app.extensions["cm_hasher"].matches(hashes[0], "a long enough password")
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("text", ["PEPPER=of before\n", "SECRET_KEY=of before\nPEPPER=of before\n"])
def test_init_keeps_a_pepper_that_is_there(instance: Path, text: str) -> None:
    instance.mkdir(mode=0o700)
    (instance / "settings.env").write_text(text)
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0
    assert (instance / "settings.env").read_text().count("PEPPER=") == 1
    assert config.read(instance)["PEPPER"] == "of before"


def test_init_adds_the_pepper_where_only_the_secret_is_there(instance: Path) -> None:
    instance.mkdir(mode=0o700)
    (instance / "settings.env").write_text("SECRET_KEY=of before\n")
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0
    assert len(str(config.read(instance)["PEPPER"])) >= 64


def test_running_init_a_second_time_changes_nothing(instance: Path) -> None:
    new_run()(*INIT, stdin=PASSWORDS)
    before = (instance / "settings.env").read_text()
    result = new_run()(*INIT, stdin=PASSWORDS)
    assert (result.exit_code, result.stderr) == (
        2,
        "This database already has staff. Use cm-tracker staff add to open another account.\n",
    )
    assert (instance / "settings.env").read_text() == before


@pytest.mark.parametrize(
    ("change", "password", "message"),
    [
        ({}, "short", "at least 12 characters"),
        ({}, "a long enough password\nshort", "at least 12 characters"),
        ({}, "a long enough password", "at least 12 characters"),  # the second one is not there
        ({"--site": " "}, PASSWORDS, "A site needs a name"),
        ({"--time-zone": "Mars"}, PASSWORDS, "is not a time zone"),
        ({"--name": "x" * 121}, PASSWORDS, "An account needs a name"),
        ({"--username": "M O"}, PASSWORDS, "small letters"),
        ({"--admin-username": "Mo"}, PASSWORDS, "mo"),
    ],
)
def test_init_says_what_is_wrong_and_leaves_nothing_half_made(
    instance: Path, change: dict[str, str], password: str, message: str
) -> None:
    arguments = list(INIT)
    for name, value in change.items():
        arguments[arguments.index(name) + 1] = value
    result = new_run()(*arguments, stdin=f"{password}\n")
    assert result.exit_code == 2
    assert message in result.stderr
    assert not instance.exists()
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0


def test_init_at_a_terminal_asks_again_after_every_mistake(instance: Path) -> None:
    answers = [
        "", "Harbor", "Mars", "America/New_York", "Mo", "M O", "mo",
        "short", "short", "a long enough password", "another one", "a long enough password", "a long enough password",
        "Sam", "mo", "sam", "sam", "sam", "another long password", "another long password",
    ]  # fmt: skip
    # One password was too short, one was typed differently the second time, and one was the user name.
    output, status = at_terminal(("init",), answers)
    assert status == 0, output
    for sentence in (
        "is not a time zone",
        "small letters",
        "at least 12 characters",
        "Ready. Start it with cm-tracker serve",
    ):
        assert sentence in output, output
    assert "a long enough password" not in output
    with create_app(FAST).app_context():
        assert db.session().execute(select(Staff.username, Staff.roles)).all() == [("mo", "lead"), ("sam", "admin")]
        db.session.remove()
        db.engine.dispose()


def at_terminal(command: tuple[str, ...], answers: list[str]) -> tuple[str, int]:
    """Run a command at a terminal, and type an answer whenever it asks. Return what it printed, and its exit status."""
    ours, theirs = pty.openpty()
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-m", "cm_tracker", *command],
        cwd=root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "HASH_MEMORY_KIB": "64", "HASH_PASSES": "1"},
    )
    os.close(theirs)
    output = ""
    while True:
        try:
            chunk = os.read(ours, 4096).decode()
        except OSError:  # the command has ended
            break
        if not chunk:
            break
        output += chunk
        if output.rstrip(" ").endswith(":") and output.endswith(": ") and answers:
            os.write(ours, answers.pop(0).encode() + b"\n")
    os.close(ours)
    return output, process.wait(timeout=60)


def test_init_keeps_the_address_of_the_database(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was started without the environment of this shell would open another, empty database."""
    address = f"sqlite:///{instance}/of_the_clinic.db"
    monkeypatch.setenv("DATABASE_URL", address)
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0
    monkeypatch.delenv("DATABASE_URL")
    assert config.from_file(instance)["DATABASE_URL"] == address
    check_ready(create_app(FAST))


def test_init_keeps_the_usual_address_so_that_the_folder_can_move(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0
    assert config.from_file(instance)["DATABASE_URL"] == "sqlite:///cm_tracker.db"
    moved = instance.rename(instance.parent / "moved")
    monkeypatch.setenv("INSTANCE_PATH", str(moved))
    check_ready(create_app(FAST))


def test_init_says_which_files_to_back_up(instance: Path) -> None:
    result = new_run()(*INIT, stdin=PASSWORDS)
    for name in ("settings.env", "checkpoint.key", "cm_tracker.db"):
        assert (instance / name).exists() and str(instance / name) in result.stdout
    assert (instance / "checkpoint.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o755, 0o701])
def test_init_refuses_a_folder_that_others_can_read(instance: Path, mode: int) -> None:
    instance.mkdir()
    instance.chmod(mode)
    result = new_run()(*INIT, stdin=PASSWORDS)
    assert result.exit_code == 2
    assert f"Close it with chmod 700 {instance}" in result.stderr
    assert list(instance.iterdir()) == []
    instance.chmod(0o700)
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0


def test_init_goes_on_after_an_interruption(instance: Path) -> None:
    """The settings and the tables are there, and nobody can sign in yet."""
    instance.mkdir(mode=0o700)
    config.make_file(instance)
    secret = config.from_file(instance)["SECRET_KEY"]
    (instance / "cm_tracker.db").touch()
    assert new_run()("db", "upgrade").exit_code == 0
    assert new_run()(*INIT, stdin=PASSWORDS).exit_code == 0
    assert config.from_file(instance)["SECRET_KEY"] == secret


def test_accounts_and_sites_are_added_by_command(instance: Path) -> None:
    new_run()(*INIT, stdin=PASSWORDS)
    run = new_run()
    assert run("site", "add", "Mill", "--time-zone", "America/Chicago").exit_code == 0
    added = run("staff", "add", "gus", "--name", "Gus", "--role", "admin")
    assert added.exit_code == 0, added.output
    assert re.match(r"One-time code for gus: [A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}\n", added.output)
    assert run("staff", "add", "eve", "--name", "E", "--site", "Nowhere").exit_code == 2
    assert run("site", "add", "Mill", "--time-zone", "America/Chicago").exit_code == 2


def test_an_admin_who_forgot_the_password_gets_a_code_by_command(instance: Path) -> None:
    new_run()(*INIT, stdin=PASSWORDS)
    run = new_run()
    assert run("staff", "code", "nobody").exit_code == 2
    made = run("staff", "code", "sam")
    assert made.exit_code == 0, made.output
    found = re.match(r"One-time code for sam: ([A-Z0-9-]{14})\nIt works once, until .* UTC: ", made.output)
    assert found is not None, made.output
    app = create_app(FAST)
    old = Person(app, tablet=None).send("/sign-in", username="sam", password="another long password")
    assert old.status_code == 422
    new = {"new": "yet another password of mine", "again": "yet another password of mine"}
    answer = Person(app, tablet=None).send("/sign-in/code", username="sam", code=found[1], **new)
    assert answer.status_code == 303


def test_the_application_does_not_serve_without_a_secret(instance: Path) -> None:
    app = create_app(FAST)
    with pytest.raises(config.BadSettings, match="cm-tracker init"):
        check_ready(app)
    result = runner(app)("serve")
    assert (result.exit_code, "There is no SECRET_KEY." in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("PORT=eighty", "PORT is 'eighty'; it must be a whole number from 1 to 65535"),
        ("PORT=65536", "PORT is '65536'; it must be a whole number from 1 to 65535"),
        ("PORT=-1", "PORT is '-1'"),
        ("PORT=٨٠", "PORT is '٨٠'"),
        (f"IDLE_MINUTES={'9' * 5000}", "it must be a whole number from 1 to 1440"),
        ("KIOSK_SECONDS=", "KIOSK_SECONDS is ''"),
        ("HTTPS_ONLY=yes", "HTTPS_ONLY is 'yes'; it must be 0 or 1"),
        ("COLOR=blue", "line 1: there is no setting COLOR. The keys are DATABASE_URL, OWNER_DATABASE_URL, "),
        ("FORMER_PEPPERS=old", "FORMER_PEPPERS is set, and PEPPER is empty."),
        ("nonsense", "line 1: expected KEY=VALUE."),
    ],
)
def test_the_message_about_a_wrong_setting_names_it(instance: Path, line: str, message: str) -> None:
    instance.mkdir()
    (instance / "settings.env").write_text(f"{line}\n", encoding="utf-8")
    with pytest.raises(config.BadSettings, match=message):
        create_app(FAST)


def test_the_environment_overrides_the_settings_file(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instance.mkdir()
    (instance / "settings.env").write_text("# a comment\nPORT=9000\nPROGRAM_NAME=Ours\n")
    monkeypatch.setenv("PORT", "9001")
    read = config.read(instance)
    assert (read["PORT"], read["PROGRAM_NAME"], read["IDLE_MINUTES"]) == (9001, "Ours", 20)


def test_settings_have_these_defaults(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in config.SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    assert config.read(instance) == {
        "DATABASE_URL": f"sqlite:///{instance / 'cm_tracker.db'}",
        "OWNER_DATABASE_URL": "",
        "READ_DATABASE_URL": "",
        "SECRET_KEY": "",
        "PEPPER": "",
        "FORMER_PEPPERS": "",
        "DATA_KEY_FILE": "",
        "CHECKPOINT_KEY_FILE": "",
        "BACKUP_FOLDER": "",
        "BACKUP_KEYS": "",
        "PROGRAM_NAME": "Contingency Management",
        "HOST": "127.0.0.1",
        "PORT": 8000,
        "HTTPS_ONLY": False,
        "TRUSTED_PROXIES": 0,
        "IDLE_MINUTES": 20,
        "KIOSK_SECONDS": 60,
        "PASSWORD_TRIES": 5,
        "PASSWORD_WAIT_MINUTES": 10,
        "HASH_MEMORY_KIB": 65536,
        "HASH_PASSES": 3,
        "HASHES_WAITING": 2,
        "LOG_FORMAT": "json",
        "LOG_FILE": "",
        "METRICS_TOKEN": "",
        "DEMONSTRATION": False,
    }


def test_every_default_is_within_its_bounds() -> None:
    for setting in config.SETTINGS:
        if type(setting.default) is int:
            assert setting.read(str(setting.default)) == setting.default


def test_a_postgresql_url_uses_psycopg_3() -> None:
    assert config.driver_url("postgresql://a/b") == "postgresql+psycopg://a/b"
    assert config.driver_url("postgres://a/b") == "postgresql+psycopg://a/b"
    assert config.driver_url("postgresql+psycopg://a/b") == "postgresql+psycopg://a/b"


def test_a_postgresql_url_with_several_hosts_is_taken_as_postgresqls_own_programs_take_it() -> None:
    given = "postgresql://cm:pw@one:5432,two:5433/cm?target_session_attrs=read-write"
    assert config.driver_url(given) == (
        "postgresql+psycopg://cm:pw@/cm?host=one:5432&host=two:5433&target_session_attrs=read-write"
    )
    assert config.driver_url("postgresql://one,two/cm") == "postgresql+psycopg:///cm?host=one&host=two"
    assert config.driver_url("postgresql://cm:a,b@one/cm") == "postgresql+psycopg://cm:a,b@one/cm"


def test_a_real_clinic_has_one_address_of_the_kiosk_that_pairs_nothing(app: Flask) -> None:
    with app.app_context():
        assert kiosk_addresses("http://clinic") == ["Kiosk:  http://clinic/kiosk"]


# 10:00 on a Saturday in New York: slips of Friday's meeting are taken in that very minute.
@time_machine.travel(datetime(2026, 11, 28, 15, 0, 0, 300_000, UTC), tick=True)
def test_the_demonstration_is_made_once_and_its_ledger_has_no_findings(instance: Path) -> None:
    first = new_run()("demo")
    assert first.exit_code == 0, first.output
    assert "miriam   lead" in first.stdout and "PIN 7304" in first.stdout
    app = create_app(FAST)
    check_ready(app)
    with app.app_context():
        assert kiosk_addresses("http://clinic") == [
            "Kiosk:  http://clinic/kiosk/demonstration/1  (Harbor Street Clinic)",
            "Kiosk:  http://clinic/kiosk/demonstration/2  (Mill Road Clinic)",
        ]
        tablets = [
            (line.site_name, line.name) for line in device_list(db.session(), command(), timedelta(0), clock.now())
        ]
        assert tablets == [
            ("Harbor Street Clinic", "Front room tablet"),
            ("Mill Road Clinic", "Front room tablet"),
        ]
        session = db.session()
        numbers = {
            table: session.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()
            for table in ("site", "staff", "client", "schedule", "prize")
        }
        outcomes = set(session.execute(text("SELECT DISTINCT outcome FROM visit")).scalars())
        roles = set(session.execute(text("SELECT DISTINCT roles FROM staff")).scalars())
        enrolled = session.execute(text("SELECT COUNT(DISTINCT schedule_version_id) FROM enrollment")).scalar_one()
        redeemed = session.execute(text("SELECT COUNT(*) FROM redemption")).scalar_one()
        corrections = session.execute(text("SELECT correction FROM visit WHERE correction IS NOT NULL ORDER BY 1"))
        corrections = list(corrections.scalars())
        adjusted = list(session.execute(text("SELECT decision FROM adjustment_request ORDER BY id")).scalars())
        undone = session.execute(
            text("SELECT COUNT(DISTINCT because) FROM ledger_transaction WHERE undoes_id IS NOT NULL")
        ).scalar_one()
        moved = session.execute(
            text(
                "SELECT c.code, (SELECT COUNT(DISTINCT v.site_id) FROM visit v JOIN enrollment e ON e.id = "
                "v.enrollment_id WHERE e.client_id = c.id) FROM client_transfer t JOIN client c ON c.id = t.client_id"
            )
        ).all()
        recoded = session.execute(
            text("SELECT a.code, c.code FROM client_alias a JOIN client c ON c.id = a.client_id")
        ).all()
        merged = session.execute(
            text("SELECT k.code, c.code FROM client k JOIN client c ON c.id = k.merged_into_id")
        ).all()
        merges = list(session.execute(text("SELECT decision FROM merge_request ORDER BY id")).scalars())
        minutes = [
            tuple(row)
            for row in session.execute(
                text(
                    "SELECT minutes_attended, minutes_excused, minutes_expected FROM visit "
                    "WHERE minutes_expected IS NOT NULL ORDER BY id"
                )
            )
        ]
        before = session.execute(text("SELECT size, hash FROM log_head")).one()
        happened = set(session.execute(text("SELECT kind, reason FROM enrollment_event")).all())
        paused = session.execute(
            text(
                "SELECT COUNT(*) FROM enrollment_event WHERE kind = 'pause' AND to_day IS NULL AND id NOT IN "
                "(SELECT replaces_id FROM enrollment_event WHERE replaces_id IS NOT NULL)"
            )
        ).scalar_one()
        again = session.execute(
            text("SELECT COUNT(*) FROM (SELECT client_id FROM enrollment GROUP BY client_id HAVING COUNT(*) > 1) AS c")
        ).scalar_one()
        smallest = session.execute(
            text("SELECT tier, MIN(price_cents), MAX(price_cents) FROM prize WHERE tier IS NOT NULL GROUP BY tier")
        ).all()
        plans = list(session.execute(text("SELECT reason FROM plan WHERE reason <> 'first' ORDER BY 1")).scalars())
        planned = set(
            session.execute(
                text(
                    "SELECT c.code FROM plan p JOIN enrollment e ON e.id = p.enrollment_id "
                    "JOIN client c ON c.id = e.client_id"
                )
            ).scalars()
        )
        drawn = list(
            session.execute(
                text(
                    "SELECT DISTINCT c.code FROM drawn_day d JOIN plan_item i ON i.id = d.plan_item_id "
                    "JOIN plan p ON p.id = i.plan_id JOIN enrollment e ON e.id = p.enrollment_id "
                    "JOIN client c ON c.id = e.client_id"
                )
            ).scalars()
        )
        db.session.remove()
    assert (plans, drawn) == (["services", "step_down"], ["HS-101"])
    assert len(planned) > 35 and planned.isdisjoint({"HS-105", "MR-203"})
    assert happened == {
        ("pause", None), ("move", None), ("end", "completed"), ("end", "moved_down"), ("end", "left"),
        ("end", "discharged"), ("end", "moved_up"),
    }  # fmt: skip
    assert (paused, again) == (1, 1)
    # Prizes cost about what a slip of the bowl is worth: $1, $20 and $100.
    assert {row[0]: tuple(row[1:]) for row in smallest} == {
        "small": (100, 250),
        "large": (2000, 2000),
        "jumbo": (8000, 10000),
    }
    assert numbers == {"site": 2, "staff": 13, "client": 49, "schedule": 9, "prize": 10}
    assert outcomes == {
        "met", "positive", "unexcused", "refused", "tampered", "excused", "dilute", "pending", "disputed",
    }  # fmt: skip
    assert minutes == [(570, 0, 600), (450, 120, 600), (375, 0, 600)]
    assert roles == {"coordinator", "counselor", "front_desk", "lead", "auditor", "admin", "technician", "purchaser"}
    assert enrolled == 8 and redeemed > 10
    assert corrections == ["answered", "corrected", "excused", "specimen", "voided"]
    assert [tuple(row) for row in moved] == [("HS-118", 2)], "with visits at both sites"
    assert [tuple(row) for row in recoded] == [("HS-116", "HS-132")]
    assert adjusted == ["approved", None] and undone == 1
    assert ([tuple(row) for row in merged], merges) == ([("HS-150", "HS-102")], ["approved", None])
    verified = runner(app)("ledger", "verify", "--json")
    assert json.loads(verified.stdout)["ok"] is True
    assert "clock" not in runner(app)("ledger", "verify", "--level", "3").output, (
        "the demonstration records its visits in the order of their days"
    )
    assert new_run()("demo").exit_code == 0
    with create_app(FAST).app_context():
        assert db.session().execute(text("SELECT size, hash FROM log_head")).one() == before
        db.session.remove()
        db.engine.dispose()


def test_a_demonstration_whose_database_was_removed_is_not_shown_as_if_it_were_there(instance: Path) -> None:
    config.make_file(instance, DEMONSTRATION="1", DATABASE_URL="sqlite:///demonstration.db")
    result = new_run()("demo")
    assert result.exit_code == 1 and "miriam" not in result.output
    assert f"Remove {instance / config.FILE} as well, and run this again." in result.output


def test_the_demonstration_is_not_added_to_a_real_clinic(instance: Path) -> None:
    new_run()(*INIT, stdin=PASSWORDS)
    result = new_run()("demo")
    assert result.stdout == "This is a real clinic. No demonstration is added to it.\n"
    with create_app(FAST).app_context():
        assert db.session().execute(text("SELECT COUNT(*) FROM staff")).scalar_one() == 2
        db.session.remove()
        db.engine.dispose()


def test_verify_prints_the_documented_json(app: Flask) -> None:
    result = runner(app)("ledger", "verify", "--json")
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert {"level": 3, "what": "rows of prize, by the audit trail", "count": 2} in printed.pop("looked_at")
    assert "whether what staff recorded is true" in printed.pop("outside")
    assert printed == {
        "ok": True, "size": 6, "transactions": 2, "entries": 4, "checkpoints": 0, "findings": [], "erased": [],
    }  # fmt: skip


@pytest.mark.owner
def test_verify_exits_with_1_and_prints_every_finding(app: Flask, kind: str) -> None:
    with app.app_context():
        session = db.session()
        cast.rich(session)
        if kind == "sqlite":
            session.execute(text("DROP TRIGGER visit_refuses_update"))
        else:
            session.execute(text("ALTER TABLE visit DISABLE TRIGGER USER"))
        session.execute(text("UPDATE visit SET outcome = 'positive' WHERE id = 2"))
        session.commit()
        seq = session.execute(text("SELECT seq FROM log WHERE record = 'visit:2'")).scalar_one()
        db.session.remove()
    result = runner(app)("ledger", "verify", "--json", "--level", "3")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["findings"] == [
        {
            "level": 3, "seq": seq, "table": "visit", "record": "visit:2",
            "says": "visit:2 differs from its sealed body in: outcome",
        }
    ]  # fmt: skip
    assert runner(app)("ledger", "verify", "--level", "2").exit_code == 0
    assert "visit:2" in runner(app)("ledger", "verify").stderr


@pytest.mark.parametrize("command", [("-c", "import wsgi"), ("-m", "flask", "run", "--port", "0")])
def test_a_server_refuses_to_start_without_its_own_secret(instance: Path, command: tuple[str, ...]) -> None:
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, *command], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode != 0
    assert "There is no SECRET_KEY. Run `cm-tracker init` once for a new clinic" in result.stderr
