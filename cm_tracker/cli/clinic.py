"""`flask init`, `serve`, `staff` and `site`: set up a clinic and run it."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade
from waitress.server import create_server

from cm_tracker import clock, config
from cm_tracker.db import DatabaseDown, db, is_migrated
from cm_tracker.domain.errors import Refused
from cm_tracker.domain.staff.credentials import check_password, clean_username
from cm_tracker.domain.staff.roles import ROLES, command
from cm_tracker.domain.staff.sites import check_time_zone
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.staff.staff import staff_list
from cm_tracker.ready import CANNOT_BE_OPENED, NO_TABLES, check_ready

THREADS = 8


def fail(sentence: str) -> NoReturn:
    """Print a sentence that says what is wrong and what to do, and exit with 2."""
    click.echo(sentence, err=True)
    sys.exit(2)


def need_tables() -> None:
    """Exit with a sentence if the database has not been set up yet."""
    try:
        has_tables = is_migrated(db.engine)
    except DatabaseDown:
        fail(CANNOT_BE_OPENED)
    if not has_tables:
        fail(NO_TABLES)


@click.command()
@click.option("--site", "site_name", help="Name of the first site.")
@click.option("--time-zone", help="Time zone of the first site.")
@click.option("--name", help="Name of the first program lead.")
@click.option("--username", help="User name of the lead.")
@with_appcontext
def init(site_name: str | None, time_zone: str | None, name: str | None, username: str | None) -> None:
    """Set up a new clinic: keys, database, first site, first lead. It asks for what you leave out."""
    folder = Path(current_app.instance_path)
    if current_app.config["DEMONSTRATION"]:
        fail(f"{folder} holds the demonstration. Set INSTANCE_PATH to an empty folder for the clinic.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrade()
    if staff_list(db.session(), command()):
        fail("This database already has staff. Use flask staff add to open another account.")
    try:
        site_name = site_name or click.prompt("Name of the first site")
        time_zone = check_time_zone(
            time_zone or click.prompt("Its time zone (such as America/Chicago)", value_proc=_valid(check_time_zone))
        )
        name = name or click.prompt("Name of the first program lead")
        username = clean_username(username or click.prompt("Their user name", value_proc=_valid(clean_username)))
        password = check_password(_ask_password(), username)
        if not current_app.config["SECRET_KEY"]:
            config.make_file(folder)
            click.echo(f"Made the keys: {folder / config.FILE}. Keep a copy with the backups.")
        sites = {site.name: site.id for site in sites_of(db.session(), command())}
        site_id = sites.get(site_name.strip()) or add_site(
            db.session(), name=site_name, time_zone=time_zone, actor=command(), now=clock.now()
        )
        _save(username, name, "lead", [site_id], password)
    except Refused as error:
        fail(str(error))
    click.echo(f"Ready. Start it with flask serve, and sign in as {username}.")


def _valid(check: Callable[[str], str]) -> Callable[[str], str]:
    """Return `check` as a converter for a prompt, which asks again while it raises `Refused`."""

    def checked(answer: str) -> str:
        try:
            return check(answer)
        except Refused as error:
            raise click.UsageError(str(error)) from None

    return checked


def _ask_password() -> str:
    """Return the password from a prompt or standard input. Other users of the machine can read a command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    answer: str = click.prompt("Password of at least 12 characters", hide_input=True, confirmation_prompt=True)
    return answer


def _save(username: str, name: str, role: str, site_ids: list[int], password: str) -> None:
    save_staff(
        db.session(),
        username=username,
        display_name=name,
        role=role,
        site_ids=site_ids,
        password=password,
        is_active=True,
        hasher=current_app.extensions["cm_hasher"],
        actor=command(),
        now=clock.now(),
    )


@click.group(cls=AppGroup)
def staff() -> None:
    """Add staff accounts."""


@staff.command("add")
@click.argument("username")
@click.option("--name", prompt="Name", help="The person's name.")
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True)
@click.option("--site", "site_names", multiple=True, help="A site's name. Repeat the option for several sites.")
def add_staff(username: str, name: str, role: str, site_names: tuple[str, ...]) -> None:
    """Open an account. It asks for the password."""
    need_tables()
    sites = {site.name: site.id for site in sites_of(db.session(), command())}
    unknown = [site for site in site_names if site not in sites]
    if unknown:
        fail(f"There is no site {unknown[0]!r}. The sites are: {', '.join(sites) or 'none yet'}.")
    try:
        _save(username, name, role, [sites[site] for site in site_names], _ask_password())
    except Refused as error:
        fail(str(error))
    click.echo(f"{username} can sign in now.")


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
        add_site(db.session(), name=name, time_zone=time_zone, actor=command(), now=clock.now())
    except Refused as error:
        fail(str(error))
    click.echo(f"The site {name} was added.")


@click.command()
@with_appcontext
def serve() -> None:
    """Serve the pages on HOST and PORT, as one process with threads (which SQLite needs)."""
    app = current_app
    # The server's threads have no app context, so they need the app itself and not the proxy.
    wsgi = app._get_current_object()  # type: ignore[attr-defined]
    try:
        check_ready(wsgi)
    except (config.BadSettings, RuntimeError) as error:
        fail(str(error))
    host, port = app.config["HOST"], app.config["PORT"]
    try:
        server = create_server(wsgi, host=host, port=port, threads=THREADS, ident="")
    except OSError as error:
        fail(f"Cannot listen on {host}:{port} ({error.strerror}). Set another PORT or HOST.")
    # Waitress warns whenever a request waits for a free thread. That is normal and need not be logged.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    address = f"http://{host}:{port}"
    click.echo(f"Staff:  {address}/\nKiosk:  {address}/kiosk")
    sys.stdout.flush()
    server.run()
