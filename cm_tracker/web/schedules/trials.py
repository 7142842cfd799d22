"""A lead tries a schedule before anybody is paid by it: with invented clients, and with real visits of the past.

Nothing is written here. What is assumed stands in the address, so that it can be kept, sent and opened again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from time import monotonic
from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Response,
    redirect,
    render_template,
    request,
    stream_template,
    stream_with_context,
    url_for,
)
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect

from cm_tracker import clock
from cm_tracker.db import db, end_reading
from cm_tracker.domain.schedules.point_value import draft_problems
from cm_tracker.domain.schedules.schedule import Schedule, parse
from cm_tracker.domain.simulation.assumptions import PUBLISHED, SEED, Assumptions
from cm_tracker.domain.simulation.clients import MOST_CLIENTS, InventedClient, invent, most_clients
from cm_tracker.domain.simulation.observed import Observed
from cm_tracker.domain.simulation.trial import Trial, trial_of
from cm_tracker.forms.base import choices
from cm_tracker.forms.schedules.trials import BackTestForm, TrialForm
from cm_tracker.i18n import currency, gettext, language, using_currency, using_language
from cm_tracker.labels import assumed
from cm_tracker.queries.prizes.stock import stock_by_tier
from cm_tracker.queries.schedules.program import program_money
from cm_tracker.queries.schedules.schedules import draft, version_card
from cm_tracker.queries.staff.sites import sites_of
from cm_tracker.queries.visits.backtest import back_test, replayed_client
from cm_tracker.queries.visits.observed import observed_chances
from cm_tracker.web.access import actor, allow
from cm_tracker.web.schedules.trial_charts import Chart, band_chart, ceiling_chart, cost_chart, difference_chart

blueprint = Blueprint("trials", __name__, url_prefix="/schedules")

TOGETHER = 60
QUARTER, YEAR = timedelta(weeks=13), timedelta(days=366)
# The clients are invented in so many parts. After each, the page is told how many there are.
PARTS = 40


class Tried(NamedTuple):
    """What is tried: a draft without problems, or a version. `named` says which, as the addresses of both pages do."""

    schedule: Schedule
    name: str
    named: dict[str, Any]

    @property
    def back(self) -> str:
        """Return the address of the draft or the version."""
        endpoint = "schedules.edit" if "draft_id" in self.named else "schedules.show"
        return url_for(endpoint, **self.named)


def tried(draft_id: int | None, version_id: int | None) -> Tried | None:
    """Return what is tried, or None for a draft with problems: nobody can say what it would pay."""
    if version_id is not None:
        line = version_card(db.session(), actor(), version_id, current_user.today).line
        return Tried(
            line.schedule, gettext("%(name)s, version %(n)s", name=line.name, n=line.number), {"version_id": version_id}
        )
    assert draft_id is not None
    found = draft(db.session(), draft_id)
    if draft_problems(found.document, program_money(db.session())):
        return None
    return Tried(parse(found.document), gettext("Draft: %(name)s", name=found.name), {"draft_id": draft_id})


class Found(NamedTuple):
    """What a trial has found, and its charts. It took `seconds`.

    `most` are the most clients that any trial invents, and `stock` is None while a cabinet is counted.
    """

    trial: Trial
    most: int
    stock: dict[str, int] | None
    pays_points: bool
    costs: Chart
    ceilings: Chart | None
    band: Chart
    seconds: str


class Inventing:
    """Invent clients part by part, while somebody iterates over it. After that, `found` is what they would cost."""

    def __init__(self, of: Tried, form: TrialForm, stock: dict[str, int] | None) -> None:
        self._of, self._assumptions, self._together, self._stock = of, form.assumptions, form.together.data, stock
        self._clients: list[InventedClient] = []
        self._begun = 0.0

    def __iter__(self) -> Iterator[int]:
        """Invent them. Yield how many there are so far."""
        # This takes seconds, and needs nothing of the database.
        end_reading(db.session())
        self._begun = monotonic()
        schedule = self._of.schedule
        most = most_clients(schedule)
        invented = invent(schedule, self._assumptions, most, SEED)
        while some := list(islice(invented, max(most // PARTS, 1))):
            self._clients += some
            yield len(self._clients)

    @property
    def found(self) -> Found:
        """Return what all of them would cost."""
        trial = trial_of(self._of.schedule, self._assumptions, self._clients, self._together, SEED)
        pays_points = any(week.high for week in trial.owed)
        return Found(
            trial,
            MOST_CLIENTS,
            self._stock,
            pays_points,
            cost_chart(trial),
            ceiling_chart(trial),
            band_chart(trial.owed if pays_points else trial.paid, is_money=not pays_points),
            f"{monotonic() - self._begun:.1f}",
        )


@blueprint.get("/versions/<id:version_id>/try")
@blueprint.get("/drafts/<id:draft_id>/try")
@allow("schedule:edit")
def show_trial(draft_id: int | None = None, version_id: int | None = None) -> str | Redirect:
    """Show what is assumed of invented clients, and what they would cost.

    With a script, the page opens at once, and the script asks `run_trial` for the rest. Without one, a button asks for
    all of it: the page then grows while the clients are invented.
    """
    of = tried(draft_id, version_id)
    if of is None:
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    ours = observed_chances(db.session(), actor(), current_user.today, clock.now())
    form = _form(ours)
    is_run = form.validate() and "run" in request.args
    chosen = _chosen(form.assumptions, ours) if not form.errors else assumed.MINE
    page: dict[str, Any] = {
        "of": of,
        "form": form,
        "ours": ours,
        "chosen": chosen,
        "seed": SEED,
        "clients_in_all": most_clients(of.schedule),
    }
    if not is_run:
        return render_template("schedules/try.html", **page)
    inventing = Inventing(of, form, stock_by_tier(db.session(), actor()))
    return _growing(stream_template("schedules/try.html", inventing=inventing, **page), "text/html")


@blueprint.get("/versions/<id:version_id>/try/run")
@blueprint.get("/drafts/<id:draft_id>/try/run")
@allow("schedule:edit")
def run_trial(draft_id: int | None = None, version_id: int | None = None) -> Response:
    """Send how many clients are invented so far, a number in each line; then an empty line, and what they would cost."""
    of = tried(draft_id, version_id)
    form = _form(observed_chances(db.session(), actor(), current_user.today, clock.now()))
    if of is None or not form.validate():
        # The script then asks for the whole page, which says why at its field.
        says = gettext("This cannot be tried as it is. Open its page: it says why.")
        return Response(Markup('<p role="alert">{}</p>').format(says), status=422)
    inventing, code, spoken = Inventing(of, form, stock_by_tier(db.session(), actor())), currency(), language()

    def lines() -> Iterator[str]:
        for count in inventing:
            yield f"{count}\n"
        with using_currency(code), using_language(spoken):
            yield "\n" + render_template("schedules/_trial_parts.html", of=of, found=inventing.found)

    return _growing(stream_with_context(lines()), "text/plain")


def _growing(parts: Iterator[str], mimetype: str) -> Response:
    """Return an answer that is sent part by part. A proxy that collected the parts would hide the progress."""
    return Response(parts, mimetype=mimetype, headers={"X-Accel-Buffering": "no"})


def _form(ours: Observed) -> TrialForm:
    """Return the form with what was typed, or with the chances that are taken over: our own where there are enough."""
    sent = MultiDict(request.args)
    sent.setdefault("together", str(TOGETHER))
    take = sent.get("take")
    if take is not None:
        for name in Assumptions.__dataclass_fields__:
            sent.poplist(name)
    is_ours = ours.is_enough and take != assumed.PUBLISHED
    return TrialForm(sent, obj=ours.assumptions if is_ours else PUBLISHED)


def _chosen(assumptions: Assumptions, ours: Observed) -> str:
    if ours.is_enough and assumptions == ours.assumptions:
        return assumed.OURS
    return assumed.PUBLISHED if assumptions == PUBLISHED else assumed.MINE


@blueprint.get("/versions/<id:version_id>/replay")
@blueprint.get("/drafts/<id:draft_id>/replay")
@allow("schedule:edit")
def show_backtest(draft_id: int | None = None, version_id: int | None = None) -> str | Redirect:
    """Show what real visits were paid, and would have been: who would have got more or less, and why."""
    of = tried(draft_id, version_id)
    if of is None:
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    form = _back_test_form()
    since, until = _days(form)
    found = back_test(
        db.session(),
        actor(),
        of.schedule,
        since,
        until,
        site_id=form.chosen_id("site_id"),
        codes=form.chosen_codes if not form.codes.errors else (),
    )
    return render_template(
        "schedules/backtest.html",
        of=of,
        form=form,
        found=found,
        since=since,
        until=until,
        query=form.in_url(),
        chart=difference_chart(found) if found.clients else None,
    )


@blueprint.get("/versions/<id:version_id>/replay/<id:enrollment_id>")
@blueprint.get("/drafts/<id:draft_id>/replay/<id:enrollment_id>")
@allow("schedule:edit")
def show_replay(enrollment_id: int, draft_id: int | None = None, version_id: int | None = None) -> str | Redirect:
    """Show one client's visits as they were paid and as they would have been."""
    of = tried(draft_id, version_id)
    if of is None:
        return redirect(url_for("schedules.edit", draft_id=draft_id))
    form = _back_test_form()
    since, until = _days(form)
    client = replayed_client(db.session(), actor(), of.schedule, enrollment_id, since, until)
    return render_template("schedules/replay.html", of=of, card=client, since=since, until=until, query=form.in_url())


def _back_test_form() -> BackTestForm:
    form = BackTestForm(request.args)
    sites = sites_of(db.session(), actor())
    form.site_id.choices = choices([("", gettext("All sites")), *((str(site.id), site.name) for site in sites)])
    form.validate()
    return form


def _days(form: BackTestForm) -> tuple[date, date]:
    """Return the days that are chosen: the last quarter up to today where nothing is, and a year at most."""
    until = form.chosen("until") or current_user.today
    since = form.chosen("since") or until - QUARTER
    days = max(min(since, until), until - YEAR), until
    for field, day in zip((form.since, form.until), days, strict=True):
        if not field.errors:
            field.data = day
    return days
