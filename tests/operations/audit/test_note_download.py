"""A download is noted, by somebody who may read the list and of a site that is theirs."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences.program import list_downloaded
from cm_tracker.domain.audit.downloads import DOWNLOADS, PRINT, WAYS
from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent
from cm_tracker.operations.audit.note_download import note_download
from tests import cast
from tests.test_audit_sentences import line


def note(session: Session, list_name: str, actor: Actor, **more: Any) -> None:
    asked: dict[str, Any] = {"site_id": None, "since": None, "until": None, **more}
    note_download(session, list_name=list_name, actor=actor, now=cast.NOW, **asked)


def test_it_is_noted_with_its_site_and_days(session: Session) -> None:
    note(session, "audit", cast.grace, site_id=cast.MILL, since=date(2026, 3, 1))
    found = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert (found.tag, found.subject, found.staff_id, found.site_id) == (
        "list:downloaded",
        "list:audit",
        cast.GRACE,
        cast.MILL,
    )
    assert json.loads(found.detail) == {"list": "audit", "since": "2026-03-01"}


@pytest.mark.parametrize(
    ("list_name", "actor"), [("ledger", cast.rosa), ("audit", cast.rosa), ("ledger", cast.sam), ("audit", cast.anna)]
)
def test_who_may_not_read_a_list_downloads_none(session: Session, list_name: str, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        note(session, list_name, actor)


def test_a_site_of_others_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        note(session, "audit", cast.miriam, site_id=cast.MILL)


@pytest.mark.parametrize("list_name", DOWNLOADS)
def test_every_list_has_its_name_in_the_sentence(list_name: str) -> None:
    said = list_downloaded(line("list:downloaded", {"list": list_name}))
    assert "downloaded a list" not in said and said.endswith(" as a CSV file.")


def test_each_way_out_has_its_words() -> None:
    said = [list_downloaded(line("list:downloaded", {"list": "ledger", "file": way})) for way in WAYS]
    assert [one.partition(" ")[2] for one in said] == [
        "downloaded the ledger as a CSV file.",
        "downloaded the ledger as an XLSX file.",
        "printed the ledger.",
    ]


def test_what_was_printed_is_noted_as_printed(session: Session) -> None:
    note(session, "ledger", cast.grace, way=PRINT)
    found = session.execute(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).scalar_one()
    assert json.loads(found.detail) == {"list": "ledger", "file": "print"}
