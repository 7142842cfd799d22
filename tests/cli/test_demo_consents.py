"""A client of the demonstration has papers: an agreement, a consent in force and one that was taken back."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.cli.demo import consents
from cm_tracker.queries.clients.consents import agreements_of, consents_of, disclosures_of
from tests import cast


def test_a_client_has_papers_and_an_account(session: Session, monkeypatch: Any) -> None:
    monkeypatch.setattr(consents, "WHOSE", "HS-1")
    consents.papers(cast.NOW, {"rosa": cast.rosa, "miriam": cast.miriam})
    lines = consents_of(session, cast.AMIR, date(2026, 3, 16))
    assert [(line.recipient, line.holds) for line in lines] == [
        ("Harbor County drug court", False),
        ("Dr. Ada Weiss, Lakeside Family Practice", True),
    ]
    assert [line.signed_on for line in agreements_of(session, cast.AMIR)] == [date(2026, 2, 16)]
    assert [(line.disclosed_on, line.staff_name) for line in disclosures_of(session, cast.AMIR)] == [
        (date(2026, 3, 9), "Miriam")
    ]
