"""The sources of money, their terms, and which of them pays for an enrollment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.funding.counting import SourceFrom, source_on
from cm_tracker.domain.funding.sources import FirstDay, FundingYear, Terms, terms_on, year_of
from cm_tracker.models import EnrollmentFunding, FundingSource, FundingTerms, Note, Staff


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with all its terms, the oldest first."""

    id: int
    name: str
    kind: str
    first_day: FirstDay | None
    terms: tuple[Terms, ...]

    def year(self, day: date) -> FundingYear:
        """Return its year in which a day lies."""
        return year_of(self.first_day, day)

    def terms_on(self, day: date) -> Terms:
        """Return the terms of a day. Before the first ones there are no limits."""
        return terms_on(self.terms, day) or Terms(0, date.min, None, None)

    def is_open(self, day: date) -> bool:
        """Return whether it can be chosen on a day."""
        return not self.terms_on(day).is_closed


@dataclass(frozen=True, slots=True)
class TermsLine:
    """Terms as they were entered: when, and by whom."""

    terms: Terms
    recorded_at: datetime
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class FundingLine:
    """An entry about an enrollment: which source from when on and why, who entered it and when. None is no source."""

    entry: SourceFrom
    name: str | None
    reason: str | None
    recorded_at: datetime
    staff_name: str | None


@dataclass(frozen=True, slots=True)
class EnrollmentSources:
    """The source that pays for an enrollment on a day, None for none, and every entry, the newest first."""

    now: FundingLine | None
    lines: tuple[FundingLine, ...]


def sources(session: Session) -> tuple[SourceLine, ...]:
    """Return all sources with their terms, by name. They belong to the program, so the caller checks the actor."""
    terms: dict[int, list[Terms]] = {}
    for row in session.execute(
        select(
            FundingTerms.id,
            FundingTerms.source_id,
            FundingTerms.from_on,
            FundingTerms.client_cents,
            FundingTerms.total_cents,
            FundingTerms.buys,
            FundingTerms.is_closed,
            FundingTerms.budget_cents,
        ).order_by(FundingTerms.from_on, FundingTerms.id)
    ):
        terms.setdefault(row.source_id, []).append(
            Terms(row.id, row.from_on, row.client_cents, row.total_cents, row.buys, row.is_closed, row.budget_cents)
        )
    rows = session.execute(
        select(
            FundingSource.id, FundingSource.name, FundingSource.kind, FundingSource.year_month, FundingSource.year_day
        ).order_by(FundingSource.name)
    )
    return tuple(
        SourceLine(
            row.id,
            row.name,
            row.kind,
            None if row.year_month is None else (row.year_month, row.year_day),
            tuple(terms.get(row.id, ())),
        )
        for row in rows
    )


def source_of(session: Session, source_id: int) -> SourceLine:
    """Return a source. Raise `NotFound`. It belongs to the whole program, so the caller checks the actor."""
    found = next((line for line in sources(session) if line.id == source_id), None)
    if found is None:
        raise NotFound(what="funding source")
    return found


def open_sources(session: Session, day: date) -> tuple[SourceLine, ...]:
    """Return the sources that can be chosen on a day, by name."""
    return tuple(line for line in sources(session) if line.is_open(day))


def terms_lines(session: Session, source_id: int) -> tuple[TermsLine, ...]:
    """Return the terms of a source as they were entered, the newest first. The caller checks the actor."""
    rows = session.execute(
        select(
            FundingTerms.id,
            FundingTerms.from_on,
            FundingTerms.client_cents,
            FundingTerms.total_cents,
            FundingTerms.buys,
            FundingTerms.is_closed,
            FundingTerms.budget_cents,
            FundingTerms.recorded_at,
            Staff.display_name,
        )
        .outerjoin(Staff, Staff.id == FundingTerms.staff_id)
        .where(FundingTerms.source_id == source_id)
        .order_by(FundingTerms.from_on.desc(), FundingTerms.id.desc())
        .limit(200)
    )
    return tuple(
        TermsLine(
            Terms(row.id, row.from_on, row.client_cents, row.total_cents, row.buys, row.is_closed, row.budget_cents),
            row.recorded_at,
            row.display_name,
        )
        for row in rows
    )


def entered_sources(
    session: Session, enrollment_ids: Collection[int] | None = None
) -> dict[int, tuple[SourceFrom, ...]]:
    """Return which sources pay for enrollments from which days on, by enrollment: of all, or of some."""
    asked = select(
        EnrollmentFunding.enrollment_id, EnrollmentFunding.id, EnrollmentFunding.from_on, EnrollmentFunding.source_id
    )
    if enrollment_ids is not None:
        asked = asked.where(EnrollmentFunding.enrollment_id.in_(enrollment_ids))
    entered: dict[int, list[SourceFrom]] = {}
    for row in session.execute(asked):
        entered.setdefault(row.enrollment_id, []).append(SourceFrom(row.id, row.from_on, row.source_id))
    return {enrollment_id: tuple(of) for enrollment_id, of in entered.items()}


def enrollment_sources(session: Session, enrollment_id: int, day: date) -> EnrollmentSources:
    """Return who pays for an enrollment on a day, and what was entered about it. The caller checks the actor."""
    by = aliased(Staff)
    rows = session.execute(
        select(
            EnrollmentFunding.id,
            EnrollmentFunding.from_on,
            EnrollmentFunding.source_id,
            FundingSource.name,
            Note.text,
            EnrollmentFunding.recorded_at,
            by.display_name,
        )
        .outerjoin(FundingSource, FundingSource.id == EnrollmentFunding.source_id)
        .outerjoin(Note, Note.digest == EnrollmentFunding.note_digest)
        .outerjoin(by, by.id == EnrollmentFunding.staff_id)
        .where(EnrollmentFunding.enrollment_id == enrollment_id)
        .order_by(EnrollmentFunding.from_on.desc(), EnrollmentFunding.id.desc())
        .limit(200)
    )
    lines = tuple(
        FundingLine(
            SourceFrom(row.id, row.from_on, row.source_id), row.name, row.text, row.recorded_at, row.display_name
        )
        for row in rows
    )
    paying = source_on([line.entry for line in lines], day)
    now = next((line for line in lines if line.entry.from_on <= day), None)
    return EnrollmentSources(now if paying is not None else None, lines)
