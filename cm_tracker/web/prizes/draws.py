"""Draws: the bowl at the kiosk and on the staff screen, a draw's receipt, and the choice of a prize for a slip."""

import re
from collections.abc import Iterable

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from cm_tracker import clock, draw_sentences
from cm_tracker.charts import tier_bars
from cm_tracker.db import db
from cm_tracker.domain.errors import NoDraws, NotAllowed, NotFound, Refused
from cm_tracker.domain.prizes.draws import WORDS, client_part
from cm_tracker.domain.prizes.fairness import DrawnTiers, Fairness, compare
from cm_tracker.domain.prizes.odds import feels
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.forms.base import choices
from cm_tracker.forms.prizes.draws import DrawForm
from cm_tracker.forms.prizes.offers import ChooseForm
from cm_tracker.i18n import gettext, month_name, set_language
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.prizes.commit_draw import commit_draw
from cm_tracker.operations.prizes.draw_slip import draw_slip
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.queries.clients.clients import balances_of, client_name
from cm_tracker.queries.prizes.catalog import catalog_at
from cm_tracker.queries.prizes.draws import (
    DrawnGroup,
    draw_line,
    drawn_groups,
    draws_of,
    draws_since,
    open_draw,
    won_by,
    wrong_with,
)
from cm_tracker.queries.prizes.slip_shelf import slip_shelf
from cm_tracker.queries.prizes.stock import owed_to
from cm_tracker.queries.prizes.trades import trade_up
from cm_tracker.web.access import KIOSK, actor, allow
from cm_tracker.web.form_answers import attempt, status_of
from cm_tracker.web.kiosk import visitors
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import forget_told, tell, told
from cm_tracker.web.prizes.choices import left_of, shown_left

blueprint = Blueprint("draws", __name__)


@blueprint.post("/kiosk/draws/begin")
@allow(KIOSK)
def begin_at_kiosk() -> Response:
    """Begin a draw at the kiosk: commit to its secret, then show the bowl."""
    visitor = visitors.visitor()
    if visitor is None:
        return redirect(url_for("kiosk.start"), 303)
    _begin(visitor.client_id, visitor.actor)
    return redirect(url_for("draws.kiosk"), 303)


@blueprint.route("/kiosk/draws", methods=["GET", "POST"])
@allow(KIOSK)
def kiosk() -> Response:
    """Show the bowl and the draws since the client opened their card. A POST draws a slip."""
    visitor = visitors.visitor()
    if visitor is None:
        return redirect(url_for("kiosk.start"), 303)
    form = DrawForm()
    if form.is_submitted():
        problem = _draw(form, visitor.client_id, visitor.actor)
        extend_kiosk(db.session(), token=request.cookies.get(CARD_COOKIE, ""), lasts=card_duration(), now=clock.now())
        if problem is not None:
            return tell(url_for("draws.kiosk"), problem=problem)
        return redirect(url_for("draws.kiosk", drawn=form.number.data), 303)
    left = balances_of(db.session(), visitor.client_id).get("draws", 0)
    drawn = draws_since(db.session(), visitor.client_id, visitor.started_at)
    shown = next((line for line in drawn if request.args.get("drawn") == str(line.number)), None)
    page = render_template(
        "kiosk/draws.html",
        seconds_left=visitor.seconds_left,
        form=DrawForm(formdata=None),
        problem=told().get("problem"),
        waiting=open_draw(db.session(), visitor.client_id) if left else None,
        left=left,
        drawn=drawn,
        shown=shown,
        feels=feels(shown.given_cents, shown.bowl) if shown else "",
        shelf=slip_shelf(db.session(), visitor.actor, visitor.client_id, shown.given_tier, clock.now())
        if shown and shown.given_tier and won_by(db.session(), visitor.client_id).get(shown.given_tier)
        else (),
        words=WORDS,
    )
    return forget_told(make_response(page))


@blueprint.post("/clients/<id:client_id>/draws/begin")
@allow("draw:make")
def begin(client_id: int) -> Response:
    """Begin a draw on the staff screen, and show the bowl to the client."""
    if not _begin(client_id, actor()):
        flash(gettext("This client has no draws, or no schedule that pays draws."))
        return redirect(url_for("draws.of_client", client_id=client_id), 303)
    return redirect(url_for("draws.bowl", client_id=client_id), 303)


@blueprint.get("/clients/<id:client_id>/draws")
@allow("draw:make")
def of_client(client_id: int) -> str:
    """Show a client's draws to staff: how many are left, the slips without a prize yet, and the last draws."""
    client = client_name(db.session(), actor(), client_id)
    return render_template(
        "prizes/client_draws.html",
        client=client,
        form=DrawForm(formdata=None),
        left=balances_of(db.session(), client.id).get("draws", 0),
        owed=owed_to(db.session(), client.id, won_by(db.session(), client.id)),
        trade=trade_up(db.session(), actor(), client.id, clock.day_at(clock.now(), client.time_zone)),
        lines=draws_of(db.session(), actor(), client.id, limit=20),
    )


@blueprint.route("/clients/<id:client_id>/draws/bowl", methods=["GET", "POST"])
@allow("draw:make")
def bowl(client_id: int) -> Response:
    """Show the bowl on the staff screen, which is turned to the client: in their language, and without a menu."""
    client = client_name(db.session(), actor(), client_id)
    set_language(client.language)
    form, problem = DrawForm(), None
    if form.is_submitted():
        problem = _draw(form, client.id, actor())
        if problem is None:
            return redirect(url_for("draws.bowl", client_id=client.id, drawn=form.number.data), 303)
    newest = draws_of(db.session(), actor(), client.id, limit=1)
    drawn = next((line for line in newest if request.args.get("drawn") == str(line.number)), None)
    left = balances_of(db.session(), client.id).get("draws", 0)
    waiting = open_draw(db.session(), client.id) if left else None
    if not (waiting or drawn or problem):
        return redirect(url_for("draws.of_client", client_id=client.id), 303)
    page = render_template(
        "prizes/bowl.html",
        client=client,
        form=DrawForm(formdata=None),
        problem=problem,
        waiting=waiting,
        left=left,
        drawn=drawn,
        words=WORDS,
    )
    return make_response(page, 422 if problem else 200)


@blueprint.get("/draws/<id:draw_id>")
@allow("draw:view")
def show(draw_id: int) -> str:
    """Show a draw's receipt, with everything that is needed to check the draw."""
    line = draw_line(db.session(), actor(), draw_id)
    return render_template("prizes/draw.html", line=line, wrong=wrong_with(line))


@blueprint.get("/draws/fairness")
@allow("draw:view")
def fairness() -> str:
    """Show whether the draws of the last two years match what the bowls predict."""
    today = current_user.today
    since = today.replace(year=today.year - 2, day=1)
    groups = drawn_groups(db.session(), actor(), since=since)

    def comparison(chosen: Iterable[DrawnGroup]) -> Fairness:
        return compare(DrawnTiers(group.bowl, dict(group.counts), group.given_cents) for group in chosen)

    whole = comparison(groups)
    months = sorted({group.month for group in groups}, reverse=True)
    names = dict.fromkeys(group.site_name for group in groups)
    return render_template(
        "prizes/fairness.html",
        since=since,
        whole=whole,
        bars=tier_bars(whole.tiers),
        by_site=[(name, comparison(group for group in groups if group.site_name == name)) for name in names],
        by_month=[
            (month_name(month), comparison(group for group in groups if group.month == month)) for month in months
        ],
    )


@blueprint.route("/clients/<id:client_id>/draws/choose", methods=["GET", "POST"])
@allow("prize:redeem")
def choose(client_id: int) -> str | Response | tuple[str, int]:
    """Choose a prize with the client, for a slip that they drew."""
    client = client_name(db.session(), actor(), client_id)
    tier = request.args.get("tier", "")
    count = won_by(db.session(), client.id).get(tier, 0)
    prizes = [prize for prize in catalog_at(db.session(), actor(), client.site_id) if prize.tier == tier]
    form = ChooseForm()
    form.prize.choices = choices((prize.id, prize.name) for prize in prizes)
    offer_id = attempt(
        form,
        lambda: offer_prize(
            db.session(),
            client_id=client.id,
            tier=tier,
            prize_id=form.prize.data,
            price_points=0,
            quantity=1,
            is_set_aside=form.is_set_aside.data,
            key=form.key.data,
            actor=actor(),
            now=clock.now(),
        ),
    )
    if offer_id is not None:
        return redirect(url_for("offers.show", offer_id=offer_id), 303)
    if not count and not form.is_submitted():
        return redirect(url_for("draws.of_client", client_id=client.id), 303)
    page = render_template(
        "prizes/choose.html",
        form=form,
        client=client,
        tier=tier,
        count=count,
        rows=[
            (option, prize, shown_left(prize, client.site_id)) for option, prize in zip(form.prize, prizes, strict=True)
        ],
        left_of=left_of,
    )
    return page, status_of(form)


def _begin(client_id: int, who: Actor) -> bool:
    """Commit to the client's next draw. Return False if the client has no draws."""
    try:
        commit_draw(db.session(), client_id=client_id, actor=who, now=clock.now())
    except NoDraws:
        return False
    return True


def _draw(form: DrawForm, client_id: int, who: Actor) -> str | None:
    """Draw a slip with the client's part. Return a sentence if the draw was refused, else None."""
    if not form.validate():
        return draw_sentences.draw_again()
    try:
        draw_slip(
            db.session(),
            client_id=client_id,
            number=form.number.data,
            part=_part(),
            key=form.key.data,
            actor=who,
            now=clock.now(),
        )
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        return draw_sentences.refused_draw(error)
    return None


def _part() -> str:
    """Return the client's part of the draw: their word, or the place where they touched the bowl.

    The bowl is an image button, so the browser sends the place as touch.x and touch.y.
    """
    if word := request.form.get("word"):
        return client_part(word=word)
    x, y = (request.form.get(f"touch.{axis}", "") for axis in "xy")
    if re.fullmatch(r"[0-9]{1,4}", x) and re.fullmatch(r"[0-9]{1,4}", y):
        return client_part(touch=(int(x), int(y)))
    return client_part()
