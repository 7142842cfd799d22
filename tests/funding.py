"""Sources of money for tests: a grant whose year begins on September 30, and donations without a year."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.operations.funding.add_source import add_source
from cm_tracker.operations.funding.choose_source import choose_source
from cm_tracker.operations.funding.set_terms import set_terms
from tests import cast

GRANT, DONATIONS = 1, 2
YEAR_BEGINS = date(2025, 9, 30)


def source(session: Session, name: str = "State opioid response grant", **more: Any) -> int:
    """Add a source: by default a grant of $500 in all and $100 a client and year. Return its id."""
    return add_source(
        session,
        **{
            "name": name, "kind": "grant", "first_day": (9, 30), "from_on": YEAR_BEGINS, "client_cents": 10_000,
            "total_cents": 50_000, "buys": "No cash.", "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def donations(session: Session) -> int:
    """Add donations of $30 in all, without a year and without a limit for a client. Return their id."""
    return source(
        session, "Donations", kind="donation", first_day=None, client_cents=None, total_cents=3_000, buys=""
    )  # fmt: skip


def terms(session: Session, source_id: int = GRANT, **more: Any) -> int:
    """Change the terms of a source from the day of the cast on. Return the id of the terms."""
    return set_terms(
        session,
        **{
            "source_id": source_id, "from_on": date(2026, 3, 16), "client_cents": 10_000, "total_cents": 50_000,
            "buys": "No cash.", "is_closed": False, "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def choose(session: Session, source_id: int | None = GRANT, **more: Any) -> int:
    """Choose a source for Amir's enrollment from its first day on. Return the entry's id."""
    return choose_source(
        session,
        **{
            "enrollment_id": cast.AMIR, "source_id": source_id, "from_on": cast.START, "reason": "As the grant says",
            "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip
