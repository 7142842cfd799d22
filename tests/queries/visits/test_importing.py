"""Which enrollment an import finds for a client."""

from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.domain.visits.importing import Enrolled
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.importing import enrollments_by_code
from tests import cast

HIGGINS, SILVERMAN = "Voucher ladder for cocaine, 12 weeks", "Escalating vouchers"
AMIRS = (Enrolled(cast.START, cast.AMIR),)


def test_a_client_who_was_moved_is_found_by_the_old_schedule_and_by_the_new_one(session: Session) -> None:
    document = {**preset("silverman-voucher"), "name": SILVERMAN}
    version = publish_schedule(session, document=document, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    assert enrollments_by_code(session, HIGGINS, cast.HARBOR) == {"HS-1": AMIRS}
    assert enrollments_by_code(session, SILVERMAN, cast.HARBOR) == {}
    event = cast.move(session, cast.AMIR, version, "2026-03-16")
    assert enrollments_by_code(session, HIGGINS, cast.HARBOR) == {"HS-1": AMIRS}
    assert enrollments_by_code(session, SILVERMAN, cast.HARBOR) == {"HS-1": AMIRS}
    cast.withdraw(session, cast.AMIR, event)
    assert enrollments_by_code(session, SILVERMAN, cast.HARBOR) == {}
