"""A visit's page, and the visits on the start page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.schedules.engine import Replay, Result
from cm_tracker.domain.schedules.ladder import LadderState
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.corrections import ANOTHER_SPECIMEN, NO_CORRECTION, SPECIMEN, TAKEN_AWAY, UNDO, ways
from cm_tracker.domain.visits.evidence import Specimen
from cm_tracker.domain.visits.history import CurrentVisit
from cm_tracker.domain.visits.hours import ProgramWeek, week_of_hours
from cm_tracker.domain.visits.proposals import correction_target
from cm_tracker.domain.visits.reading_points import ReadingPoint, reading_points
from cm_tracker.models import Client, Enrollment, KitLotRow, Note, PanelRow, Site, Staff, VisitRow
from cm_tracker.models.visits import WAITS
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import enrollment_history
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.staff.sites import at_sites
from cm_tracker.queries.views import view_of
from cm_tracker.queries.visits.corrections import is_newest_of_client

MOST_WAITING = 12


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One record of a visit: its content, who made it, and its note or reason.

    For a test it has the panel and the lot, who collected the specimen, and who else read it, where that was said.
    """

    visit: CurrentVisit
    staff_name: str | None
    via: str
    note: str | None
    panel_name: str | None
    lot_number: str | None
    lot_expires_on: date | None
    collected_by: str | None
    second_reader: str | None


class SpecimenLine(NamedTuple):
    """A specimen of a visit, its place from 1 on, the record that entered it, and whether it decides."""

    place: int
    specimen: Specimen
    record: VisitRecord
    decides: bool


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit, what it earned, and where the client stands after it.

    `result` is None for a visit that was undone or voided. `records` are all its records, newest first. `ways` are the
    corrections that the actor may make. `readings` are those of the track until that day, where it is decided by
    readings. Name and time zone are those of the site at which it took place; `today`,
    `client_zone` and `undo_minutes` are those of the client's site. `is_elsewhere` says whether these two sites differ. `week` is the
    program week of the hours that it holds, as it is now: a pause may have moved its last day since. `site_id` is the
    site at which it took place.
    """

    id: int
    enrollment_id: int
    site_id: int
    client_id: int
    client_code: str
    preferred_name: str
    language: str
    site_name: str
    time_zone: str
    client_zone: str
    today: date
    visit: CurrentVisit
    track: Track
    result: Result | None
    state: LadderState
    replay: Replay = field(repr=False)
    balance: int
    records: tuple[VisitRecord, ...]
    ways: tuple[str, ...]
    undo_minutes: int
    is_elsewhere: bool
    readings: tuple[ReadingPoint, ...]
    week: ProgramWeek | None

    @property
    def is_corrected(self) -> bool:
        """Return whether the newest record corrects an earlier one. That is not so for a visit entered again."""
        return self.visit.correction not in NO_CORRECTION

    @property
    def has_corrections(self) -> bool:
        """Return whether some record corrects an earlier one. Another specimen corrects nothing."""
        return any(record.visit.correction not in (None, ANOTHER_SPECIMEN) for record in self.records)

    @property
    def specimens(self) -> tuple[SpecimenLine, ...]:
        """Return the specimens of the visit in order, each with the record that entered it."""
        given = self.visit.all_specimens
        entered: list[VisitRecord] = []
        for record in reversed(self.records):
            count = len(record.visit.all_specimens)
            entered = [*entered[:count], *[record] * (count - len(entered))]
        return tuple(
            SpecimenLine(place, one, record, place == self.visit.deciding_place)
            for place, (one, record) in enumerate(zip(given, entered, strict=True), 1)
        )

    def place_of(self, way: str) -> int:
        """Return the place of the specimen that a correction enters or takes away, 0 where it is about no single one."""
        if way == SPECIMEN:
            return len(self.visit.all_specimens) + 1
        if way == UNDO and self.visit.correction == ANOTHER_SPECIMEN:
            return len(self.visit.all_specimens)
        return 0

    def state_on(self, day: date) -> LadderState:
        """Return where the client stands on the visit's track on a later day, if no visit comes before it."""
        return self.replay.state(self.visit.behavior, day)

    @property
    def has_moved(self) -> bool:
        """Return whether hours stand on another day than the one that is now the last of their week."""
        return self.result is not None and self.week is not None and self.week.last_day != self.visit.happened_on

    @property
    def wants_specimen(self) -> bool:
        """Return whether the next thing to do is to ask for another specimen: it is still the day of the visit."""
        return SPECIMEN in self.ways and self.visit.happened_on == self.today

    @property
    def may_draw(self) -> bool:
        """Return whether the page offers a draw: the visit counts, its track pays draws, and the client has some."""
        return self.result is not None and self.balance > 0 and self.track.pays == "draws"

    @property
    def may_redeem(self) -> bool:
        """Return whether the page offers a prize: the visit counts, its track pays points, and the client has some."""
        return self.result is not None and self.balance > 0 and self.track.pays == "points"


def visit_card(session: Session, actor: Actor, visit_id: int, now: datetime) -> VisitCard:
    """Return a visit at the actor's sites by its id. Raise `NotFound`."""
    row = session.execute(
        select(
            VisitRow.id,
            VisitRow.enrollment_id,
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Client.language,
            Site.name.label("site_name"),
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == VisitRow.site_id)
        .where(VisitRow.id == visit_id, at_sites(Client.site_id, actor))
    ).one_or_none()
    if row is None:
        raise NotFound(what="visit")
    enrollment = enrollment_history(session, row.enrollment_id)
    visit = enrollment.visit(visit_id)
    replay = enrollment.replay()
    track = enrollment.track_of(visit)
    today = enrollment.day_of(now)
    is_newest = is_newest_of_client(session, enrollment, visit)
    return VisitCard(
        id=visit.id,
        enrollment_id=enrollment.id,
        site_id=enrollment.site_of(visit).id,
        client_id=row.client_id,
        client_code=row.code,
        preferred_name=row.preferred_name,
        language=row.language,
        site_name=row.site_name,
        time_zone=enrollment.site_of(visit).time_zone,
        client_zone=enrollment.time_zone,
        today=today,
        visit=visit,
        track=track,
        result=next((result for result in replay.results if result.ref == visit.id), None),
        state=replay.state(visit.behavior, max(today, visit.happened_on)),
        replay=replay,
        balance=balances_of(session, row.client_id).get(track.pays, 0),
        records=_with_names(session, enrollment.records[visit.id]),
        ways=ways(correction_target(enrollment, visit, is_newest=is_newest), actor, now),
        undo_minutes=enrollment.settings.undo_minutes,
        is_elsewhere=enrollment.site_of(visit).id != enrollment.site_id,
        readings=reading_points(enrollment, replay, visit.behavior, visit.happened_on) if track.reading else (),
        week=week_of_hours(enrollment, enrollment.timeline.week_of(visit.happened_on)) if visit.hours else None,
    )


def _with_names(session: Session, records: Sequence[CurrentVisit]) -> tuple[VisitRecord, ...]:
    collector, reader = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(
            VisitRow.id,
            Staff.display_name,
            VisitRow.via,
            Note.text.label("note"),
            PanelRow.name.label("panel_name"),
            KitLotRow.number.label("lot_number"),
            KitLotRow.expires_on,
            collector.display_name.label("collected_by"),
            reader.display_name.label("second_reader"),
        )
        .outerjoin(Staff, Staff.id == VisitRow.staff_id)
        .outerjoin(Note, Note.digest == VisitRow.note_digest)
        .outerjoin(PanelRow, PanelRow.id == VisitRow.panel_id)
        .outerjoin(KitLotRow, KitLotRow.id == VisitRow.kit_lot_id)
        .outerjoin(collector, collector.id == VisitRow.collected_by_id)
        .outerjoin(reader, reader.id == VisitRow.second_reader_id)
        .where(VisitRow.id.in_([record.newest_id for record in records]))
    )
    by_record = {row.id: row for row in rows}
    return tuple(
        VisitRecord(
            visit=record,
            staff_name=by_record[record.newest_id].display_name,
            via=by_record[record.newest_id].via,
            note=by_record[record.newest_id].note,
            panel_name=by_record[record.newest_id].panel_name,
            lot_number=by_record[record.newest_id].lot_number,
            lot_expires_on=by_record[record.newest_id].expires_on,
            collected_by=by_record[record.newest_id].collected_by,
            second_reader=by_record[record.newest_id].second_reader,
        )
        for record in reversed(records)
    )


@dataclass(frozen=True, slots=True)
class WaitingVisit:
    """A visit that waits for its lab result, for the start page."""

    id: int
    client_id: int
    client_code: str
    preferred_name: str
    happened_on: date


def waiting_visits(session: Session, actor: Actor) -> tuple[WaitingVisit, ...]:
    """Return the visits of clients at the actor's sites that wait for a lab result, oldest first.

    After a transfer the new site answers the visits of the old one.
    """
    newer = aliased(VisitRow)
    rows = session.execute(
        select(
            VisitRow.id,
            Client.id.label("client_id"),
            Client.code.label("client_code"),
            Client.preferred_name,
            VisitRow.happened_on,
        )
        .join(Enrollment, Enrollment.id == VisitRow.enrollment_id)
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .where(
            # The condition must be the same text as in the partial index, or the index is not used.
            text(f"visit.{WAITS}"),
            func.coalesce(VisitRow.correction, "").not_in(TAKEN_AWAY),
            ~exists().where(newer.corrects_id == VisitRow.id),
            at_sites(Client.site_id, actor),
        )
        .order_by(VisitRow.happened_on, VisitRow.id)
        .limit(MOST_WAITING)
    )
    return tuple(view_of(WaitingVisit, row) for row in rows)
