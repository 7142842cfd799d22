"""A lead sets the codes with which a service is billed."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.day.billing_codes import BillingCodes
from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, ServiceCodes
from cm_tracker.queries.day.service_codes import codes_at
from tests import billing, cast, week


def test_the_newest_codes_hold_and_earlier_ones_stay(session: Session) -> None:
    tests = week.tests(session)
    assert codes_at(session, [cast.HARBOR]) == {}
    billing.codes(session, tests, "h0050", positive="R82.998")
    billing.codes(session, tests, "H0050:HF")
    assert codes_at(session, [cast.HARBOR]) == {tests: BillingCodes("H0050:HF")}
    assert codes_at(session, [cast.MILL]) == {}
    assert session.execute(select(func.count()).select_from(ServiceCodes)).scalar_one() == 2
    lines = session.execute(
        select(AuditEvent.subject, AuditEvent.site_id, AuditEvent.detail).where(AuditEvent.tag == "service:coded")
    ).all()
    # The codes of results stay out of the trail.
    assert [tuple(line) for line in lines] == [(f"service:{tests}", cast.HARBOR, "{}")] * 2


@pytest.mark.parametrize("actor", [cast.rosa, cast.grace, cast.sam])
def test_only_a_lead_sets_them(session: Session, actor: Actor) -> None:
    tests = week.tests(session)
    with pytest.raises(NotAllowed):
        billing.codes(session, tests, actor=actor)


def test_another_site_and_what_is_no_code_are_refused(session: Session) -> None:
    tests, group = week.tests(session), week.group(session)
    of_mill = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    with pytest.raises(NotFound):
        billing.codes(session, tests, actor=of_mill)
    with pytest.raises(BadInput):
        billing.codes(session, tests, "=1+1")
    with pytest.raises(BadInput):
        billing.codes(session, group, negative="Z71.51")  # a group has no result
    assert codes_at(session, [cast.HARBOR]) == {}
