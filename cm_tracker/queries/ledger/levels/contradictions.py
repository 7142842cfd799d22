"""Contradictions: what the tables must never say, whatever the schedules are. Part of level 4."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from sqlalchemy import select, text

from cm_tracker.domain.ledger.kinds import EXPIRED, KINDS, SET_ASIDE, SLIPS
from cm_tracker.models import ClientAlias, CodeChange, Note
from cm_tracker.models.sealed import table_of
from cm_tracker.queries.ledger.levels.run import VerificationRun

# How many findings one statement may add.
MOST = 100


class Contradiction(NamedTuple):
    """The kind of the records that are wrong, what is wrong with them, and the statement that selects their ids.

    `table` is the table to name in the finding, where it is not the one that holds the records.
    """

    kind: str
    problem: str
    statement: str
    table: str | None = None


def check_contradictions(run: VerificationRun) -> None:
    """Add a finding for each record that is wrong, at most a hundred for each contradiction."""
    contradictions = (*CONTRADICTIONS, *_of_kinds())
    run.look(4, "rules that no record may contradict", len(contradictions) + 1)
    _find_wrong_old_codes(run)
    for contradiction in contradictions:
        table = contradiction.table or table_of(contradiction.kind).name
        for (id_,) in run.session.execute(text(f"{contradiction.statement} LIMIT {MOST}")):
            run.find(4, table, contradiction.problem, record=f"{contradiction.kind}:{id_}")


def _find_wrong_old_codes(run: VerificationRun) -> None:
    """Find changes of a code that left another old one than they sealed. No statement can compare an encrypted note."""
    rows = run.session.execute(
        select(CodeChange.id, ClientAlias.code, Note.text)
        .join(ClientAlias, ClientAlias.change_id == CodeChange.id)
        .join(Note, Note.digest == CodeChange.old_code_digest)
        .where(Note.text.is_not(None))
        .execution_options(yield_per=1000)
    )
    for change_id in islice((id_ for id_, code, sealed in rows if sealed != code), MOST):
        problem = "left another old code than the one that it sealed"
        run.find(4, "client_alias", problem, record=f"code_change:{change_id}")


def _of_kinds() -> Iterator[Contradiction]:
    """Return what follows from the list of kinds of transactions."""
    transactions = "SELECT DISTINCT t.id FROM ledger_transaction t"
    entries = f"{transactions} JOIN entry e ON e.transaction_id = t.id"
    accounts = "JOIN account a ON a.id = e.account_id"
    yield Contradiction(
        "transaction", "is of an unknown kind", f"{transactions} WHERE t.kind NOT IN ({_listed(KINDS)})"
    )
    for kind in KINDS.values():
        if kind.record:
            yield Contradiction(
                "transaction",
                f"is of the kind {kind.name}, but no {kind.record} names it",
                f"{transactions} LEFT JOIN {table_of(kind.record).name} r ON r.transaction_id = t.id "
                f"WHERE t.kind = '{kind.name}' AND r.id IS NULL",
            )
    yield Contradiction(
        "transaction",
        "pays without naming the visit that it pays for",
        f"{entries} WHERE e.visit_id IS NULL AND t.kind IN ({_listed(k.name for k in KINDS.values() if k.names_visits)})",
        table="entry",
    )
    for what, is_moved in (
        (SET_ASIDE, f"{accounts} WHERE a.kind = 'held'"),
        (SLIPS, "WHERE e.unit LIKE 'tier/%'"),
        (EXPIRED, f"{accounts} WHERE a.kind = 'expired'"),
    ):
        may = [kind.name for kind in KINDS.values() if what in kind.may_move]
        yield Contradiction(
            "transaction",
            f"moves {what}, which only these kinds may: {', '.join(may)}",
            f"{entries} {is_moved} AND t.kind NOT IN ({_listed(may)})",
        )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# A record's main record, by the alias of the table.
_MAIN = "COALESCE({0}.merged_into_id, {0}.id)"
CONTRADICTIONS = (
    Contradiction(
        "transaction",
        "pays a client for a visit of another client",
        "SELECT DISTINCT e.transaction_id FROM entry e JOIN account a ON a.id = e.account_id "
        "JOIN visit v ON v.id = e.visit_id JOIN enrollment n ON n.id = v.enrollment_id "
        "JOIN client c ON c.id = a.client_id JOIN client o ON o.id = n.client_id "
        f"WHERE a.kind = 'client' AND {_MAIN.format('c')} <> {_MAIN.format('o')}",
        table="entry",
    ),
    Contradiction(
        "transaction",
        "pays for a record that corrects another one, and not for the first record of the visit",
        "SELECT DISTINCT e.transaction_id FROM entry e JOIN visit v ON v.id = e.visit_id WHERE v.corrects_id IS NOT NULL",
        table="entry",
    ),
    Contradiction(
        "redemption",
        "did not take the price that was shown, or not that many items",
        "SELECT r.id FROM redemption r WHERE "
        # Of a prize that was given by hand while the program was down, the program bears what the points did not reach for.
        "COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id "
        "WHERE ((a.kind = 'client' AND a.client_id = r.client_id) "
        "OR (a.kind = 'program_loss' AND a.site_id = r.site_id AND r.given_at IS NOT NULL)) "
        "AND e.unit = 'points' AND e.transaction_id = r.transaction_id), 0) "
        "<> -r.price_points * r.quantity OR "
        "COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'cabinet' "
        "AND a.prize_id = r.prize_id AND e.transaction_id = r.transaction_id), 0) <> -r.quantity",
    ),
    Contradiction(
        "redemption",
        "did not take one slip of its tier for each item, or took a slip where none is due",
        "SELECT r.id FROM redemption r WHERE COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = r.client_id "
        "AND e.unit LIKE 'tier/%' AND e.unit = COALESCE('tier/' || r.tier, e.unit) "
        "AND e.transaction_id = r.transaction_id), 0) <> CASE WHEN r.tier IS NULL THEN 0 ELSE -r.quantity END",
    ),
    Contradiction(
        "redemption",
        "took other points than its price in money is worth",
        "SELECT r.id FROM redemption r CROSS JOIN program p WHERE r.price_cents IS NOT NULL AND (r.tier IS NOT NULL "
        "OR r.price_points <> (r.price_cents + p.point_value_cents - 1) / p.point_value_cents)",
    ),
    Contradiction(
        "redemption",
        "hides its price in money, which an earlier one has",
        "SELECT r.id FROM redemption r WHERE r.price_cents IS NULL AND r.tier IS NULL "
        "AND r.id > (SELECT MIN(o.id) FROM redemption o WHERE o.price_cents IS NOT NULL)",
    ),
    Contradiction(
        "redemption",
        "names a retail value where points were paid, or hides it where an earlier slip has it",
        "SELECT r.id FROM redemption r WHERE (r.tier IS NULL AND r.retail_cents IS NOT NULL) OR (r.tier IS NOT NULL "
        "AND r.retail_cents IS NULL AND r.id > (SELECT MIN(o.id) FROM redemption o WHERE o.retail_cents IS NOT NULL))",
    ),
    Contradiction(
        "redemption",
        "did not go to the client, or was not set aside as it says",
        "SELECT r.id FROM redemption r WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a "
        "ON a.id = e.account_id WHERE e.transaction_id = r.transaction_id AND a.prize_id = r.prize_id "
        "AND ((a.kind = 'held' AND a.client_id = r.client_id AND r.way = 'set_aside') "
        "OR (a.kind = 'given' AND a.site_id = r.site_id AND r.way IS NULL))), 0) <> r.quantity",
    ),
    Contradiction(
        "redemption",
        "names another card than the one that it moved",
        "SELECT r.id FROM redemption r JOIN entry e ON e.transaction_id = r.transaction_id "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'cabinet' "
        "AND e.unit <> COALESCE('card/' || r.card_id, 'items/' || r.prize_id)",
    ),
    Contradiction(
        "handover",
        "did not hand over what its redemption set aside",
        "SELECT h.id FROM handover h JOIN redemption r ON r.id = h.redemption_id "
        "LEFT JOIN ledger_transaction t ON t.id = h.transaction_id WHERE r.way IS NULL OR r.client_id <> h.client_id "
        "OR t.kind <> 'handover' OR t.because IS NULL OR t.because <> r.record "
        "OR COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'held' "
        "AND a.client_id = r.client_id AND e.unit = COALESCE('card/' || r.card_id, 'items/' || r.prize_id) "
        "AND e.transaction_id = h.transaction_id), 0) <> -r.quantity",
    ),
    Contradiction(
        "signed_agreement",
        "is for a version that its enrollment never followed",
        "SELECT s.id FROM signed_agreement s JOIN enrollment n ON n.id = s.enrollment_id "
        "WHERE s.schedule_version_id <> n.schedule_version_id AND NOT EXISTS (SELECT 1 FROM enrollment_event v "
        "WHERE v.enrollment_id = n.id AND v.schedule_version_id = s.schedule_version_id)",
    ),
    Contradiction(
        "delivery",
        "says another quantity than its transaction booked in",
        "SELECT d.id FROM delivery d WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a "
        "ON a.id = e.account_id JOIN ledger_transaction t ON t.id = e.transaction_id WHERE t.kind = 'delivery' "
        "AND a.kind = 'cabinet' AND a.prize_id = d.prize_id AND a.site_id = d.site_id "
        "AND e.transaction_id = d.transaction_id), 0) <> d.quantity",
    ),
    Contradiction(
        "count_signature",
        "was not signed by a second person, or its transaction names another count",
        "SELECT s.id FROM count_signature s JOIN stock_count c ON c.id = s.count_id "
        "LEFT JOIN ledger_transaction t ON t.id = s.transaction_id WHERE s.staff_id IS NULL OR s.staff_id = c.staff_id "
        "OR (t.id IS NOT NULL AND (t.because IS NULL OR t.because <> c.record OR t.kind <> 'shrinkage'))",
    ),
    Contradiction(
        "count_check",
        "was not made by a second person, or names a count of somebody else as the second one",
        "SELECT k.id FROM count_check k JOIN stock_count c ON c.id = k.count_id "
        "LEFT JOIN stock_count o ON o.id = k.own_count_id WHERE k.staff_id IS NULL OR k.staff_id = c.staff_id "
        "OR k.site_id <> c.site_id OR (o.id IS NOT NULL AND (o.staff_id IS NULL OR o.staff_id <> k.staff_id "
        "OR o.round_id <> c.round_id))",
    ),
    Contradiction(
        "count_signature",
        "was signed before a second person had checked the count",
        "SELECT s.id FROM count_signature s JOIN stock_count c ON c.id = s.count_id "
        "LEFT JOIN count_check k ON k.count_id = c.id WHERE c.round_id IS NOT NULL AND k.id IS NULL",
    ),
    Contradiction(
        "transaction",
        "books a count that nobody signed",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN count_signature s ON s.transaction_id = t.id "
        "WHERE t.because LIKE 'stock_count:%' AND s.id IS NULL",
    ),
    Contradiction(
        "commitment",
        "was left out: a later commitment of the client was made, or the one before it is missing",
        "SELECT c.id FROM commitment c LEFT JOIN draw d ON d.commitment_id = c.id WHERE (d.id IS NULL AND EXISTS ("
        "SELECT 1 FROM commitment l WHERE l.client_id = c.client_id AND l.number > c.number)) OR (c.number > 1 "
        "AND NOT EXISTS (SELECT 1 FROM commitment e WHERE e.client_id = c.client_id AND e.number = c.number - 1))",
    ),
    Contradiction(
        "transaction",
        "takes items from a shelf, but names neither a count nor an undone redemption as the reason",
        "SELECT t.id FROM ledger_transaction t WHERE t.kind = 'shrinkage' AND (t.because IS NULL OR "
        "(t.because NOT LIKE 'stock_count:%' AND t.because NOT LIKE 'redemption:%' "
        "AND t.because NOT LIKE 'count_signature:%'))",
    ),
    Contradiction(
        "transaction",
        "finds more items again than the signed count that it names had found missing",
        # What was given by hand before the count, and typed after it.
        "SELECT t.id FROM ledger_transaction t LEFT JOIN count_signature s ON s.record = t.because "
        "WHERE t.because LIKE 'count_signature:%' AND (s.id IS NULL OR t.kind <> 'shrinkage' OR EXISTS ("
        "SELECT e.account_id FROM entry e JOIN account a ON a.id = e.account_id "
        "JOIN ledger_transaction o ON o.id = e.transaction_id WHERE a.kind = 'cabinet' "
        "AND (o.id = s.transaction_id OR o.because = t.because) "
        "AND e.account_id IN (SELECT m.account_id FROM entry m WHERE m.transaction_id = t.id) "
        "GROUP BY e.account_id HAVING SUM(e.amount) > 0))",
    ),
    Contradiction(
        "draw",
        "did not take one draw, or gave something else than its slip",
        "SELECT d.id FROM draw d WHERE COALESCE((SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id "
        "WHERE a.kind = 'client' AND a.client_id = d.client_id AND e.unit = 'draws' "
        "AND e.transaction_id = d.transaction_id), 0) <> -1 OR COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = d.client_id "
        "AND e.unit = 'tier/' || d.given_tier AND e.transaction_id = d.transaction_id), 0) "
        "<> CASE WHEN d.given_cents > 0 THEN 1 ELSE 0 END",
    ),
    Contradiction(
        "adjustment",
        "was not approved by a second person, or moved something else",
        "SELECT d.id FROM adjustment d WHERE d.requested_by_id IS NULL OR d.staff_id IS NULL "
        "OR d.requested_by_id = d.staff_id OR COALESCE((SELECT SUM(e.amount) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE a.kind = 'client' AND a.client_id = d.client_id "
        "AND e.unit = d.unit AND e.transaction_id = d.transaction_id), 0) <> d.amount",
    ),
    Contradiction(
        "adjustment_request",
        "says that it was approved, but no sealed adjustment is behind it, or one of another amount or lead",
        "SELECT r.id FROM adjustment_request r LEFT JOIN adjustment d ON d.request_id = r.id WHERE "
        "r.decision = 'approved' AND (d.id IS NULL OR d.client_id <> r.client_id OR d.unit <> r.unit "
        "OR d.amount <> r.amount OR d.staff_id <> r.decided_by_id)",
        table="adjustment_request",
    ),
    Contradiction(
        "adjustment",
        "was posted, but its request does not say that it was approved",
        "SELECT d.id FROM adjustment d LEFT JOIN adjustment_request r ON r.id = d.request_id "
        "WHERE r.id IS NULL OR r.decision IS NULL OR r.decision <> 'approved'",
    ),
    Contradiction(
        "merge_request",
        "says that it was approved, but no sealed merge is behind it",
        "SELECT r.id FROM merge_request r LEFT JOIN client_merge m ON m.request_id = r.id "
        "WHERE r.decision = 'approved' AND m.id IS NULL",
        table="merge_request",
    ),
    Contradiction(
        "offer",
        "names a redemption of another prize, price or quantity",
        "SELECT o.id FROM offer o LEFT JOIN redemption r ON r.id = o.redemption_id WHERE o.redemption_id IS NOT NULL AND "
        "(r.id IS NULL OR r.prize_id <> o.prize_id OR r.quantity <> o.quantity OR r.price_points <> o.price_points)",
        table="offer",
    ),
    Contradiction(
        "client_transfer",
        "begins at another site than the one to which the transfer before it led",
        "SELECT t.id FROM client_transfer t JOIN client_transfer b ON b.id = (SELECT MAX(o.id) FROM client_transfer o "
        "WHERE o.client_id = t.client_id AND o.id < t.id) WHERE b.to_site_id <> t.site_id",
    ),
    Contradiction(
        "client_transfer",
        "is the client's newest, but the client belongs to another site",
        "SELECT t.id FROM client_transfer t JOIN client c ON c.id = t.client_id "
        "LEFT JOIN client_merge m ON m.from_client_id = c.id WHERE t.to_site_id <> COALESCE(m.site_id, c.site_id) "
        "AND t.id = (SELECT MAX(o.id) FROM client_transfer o WHERE o.client_id = t.client_id)",
    ),
    Contradiction(
        "client",
        "was merged into another record, but belongs to another site than that one",
        "SELECT c.id FROM client c JOIN client i ON i.id = c.merged_into_id WHERE c.site_id <> i.site_id",
        table="client",
    ),
    Contradiction(
        "code_change",
        "is of another client than the old code that it left",
        "SELECT k.id FROM code_change k JOIN client_alias a ON a.change_id = k.id WHERE a.client_id <> k.client_id",
        table="client_alias",
    ),
    Contradiction(
        "schedule_version",
        "was not approved by a second lead",
        "SELECT v.id FROM schedule_version v WHERE v.sent_by_id IS NOT NULL "
        "AND (v.staff_id IS NULL OR v.staff_id = v.sent_by_id OR v.statement_digest IS NOT NULL)",
    ),
    Contradiction(
        "schedule_version",
        "was published by one lead without a statement, which others had to make before",
        "SELECT v.id FROM schedule_version v WHERE v.staff_id IS NOT NULL AND v.sent_by_id IS NULL "
        "AND v.statement_digest IS NULL AND v.id > (SELECT MIN(o.id) FROM schedule_version o "
        "WHERE o.sent_by_id IS NOT NULL OR o.statement_digest IS NOT NULL)",
    ),
    Contradiction(
        "client_merge",
        "was not approved by a second person, or was not asked for as its request says",
        "SELECT m.id FROM client_merge m LEFT JOIN merge_request r ON r.id = m.request_id WHERE m.staff_id IS NULL "
        "OR m.requested_by_id IS NULL OR m.staff_id = m.requested_by_id OR r.id IS NULL OR r.decision IS NULL "
        "OR r.decision <> 'approved' OR r.from_client_id <> m.from_client_id OR r.into_client_id <> m.into_client_id",
    ),
    Contradiction(
        "client",
        "names another main record than its sealed merge",
        "SELECT c.id FROM client c LEFT JOIN client_merge m ON m.from_client_id = c.id "
        "LEFT JOIN client i ON i.id = m.into_client_id "
        "WHERE (c.merged_into_id IS NULL) <> (m.id IS NULL) OR (m.id IS NOT NULL "
        f"AND c.merged_into_id <> {_MAIN.format('i')})",
        table="client",
    ),
    Contradiction(
        "client",
        "was merged into another record, but something is still booked for it",
        "SELECT c.id FROM client c WHERE c.merged_into_id IS NOT NULL AND EXISTS (SELECT 1 FROM account a "
        "WHERE a.client_id = c.id AND a.balance <> 0)",
        table="client",
    ),
    Contradiction(
        "transaction",
        "names no merge, or moves something else than from the merged record to its main record",
        "SELECT t.id FROM ledger_transaction t LEFT JOIN client_merge m ON m.record = t.because "
        "WHERE t.kind = 'merge' AND (m.id IS NULL OR EXISTS (SELECT 1 FROM entry e JOIN account a "
        "ON a.id = e.account_id LEFT JOIN client c ON c.id = a.client_id LEFT JOIN client f ON f.id = m.from_client_id "
        "WHERE e.transaction_id = t.id AND (a.kind <> 'client' OR (e.amount < 0 AND a.client_id <> m.from_client_id) "
        f"OR (e.amount > 0 AND (a.client_id = m.from_client_id OR {_MAIN.format('c')} <> {_MAIN.format('f')})))))",
    ),
    Contradiction(
        "transaction",
        "let something expire that is not a client's points",
        "SELECT t.id FROM ledger_transaction t WHERE t.kind = 'expiry' AND (SELECT COUNT(*) FROM entry e "
        "JOIN account a ON a.id = e.account_id WHERE e.transaction_id = t.id AND e.unit = 'points' "
        "AND ((a.kind = 'client' AND a.client_id = t.client_id AND e.amount < 0) "
        "OR (a.kind = 'expired' AND a.site_id = t.site_id AND e.amount > 0))) <> 2",
    ),
)
