"""The paper sheet that staff use while the program is down, and typing it afterwards.

A line of the sheet is one client. Everything that is typed of it is saved together, as one recalculation of the
enrollment. A prize that was given by hand is booked as it was given: the client pays as many points as they have by
now, and the program bears the rest. Nobody owes anything.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from cm_tracker.domain.errors import BadInput, InTheFuture
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import Changes, LedgerState, preview_together


@dataclass(frozen=True, slots=True)
class PaperPrize:
    """A prize that staff gave by hand."""

    prize_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class PaperLine:
    """What is typed of one client: the visits of the day, a prize, the time on the paper, and the initials on it."""

    on_day: date
    visits: tuple[NewVisit, ...]
    prize: PaperPrize | None = None
    happened_at: datetime | None = None
    initials: str = ""

    @property
    def content(self) -> list[object]:
        """Return what was typed as words and numbers, for a fingerprint."""
        prize = [self.prize.prize_id, self.prize.quantity] if self.prize else []
        return [
            self.on_day.isoformat(),
            *(part for visit in self.visits for part in content_of(visit)),
            *prize,
            str(self.happened_at),
            self.initials,
        ]


class PaidByHand(NamedTuple):
    """Who pays the points of a prize that was given by hand: the client, and the program where they do not reach."""

    by_client: int
    by_program: int


def paid_by_hand(balance: int, cost: int) -> PaidByHand:
    """Return who pays a prize of `cost` points for a client who has `balance` points by now."""
    by_client = min(balance, cost)
    return PaidByHand(by_client, cost - by_client)


@dataclass(frozen=True, slots=True)
class LinePreview:
    """What saving a line would change. `new_ids` are the ids of its visits in `changes`; they are below zero.

    `borne` are the points of a prize that the program bears.
    """

    changes: Changes
    new_ids: frozenset[int]
    borne: int

    @property
    def changes_others(self) -> bool:
        """Whether visits of other days would earn something else."""
        return any(change.visit_id not in self.new_ids for change in self.changes.changes)

    @property
    def is_shown_first(self) -> bool:
        """Whether the page has to show it before it is saved: it does more than pay the line's own visits."""
        return self.changes_others or self.borne > 0

    @property
    def fingerprint(self) -> str:
        """What names exactly these changes."""
        content = json.dumps([self.changes.fingerprint, self.borne], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def check_line(line: PaperLine, today: date, now: datetime) -> None:
    """Raise `InTheFuture` for a day to come, and `BadInput` for a time to come, an empty line and a wrong quantity."""
    if line.on_day > today:
        raise InTheFuture(day=line.on_day)
    if line.happened_at is not None and line.happened_at > now:
        raise BadInput("The time is in the future. Correct it.", "time")
    if not line.visits and line.prize is None:
        raise BadInput("Nothing is entered. Enter what the paper says, or go back.")
    if line.prize is not None and not 1 <= line.prize.quantity <= 100:
        raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=100)


def proposed_line(
    history: EnrollmentHistory, visits: Sequence[NewVisit], *, actor: Actor, now: datetime
) -> tuple[CurrentVisit, ...]:
    """Return the visits of a line as they would be recorded, one after the other, with ids below zero.

    Raise what `propose_visit` raises for any of them.
    """
    found: list[CurrentVisit] = []
    for number, visit in enumerate(visits, start=1):
        new = propose_visit(history, visit, actor=actor, now=now)
        new = replace(new, id=new.id or -number)
        history = history.with_visits([new])
        found.append(new)
    return tuple(found)


def preview_line(
    history: EnrollmentHistory, ledger_state: LedgerState, new: Sequence[CurrentVisit], cost: int
) -> LinePreview:
    """Return what saving the proposed visits of a line and a prize of `cost` points would change."""
    changes = preview_together(history, ledger_state, new)
    balance = changes.balance("points") + changes.to_client("points")
    return LinePreview(changes, frozenset(visit.id for visit in new), paid_by_hand(balance, cost).by_program)
