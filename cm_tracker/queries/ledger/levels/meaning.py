"""Level 4 of verifying: what was paid is what the published version owes.

The engine replays every enrollment; what the ledger issued for each visit must be what the visit
earns. What clients hold beyond that must be booked as the program's. Redemptions took the price that
was shown, adjustments have their two leads, and nobody was paid for somebody else's visit.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import Refused
from cm_tracker.domain.ledger.settlement import Paid
from cm_tracker.models import Enrollment
from cm_tracker.queries.clients.enrollments import history_and_ledger_state
from cm_tracker.queries.ledger.findings import Verification
from cm_tracker.queries.ledger.transactions import KINDS
from cm_tracker.queries.prizes.cards import wrong_cards
from cm_tracker.queries.prizes.counts import wrong_signatures
from cm_tracker.queries.prizes.draws import all_draws, wrong_commitments, wrong_with
from cm_tracker.queries.prizes.trades import wrong_trades

MOST = 100

# What must never be: a sentence about a record, and the statement that finds it. `{since}` limits it
# to transactions that were sealed after a checkpoint.
NEVER: tuple[tuple[str, str, str], ...] = (
    (
        "entry",
        "transaction:{} pays an account for a visit of another client",
        "SELECT DISTINCT e.transaction_id FROM entry e JOIN account a ON a.id = e.account_id "
        "JOIN visit v ON v.id = e.visit_id JOIN enrollment n ON n.id = v.enrollment_id "
        "WHERE a.kind = 'client' AND a.client_id <> n.client_id",
    ),
    (
        "entry",
        "transaction:{} pays for a record that corrects another, not for the visit itself",
        "SELECT DISTINCT e.transaction_id FROM entry e JOIN visit v ON v.id = e.visit_id WHERE v.corrects_id IS NOT NULL",
    ),
    (
        "entry",
        "transaction:{} pays without naming the visit that it pays for",
        "SELECT DISTINCT e.transaction_id FROM entry e JOIN ledger_transaction t ON t.id = e.transaction_id "
        "WHERE t.kind IN ('award', 'correction') AND e.visit_id IS NULL",
    ),
    (
        "redemption",
        "redemption:{} did not take the price that was shown, or not that many items",
        "SELECT r.id FROM redemption r WHERE "
        "COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' "
        "AND a.client_id = r.client_id AND e.unit = 'points' AND e.transaction_id = r.transaction_id), 0) "
        "<> -r.price_points * r.quantity OR "
        "COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'cabinet' "
        "AND a.prize_id = r.prize_id AND e.transaction_id = r.transaction_id), 0) <> -r.quantity",
    ),
    (
        "ledger_transaction",
        "transaction:{} is a redemption without its record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN redemption r ON r.transaction_id = t.id "
        "WHERE t.kind = 'redemption' AND r.id IS NULL",
    ),
    (
        "redemption",
        "redemption:{} did not take a slip of its tier for each item, or took one where none is due",
        "SELECT r.id FROM redemption r WHERE COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = r.client_id "
        "AND e.unit LIKE 'tier/%' AND e.unit = COALESCE('tier/' || r.tier, e.unit) "
        "AND e.transaction_id = r.transaction_id), 0) <> CASE WHEN r.tier IS NULL THEN 0 ELSE -r.quantity END",
    ),
    (
        "redemption",
        "redemption:{} did not go to the client, or was not set aside as it says",
        "SELECT r.id FROM redemption r WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a "
        "ON a.id = e.account_id WHERE e.transaction_id = r.transaction_id AND a.prize_id = r.prize_id "
        "AND ((a.kind = 'held' AND a.client_id = r.client_id AND r.way = 'set_aside') "
        "OR (a.kind = 'given' AND a.site_id = r.site_id AND r.way IS NULL))), 0) <> r.quantity",
    ),
    (
        "redemption",
        "redemption:{} names another card than the one that it moved",
        "SELECT r.id FROM redemption r JOIN entry e ON e.transaction_id = r.transaction_id "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'cabinet' "
        "AND e.unit <> COALESCE('card/' || r.card_id, 'items/' || r.prize_id)",
    ),
    (
        "handover",
        "handover:{} did not hand over what its redemption set aside",
        "SELECT h.id FROM handover h JOIN redemption r ON r.id = h.redemption_id "
        "LEFT JOIN ledger_transaction t ON t.id = h.transaction_id WHERE r.way IS NULL OR r.client_id <> h.client_id "
        "OR t.kind <> 'handover' OR t.because IS NULL OR t.because <> r.record "
        "OR COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'held' "
        "AND a.client_id = r.client_id AND e.unit = COALESCE('card/' || r.card_id, 'items/' || r.prize_id) "
        "AND e.transaction_id = h.transaction_id), 0) <> -r.quantity",
    ),
    (
        "ledger_transaction",
        "transaction:{} is a trade without its record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN trade d ON d.transaction_id = t.id "
        "WHERE t.kind = 'trade' AND d.id IS NULL",
    ),
    (
        "ledger_transaction",
        "transaction:{} is a handover without its record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN handover h ON h.transaction_id = t.id "
        "WHERE t.kind = 'handover' AND h.id IS NULL",
    ),
    (
        "ledger_transaction",
        "transaction:{} moves what is set aside, but is no redemption and no handover",
        "SELECT DISTINCT t.id FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'held' AND t.kind NOT IN ('redemption', 'handover', 'undo')",
    ),
    (
        "delivery",
        "delivery:{} does not say how many its transaction booked in",
        "SELECT d.id FROM delivery d WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a "
        "ON a.id = e.account_id JOIN ledger_transaction t ON t.id = e.transaction_id WHERE t.kind = 'delivery' "
        "AND a.kind = 'cabinet' AND a.prize_id = d.prize_id AND a.site_id = d.site_id "
        "AND e.transaction_id = d.transaction_id), 0) <> d.quantity",
    ),
    (
        "count_signature",
        "count_signature:{} is not a second person's, or ledger_state something else than the count",
        "SELECT s.id FROM count_signature s JOIN stock_count c ON c.id = s.count_id "
        "LEFT JOIN ledger_transaction t ON t.id = s.transaction_id WHERE s.staff_id IS NULL OR s.staff_id = c.staff_id "
        "OR (t.id IS NOT NULL AND (t.because IS NULL OR t.because <> c.record OR t.kind <> 'shrinkage'))",
    ),
    (
        "ledger_transaction",
        "transaction:{} ledger_state a count that nobody signed",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN count_signature s ON s.transaction_id = t.id "
        "WHERE t.because LIKE 'stock_count:%' AND s.id IS NULL",
    ),
    (
        "commitment",
        "commitment:{} was passed over: a later one was made, or the one before it is not there",
        "SELECT c.id FROM commitment c LEFT JOIN draw d ON d.commitment_id = c.id WHERE (d.id IS NULL AND EXISTS ("
        "SELECT 1 FROM commitment l WHERE l.client_id = c.client_id AND l.number > c.number)) OR (c.number > 1 "
        "AND NOT EXISTS (SELECT 1 FROM commitment e WHERE e.client_id = c.client_id AND e.number = c.number - 1))",
    ),
    (
        "ledger_transaction",
        "transaction:{} takes from a shelf, and neither a count nor an undone redemption says why",
        "SELECT t.id FROM ledger_transaction t WHERE t.kind = 'shrinkage' AND (t.because IS NULL OR "
        "(t.because NOT LIKE 'stock_count:%' AND t.because NOT LIKE 'redemption:%'))",
    ),
    (
        "ledger_transaction",
        "transaction:{} is a draw without its record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN draw d ON d.transaction_id = t.id "
        "WHERE t.kind = 'draw' AND d.id IS NULL",
    ),
    (
        "draw",
        "draw:{} did not take one draw, or gave something else than its slip",
        "SELECT d.id FROM draw d WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id "
        "WHERE a.kind = 'client' AND a.client_id = d.client_id AND e.unit = 'draws' "
        "AND e.transaction_id = d.transaction_id), 0) <> -1 OR COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = d.client_id "
        "AND e.unit = 'tier/' || d.given_tier AND e.transaction_id = d.transaction_id), 0) "
        "<> CASE WHEN d.given_cents > 0 THEN 1 ELSE 0 END",
    ),
    (
        "ledger_transaction",
        "transaction:{} moves slips, but is no draw, no redemption and no trade",
        "SELECT DISTINCT t.id FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id "
        "WHERE e.unit LIKE 'tier/%' AND t.kind NOT IN ('draw', 'redemption', 'trade', 'undo')",
    ),
    (
        "ledger_transaction",
        "transaction:{} is an adjustment without its record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN adjustment d ON d.transaction_id = t.id "
        "WHERE t.kind = 'adjustment' AND d.id IS NULL",
    ),
    (
        "adjustment",
        "adjustment:{} was not approved by a second person, or moved something else",
        "SELECT d.id FROM adjustment d WHERE d.requested_by_id IS NULL OR d.staff_id IS NULL "
        "OR d.requested_by_id = d.staff_id OR COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = d.client_id "
        "AND e.unit = d.unit AND e.transaction_id = d.transaction_id), 0) <> d.amount",
    ),
    (
        "ledger_transaction",
        "transaction:{} let something else expire than a client's points",
        "SELECT t.id FROM ledger_transaction t WHERE t.kind = 'expiry' AND (SELECT COUNT(*) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE e.transaction_id = t.id AND e.unit = 'points' "
        "AND ((a.kind = 'client' AND a.client_id = t.client_id AND e.amount < 0) "
        "OR (a.kind = 'expired' AND a.site_id = t.site_id AND e.amount > 0))) <> 2",
    ),
    (
        "ledger_transaction",
        "transaction:{} moves expired points, but is no expiry",
        "SELECT DISTINCT t.id FROM ledger_transaction t JOIN entry e ON e.transaction_id = t.id "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'expired' AND t.kind <> 'expiry'",
    ),
    (
        "ledger_transaction",
        "transaction:{} is of a kind that there is not",
        f"SELECT t.id FROM ledger_transaction t WHERE t.kind NOT IN ({', '.join(repr(kind) for kind in KINDS)})",
    ),
)


def check_meaning(
    session: Session, found: Verification, *, since_seq: int = 0, progress: Callable[[float], None] | None = None
) -> None:
    """Find what the ledger paid otherwise than the schedules say.

    With `since_seq` only enrollments that have a record after it are replayed.
    """
    for table, says, statement in NEVER:
        for (number,) in session.execute(text(f"{statement} LIMIT {MOST}")):
            found.find(4, None, table, says.format(number))
    _check_draws(session, found)
    for record, says in wrong_cards(session):
        found.find(4, None, "gift_card", f"{record} {says}")
    for record, says in wrong_trades(session):
        found.find(4, None, "trade", f"{record} {says}")
    for record in wrong_signatures(session):
        found.find(4, None, "count_signature", f"{record} does not book what was counted")
    ids = _enrollments(session, since_seq)
    for done, enrollment_id in enumerate(ids, 1):
        _check_enrollment(session, found, enrollment_id)
        if progress and done % 50 == 0:
            progress(done / len(ids))


def _check_draws(session: Session, found: Verification) -> None:
    """Every slip follows from its commitment, the client's part and the bowl of the published version."""
    for record in wrong_commitments(session):
        found.find(4, None, "commitment", f"{record} waits, and its secret is not the one that it seals")
    after = 0
    while lines := all_draws(session, after):
        for line in lines:
            for says in wrong_with(line):
                found.find(4, None, "draw", f"draw:{line.id}: {says}")
        after = lines[-1].id


def _enrollments(session: Session, since_seq: int) -> list[int]:
    if not since_seq:
        return list(session.execute(select(Enrollment.id).order_by(Enrollment.id)).scalars())
    rows = session.execute(
        text(
            "SELECT DISTINCT v.enrollment_id FROM visit v JOIN log ON log.record = v.record WHERE log.seq > :seq "
            "UNION SELECT v.enrollment_id FROM entry e JOIN visit v ON v.id = e.visit_id "
            "JOIN ledger_transaction t ON t.id = e.transaction_id JOIN log ON log.record = t.record WHERE log.seq > :seq"
        ),
        {"seq": since_seq},
    )
    return sorted(row[0] for row in rows)


def _check_enrollment(session: Session, found: Verification, enrollment_id: int) -> None:
    name = f"enrollment:{enrollment_id}"
    try:
        enrollment, ledger_state = history_and_ledger_state(session, enrollment_id)
        replay = enrollment.replay()
    except SQLAlchemyError:
        raise
    # Whatever was changed behind the program's back may be anything: it is a finding, not an accident.
    except (Refused, KeyError, ValueError, TypeError, AssertionError, AttributeError) as error:
        found.find(4, None, "enrollment", f"{name} cannot be worked out ({type(error).__name__})")
        return
    owed: dict[tuple[str, int], int] = {(result.unit, result.ref): result.paid for result in replay.results}
    ledger: dict[tuple[str, int], Any] = {
        (unit, visit_id): was for unit, of_unit in ledger_state.paid.items() for visit_id, was in of_unit.items()
    }
    for unit, visit_id in sorted({*owed, *ledger}):
        due, was = owed.get((unit, visit_id), 0), ledger.get((unit, visit_id), Paid())
        if was.issued != due:
            found.find(4, None, "visit", f"{name}, visit:{visit_id}: {was.issued} {unit} were issued, {due} are owed")
        elif was.received < was.issued:
            found.find(
                4, None, "visit", f"{name}, visit:{visit_id}: {was.issued} {unit} were issued, {was.received} received"
            )
