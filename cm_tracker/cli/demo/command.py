"""`cm-tracker demo`: a demonstration clinic with a month of realistic records."""

import os
from operator import itemgetter
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from cm_tracker import clock, config
from cm_tracker.cli.demo.agreements import agreements
from cm_tracker.cli.demo.clinic import PASSWORD, PIN, STAFF, Clinic
from cm_tracker.cli.demo.consents import papers
from cm_tracker.cli.demo.counselors import a_call, counselors
from cm_tracker.cli.demo.draws import draws
from cm_tracker.cli.demo.factors import SECRET, USERNAME, second_factor
from cm_tracker.cli.demo.fidelity import fidelity
from cm_tracker.cli.demo.funding import custody, funding
from cm_tracker.cli.demo.goals import goals
from cm_tracker.cli.demo.hours import program_hours
from cm_tracker.cli.demo.kiosk import at_kiosk
from cm_tracker.cli.demo.merges import opened_twice
from cm_tracker.cli.demo.moves import moves
from cm_tracker.cli.demo.night import night
from cm_tracker.cli.demo.past_days import past_days
from cm_tracker.cli.demo.plans import plans
from cm_tracker.cli.demo.practice import practice
from cm_tracker.cli.demo.readings import readings
from cm_tracker.cli.demo.reports import reports
from cm_tracker.cli.demo.services import services
from cm_tracker.cli.demo.specimens import give_second_specimen
from cm_tracker.cli.demo.states import states
from cm_tracker.cli.demo.today import today
from cm_tracker.cli.demo.viewings import looks
from cm_tracker.db import db, make_database
from cm_tracker.domain.staff.roles import command
from cm_tracker.queries.staff.staff import staff_list

DATABASE = "demonstration.db"


@click.command()
@with_appcontext
def demo() -> None:
    """Make the demonstration clinic. If it exists already, leave it as it is."""
    folder = Path(current_app.instance_path)
    given_url = os.environ.get("DATABASE_URL")
    if (current_app.config["SECRET_KEY"] and not current_app.config["DEMONSTRATION"]) or (
        given_url is None and (folder / config.FILE).exists() and not current_app.config["DEMONSTRATION"]
    ):
        click.echo("This is a real clinic. No demonstration is added to it.")
        return
    if current_app.config["DEMONSTRATION"]:
        url = db.engine.url
        is_there = db.engine.dialect.name != "sqlite" or Path(str(url.database)).exists()
        if is_there:
            upgrade()
        if not is_there or not staff_list(db.session(), command()):
            raise click.ClickException(
                f"The demonstration's database is gone. Remove {folder / config.FILE} as well, and run this again."
            )
    else:
        _make(folder, given_url)
    _print()


def _make(folder: Path, given_url: str | None) -> None:
    click.echo("Making the demonstration clinic ...")
    folder.mkdir(parents=True, exist_ok=True)
    # The file gets its final name last, so that an interrupted run leaves no half-made demonstration.
    making = folder / f"{DATABASE}.making"
    for leftover in folder.glob(f"{making.name}*"):
        leftover.unlink()
    app = current_app.extensions["cm_create_app"]({"DATABASE_URL": given_url or f"sqlite:///{making}"})
    with app.app_context():
        make_database(db.engine)
        upgrade()
        if staff_list(db.session(), command()):
            raise click.ClickException("The database of DATABASE_URL is not empty. No demonstration is added to it.")
        now, hasher = clock.now(), app.extensions["cm_hasher"]
        clinic = Clinic(now, hasher)
        clinic.open()
        events = [
            *clinic.month(),
            *draws(now, hasher, clinic.staff),
            *states(now, hasher),
            *program_hours(now, hasher, clinic.staff),
            *moves(clinic, now),
            *readings(clinic),
            *opened_twice(now, clinic.staff),
            *practice(now, hasher, clinic.staff),
            *services(clinic),
            *goals(clinic),
        ]
        for _, run_event in sorted(events, key=itemgetter(0)):
            run_event()
        give_second_specimen(clinic.plans, clinic.now)
        clinic.correct_mistakes()
        clinic.count_cabinets()
        plans(now, clinic.staff)
        past_days(now, clinic.staff)
        counselors(now, clinic.staff)
        today(now, clinic.staff)
        a_call(now, clinic.staff)
        at_kiosk(now, clinic.staff)
        looks(now, clinic.staff)
        papers(now, clinic.staff)
        agreements(now)
        funding(now, clinic.staff)
        custody(now, clinic.staff)
        fidelity(now, clinic.staff)
        reports(now, clinic.staff)
        second_factor(now, folder, clinic.staff)
        night(now, folder)
        db.session.remove()
        db.engine.dispose()
    if given_url is None:
        making.rename(folder / DATABASE)
        config.make_file(folder, DEMONSTRATION="1", DATABASE_URL=f"sqlite:///{DATABASE}")
    else:
        config.make_file(folder, DEMONSTRATION="1")


def _print() -> None:
    click.echo(f"\nThe demonstration clinic. Everybody's password: {PASSWORD}")
    for username, name, roles, _ in STAFF:
        click.echo(f"  {username:<8} {roles:<11} {name}")
    click.echo(f"Nobody has to set up a second factor here. {USERNAME} has one to try; the key for an app is {SECRET}.")
    click.echo(
        f"HS-190 is a practice client. At the kiosk of Harbor Street: codes HS-101 to HS-135 (HS-132 was HS-116); at Mill Road: MR-201 to MR-212. "
        f"PIN {PIN}\n"
    )
