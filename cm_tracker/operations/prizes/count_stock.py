"""A member of staff counted a site's cabinet: save the count beside what the ledger holds, and show nobody that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.db import canonical_json, one_transaction
from cm_tracker.domain.errors import AllRefusals, BadInput, CountWaits, NotAllowed, NotFound
from cm_tracker.domain.ledger.accounts import cabinet_account
from cm_tracker.domain.prizes.catalog import missing_cards
from cm_tracker.domain.prizes.counts import CountLine, agree, check_counted, count_lines
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Prize, Site, StockCount
from cm_tracker.operations.steps.add_record import add_record
from cm_tracker.operations.steps.keep_purchases_apart import keep_purchases_apart
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.operations.steps.open_round import LockedRound, open_round
from cm_tracker.operations.steps.post_transaction import lock_balances
from cm_tracker.operations.steps.run_once import run_once
from cm_tracker.operations.steps.seal_records import seal_records
from cm_tracker.operations.steps.write_check import write_check
from cm_tracker.queries.prizes.cards import cards_on_shelf
from cm_tracker.queries.prizes.counts import lines_of, to_count

NO_CARDS: Mapping[int, Sequence[str]] = MappingProxyType({})


@one_transaction
def count_stock(
    session: Session,
    *,
    site_id: int,
    counted: Mapping[int, int | None],
    key: str,
    actor: Actor,
    now: datetime,
    cards: Mapping[int, Sequence[str]] = NO_CARDS,
) -> int:
    """Save a count: `counted` is the number of items by prize id. Return the count's id.

    It joins the open round of the site, or begins one (`begin_count`). Where somebody else counted the same in this
    round, this is also the check of their count. Raise `BadInput` where a prize of the catalog or the shelf was not
    counted; 0 is a count. Raise `CountWaits` where a count of the round is checked and not signed. Serial cards are
    counted in `cards`: the last four digits of each card that was seen, by prize id.
    """
    if not actor.reaches(site_id) or session.get(Site, site_id) is None:
        raise NotFound(what="site")
    if not actor.may("stock:count", site_id):
        raise NotAllowed(roles=actor.roles)

    def write() -> int:
        in_round = open_round(session, site_id, actor=actor, now=now)
        keep_purchases_apart(session, site_id, f"count_round:{in_round.id}", actor=actor, now=now)
        if in_round.is_checked:
            raise CountWaits
        is_serial = {prize.prize_id: prize.is_serial for prize in to_count(session, site_id)}
        known = session.execute(select(Prize.id, Prize.is_serial).where(Prize.id.in_([*counted, *cards])))
        is_serial |= {prize_id: serial for prize_id, serial in known}
        if not is_serial:
            raise BadInput("There is nothing to count: the catalog is empty.")
        shelf, on_shelf = _locked_shelf(session, site_id, is_serial)
        numbers = {prize_id: number for prize_id, number in counted.items() if is_serial.get(prize_id) is False}
        missing, refusals = {}, AllRefusals()
        for prize_id, cards_in_ledger in on_shelf.items():
            digits = cards.get(prize_id, ())
            numbers[prize_id] = len(digits)
            with refusals:
                missing[prize_id] = missing_cards(digits, cards_in_ledger, f"prize_{prize_id}")
        with refusals:
            check_counted(numbers, shelf)
        refusals.raise_any()
        lines = count_lines({prize_id: number or 0 for prize_id, number in numbers.items()}, shelf, missing)
        retail = _retail(session, [line.prize_id for line in lines])
        record = add_record(
            session,
            "stock_count",
            site_id=site_id,
            lines=canonical_json([line.plain() for line in lines]),
            round_id=in_round.id,
            retail=canonical_json([retail[line.prize_id] for line in lines]),
            recorded_at=now,
            staff_id=actor.staff_id,
            via=actor.via,
        )
        note_audit(
            session,
            "stock:counted",
            record.address,
            actor=actor,
            now=now,
            site_id=site_id,
        )
        records = [record]
        if same := _same_count(session, in_round, lines, actor):
            records += write_check(session, in_round, same, lines, own_count_id=record.id, actor=actor, now=now)
        seal_records(session, records)
        return record.id

    content = [site_id, sorted((prize_id, number) for prize_id, number in counted.items() if number is not None)]
    if cards:
        content.append(sorted((prize_id, list(digits)) for prize_id, digits in cards.items()))
    return run_once(session, key, "count_stock", content, actor, now, write)


def _same_count(session: Session, in_round: LockedRound, lines: list[CountLine], actor: Actor) -> int | None:
    """Return the id of a count of this round by somebody else who found the same; only each person's last one counts."""
    rows = session.execute(
        select(StockCount.id, StockCount.staff_id, StockCount.lines)
        .where(StockCount.round_id == in_round.id)
        .order_by(StockCount.id)
    )
    last = {row.staff_id: row for row in rows if row.staff_id not in (None, actor.staff_id)}
    same = [row.id for row in last.values() if agree(lines_of(row.lines), lines)]
    return max(same, default=None) if actor.staff_id is not None else None


def _retail(session: Session, prize_ids: list[int]) -> dict[int, int]:
    """Return the retail value of prizes in cents, by prize id."""
    rows = session.execute(select(Prize.id, Prize.retail_cents).where(Prize.id.in_(prize_ids)))
    return {prize_id: cents for prize_id, cents in rows}


def _locked_shelf(
    session: Session, site_id: int, is_serial: Mapping[int, bool]
) -> tuple[dict[int, int], dict[int, list[tuple[int, str]]]]:
    """Return how many items of each prize the ledger holds, and the serial cards by prize as (id, last four digits).

    Their accounts are locked, so that nothing is handed out until the count is committed.
    """
    on_shelf = cards_on_shelf(session, site_id)
    of_items = {
        prize_id: cabinet_account(site_id, prize_id) for prize_id in sorted(is_serial) if not is_serial[prize_id]
    }
    of_cards = {
        (prize_id, card.id): cabinet_account(site_id, prize_id, card.id)
        for prize_id in sorted(is_serial)
        for card in (on_shelf.get(prize_id, ()) if is_serial[prize_id] else ())
    }
    balances = lock_balances(session, [*of_items.values(), *of_cards.values()])
    cards_there: dict[int, list[tuple[int, str]]] = {}
    for prize_id in is_serial:
        if is_serial[prize_id]:
            cards_there[prize_id] = [
                (card.id, card.last_four)
                for card in on_shelf.get(prize_id, ())
                if balances[of_cards[prize_id, card.id].key]
            ]
    shelf = {prize_id: balances[account.key] for prize_id, account in of_items.items()}
    return shelf | {prize_id: len(cards) for prize_id, cards in cards_there.items()}, cards_there
