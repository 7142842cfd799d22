"""A clinic with one of everything that pages are about, and the address of every page: for tests that walk all of them."""

from datetime import date, time
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.fidelity.competence import NAMES
from cm_tracker.domain.staff.roles import ROLES, command
from cm_tracker.operations.clients.issue_card import issue_card
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.fidelity.rate_session import rate_session
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.give_key import give_key
from cm_tracker.operations.reports.save_report import save_report
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast, funding, goals, kiosk, merging, purchasing, uploads, week
from tests.operations.clients import test_consents as consents
from tests.operations.clients import test_sign_agreement as sign_agreement
from tests.redeeming import redeem_at_once

# The Monday before `cast.NOW`, on which the group of HS-11 to HS-13 would have met, and two clients with cards: Amir and HS-11.
CLOSED_ON = date(2026, 3, 9)
# The Monday of `cast.NOW`, on which it meets.
MET_ON = date(2026, 3, 16)
CARDS = (cast.AMIR, 3)
# What stands in an address in place of the first of its kind, of one page or of all.
VALUES: dict[str, Any] = {
    "number": 0, "name": "higgins-voucher", "digest": "0" * 64, "way": "void", "schedules.retire way": "retire", "panels.retire way": "retire",
    "what": "closure",
    "closed_days.show on": CLOSED_ON.isoformat(),
    **{f"downtime.{page} on": MET_ON.isoformat() for page in ("show", "printed", "line")},
    # People end only sessions of their own, and the first one is that of whoever asks.
    "session_id": 99,
    # The first purchase waits for a decision; the second one is on its way.
    "purchases.end purchase_id": 2,
    "reports.show name": "negatives", "reports.clients name": "negatives", "reports.clients group": 0,
    "reports.download name": "negatives", "kind": "csv", "audit.download way": "csv", "viewings.download way": "csv",
    "ledger.download way": "csv", "handed_out.download way": "csv", "money.tax_year_file way": "csv", "lists.download way": "print",
    # Leads, auditors and admins see this list.
    "lists.show name": "audit", "lists.download name": "audit", "lists.columns name": "audit",
    "saved_reports.new name": "visit-lines", "saved_reports.download kind": "csv",
    "named_lines.give saved_id": 2,
}  # fmt: skip
# What follows the address of a page that is about nothing without it.
QUERIES: dict[str, dict[str, str]] = {
    "id_cards.sheet": {"clients": "-".join(map(str, CARDS))},
    # A group does not meet every day.
    "sheets.show": {"on": MET_ON.isoformat()},
    "sheets.printed": {"on": MET_ON.isoformat()},
}


def everything(session: Session) -> None:
    """Fill the clinic with one of everything that pages are about.

    Points, a redemption, requests that wait, a group with its plans and a day on which it was closed, goals, a slip of a
    meeting, cards, consents and a disclosure, and a second record of Amir.
    """
    cast.rich(session)
    redeem_at_once(session)
    kiosk.asked(session)
    kiosk.question(session)
    week.a_group_of_four(session)
    goals.review(session)
    goals.goal(session, enrollment_id=goals.kim(session))
    goals.listed(session)
    goals.slip(session, week.service(session, "Evening meeting", "community_meeting", week.meetings("4", time(19))))
    add_closure(
        session, site_id=cast.HARBOR, first_day=CLOSED_ON, last_day=CLOSED_ON, name="Water damage", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    funding.source(session)
    funding.choose(session)
    purchasing.ask(session)
    purchasing.decide(session, purchasing.ask(session), actor=command())
    give_key(
        session, site_id=cast.HARBOR, place="Cabinet", holder_id=cast.ROSA, from_on=MET_ON, key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    for client_id in CARDS:
        issue_card(session, client_id=client_id, key=cast.key(), actor=cast.miriam, now=cast.NOW)
    consents.disclosed(session, consent_id=consents.consent(session))
    consents.agreement(session)
    sign_agreement.sign(session, CARDS[1])
    record_training(
        session, person_id=cast.ROSA, subjects=["core"], trained_on=cast.NOW.date(), note="", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    rate_session(
        session, person_id=cast.ROSA, site_id=cast.HARBOR, client_code="HS-1", session_on=cast.START,
        ratings=dict.fromkeys(NAMES, 5), note="", replaces_id=None, key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    uploads.run(session, uploads.upload(session))
    save_report(
        session, name="Counts for the state", report="state", days="quarter", first_day=None, last_day=None,
        site_ids=[cast.HARBOR], by="site", columns=[], key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    save_report(
        session, name="Lines", report="visit-lines", days="weeks", first_day=None, last_day=None,
        site_ids=[cast.HARBOR], by="site", columns=["client", "day"], key=cast.key(), actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip
    second = merging.second_record(session, code="HS-90")
    merging.ask(session, second)
    request_adjustment(
        session, client_id=cast.AMIR, unit="points", amount=5, reason="Found a coat", key=cast.key(),
        actor=cast.miriam, now=cast.NOW,
    )  # fmt: skip


def one_of_each_role(session: Session) -> None:
    """Add a person of each role to each site, who do nothing else there."""
    for role in ROLES:
        for site_id in (cast.HARBOR, cast.MILL):
            add_demonstration_account(
                session, username=username(role, site_id), display_name=role, roles={role}, site_ids=frozenset({site_id}),
                password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
            )  # fmt: skip


def username(role: str, site_id: int = cast.HARBOR) -> str:
    """Return who has the role at a site, and no other role."""
    return f"{role}-{site_id}".replace("_", ".")


def addresses(app: Flask, method: str = "GET") -> dict[str, str]:
    """Return an address of each endpoint that takes the method, with the first of everything that it is about."""
    adapter = app.url_map.bind("clinic")
    found = {}
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {name: VALUES.get(f"{rule.endpoint} {name}", VALUES.get(name, 1)) for name in rule.arguments}
            found[rule.endpoint] = adapter.build(rule.endpoint, values | QUERIES.get(rule.endpoint, {}), method=method)
    return found
