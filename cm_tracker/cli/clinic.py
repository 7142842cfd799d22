"""`cm-tracker init`, `serve`, `staff` and `site`: set up a clinic and run it."""

import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from cm_tracker import clock, collector, config, i18n, logs
from cm_tracker.database_errors import DatabaseDown
from cm_tracker.db import db, is_migrated, make_database, snapshot
from cm_tracker.domain.errors import DataKeyMissing, Refused, Taken
from cm_tracker.domain.money import DOLLARS, money_in
from cm_tracker.domain.schedules.currencies import OFFERED
from cm_tracker.domain.schedules.point_value import DEFAULT_CENTS, MOST_CENTS
from cm_tracker.domain.staff.credentials import check_display_name, clean_username
from cm_tracker.domain.staff.passwords import check_password
from cm_tracker.domain.staff.roles import COORDINATOR, ROLES, command
from cm_tracker.domain.staff.sites import check_site_name, check_time_zone
from cm_tracker.domain.typed_codes import shown_code
from cm_tracker.operations.schedules.set_currency import set_currency
from cm_tracker.operations.schedules.set_point_value import set_point_value
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.operations.staff.set_up_clinic import FirstAccount, set_up_clinic
from cm_tracker.operations.staff.take_away_factor import take_away_factor
from cm_tracker.passwords import Hasher
from cm_tracker.queries.clients.encrypted_values import encrypted_samples
from cm_tracker.queries.ledger.checkpoints import checkpoint_keys
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.staff.staff import account_with, staff_list
from cm_tracker.ready import NO_TABLES, cannot_be_opened, check_ready
from cm_tracker.revisions import AnotherVersion, check_revision
from cm_tracker.server import server_for
from cm_tracker.signing import FILE as KEY_FILE
from cm_tracker.signing import signer


def fail(sentence: str) -> NoReturn:
    """Print a sentence that says what is wrong and what to do, and exit with 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def need_tables() -> None:
    """Exit with a sentence if the database has not been set up yet, or if its names and notes cannot be read."""
    try:
        if not is_migrated(db.engine):
            fail(NO_TABLES)
        check_revision(db.engine)
        with snapshot(db.engine) as session:
            current_app.extensions["cm_data_keys"].check(encrypted_samples(session))
    except DatabaseDown as error:
        fail(cannot_be_opened(error))
    except (AnotherVersion, DataKeyMissing) as error:
        fail(str(error))


@click.command()
@click.option("--site", "site_name", help="Name of the first site.")
@click.option("--time-zone", help="Time zone of the first site.")
@click.option("--name", help="Name of the first program lead.")
@click.option("--username", help="User name of the lead.")
@click.option("--admin-name", help="Name of the first admin.")
@click.option("--admin-username", help="User name of the admin.")
@click.option(
    "--point-value-cents",
    type=click.IntRange(1, MOST_CENTS),
    help=f"What a point is worth, in cents; {DEFAULT_CENTS} unless you say otherwise. It cannot change later.",
)
@click.option(
    "--currency",
    type=click.Choice(sorted(OFFERED), case_sensitive=False),
    metavar="CODE",
    help=f"The currency in which the program pays, such as GBP or CAD; {DOLLARS} unless you say otherwise. It cannot "
    "change later.",
)
@with_appcontext
def init(
    site_name: str | None,
    time_zone: str | None,
    name: str | None,
    username: str | None,
    admin_name: str | None,
    admin_username: str | None,
    point_value_cents: int | None,
    currency: str | None,
) -> None:
    """Set up a new clinic: keys, database, first site, first lead, first admin. It asks for what you leave out.

    Nothing is made before every answer is right. In a script, send the passwords of the lead and of the admin as the
    first two lines of standard input.
    """
    folder = Path(current_app.instance_path)
    _check_folder(folder)
    if _has_staff():
        fail("This database already has staff. Use cm-tracker staff add to open another account.")
    site_name = _ask("Name of the first site", site_name, check_site_name)
    time_zone = _ask("Its time zone (such as America/Chicago)", time_zone, check_time_zone)
    name = _ask("Name of the first program lead", name, check_display_name)
    username = _ask("Their user name", username, clean_username)
    lead = FirstAccount(name, username, _ask_first_password(username, name))
    admin_name = _ask("Name of the first admin, who opens accounts and sees no client", admin_name, check_display_name)
    admin_username = _ask("Their user name", admin_username, _other_than(username))
    admin = FirstAccount(admin_name, admin_username, _ask_first_password(admin_username, admin_name))
    _make(folder, site_name, time_zone, lead, admin, point_value_cents, currency)
    click.echo(f"Ready. Start it with cm-tracker serve, and sign in as {lead.username} or {admin.username}.")


def _check_folder(folder: Path) -> None:
    """Exit with a sentence if the instance folder is the demonstration's, or if others on the machine can read it."""
    if current_app.config["DEMONSTRATION"]:
        fail(f"{folder} holds the demonstration. Set INSTANCE_PATH to an empty folder for the clinic.")
    if folder.exists() and folder.stat().st_mode & 0o077:
        fail(
            f"Others on this machine can read {folder}. Close it with chmod 700 {folder}, and run cm-tracker init again."
        )


def _has_staff() -> bool:
    """Return whether somebody can sign in already. A file of SQLite that is not there yet is not made."""
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return False
    try:
        return is_migrated(db.engine) and bool(staff_list(db.session(), command()))
    except DatabaseDown as error:
        fail(cannot_be_opened(error))
    finally:
        db.session.remove()


def _make(
    folder: Path,
    site_name: str,
    time_zone: str,
    lead: FirstAccount,
    admin: FirstAccount,
    point_value_cents: int | None,
    currency: str | None,
) -> None:
    """Make the folder, the settings, the tables, the first records and the key. It can run again after an interruption."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = config.from_file(folder)
    # The address of the database is kept: a server that is started without it would open an empty one.
    address = os.environ.get("DATABASE_URL") or f"sqlite:///{config.DATABASE}"
    config.add_to_file(folder, **({} if known.get("DATABASE_URL") else {"DATABASE_URL": address}))
    if not (current_app.config["SECRET_KEY"] or known.get("SECRET_KEY")):
        config.make_file(folder)
    elif not (current_app.config["PEPPER"] or known.get("PEPPER")):
        config.add_to_file(folder, PEPPER=secrets.token_urlsafe(48))
    make_database(db.engine)
    upgrade()
    try:
        if currency is not None:
            set_currency(db.session(), currency=currency, actor=command(), now=clock.now())
        if point_value_cents is not None:
            set_point_value(db.session(), point_value_cents=point_value_cents, actor=command(), now=clock.now())
        set_up_clinic(
            db.session(),
            site_name=site_name,
            time_zone=time_zone,
            lead=lead,
            admin=admin,
            hasher=_hasher(folder),
            actor=command(),
            now=clock.now(),
        )
        key = signer(folder, checkpoint_keys(db.session()), current_app.config["CHECKPOINT_KEY_FILE"])
    except Refused as error:
        fail(error.message(i18n))
    program = program_money(db.session())
    click.echo(f"A point is worth {money_in(*program)} in this program. All its amounts are in {program.currency}.")
    click.echo("Back these up, all of them, and keep a copy in another place:")
    click.echo(f"  {folder / config.FILE}  the settings, with the secrets of the cookies and of the passwords")
    click.echo(
        f"  {current_app.extensions['cm_data_keys'].path}  the keys of names and notes. They cannot be made again"
    )
    click.echo(
        f"  {folder / (current_app.config['CHECKPOINT_KEY_FILE'] or KEY_FILE)}  the key that signs checkpoints ({key.name}). It cannot be made again"
    )
    is_file = db.engine.dialect.name == "sqlite"
    click.echo(f"  {db.engine.url.database if is_file else 'the database on its server'}  every record")


def _hasher(folder: Path) -> Hasher:
    """Return the hasher with the pepper that was just made, which the running application does not have."""
    settings = current_app.config
    return Hasher(settings["HASH_MEMORY_KIB"], settings["HASH_PASSES"], str(config.read(folder)["PEPPER"]))


def _ask(question: str, given: str | None, check: Callable[[str], str]) -> str:
    """Return the answer to a question, or what was `given` as an option. Ask again after a mistake.

    In a script, exit with the sentence that says what is wrong with an option.
    """
    if given is not None:
        try:
            return check(given)
        except Refused as error:
            if not sys.stdin.isatty():
                fail(error.message(i18n))
            click.echo(f"Error: {error.message(i18n)}", err=True)
    answer: str = click.prompt(question, value_proc=_valid(check))
    return answer


def _ask_first_password(username: str, name: str) -> str:
    """Return a password that may stand. At a terminal, ask again after a mistake."""
    while True:
        try:
            return check_password(_ask_password(), username, name)
        except Refused as error:
            if not sys.stdin.isatty():
                fail(error.message(i18n))
            click.echo(f"Error: {error.message(i18n)}", err=True)


def _other_than(username: str) -> Callable[[str], str]:
    """Return the check of a user name that differs from another one."""

    def checked(answer: str) -> str:
        if clean_username(answer) == username:
            raise Taken(what="user name", value=username)
        return clean_username(answer)

    return checked


def _valid(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return `check` as a converter for a prompt, which asks again while it raises `Refused`."""

    def checked(answer: str) -> str:
        try:
            return check(answer)
        except Refused as error:
            raise click.UsageError(error.message(i18n)) from None

    return checked


def _ask_password() -> str:
    """Return the password from a prompt or standard input. Other users of the machine can read a command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password of at least 12 characters", hide_input=True, confirmation_prompt=True)
    return answer


def _give_code(staff_id: int, username: str) -> None:
    """Print a new one-time code of an account. It goes to the screen alone: no file and no log has it."""
    made = make_code(
        db.session(),
        staff_id=staff_id,
        hasher=current_app.extensions["cm_hasher"],
        actor=command(),
        now=clock.now(),
    )
    click.echo(
        f"One-time code for {username}: {shown_code(made.code)}\n"
        f"It works once, until {i18n.moment(made.ends_at, 'UTC')} UTC: on the sign-in page, “set a password with the code”."
    )


@click.group(cls=AppGroup)
def staff() -> None:
    """Add staff accounts, let people set a password, and help who has lost a second factor."""


@staff.command("add")
@click.argument("username")
@click.option("--name", prompt="Name", help="The person's name.")
@click.option(
    "--role",
    "roles",
    type=click.Choice(ROLES),
    multiple=True,
    default=[COORDINATOR],
    show_default=True,
    help="Repeat the option for several roles.",
)
@click.option("--site", "site_names", multiple=True, help="A site's name. Repeat the option for several sites.")
def add_staff(username: str, name: str, roles: tuple[str, ...], site_names: tuple[str, ...]) -> None:
    """Open an account. It prints a one-time code, with which the person sets a password."""
    need_tables()
    sites = {site.name: site.id for site in sites_of(db.session(), command())}
    unknown = [site for site in site_names if site not in sites]
    if unknown:
        fail(f"There is no site {unknown[0]!r}. The sites are: {', '.join(sites) or 'none yet'}.")
    try:
        staff_id = save_staff(
            db.session(),
            username=username,
            display_name=name,
            roles=roles,
            site_ids=[sites[site] for site in site_names],
            is_active=True,
            actor=command(),
            now=clock.now(),
        )
        _give_code(staff_id, username)
    except Refused as error:
        fail(error.message(i18n))


@staff.command("code")
@click.argument("username")
def code_of_staff(username: str) -> None:
    """Make a one-time code for somebody who forgot the password, such as the only admin."""
    need_tables()
    try:
        _give_code(account_with(db.session(), username.strip().lower()), username)
    except Refused as error:
        fail(error.message(i18n))


@staff.command("recover")
@click.argument("username")
def recover(username: str) -> None:
    """Take away the second factor of somebody who has lost it, such as the only admin. The password stays."""
    need_tables()
    line = next((one for one in staff_list(db.session(), command()) if one.username == username.strip().lower()), None)
    if line is None:
        fail(f"There is no account {username!r}.")
    try:
        take_away_factor(db.session(), staff_id=line.id, actor=command(), now=clock.now())
    except Refused as error:
        fail(error.message(i18n))
    click.echo(f"The second factor of {line.username} is taken away. The audit trail says so, and the leads are told.")


@click.group(cls=AppGroup)
def site() -> None:
    """Add sites."""


@site.command("add")
@click.argument("name")
@click.option("--time-zone", required=True, help="Such as America/Chicago.")
def add_site_(name: str, time_zone: str) -> None:
    """Add a site."""
    need_tables()
    try:
        add_site(db.session(), name=name, time_zone=time_zone, has_checklist=True, actor=command(), now=clock.now())
    except Refused as error:
        fail(error.message(i18n))
    click.echo(f"The site {name} was added.")


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the pages on HOST and PORT, as one process with threads (which SQLite needs)."""
    app = current_app
    # The server's threads have no app context, so they need the app itself and not the proxy.
    wsgi = app._get_current_object()  # type: ignore[attr-defined]  # only the proxy has it
    try:
        logs.start(app.config, Path(app.instance_path))
        check_ready(wsgi)
    except (config.BadSettings, RuntimeError) as error:
        fail(str(error))
    host, port = app.config["HOST"], app.config["PORT"]
    try:
        server = server_for(wsgi, host=host, port=port)
    except OSError as error:
        fail(f"Cannot listen on {host}:{port} ({error.strerror}). Set another PORT or HOST.")
    address = f"http://{host}:{port}"
    click.echo("\n".join([f"Staff:  {address}/", *kiosk_addresses(address)]))
    sys.stdout.flush()
    collector.leave_what_stays()
    # Without this, Python would end at once, and who looked at which record in the last second would be lost.
    signal.signal(signal.SIGTERM, _end)
    server.run()


def _end(*_: object) -> NoReturn:
    """End as with Ctrl+C: the server finishes what it answers, and what waits to be written is written."""
    raise SystemExit(0)


def kiosk_addresses(address: str) -> list[str]:
    """Return the lines that name the kiosk. In the demonstration each address pairs the browser with its site."""
    if not current_app.config["DEMONSTRATION"]:
        return [f"Kiosk:  {address}/kiosk"]
    sites = sites_of(db.session(), command("demonstration"))
    db.session.remove()
    return [f"Kiosk:  {address}/kiosk/demonstration/{site.id}  ({site.name})" for site in sites]
