"""Write a correct ledger of any size in bulk: every row, seal and balance is as the operations would leave it.

Tests and benchmarks use it for whatever takes longer as the ledger grows. The triggers of the database check the
rows as they are written, and a verification at all four levels has no findings.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import islice, repeat
from typing import Any, NamedTuple

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction, table
from cm_tracker.domain.clients.codes import plain
from cm_tracker.domain.ledger.chain import hash_of, leaf_of
from cm_tracker.domain.schedules import engine
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import (
    AccountRow,
    Client,
    Enrollment,
    EntryRow,
    LogHead,
    LogRow,
    ScheduleVersion,
    Transaction,
    VisitResult,
    VisitRow,
)
from cm_tracker.models.sealed import COLUMNS, body
from cm_tracker.operations.steps.note_audit import keep_states, note_audit
from cm_tracker.queries.schedules.documents import schedule_of

START = date(2024, 1, 1)
VISITS = 36
CLIENTS_PER_COMMIT = 100


class Course(NamedTuple):
    """A client's first day, and the days of their visits, each with its outcome. The same day comes once."""

    starts_on: date
    visits: Sequence[tuple[date, str]]


ALL_MET = Course(START, [(START + timedelta(days=7 * (n // 3) + 2 * (n % 3)), "met") for n in range(VISITS)])


def fill(session: Session, transactions: int, *, site_id: int = 1, version_id: int = 1) -> None:
    """Add clients with 36 met visits on the version's first track, until there are at least `transactions` awards."""
    add_clients(session, repeat(ALL_MET, -(-transactions // VISITS)), site_id=site_id, version_id=version_id)


def add_clients(
    session: Session, courses: Iterable[Course], *, site_id: int = 1, version_id: int = 1, via: str = "import"
) -> None:
    """Add a client for each course, with their visits on the version's first track."""
    left = iter(courses)
    while some := list(islice(left, CLIENTS_PER_COMMIT)):
        _add(session, some, site_id=site_id, version_id=version_id, via=via)
    number_on(session)


def number_on(session: Session) -> None:
    """Let the numbers of new rows go on after those that were written here."""
    if session.get_bind().dialect.name == "postgresql":
        for name in ("client", "enrollment", "account", "visit", "ledger_transaction", "entry"):
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT MAX(id) FROM {name}))")
            )
        session.commit()


@one_transaction
def _add(session: Session, courses: Sequence[Course], *, site_id: int, version_id: int, via: str) -> None:
    rows = Rows(session, version_id=version_id, via=via).of(courses, site_id=site_id)
    for model, some in rows.items():
        if some:
            session.execute(insert(table(model)), some)
    note_clients(session, rows)


def note_clients(session: Session, rows: Mapping[Any, Sequence[Mapping[str, Any]]]) -> None:
    """Write the line of the audit trail for new clients."""
    keep_states(session, *(f"client:{row['id']}" for row in rows[Client]))
    at = max(row["created_at"] for row in rows[Client])
    note_audit(session, "visits:imported", "import:bulk", actor=command("import"), now=at)


class Rows:
    """The rows that follow those of a database, for as long as nobody else writes into it."""

    def __init__(self, session: Session, *, version_id: int, via: str = "import") -> None:
        document = session.execute(
            select(ScheduleVersion.document).where(ScheduleVersion.id == version_id)
        ).scalar_one()
        self.schedule = schedule_of(document)
        self.version_id, self.via = version_id, via
        self.issued = {
            site_id: account_id
            for site_id, account_id in session.execute(
                select(AccountRow.site_id, AccountRow.id).where(
                    AccountRow.kind == "issued", AccountRow.unit == "points"
                )
            )
        }
        self.ids = {
            model: _highest(session, model)
            for model in (Client, Enrollment, AccountRow, VisitRow, Transaction, EntryRow)
        }
        size, head = session.execute(select(LogHead.size, LogHead.hash)).one()
        self.log = _Log(size, bytes(head))

    def of(self, courses: Sequence[Course], *, site_id: int) -> dict[Any, list[dict[str, Any]]]:
        """Return the rows of a new client for each course, by table, in an order that foreign keys allow."""
        tables = (Client, AccountRow, Enrollment, VisitRow, VisitResult, Transaction, EntryRow)
        rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in tables}
        self.log.rows = []
        if site_id not in self.issued:
            self.issued[site_id] = self._next(AccountRow)
            rows[AccountRow].append(
                _account(self.issued[site_id], f"issued:{site_id}:points", "issued", site_id=site_id)
            )
        for course in courses:
            self._add_client(rows, course, site_id)
        return rows | {LogRow: self.log.rows}

    def _next(self, model: Any) -> int:
        self.ids[model] += 1
        return self.ids[model]

    def _add_client(self, rows: dict[Any, list[dict[str, Any]]], course: Course, site_id: int) -> None:
        track = self.schedule.tracks[0]
        analytes = sorted(track.analytes)
        issued, log = self.issued[site_id], self.log
        enrolled_at = datetime.combine(course.starts_on, datetime.min.time()).astimezone() + timedelta(hours=9)
        replayed = engine.replay(
            self.schedule,
            course.starts_on,
            [engine.Visit(day, track.behavior, outcome, ref=n) for n, (day, outcome) in enumerate(course.visits)],
        )
        earned = [result.paid for result in replayed.results]
        client, enrollment, account = self._next(Client), self._next(Enrollment), self._next(AccountRow)
        rows[Client].append(
            {"id": client, "code": f"BIG-{client}", "plain_code": plain(f"BIG-{client}"), "preferred_name": "",
             "site_id": site_id, "language": "en", "pin_hash": None, "created_at": enrolled_at}
        )  # fmt: skip
        rows[AccountRow].append(_account(account, f"client:{client}:points", "client", client_id=client))
        origin = {"recorded_at": enrolled_at, "staff_id": None, "via": self.via}
        row = {
            "id": enrollment,
            "client_id": client,
            "schedule_version_id": self.version_id,
            "starts_on": course.starts_on,
            **origin,
        }
        rows[Enrollment].append(row)
        log.seal("enrollment", row)
        for (day, outcome), points in zip(course.visits, earned, strict=True):
            came = outcome not in ("unexcused", "excused")
            origin = {
                "recorded_at": enrolled_at + timedelta(days=(day - course.starts_on).days),
                "staff_id": None,
                "via": self.via,
            }
            visit = self._next(VisitRow)
            row = {
                **dict.fromkeys(COLUMNS["visit"]), "id": visit, "enrollment_id": enrollment, "site_id": site_id,
                "behavior": track.behavior, "happened_on": day, "day_place": 1, "outcome": outcome,
                "specimen": "given" if came else None, "temperature": "in_range" if came else None,
                "excuse": "illness" if outcome == "excused" else None, **origin,
            }  # fmt: skip
            rows[VisitRow].append(row)
            result = "negative" if outcome == "met" else "positive"
            tested = [(analyte, result) for analyte in analytes] if came else []
            rows[VisitResult].extend({"visit_id": visit, "analyte": a, "result": r} for a, r in tested)
            log.seal("visit", row, tested)
            if not points:
                continue
            transaction_id = self._next(Transaction)
            row = {
                **dict.fromkeys(COLUMNS["transaction"]), "id": transaction_id, "kind": "award", "site_id": site_id,
                "client_id": client, "because": f"visit:{visit}", **origin,
            }  # fmt: skip
            rows[Transaction].append(row)
            lines = ((issued, f"issued:{site_id}:points", -points), (account, f"client:{client}:points", points))
            for position, (account_id, _, amount) in enumerate(lines, 1):
                rows[EntryRow].append(
                    {"id": self._next(EntryRow), "transaction_id": transaction_id, "position": position,
                     "account_id": account_id, "unit": "points", "amount": amount, "visit_id": visit}
                )  # fmt: skip
            log.seal("transaction", row, [(key, "points", amount, visit) for _, key, amount in lines])


class _Log:
    def __init__(self, size: int, head: bytes) -> None:
        self.size, self.head, self.rows = size, head, list[dict[str, Any]]()

    def seal(self, kind: str, row: dict[str, Any], parts: Any = ()) -> None:
        self.size += 1
        sealed_text = body(kind, row, parts)
        leaf = leaf_of(sealed_text)
        self.head = hash_of(self.size, self.head, leaf)
        record = f"{kind}:{row['id']}"
        self.rows.append({"seq": self.size, "record": record, "body": sealed_text, "leaf": leaf, "hash": self.head})


def _account(id_: int, key: str, kind: str, **owner: int) -> dict[str, Any]:
    empty = {"client_id": None, "site_id": None, "prize_id": None}
    return {
        "id": id_,
        "key": key,
        "kind": kind,
        "unit": "points",
        "balance": 0 if kind == "client" else None,
        **empty,
        **owner,
    }


def _highest(session: Session, model: Any) -> int:
    return int(session.execute(select(func.coalesce(func.max(model.id), 0))).scalar_one())
