"""The demonstration's training of staff, one of which is due again, its site's checklist, and four rated sessions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from cm_tracker.clock import day_at
from cm_tracker.db import db
from cm_tracker.domain.fidelity.competence import NAMES
from cm_tracker.domain.fidelity.training import CORE, SUBJECTS, TESTS, needed_by
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.fidelity.mark_readiness import mark_readiness
from cm_tracker.operations.fidelity.rate_session import rate_session
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.staff.change_site_settings import change_site_settings
from cm_tracker.queries.staff.sites import sites_of

CONFIRMED = {
    "agreement": "Version of March 2026",
    "waiver": "05D0000000",
    "room": "Room 4, with its own bathroom",
}
# Four sessions of Rosa: how many days ago, each line of both groups, and what she reads about it.
SESSIONS = (
    (27, "345224", "544455", "Warm from the first minute. Say what the next visit earns before she leaves."),
    (20, "455334", "554455", "The next amount came at once. Ask which prize he saves for."),
    (12, "56544-", "565566", "A positive test, and no blame. Show the way back with the ladder on the screen."),
    (4, "666556", "676666", "All of it was there. Try to tie it to her daughter’s visits."),
)


def fidelity(now: datetime, staff: Mapping[str, Actor]) -> None:
    """Record what everybody has learned, but not all of what Theo needs; confirm the checklist but for one point.

    Tests are due again after a year, and Kofi learned them longer ago.
    """
    miriam, rosa = staff["miriam"], staff["rosa"]
    site = sites_of(db.session(), miriam)[0]
    today = day_at(now, site.time_zone)
    for name, person in sorted(staff.items()):
        needed = needed_by(person.roles)
        if not needed or not person.reaches(site.id) or person.staff_id is None:
            continue
        subjects = [CORE] if name == "theo" else [one for one in SUBJECTS if one in needed]
        old = [TESTS] if name == "kofi" else []
        for days, learned in ((35, [one for one in subjects if one not in old]), (400, old)):
            if learned:
                record_training(
                    db.session(),
                    person_id=person.staff_id,
                    subjects=learned,
                    trained_on=today - timedelta(days=days),
                    note="Two days with the state’s trainers" if TESTS in needed else "",
                    key=str(uuid4()),
                    actor=miriam,
                    now=now,
                )
    change_site_settings(
        db.session(),
        site_id=site.id,
        values={"tests_months": 12},
        reason="The state asks for it",
        actor=miriam,
        now=now,
    )
    for item, words in CONFIRMED.items():
        mark_readiness(
            db.session(), site_id=site.id, item=item, is_done=True, text=words, key=str(uuid4()), actor=miriam, now=now
        )
    assert rosa.staff_id is not None, "Rosa has an account"
    for days, rewards, manner, note in SESSIONS:
        values = [None if one == "-" else int(one) for one in rewards + manner]
        rate_session(
            db.session(),
            person_id=rosa.staff_id,
            site_id=site.id,
            client_code="",
            session_on=today - timedelta(days=days),
            ratings=dict(zip(NAMES, values, strict=True)),
            note=note,
            replaces_id=None,
            key=str(uuid4()),
            actor=miriam,
            now=now,
        )
