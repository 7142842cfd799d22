"""The paper sheet that staff use while the program is down, and typing it afterwards.

A line of the sheet is one client. Everything that is typed of it is saved together, as one recalculation of the
enrollment. A prize that was given by hand is booked as it was given: the client pays as many points as they have by
now, and the program bears the rest. Nobody owes anything.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from cm_tracker.domain.errors import (
    BadInput,
    BeforeEnrollment,
    EnrollmentEnded,
    InTheFuture,
    PriceChanged,
    PrizeOfOtherSite,
)
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import NewVisit, content_of
from cm_tracker.domain.visits.history import CurrentVisit, EnrollmentHistory
from cm_tracker.domain.visits.proposals import propose_visit
from cm_tracker.domain.visits.settling import Changes, LedgerState, preview_together


@dataclass(frozen=True, slots=True)
class PaperPrize:
    """A prize that staff gave by hand. `price_points` is the price that the page showed.

    `was_missing` answers whether a count of the cabinet since has found it missing, None where nobody was asked.
    """

    prize_id: int
    quantity: int
    price_points: int
    was_missing: bool | None = None

    @property
    def cost(self) -> int:
        """The points of all of them."""
        return self.price_points * self.quantity


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
        prize = list(astuple(self.prize)) if self.prize else []
        return [
            self.on_day.isoformat(),
            *(part for visit in self.visits for part in content_of(visit)),
            *prize,
            str(self.happened_at),
            self.initials,
        ]

    def given_after(self, time_zone: str) -> datetime:
        """Return the instant after which a prize of the line was given: the time on the paper, else the day's beginning."""
        return self.happened_at or datetime.combine(self.on_day, time(), ZoneInfo(time_zone))

    def given_at(self, time_zone: str, now: datetime) -> datetime:
        """Return when a prize of the line was given: the time on the paper, or noon of the day where it has none."""
        return self.happened_at or min(datetime.combine(self.on_day, time(12), ZoneInfo(time_zone)), now)


class PaidByHand(NamedTuple):
    """Who pays the points of a prize that was given by hand: the client, and the program where they do not reach."""

    by_client: int
    by_program: int


def paid_by_hand(balance: int, cost: int) -> PaidByHand:
    """Return who pays a prize of `cost` points for a client who has `balance` points by now."""
    by_client = min(balance, cost)
    return PaidByHand(by_client, cost - by_client)


class SameLine(NamedTuple):
    """A line that was typed of the same client and day with the same prize, and not undone."""

    id: int
    quantity: int
    recorded_at: datetime
    typed_by: str | None


class MissingItems(NamedTuple):
    """Items of a prize that a count of the cabinet found missing after one was given by hand, and nobody has found again.

    `signature` is the name of the count's signature in the log, and `quantity` how many they are.
    """

    signature: str
    counted_at: datetime
    quantity: int


class KnownOfPrize(NamedTuple):
    """What is known of the prize of a line: its price by now, and the lines that have it already.

    The client belonged to the site `site_id` on the day of the line, so that the prize left the cabinet there. `missing`
    is what a count since has found missing, and `is_being_counted` says that such a count is not signed yet.
    """

    price_points: int
    site_id: int
    site_name: str
    same: tuple[SameLine, ...] = ()
    missing: MissingItems | None = None
    is_being_counted: bool = False


@dataclass(frozen=True, slots=True)
class LinePreview:
    """What saving a line would change. `new_ids` are the ids of its visits in `changes`; they are below zero.

    `borne` are the points of a prize that the program bears, and `same` the lines with which it may be typed twice.
    `missing` is what a count since has found missing: only who saves the line can say whether the prize is among it.
    `is_answered` says that they have; where nothing is missing any more, they answered to what is no longer so.
    """

    changes: Changes
    new_ids: frozenset[int]
    borne: int
    same: tuple[SameLine, ...] = ()
    missing: MissingItems | None = None
    is_answered: bool = False

    @property
    def changes_others(self) -> bool:
        """Whether visits of other days would earn something else."""
        return any(change.visit_id not in self.new_ids for change in self.changes.changes)

    @property
    def is_shown_first(self) -> bool:
        """Whether the page has to show it before it is saved: it does more than pay the line's own visits."""
        is_asked = self.missing is not None or self.is_answered
        return self.changes_others or self.borne > 0 or bool(self.same) or is_asked

    @property
    def fingerprint(self) -> str:
        """What names exactly these changes."""
        same = [line.id for line in self.same]
        missing = [self.missing.signature, self.missing.quantity] if self.missing else []
        content = json.dumps([self.changes.fingerprint, self.borne, same, missing], separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def check_line(line: PaperLine, history: EnrollmentHistory, now: datetime) -> None:
    """Check what a line says beside its visits.

    Raise `InTheFuture` for a day to come, and `BadInput` for a time to come, an empty line and a wrong quantity. Raise
    `BeforeEnrollment` or `EnrollmentEnded` for a prize on a day outside the enrollment; its visits have their own check.
    """
    if line.on_day > history.day_of(now):
        raise InTheFuture(day=line.on_day)
    if line.happened_at is not None and line.happened_at > now:
        raise BadInput("The time is in the future. Correct it.", "time")
    if not line.visits and line.prize is None:
        raise BadInput("Nothing is entered. Enter what the paper says, or go back.")
    if line.prize is not None and not 1 <= line.prize.quantity <= 100:
        raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=100)
    if line.prize is not None and line.on_day < history.starts_on:
        raise BeforeEnrollment(day=line.on_day, starts_on=history.starts_on, field="prize")
    ended_on = history.span.ended_on
    if line.prize is not None and ended_on is not None and line.on_day > ended_on:
        raise EnrollmentEnded(day=line.on_day, ended_on=ended_on, field="prize")


def check_prize(line: PaperLine, known: KnownOfPrize | None, actor: Actor) -> None:
    """Check the prize of a line, of which `known` is None where it has none.

    Raise `PriceChanged` where it costs other than the page showed, and `PrizeOfOtherSite` where the client has moved
    since, and the actor does not work at the site from whose cabinet it was given. Raise `BadInput` where the cabinet was
    counted since and the count is not signed yet: its signature books what is missing, so the prize comes after it.
    """
    if line.prize is None or known is None:
        return
    if not actor.may("visit:record", known.site_id):
        raise PrizeOfOtherSite(day=line.on_day, site=known.site_name, field="prize")
    if known.price_points != line.prize.price_points:
        raise PriceChanged(price_points=known.price_points, field="prize")
    if known.is_being_counted:
        raise BadInput(
            "The cabinet was counted after this prize was given, and the count is not signed yet. Type the line without the "
            "prize, and type the prize when the count is signed.",
            "prize",
        )


def found_again(prize: PaperPrize, missing: MissingItems | None) -> int:
    """Return how many of a prize by hand are found again, because a count since had found them missing.

    Raise `BadInput` where nobody has said whether the prize is among what was missing.
    """
    if missing is None:
        return 0
    if prize.was_missing is None:
        raise BadInput("Say whether the prize was missing when the cabinet was counted.", "prize")
    return min(prize.quantity, missing.quantity) if prize.was_missing else 0


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
    history: EnrollmentHistory,
    ledger_state: LedgerState,
    new: Sequence[CurrentVisit],
    prize: PaperPrize | None,
    known: KnownOfPrize | None,
) -> LinePreview:
    """Return what saving the proposed visits of a line and its prize would change. `known` is None without a prize."""
    changes = preview_together(history, ledger_state, new)
    new_ids = frozenset(visit.id for visit in new)
    if prize is None or known is None:
        return LinePreview(changes, new_ids, 0)
    balance = changes.balance("points") + changes.to_client("points")
    borne = paid_by_hand(balance, prize.cost).by_program
    return LinePreview(changes, new_ids, borne, known.same, known.missing, prize.was_missing is not None)
