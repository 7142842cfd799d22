"""Write down who looked at which record. The web layer hands over many viewings at once, after their pages were sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.db import one_transaction, table
from cm_tracker.domain.audit.viewings import WRONG, Subject, Viewing
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import ViewingRow
from cm_tracker.operations.steps.note_audit import note_audit
from cm_tracker.queries.audit.subjects import Whose, account_ids, whose_records, with_codes


@one_transaction
def note_viewings(session: Session, *, viewings: Sequence[Viewing], dropped: int, now: datetime) -> None:
    """Write a line for each client whose record somebody looked at, and one for a page that is about no single client.

    `dropped` says how many viewings could not be kept before: the audit trail tells that they are missing.
    """
    whose = whose_records(session, {subject for viewing in viewings for subject in viewing.subjects})
    coded = with_codes(session, {viewing.client_code for viewing in viewings if viewing.client_code})
    accounts = account_ids(session, {viewing.username for viewing in viewings if viewing.username})
    rows = [row for viewing in viewings for row in _rows(viewing, whose, coded, accounts)]
    if rows:
        session.execute(insert(table(ViewingRow)), rows)
    if dropped:
        # No member of staff did this: the program says it of itself.
        note_audit(
            session, "view:dropped", "list:viewings", actor=Actor(None, frozenset(), None, "web"), now=now, n=dropped
        )


def _rows(
    viewing: Viewing,
    whose: Mapping[Subject, tuple[Whose, ...]],
    coded: Mapping[str, Whose],
    accounts: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    named = _name(viewing.subjects)
    if viewing.kind == WRONG:
        account_id = accounts.get(viewing.username, viewing.staff_id)
        named = f"staff:{account_id or 'unknown'}"
    of_records = [whose.get(subject, ()) for subject in viewing.subjects]
    of_code = (coded[viewing.client_code],) if viewing.client_code in coded else ()
    for of in _clients([*of_records, of_code]):
        yield {
            "at": viewing.at,
            "kind": viewing.kind,
            "page": viewing.page,
            "subject": named,
            "client_id": of.client_id,
            "site_id": of.site_id,
            "staff_id": viewing.staff_id,
            "address": viewing.address,
            "browser": viewing.browser,
        }


def _name(subjects: Sequence[Subject]) -> str:
    """Return the name of the record that an address names most closely, which is the last one."""
    return "" if not subjects else "{}:{}".format(*subjects[-1])


def _clients(found: Iterable[tuple[Whose, ...]]) -> tuple[Whose, ...]:
    """Return each client once, or the one line that names no client."""
    every = [of for whose in found for of in whose]
    of_clients = tuple(dict.fromkeys(of for of in every if of.client_id is not None))
    return of_clients or (Whose(None, every[0].site_id if every else None),)
