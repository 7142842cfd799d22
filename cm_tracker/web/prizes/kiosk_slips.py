"""At the kiosk a client chooses the prize for a slip that they drew, from the pictures of the shelf."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.domain.errors import NotFound, Refused
from cm_tracker.forms.base import OnceForm, id_in
from cm_tracker.i18n import gettext
from cm_tracker.operations.kiosk.extend_kiosk import extend_kiosk
from cm_tracker.operations.prizes.choose_for_slip import choose_for_slip
from cm_tracker.queries.prizes.draws import won_by
from cm_tracker.queries.prizes.slip_shelf import slip_shelf
from cm_tracker.web.access import KIOSK, allow
from cm_tracker.web.kiosk.cookies import CARD_COOKIE, card_duration
from cm_tracker.web.kiosk.told import forget_told, tell, told
from cm_tracker.web.kiosk.visitors import visitor

blueprint = Blueprint("kiosk_slips", __name__)


@blueprint.route("/kiosk/slips/choose", methods=["GET", "POST"])
@allow(KIOSK)
def choose() -> Response:
    """Show the prizes of a tier of which the client has a slip. A choice becomes an offer, which the card shows."""
    token = request.cookies.get(CARD_COOKIE, "")
    found = visitor()
    if found is None:
        return redirect(url_for("kiosk.start"), 303)
    tier, form, card = request.args.get("tier", ""), OnceForm(), url_for("kiosk_cards.show")
    if form.is_submitted():
        extend_kiosk(db.session(), token=token, lasts=card_duration(), now=clock.now())
        try:
            if not form.validate():
                raise NotFound(what="prize")
            choose_for_slip(
                db.session(),
                client_id=found.client_id,
                tier=tier,
                prize_id=id_in(request.form.get("prize")) or 0,
                key=form.key.data,
                actor=found.actor,
                now=clock.now(),
            )
        except Refused:
            problem = gettext("This prize is not here today. Nothing was taken. Choose another one, or ask us.")
            return tell(url_for("kiosk_slips.choose", tier=tier), problem=problem)
        return redirect(card, 303)
    if not won_by(db.session(), found.client_id).get(tier):
        return redirect(card, 303)
    page = render_template(
        "kiosk/slips.html",
        seconds_left=found.seconds_left,
        form=OnceForm(formdata=None),
        tier=tier,
        shelf=slip_shelf(db.session(), found.actor, found.client_id, tier, clock.now()),
        problem=told().get("problem"),
    )
    return forget_told(make_response(page))
