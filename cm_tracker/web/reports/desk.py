"""The lead's first page: what happened in the program today and in the last weeks, and what needs a hand."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_login import current_user

from cm_tracker import clock, labels
from cm_tracker.db import db
from cm_tracker.domain.measures.at_risk import Lapse, Missed, Near, Reason
from cm_tracker.forms.base import id_in
from cm_tracker.queries.reports.dashboard import dashboard
from cm_tracker.queries.reports.hands import (
    ADJUSTMENTS,
    CHECKPOINT,
    EMPTY_TIER,
    LOSSES,
    MERGES,
    NEAR_LIMIT,
    OPEN_DAY,
    PURCHASES,
    RETURNED,
    TO_DECIDE,
    TRAINING,
    UNSIGNED,
    Hand,
)
from cm_tracker.web.access import actor, allow

blueprint = Blueprint("desk", __name__)

MOST_RISKS, MOST_MISSING, MOST_LISTED = 5, 5, 500
# Where each kind of what needs a hand is done: the endpoint, and the name of the id in its address.
_PAGES = {
    RETURNED: ("schedules.edit", "draft_id"),
    TO_DECIDE: ("approvals.review", "draft_id"),
    ADJUSTMENTS: ("adjustments.index", ""),
    MERGES: ("merges.index", ""),
    PURCHASES: ("purchases.index", ""),
    LOSSES: ("counts.show", "count_id"),
    EMPTY_TIER: ("prizes.index", ""),
    NEAR_LIMIT: ("money.index", ""),
    TRAINING: ("readiness.show", "site_id"),
    UNSIGNED: ("agreements.unsigned", "site_id"),
    OPEN_DAY: ("closing.close", "site_id"),
    CHECKPOINT: ("checks.checkpoint", ""),
}


def desk_page(**more: object) -> str:
    """Return the first page of a lead. `more` is what else its template shows, such as a ledger that failed."""
    return render_template("reports/desk.html", **_shown(MOST_RISKS), most_missing=MOST_MISSING, **more)


@blueprint.get("/at-risk")
@allow("desk:view")
def at_risk() -> str:
    """List everybody who is at risk."""
    return render_template("reports/at_risk.html", **_shown(MOST_LISTED))


def _shown(most: int) -> dict[str, Any]:
    now = clock.now()
    shown = dashboard(db.session(), actor(), id_in(request.args.get("site", "")), now, most)
    zone = (shown.only or next(iter(shown.sites), None) or _Nowhere).time_zone
    return {
        "shown": shown,
        "chart": labels.weeks_chart.weeks_chart(shown.weeks),
        "greeting": labels.desk.greeting(now, zone, current_user.person.display_name),
        "most": most,
        "address_of": address_of,
        "hand_address": hand_address,
    }


class _Nowhere:
    """Stands for the site of a lead who has none."""

    time_zone = "UTC"


def address_of(reason: Reason, client_id: int, enrollment_id: int, site_id: int) -> str:
    """Return where something can be done about a reason why a client is at risk."""
    if isinstance(reason, Missed):
        row = f"call-{enrollment_id}-{reason.days[-1]}"
        return url_for("calls.show", site_id=site_id, _anchor=row)
    if isinstance(reason, Lapse | Near):
        return url_for("clients.show", client_id=client_id)
    return url_for("visits.show", visit_id=reason.visit_id)


def hand_address(hand: Hand) -> str:
    """Return where something that needs a hand is done."""
    endpoint, name = _PAGES[hand.kind]
    on = {"on": hand.on_day} if hand.kind == OPEN_DAY else {}
    anchor = "near" if hand.kind == NEAR_LIMIT else None
    return url_for(endpoint, _anchor=anchor, **on, **({name: hand.id} if name else {}))  # type: ignore[arg-type]
