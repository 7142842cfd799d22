"""Prize draws: a client's open commitment, the draws that were made, the bowl, and what the ceilings leave."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotFound
from cm_tracker.domain.prizes.draws import commitment, identity, slip_at, slip_number, tier_unit
from cm_tracker.domain.schedules.schedule import Bowl
from cm_tracker.domain.schedules.timeline import ONE_DAY
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.settling import ceiling_uses
from cm_tracker.models import Client, Commitment, Draw, DrawSecret, Enrollment, ScheduleVersion, Site, Staff
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.clients.main_records import records_of
from cm_tracker.queries.clients.spans import ClientSpan, spans_of
from cm_tracker.queries.clients.transfers import reaches_record
from cm_tracker.queries.practice import practice_ids
from cm_tracker.queries.schedules.documents import schedule_of
from cm_tracker.queries.staff.sites import at_sites

MOST = 100


@dataclass(frozen=True, slots=True)
class OpenDraw:
    """A draw to which the program is committed and which was not made yet."""

    commitment_id: int
    enrollment_id: int
    number: int
    identity: str
    digest: bytes
    secret: bytes
    bowl: Bowl


@dataclass(frozen=True, slots=True)
class BowlPlace:
    """The bowl that a client draws from: the one of their newest enrollment that has begun and has, or had, a bowl."""

    enrollment_id: int
    version_id: int
    bowl: Bowl


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw that was made, with everything that is needed to check it."""

    id: int
    number: int
    client_id: int
    client_code: str
    tier: str
    cents: int
    given_tier: str | None
    given_cents: int
    cut_by: str | None
    slip: int
    happened_on: date
    recorded_at: datetime
    site_name: str
    time_zone: str
    staff_name: str | None
    via: str
    identity: str
    digest: bytes
    secret: bytes
    client_part: str
    bowl: Bowl
    ceilings: frozenset[str]

    @property
    def made_by(self) -> str:
        """Where or with whom it was drawn."""
        return "kiosk" if self.via == "kiosk" else self.staff_name or "–"

    def receipt(self) -> str:
        """Return the receipt that `docs/verify_draw.py` reads: JSON with one fact on each line."""
        facts = {
            "identity": self.identity,
            "commitment": self.digest.hex(),
            "secret": self.secret.hex(),
            "client_part": self.client_part,
            "number": self.number,
            "bowl": [[slip.tier, slip.count] for slip in self.bowl.slips],
            "slip": self.slip,
            "tier": self.tier,
        }
        return "{\n" + ",\n".join(f'  "{name}": {json.dumps(fact)}' for name, fact in facts.items()) + "\n}\n"


# The version whose bowl a draw is made from: the one that the commitment names, else the enrollment's.
_VERSION_ID = func.coalesce(Commitment.schedule_version_id, Enrollment.schedule_version_id)


def bowl_of(session: Session, client_id: int, today: date) -> BowlPlace | None:
    """Return the bowl that a client draws from, or None where no enrollment of theirs ever had one."""
    return bowl_in(spans_of(session, [client_id]), today)


def bowl_in(spans: Sequence[ClientSpan], today: date) -> BowlPlace | None:
    """Return the bowl of a client with these enrollments.

    After a move to a version without a bowl it is the one before: draws that were earned can still be made.
    """
    for of in reversed([of for of in spans if of.starts_on <= today]):
        moved = [move.from_day - ONE_DAY for move in of.span.timeline.moves if move.from_day <= today]
        for day in (today, *reversed(moved)):
            bowl = of.span.timeline.schedule_on(day).bowl
            if bowl is not None:
                return BowlPlace(enrollment_id=of.enrollment_id, version_id=of.version_on(day), bowl=bowl)
    return None


def open_draw(session: Session, client_id: int) -> OpenDraw | None:
    """Return the draw to which the program is committed for a client, or None."""
    row = session.execute(
        select(
            Commitment.id,
            Commitment.enrollment_id,
            Commitment.number,
            Commitment.digest,
            DrawSecret.secret,
            _VERSION_ID.label("schedule_version_id"),
            ScheduleVersion.document,
        )
        .outerjoin(DrawSecret, DrawSecret.commitment_id == Commitment.id)
        .join(Enrollment, Enrollment.id == Commitment.enrollment_id)
        .join(ScheduleVersion, ScheduleVersion.id == _VERSION_ID)
        .outerjoin(Draw, Draw.commitment_id == Commitment.id)
        .where(Commitment.client_id == client_id, Draw.id.is_(None))
        .order_by(Commitment.number)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    bowl = schedule_of(row.document).bowl
    assert bowl is not None, "a commitment is only made for a schedule with a bowl"
    name = identity(client_id, row.number, row.schedule_version_id)
    return OpenDraw(
        commitment_id=row.id,
        enrollment_id=row.enrollment_id,
        number=row.number,
        identity=name,
        digest=bytes(row.digest),
        # An empty secret fits no digest: where the secret was deleted, the draw is refused, and there is no second one.
        secret=bytes(row.secret or b""),
        bowl=bowl,
    )


def wrong_commitments(session: Session) -> tuple[str, ...]:
    """Return the records of open commitments whose secret was deleted or changed; at most a hundred."""
    rows = session.execute(
        select(
            Commitment.record,
            Commitment.client_id,
            Commitment.number,
            Commitment.digest,
            DrawSecret.secret,
            _VERSION_ID.label("schedule_version_id"),
        )
        .join(Enrollment, Enrollment.id == Commitment.enrollment_id)
        .outerjoin(DrawSecret, DrawSecret.commitment_id == Commitment.id)
        .outerjoin(Draw, Draw.commitment_id == Commitment.id)
        .where(Draw.id.is_(None))
        .execution_options(yield_per=1000)
    )
    wrong = (
        record
        for record, client_id, number, digest, secret, version_id in rows
        if commitment(bytes(secret or b""), identity(client_id, number, version_id)) != bytes(digest)
    )
    return tuple(islice(wrong, MOST))


def wrong_secrets(session: Session) -> tuple[str, ...]:
    """Return the draws whose secret is kept with another value than the sealed one, or not at all; at most a hundred."""
    rows = session.execute(
        select(Draw.record)
        .outerjoin(DrawSecret, DrawSecret.commitment_id == Draw.commitment_id)
        .where(DrawSecret.secret.is_distinct_from(Draw.secret))
        .order_by(Draw.id)
        .limit(MOST)
    )
    return tuple(rows.scalars())


def next_number(session: Session, client_id: int) -> int:
    """Return the number of a client's next draw; the first one is number 1."""
    newest = select(func.max(Commitment.number)).where(Commitment.client_id == client_id)
    return (session.execute(newest).scalar_one() or 0) + 1


def headrooms_of(session: Session, enrollment_id: int, day: date) -> list[tuple[int, str]]:
    """Return what each ceiling of an enrollment leaves on a day: cents, and the scope of the ceiling.

    A ceiling for one award limits each slip on its own, so it always leaves all of its cents.
    """
    history, ledger_state = history_and_ledger_state(session, enrollment_id)
    left = [(max(use.cents - use.used_cents, 0), use.scope) for use in ceiling_uses(history, ledger_state, day)]
    ceilings = history.timeline.schedule_on(day).ceilings
    return left + [(ceiling.cents, "award") for ceiling in ceilings if ceiling.scope == "award"]


def headroom_of(session: Session, enrollment_id: int, day: date) -> tuple[int, str] | None:
    """Return what the tightest ceiling leaves for one slip on a day (cents, scope), or None without ceilings."""
    return min(headrooms_of(session, enrollment_id, day), default=None)


def tiers(session: Session) -> tuple[str, ...]:
    """Return the tiers of all published bowls for which a prize can be chosen, the cheapest first."""
    cents_of: dict[str, int] = {}
    for document in session.execute(
        select(ScheduleVersion.document).order_by(ScheduleVersion.id.desc()).limit(500)
    ).scalars():
        bowl = schedule_of(document).bowl
        for slip in bowl.slips if bowl else ():
            if slip.cents:
                cents_of.setdefault(slip.tier, slip.cents)
    return tuple(sorted(cents_of, key=lambda tier: (cents_of[tier], tier)))


def won_of(balances: Mapping[str, int]) -> dict[str, int]:
    """Return from a client's balances how many slips of each tier they have for which no prize was chosen yet."""
    prefix = tier_unit("")
    return {unit.removeprefix(prefix): count for unit, count in balances.items() if count and unit.startswith(prefix)}


def won_by(session: Session, client_id: int) -> dict[str, int]:
    """Return how many slips of each tier a client has for which no prize was chosen yet."""
    return won_of(balances_of(session, client_id))


def draws_since(session: Session, client_id: int, since: datetime) -> tuple[DrawLine, ...]:
    """Return the draws of a client since an instant, the newest first; at most a hundred."""
    return _lines(session, Draw.client_id.in_(records_of(client_id)), Draw.recorded_at >= since)


def draws_of(session: Session, actor: Actor, client_id: int, *, limit: int = MOST) -> tuple[DrawLine, ...]:
    """Return the draws that were made at the actor's sites or whose client is there now, the newest first."""
    return _lines(session, Draw.client_id.in_(records_of(client_id)), reaches_record(Draw.site_id, actor), limit=limit)


def draw_line(session: Session, actor: Actor, draw_id: int) -> DrawLine:
    """Return one draw of the actor's sites, or of a client there. Raise `NotFound`."""
    lines = _lines(session, Draw.id == draw_id, reaches_record(Draw.site_id, actor))
    if not lines:
        raise NotFound(what="draw")
    return lines[0]


def all_draws(session: Session, after: int = 0) -> tuple[DrawLine, ...]:
    """Return the hundred draws of all sites with the next ids after `after`: for checking every draw."""
    return _lines(session, Draw.id > after, is_newest_first=False)


def wrong_with(line: DrawLine) -> list[str]:
    """Return what is wrong with a draw, as sentences; an empty list for a right one."""
    faults = []
    if commitment(line.secret, line.identity) != line.digest:
        faults.append("the secret is not the one that was committed to")
    if slip_number(line.secret, line.client_part, line.number, line.bowl.size) != line.slip:
        faults.append("the slip does not follow from the secret and the client's part")
    elif (slip := slip_at(line.bowl, line.slip)) and (slip.tier, slip.cents) != (line.tier, line.cents):
        faults.append("the slip is of another tier")
    if line.cut_by is not None and line.cut_by not in line.ceilings:
        faults.append("it was cut by a ceiling that the schedule does not have")
    if line.cut_by is None and (line.given_tier, line.given_cents) != (line.tier, line.cents):
        faults.append("something else was given, and no ceiling cut it")
    elif (line.given_tier, line.given_cents) not in [(None, 0), *((slip.tier, slip.cents) for slip in line.bowl.slips)]:
        faults.append("what was given is no slip of the bowl")
    return faults


def _lines(session: Session, *where: Any, is_newest_first: bool = True, limit: int = MOST) -> tuple[DrawLine, ...]:
    rows = session.execute(
        select(
            Draw,
            Commitment.number,
            Commitment.digest,
            Client.code.label("client_code"),
            Site.name.label("site_name"),
            Site.time_zone,
            Staff.display_name.label("staff_name"),
            _VERSION_ID.label("schedule_version_id"),
            ScheduleVersion.document,
        )
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .join(Client, Client.id == Draw.client_id)
        .join(Site, Site.id == Draw.site_id)
        .outerjoin(Staff, Staff.id == Draw.staff_id)
        .join(Enrollment, Enrollment.id == Commitment.enrollment_id)
        .join(ScheduleVersion, ScheduleVersion.id == _VERSION_ID)
        .where(*where)
        .order_by(Draw.id.desc() if is_newest_first else Draw.id)
        .limit(limit)
    )
    return tuple(_line(row) for row in rows)


def _line(row: Any) -> DrawLine:
    schedule = schedule_of(row.document)
    bowl = schedule.bowl
    assert bowl is not None, "a commitment is only made for a schedule with a bowl"
    draw: Draw = row.Draw
    return DrawLine(
        id=draw.id,
        number=row.number,
        client_id=draw.client_id,
        client_code=row.client_code,
        tier=draw.tier,
        cents=draw.cents,
        given_tier=draw.given_tier,
        given_cents=draw.given_cents,
        cut_by=draw.cut_by,
        slip=draw.slip,
        happened_on=draw.happened_on,
        recorded_at=draw.recorded_at,
        site_name=row.site_name,
        time_zone=row.time_zone,
        staff_name=row.staff_name,
        via=draw.via,
        identity=identity(draw.client_id, row.number, row.schedule_version_id),
        digest=bytes(row.digest),
        secret=bytes(draw.secret),
        client_part=draw.client_part,
        bowl=bowl,
        ceilings=frozenset(ceiling.scope for ceiling in schedule.ceilings),
    )


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """The draws at a site in a month from one published bowl: the number of slips by tier, and the cents given for them."""

    site_id: int
    site_name: str
    month: date
    bowl: Bowl
    counts: Mapping[str, int]
    given_cents: int


def drawn_groups(
    session: Session, actor: Actor, *, since: date, until: date = date.max
) -> tuple[DrawnGroup, ...]:  # fmt: skip
    """Return the draws of counted clients at the actor's sites since a day, and up to one, grouped by site, month and bowl."""
    year, month = extract("year", Draw.happened_on), extract("month", Draw.happened_on)
    rows = session.execute(
        select(
            Draw.site_id,
            Site.name,
            year,
            month,
            _VERSION_ID.label("version_id"),
            Draw.tier,
            func.count(),
            func.sum(Draw.given_cents),
        )
        .join(Commitment, Commitment.id == Draw.commitment_id)
        .join(Enrollment, Enrollment.id == Commitment.enrollment_id)
        .join(Site, Site.id == Draw.site_id)
        .where(
            at_sites(Draw.site_id, actor),
            Draw.happened_on.between(since, until),
            Draw.client_id.not_in(practice_ids()),
        )
        .group_by(Draw.site_id, Site.name, year, month, _VERSION_ID, Draw.tier)
    ).all()
    documents = {
        version_id: document
        for version_id, document in session.execute(
            select(ScheduleVersion.id, ScheduleVersion.document).where(
                ScheduleVersion.id.in_({row.version_id for row in rows})
            )
        )
    }
    totals: dict[tuple[int, str, date, int], tuple[dict[str, int], int]] = {}
    for site_id, name, of_year, of_month, version_id, tier, count, given_cents in rows:
        key = (site_id, name, date(int(of_year), int(of_month), 1), version_id)
        counts, cents = totals.get(key, ({}, 0))
        totals[key] = ({**counts, tier: int(count)}, cents + int(given_cents))
    groups = []
    for (site_id, name, month_, version_id), (counts, cents) in sorted(totals.items(), key=lambda item: item[0][1:]):
        bowl = schedule_of(documents[version_id]).bowl
        assert bowl is not None, "a commitment is only made for a schedule with a bowl"
        groups.append(
            DrawnGroup(site_id=site_id, site_name=name, month=month_, bowl=bowl, counts=counts, given_cents=cents)
        )
    return tuple(groups)
