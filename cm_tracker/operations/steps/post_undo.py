"""Undo a redemption: post its transactions with the opposite signs, so that points and items are where they were."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.accounts import Entry
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Handover
from cm_tracker.operations.steps.add_record import Record
from cm_tracker.operations.steps.lock_client import LockedClient, may_lock_accounts_of
from cm_tracker.operations.steps.move_balances import merge_of, move_balances
from cm_tracker.operations.steps.post_transaction import lock_balances, mirrored, post_transaction


def post_undo(
    session: Session,
    *,
    redemption_id: int,
    transaction_id: int,
    site_id: int,
    client: LockedClient,
    note_digest: bytes | None,
    actor: Actor,
    now: datetime,
) -> list[Record]:
    """Undo the handover of a redemption, if there was one, then the redemption. Return the transactions, to be sealed.

    `client` is the client of the redemption, locked. Afterwards the item is on the shelf again. What returns to a
    record that was merged since moves on to its main record at once.
    """
    mirrors = mirrors_of(session, redemption_id, transaction_id)
    lock_mirrors(session, client, mirrors)
    undos = [
        post_transaction(
            session,
            "undo",
            entries,
            site_id=site_id,
            client_id=client.id,
            actor=actor,
            now=now,
            note_digest=note_digest,
            undoes_id=undone_id,
            because=f"redemption:{redemption_id}",
        )
        for undone_id, entries in mirrors
    ]
    returned: dict[int, dict[str, int]] = {}
    for account, amount, _ in (entry for _, entries in mirrors for entry in entries):
        if account.kind == "client" and account.client_id is not None and account.client_id != client.id:
            units = returned.setdefault(account.client_id, {})
            units[account.unit] = units.get(account.unit, 0) + amount
    moves = [
        move
        for record_id, units in returned.items()
        for move in move_balances(
            session,
            record_id,
            client,
            units,
            because=merge_of(session, record_id),
            note_digest=note_digest,
            actor=actor,
            now=now,
        )
    ]
    return [*undos, *moves]


def lock_mirrors(session: Session, client: LockedClient, mirrors: Sequence[tuple[int, list[Entry]]]) -> None:
    """Lock the accounts of mirrored transactions: of a client, of records that were merged into them, and shelves.

    All accounts in one call, because shelves have to be locked in the order of their ids (`lock_balances`).
    """
    accounts = [entry.account for _, entries in mirrors for entry in entries]
    for account in accounts:
        if account.client_id is not None and account.client_id != client.id:
            may_lock_accounts_of(session, client, account.client_id)
    lock_balances(session, accounts)


def mirrors_of(session: Session, redemption_id: int, transaction_id: int) -> list[tuple[int, list[Entry]]]:
    """Return the ids of the transactions that undoing a redemption undoes, each with its entries in reverse.

    The newest transaction is first: the handover, if there was one, then the redemption itself.
    """
    handed_over = session.execute(
        select(Handover.transaction_id).where(Handover.redemption_id == redemption_id)
    ).scalars()
    return [(undone_id, mirrored(session, undone_id)) for undone_id in (*handed_over, transaction_id)]
