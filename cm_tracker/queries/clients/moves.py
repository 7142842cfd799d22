"""The enrollments that follow a version on a day, and what moving each of them to another version would change."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.schedules.approval import check_in_force
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.enrollment_events import MOST_MOVES, propose_move
from cm_tracker.domain.visits.event_changes import MoveChanges, changes_of
from cm_tracker.models import Client, Enrollment, Site
from cm_tracker.queries.clients.enrollments import histories_and_ledger_states
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.schedules.documents import published_version
from cm_tracker.queries.schedules.followed import followed_version, has_ended
from cm_tracker.queries.staff.sites import at_sites


@dataclass(frozen=True, slots=True)
class MoveLine:
    """An enrollment in a list of moves: what its move would change, or why it cannot be moved."""

    enrollment_id: int
    client_id: int
    client_code: str
    preferred_name: str
    site_name: str
    changes: MoveChanges | None
    refusal: Refused | None

    @property
    def is_over(self) -> bool:
        """Whether the old version's last week has passed by the first day under the new one."""
        return self.changes is not None and self.changes.week > self.changes.weeks

    @property
    def choice(self) -> str:
        """What a box of the list sends: the enrollment, and the fingerprint of what its line shows."""
        return f"{self.enrollment_id}:{self.changes.fingerprint}" if self.changes is not None else ""


@dataclass(frozen=True, slots=True)
class MoveList:
    """The enrollments by the codes of their clients, at most `MOST_MOVES`. `has_more` says whether there are others."""

    lines: tuple[MoveLine, ...]
    has_more: bool

    @property
    def movable(self) -> tuple[MoveLine, ...]:
        """The enrollments that can be moved."""
        return tuple(line for line in self.lines if line.changes is not None)


def move_list(
    session: Session, actor: Actor, from_version_id: int, to_version_id: int, from_day: date, now: datetime
) -> MoveList:
    """Return the enrollments at the actor's sites that follow a version on a day and have not ended.

    Each has what a move to the other version from that day on would change. Raise `NotFound` for a version that does
    not exist.
    """
    schedule, starts_on = published_version(session, to_version_id)
    rows = session.execute(
        _clients(actor)
        .where(followed_version(from_day) == from_version_id, ~has_ended())
        .order_by(Client.code, Enrollment.id)
        .limit(MOST_MOVES + 1)
    ).all()
    enrollments = histories_and_ledger_states(session, [row.enrollment_id for row in rows[:MOST_MOVES]])
    lines = []
    for row in rows[:MOST_MOVES]:
        history, ledger_state = enrollments[row.enrollment_id]
        changes: MoveChanges | None = None
        refusal: Refused | None = None
        try:
            check_in_force(schedule, starts_on, history.day_of(now))
            proposed = propose_move(history, to_version_id, schedule, from_day, now)
            found = changes_of(history, ledger_state, proposed, now)
            changes = found if isinstance(found, MoveChanges) else None
        except Refused as error:
            refusal = error
        lines.append(
            MoveLine(row.enrollment_id, row.client_id, row.code, row.preferred_name, row.site_name, changes, refusal)
        )
    return MoveList(tuple(lines), len(rows) > MOST_MOVES)


def client_codes(session: Session, actor: Actor, enrollment_ids: Collection[int]) -> dict[int, str]:
    """Return the codes of the clients of some enrollments at the actor's sites, by the enrollment's id."""
    rows = session.execute(_clients(actor).where(Enrollment.id.in_(enrollment_ids)))
    return {row.enrollment_id: row.code for row in rows}


def _clients(actor: Actor) -> Any:
    return (
        select(
            Enrollment.id.label("enrollment_id"),
            Client.id.label("client_id"),
            Client.code,
            Client.preferred_name,
            Site.name.label("site_name"),
        )
        .join(Record, Record.id == Enrollment.client_id)
        .join(Client, Client.id == main_of(Record))
        .join(Site, Site.id == Client.site_id)
        .where(at_sites(Client.site_id, actor))
    )
