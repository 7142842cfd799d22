"""Which records of the log a reader may see."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import Client, Enrollment
from cm_tracker.models.sealed import SEALED, table_of
from cm_tracker.queries.clients.main_records import Record, main_of
from cm_tracker.queries.staff.sites import at_sites

# A name in a log that somebody tampered with may hold any number; a database holds ids of so many digits.
MOST_DIGITS = 18


def records_at_sites(session: Session, actor: Actor, names: Iterable[str]) -> frozenset[str]:
    """Return those of the records, named such as `visit:17`, that exist and belong to the actor's sites.

    A visit belongs to the site of its client, as on its own page. What has no site, such as a published
    version, belongs to everybody. One statement for each kind.
    """
    ids_of: dict[str, set[int]] = {}
    for name in names:
        kind, _, number = name.partition(":")
        if kind in SEALED and number.isdecimal() and len(number) <= MOST_DIGITS:
            ids_of.setdefault(kind, set()).add(int(number))
    found: set[str] = set()
    for kind, ids in ids_of.items():
        columns = table_of(kind).columns
        asked: Any = select(columns["id"]).where(columns["id"].in_(ids))
        if kind in ("visit", "enrollment"):
            if kind == "visit":
                asked = asked.join(Enrollment, Enrollment.id == columns["enrollment_id"])
            asked = asked.join(Record, Record.id == table_of("enrollment").columns["client_id"])
            asked = asked.join(Client, Client.id == main_of(Record))
            asked = asked.where(at_sites(Client.site_id, actor))
        elif actor.site_ids is not None and "site_id" in columns:
            asked = asked.where(columns["site_id"].in_(actor.site_ids))
        found.update(f"{kind}:{id_}" for id_ in session.execute(asked).scalars())
    return frozenset(found)
