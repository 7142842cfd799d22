"""Practice clients: opened to train staff, and counted by no report.

Everything works for them as for anybody, with one exception: no prize leaves the cabinet for them (`NothingForPractice`).
They stand in the lists of the day, with a tag, because staff practice there. What tells how the program is doing counts
only `counted_clients`: reports and measures, points and draws that are owed, prizes that will be needed, the fairness of
draws, auditors' samples. A practice client is merged with nobody else, so a merged record and its main record agree.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.orm import Session

from cm_tracker.db import table
from cm_tracker.models import Client

_CLIENT = table(Client)


def counted_clients(client: Any = Client) -> ColumnElement[bool]:
    """Return the condition that a client counts in a report. `client` is `Client`, an alias of it, or its table's columns."""
    condition: ColumnElement[bool] = client.is_practice.is_(None)
    return condition


def practice_ids() -> Select[int]:
    """Return a statement that selects the ids of practice clients, for a table that has a client but does not join it."""
    return select(Client.id).where(Client.is_practice.is_not(None))


def is_practice(session: Session, client_id: int) -> bool:
    """Return whether a client is a practice client. The caller checks whether the actor may see the client."""
    return session.execute(select(Client.is_practice).where(Client.id == client_id)).scalar_one() is True


def practice_codes_column() -> Any:
    """Return the codes of all practice clients as one column, for who is signed in; read it with `codes_in`.

    So a page puts a tag beside a code that it shows anyway, and needs no query for it.
    """
    # A text in the statement, because a statement that is compiled once takes no separator later.
    all_codes = func.aggregate_strings(_CLIENT.c.code, literal_column("' '"))  # type: ignore[arg-type]
    return select(all_codes).where(_CLIENT.c.is_practice.is_not(None)).scalar_subquery()


def codes_in(column: str | None) -> frozenset[str]:
    """Return the codes of a `practice_codes_column`."""
    return frozenset((column or "").split())
