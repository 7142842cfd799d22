"""How much of what a source allows a client they have received in its year, across enrollments, sites and records."""

from datetime import date

from sqlalchemy.orm import Session

from cm_tracker.domain.funding.counting import count
from cm_tracker.domain.funding.sources import Use
from cm_tracker.queries.clients.spans import spans_of
from cm_tracker.queries.funding.awards import awards_between
from cm_tracker.queries.funding.sources import SourceLine, entered_sources


def client_use(session: Session, client_id: int, source: SourceLine, today: date) -> Use:
    """Return what a client (main record) was awarded of a source in its present year. The caller checks the actor."""
    year = source.year(today)
    awards = awards_between(session, year.first, today, [client_id])
    entered = entered_sources(session, [span.enrollment_id for span in spans_of(session, [client_id])])
    counted = count(awards, entered, {source.id: year})[source.id]
    return Use(counted.total_cents, source.terms_on(today).client_cents)
