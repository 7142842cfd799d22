"""Every operation refuses an actor without the permission: the pages are not the only way to call it."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.day.downtime import PaperLine, PaperPrize
from cm_tracker.domain.day.services import Meeting
from cm_tracker.domain.errors import NotAllowed, NotFound, Refused
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.evidence import Hours
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.decide_merge import decide_merge
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.clients.request_merge import request_merge
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.clients.unlock_client import unlock_client
from cm_tracker.operations.day.add_away import add_away
from cm_tracker.operations.day.add_closure import add_closure
from cm_tracker.operations.day.add_holidays import add_holidays
from cm_tracker.operations.day.add_sample_services import add_sample_services
from cm_tracker.operations.day.close_day import close_day
from cm_tracker.operations.day.excuse_closed_day import excuse_closed_day
from cm_tracker.operations.day.import_appointments import import_appointments
from cm_tracker.operations.day.import_plans import import_plans
from cm_tracker.operations.day.note_call import note_call
from cm_tracker.operations.day.note_slot import note_slot
from cm_tracker.operations.day.record_downtime import record_downtime
from cm_tracker.operations.day.record_slot import record_slot
from cm_tracker.operations.day.record_week_hours import ShownWeek, record_week_hours
from cm_tracker.operations.day.reopen_day import reopen_day
from cm_tracker.operations.day.retire_service import retire_service
from cm_tracker.operations.day.save_service import save_service
from cm_tracker.operations.day.set_plan import set_plan
from cm_tracker.operations.day.settle_closed_day import settle_closed_day
from cm_tracker.operations.day.sign_downtime import sign_downtime
from cm_tracker.operations.day.withdraw_from_calendar import withdraw_from_calendar
from cm_tracker.operations.goals.add_starting_list import add_starting_list
from cm_tracker.operations.goals.add_step import add_step
from cm_tracker.operations.goals.decide_slip import decide_slip
from cm_tracker.operations.goals.drop_goal import drop_goal
from cm_tracker.operations.goals.hand_in_slip import hand_in_slip
from cm_tracker.operations.goals.meet_goal import meet_goal
from cm_tracker.operations.goals.move_goal import move_goal
from cm_tracker.operations.goals.note_review import note_review
from cm_tracker.operations.goals.repeat_review import repeat_review
from cm_tracker.operations.goals.retire_listed_goal import retire_listed_goal
from cm_tracker.operations.goals.save_listed_goal import save_listed_goal
from cm_tracker.operations.goals.set_goal import set_goal
from cm_tracker.operations.goals.set_review import set_review
from cm_tracker.operations.goals.tick_step import tick_step
from cm_tracker.operations.kiosk.pair_demonstration import pair_demonstration
from cm_tracker.operations.kiosk.release_device import release_device
from cm_tracker.operations.kiosk.revoke_device import revoke_device
from cm_tracker.operations.kiosk.start_pairing import start_pairing
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.operations.prizes.confirm_pin import confirm_pin
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.operations.prizes.save_prize import save_prize
from cm_tracker.operations.prizes.undo_redemption import undo_redemption
from cm_tracker.operations.schedules.decide_draft import decide_draft
from cm_tracker.operations.schedules.discard_draft import discard_draft
from cm_tracker.operations.schedules.publish_alone import publish_alone
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.schedules.retire_schedule import retire_schedule
from cm_tracker.operations.schedules.revoke_statement import revoke_statement
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.operations.schedules.send_draft import send_draft
from cm_tracker.operations.schedules.state_one_lead import state_one_lead
from cm_tracker.operations.schedules.take_back_draft import take_back_draft
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.operations.staff.end_sessions_of import end_sessions_of
from cm_tracker.operations.staff.lift_account import lift_account
from cm_tracker.operations.staff.lift_source import lift_source
from cm_tracker.operations.staff.make_code import make_code
from cm_tracker.operations.staff.save_staff import save_staff
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.passwords import Hasher
from cm_tracker.queries.schedules.presets import preset
from tests import cast, week
from tests import goals as here

HASHER = Hasher(64, 1)
LIMIT = Limit(5, timedelta(minutes=10))
A_PRIZE = {
    "name": "Scarf",
    "name_es": "",
    "category": "clothing",
    "price_cents": 225,
    "retail_cents": 225,
    "is_active": True,
}
AN_ACCOUNT = {
    "username": "nia",
    "display_name": "Nia",
    "roles": {"coordinator"},
    "site_ids": [cast.HARBOR],
    "is_active": True,
}

# The operation, its parameters, and the actors who may not call it, each with the error that they get.
A_DRAFT = {"draft_id": 1, "starts_on": date(2026, 3, 16), "note": "x", "shown": "", "key": "k" * 8}
NO_LEADS = [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed)]
NEW_SERVICE = {
    "name": "Skills group", "kind": "skills", "leader_id": None, "place": "", "capacity": None,
    "meetings": [Meeting(0, time(13), 60, date(2026, 3, 16))], "from_on": date(2026, 3, 16), "key": "k" * 8,
}  # fmt: skip
OF_DEVICES = [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.anna, NotFound)]
NOT_STAFF = [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)]
A_SLOT = {"enrollment_id": cast.AMIR, "service_id": 1, "on_day": date(2026, 3, 16), "key": "k" * 8}
OF_AMIR = {"enrollment_id": cast.AMIR, "key": "k" * 8}
A_WEEK = ShownWeek("hours", date(2026, 3, 8), Hours(540, 0, 540))
OF_LEADS = [*NO_LEADS, (cast.anna, NotFound)]
SOME_DAYS = {"first_day": date(2026, 3, 17), "last_day": date(2026, 3, 17), "key": "k" * 8}
OPERATIONS: list[tuple[Callable[..., Any], dict[str, Any], list[tuple[Actor, type[Refused]]]]] = [
    (
        add_panel,
        {"site_id": cast.HARBOR, "name": "Cup", "strips": [Strip("thc", 50)], "key": "k" * 8},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (start_pairing, {"site_id": cast.HARBOR, "name": "Hall", "language": "en"}, OF_DEVICES),
    (revoke_device, {"device_id": cast.TABLET}, OF_DEVICES),
    (
        lift_account,
        {"staff_id": cast.ROSA},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.anna, NotAllowed)],
    ),
    (
        lift_source,
        {"source": "address:192.0.2.1"},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.anna, NotAllowed)],
    ),
    (release_device, {"device_id": cast.TABLET}, OF_DEVICES),
    (
        pair_demonstration,
        {"site_id": cast.HARBOR},
        [(actor, NotAllowed) for actor in (cast.rosa, cast.miriam, cast.sam, command())],
    ),
    (unlock_client, {"client_id": cast.AMIR}, NOT_STAFF),
    (note_slot, {**A_SLOT, "status": "arrived"}, NOT_STAFF),
    (import_appointments, {"enrollment_id": cast.AMIR, "appointments": []}, NOT_STAFF),
    (record_slot, {**A_SLOT, "way": "attended"}, NOT_STAFF),
    (record_week_hours, {"enrollment_id": cast.AMIR, "weeks": [A_WEEK], "key": "k" * 8}, NOT_STAFF),
    (
        note_call,
        {"enrollment_id": cast.AMIR, "on_day": date(2026, 3, 16), "outcome": "calling", "key": "k" * 8},
        NOT_STAFF,
    ),
    (excuse_closed_day, {"enrollment_id": cast.AMIR, "on_day": date(2026, 3, 16), "key": "k" * 8}, NOT_STAFF),
    (settle_closed_day, {"site_id": cast.HARBOR, "on_day": date(2026, 3, 16)}, NOT_STAFF),
    (close_day, {"site_id": cast.HARBOR, "day": date(2026, 3, 16)}, NOT_STAFF),
    (
        record_downtime,
        {"enrollment_id": cast.AMIR, "line": PaperLine(date(2026, 3, 16), (), PaperPrize(1, 1, 20)), "key": "k" * 8},
        NOT_STAFF,
    ),
    (sign_downtime, {"site_id": cast.HARBOR, "on_day": date(2026, 3, 16), "line_ids": [1]}, NOT_STAFF),
    (reopen_day, {"site_id": cast.HARBOR, "day": date(2026, 3, 16)}, OF_LEADS),
    (save_service, {"site_id": cast.HARBOR, **NEW_SERVICE}, OF_LEADS),
    (set_goal, {**OF_AMIR, "kind": "work", "title": "Begin a job", "due_on": date(2026, 3, 20)}, NOT_STAFF),
    (set_review, {**OF_AMIR, "kind": "weekly", "due_on": date(2026, 3, 20)}, NOT_STAFF),
    (
        hand_in_slip,
        {
            **OF_AMIR,
            "service_id": 1,
            "on_day": date(2026, 3, 13),
            "time_of_day": time(19),
            "meeting": "x",
            "signer": "x",
        },
        NOT_STAFF,
    ),
    (save_listed_goal, {"site_id": cast.HARBOR, "kind": "work", "title": "Begin a job", "key": "k" * 8}, OF_LEADS),
    (add_starting_list, {"site_id": cast.HARBOR, "key": "k" * 8}, OF_LEADS),
    (
        retire_service,
        {"service_id": 1, "last_day": date(2026, 3, 17)},
        [(cast.rosa, NotFound), (cast.miriam, NotFound)],
    ),
    (add_closure, {"site_id": cast.HARBOR, "name": "Snow", **SOME_DAYS}, OF_LEADS),
    (
        add_holidays,
        {
            "site_id": cast.HARBOR,
            "year": 2026,
            "days": [date(2026, 12, 25)],
            "key": "k" * 8,
        },
        OF_LEADS,
    ),
    (
        add_sample_services,
        {
            "site_id": cast.HARBOR,
            "sample": "early",
            "from_on": date(2026, 3, 16),
            "key": "k" * 8,
        },
        OF_LEADS,
    ),
    (add_away, {"site_id": cast.HARBOR, "member_id": cast.LEO, "stand_in_id": None, **SOME_DAYS}, OF_LEADS),
    (
        withdraw_from_calendar,
        {"what": "closure", "entry_id": 1},
        [(cast.rosa, NotFound), (cast.miriam, NotFound)],
    ),
    (
        set_plan,
        {
            "enrollment_id": cast.AMIR,
            "from_on": date(2026, 3, 16),
            "level": "outpatient",
            "hours_required": 3,
            "reason": "first",
            "items": [],
            "key": "k" * 8,
        },
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        import_plans,
        {"enrollment_id": cast.AMIR, "plans": []},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        open_client,
        {"code": "HS-7", "preferred_name": "", "site_id": cast.HARBOR, "language": "en"},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        change_client,
        {"client_id": cast.AMIR, "preferred_name": "X", "language": "en"},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        set_pin,
        {"client_id": cast.AMIR, "pin": "8642", "hasher": HASHER},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        enroll_client,
        {"client_id": cast.AMIR, "schedule_version_id": 2, "starts_on": date(2026, 6, 1), "key": "k" * 8},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        offer_prize,
        {"client_id": cast.AMIR, "prize_id": 1, "price_points": 20, "quantity": 1, "key": "k" * 8},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        confirm_pin,
        {"client_id": cast.AMIR, "pin": cast.PIN, "how": "screen", "hasher": HASHER, "limit": LIMIT},
        [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        deliver_stock,
        {"site_id": cast.HARBOR, "prize_id": 1, "quantity": 1, "note": "x", "key": "k" * 8},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (save_prize, A_PRIZE, [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed)]),
    (save_draft, {"document": {}}, [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed)]),
    (
        retire_schedule,
        {"schedule_id": 1, "is_retired": True, "reason": "x"},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed)],
    ),
    (discard_draft, {"draft_id": 1, "shown": ""}, [(cast.rosa, NotAllowed), (cast.miriam, NotFound)]),
    (
        publish_schedule,
        {"document": preset("va-prize"), "reason": "x", "key": "k" * 8},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed)],
    ),
    (send_draft, {**A_DRAFT, "next_of_id": None}, [*NO_LEADS, (cast.miriam, NotFound)]),
    (publish_alone, {**A_DRAFT, "next_of_id": None}, [*NO_LEADS, (cast.miriam, NotFound)]),
    (decide_draft, {**A_DRAFT, "decision": "approved", "number_shown": 1}, [*NO_LEADS, (cast.miriam, NotFound)]),
    (take_back_draft, {"draft_id": 1}, [*NO_LEADS, (cast.miriam, NotFound)]),
    (state_one_lead, {"words": "I am the only lead."}, NO_LEADS),
    (revoke_statement, {}, NO_LEADS),
    (save_staff, AN_ACCOUNT, [(cast.rosa, NotAllowed), (cast.grace, NotAllowed)]),
    (make_code, {"staff_id": cast.LEO, "hasher": HASHER}, [(cast.rosa, NotAllowed), (cast.grace, NotAllowed)]),
    (
        end_sessions_of,
        {"staff_id": cast.ANNA},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.miriam, NotFound)],
    ),
    (
        undo_redemption,
        {"redemption_id": 1, "is_back": True, "reason": "x", "key": "k" * 8},
        [(cast.rosa, NotFound), (cast.grace, NotFound), (cast.sam, NotFound)],
    ),
    (
        request_adjustment,
        {"client_id": cast.AMIR, "unit": "points", "amount": 5, "reason": "a good reason", "key": "k" * 8},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        request_merge,
        {"from_client_id": cast.AMIR, "into_client_id": cast.AMIR, "reason": "a good reason", "key": "k" * 8},
        [(cast.rosa, NotAllowed), (cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)],
    ),
    (
        decide_merge,
        {"request_id": 1, "decision": "approved", "key": "k" * 8},
        [(cast.rosa, NotFound), (cast.miriam, NotFound)],
    ),
    (add_site, {"name": "X", "time_zone": "UTC"}, [(cast.rosa, NotAllowed), (cast.miriam, NotAllowed)]),
]
CASES = [
    pytest.param(
        operation, parameters, actor, error, id=f"{operation.__name__}-{'-'.join(actor.roles)}-{error.__name__}"
    )
    for operation, parameters, refused in OPERATIONS
    for actor, error in refused
]


@pytest.mark.parametrize(("operation", "parameters", "actor", "error"), CASES)
def test_an_actor_without_the_permission_is_refused(
    session: Session, operation: Callable[..., Any], parameters: dict[str, Any], actor: Actor, error: type[Refused]
) -> None:
    with pytest.raises(error):
        operation(session, **parameters, actor=actor, now=cast.NOW)


OF_A_GOAL: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (meet_goal, {"goal_id": 1, "on_day": here.TODAY, "evidence": "x"}),
    (drop_goal, {"goal_id": 1, "reason": "x"}),
    (move_goal, {"goal_id": 1, "due_on": date(2026, 4, 1)}),
    (add_step, {"goal_id": 1, "words": "x"}),
    (tick_step, {"goal_id": 1, "step_id": 1, "is_done": True}),
    (note_review, {"review_id": 1, "way": "done"}),
    (repeat_review, {"review_id": 1, "repeats": True}),
    (decide_slip, {"slip_id": 1, "decision": "accepted"}),
]


@pytest.mark.parametrize(("operation", "parameters"), OF_A_GOAL, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize(("actor", "error"), NOT_STAFF, ids=lambda value: "-".join(getattr(value, "roles", ())))
def test_goals_reviews_and_slips_are_the_sites_own(
    session: Session, operation: Callable[..., Any], parameters: dict[str, Any], actor: Actor, error: type[Refused]
) -> None:
    service_id = week.service(session, "Evening meeting", "community_meeting", week.meetings("4", time(19)))
    here.goal(session, enrollment_id=cast.AMIR, behavior=None, steps=["Write"])
    here.review(session)
    here.slip(session, service_id, enrollment_id=cast.AMIR)
    with pytest.raises(error):
        operation(session, **parameters, key=cast.key(), actor=actor, now=cast.NOW)


def test_only_leads_retire_a_goal_of_the_list(session: Session) -> None:
    listed_id = here.listed(session)
    for actor, error in OF_LEADS:
        with pytest.raises(error):
            retire_listed_goal(session, listed_id=listed_id, actor=actor, now=cast.NOW)
