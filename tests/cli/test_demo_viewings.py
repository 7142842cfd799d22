"""The demonstration shows who looked, and a name that an auditor opened."""

from typing import Any

from sqlalchemy.orm import Session

from cm_tracker.cli.demo import viewings
from cm_tracker.queries.audit.identities import opened_lately
from cm_tracker.queries.audit.viewings import viewings_of_client
from tests import cast


def test_a_lead_finds_who_looked_and_is_told_of_an_opened_name(session: Session, monkeypatch: Any) -> None:
    for name in ("LOOKED_AT", "OPENED"):
        monkeypatch.setattr(viewings, name, "HS-1")
    staff = {"rosa": cast.rosa, "lena": cast.counselor(session), "grace": cast.grace, "miriam": cast.miriam}
    viewings.looks(cast.NOW, staff)
    lines = viewings_of_client(session, cast.miriam, cast.AMIR).lines
    assert [(line.staff_name, line.kind) for line in lines] == [
        ("Rosa", "view"),
        ("Rosa", "view"),
        ("Grace", "refused"),
        ("Paul", "view"),
        ("Rosa", "view"),
        ("Rosa", "view"),
    ]
    assert [tuple(one) for one in opened_lately(session, cast.miriam, cast.NOW)] == [("Grace", 1)]
