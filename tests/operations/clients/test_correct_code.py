"""A client's code is corrected: the old one still finds them, and nobody else gets it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    BadInput,
    KioskRefused,
    NotAllowed,
    NotFound,
    NothingChanged,
    ReasonMissing,
    Refused,
    Taken,
)
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.domain.visits.importing import Enrolled
from cm_tracker.models import AuditEvent, Client, ClientAlias, CodeChange, LogRow, Note
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.correct_code import correct_code
from cm_tracker.operations.clients.import_client import import_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.clients.search import aliases_of, client_with_code
from cm_tracker.queries.kiosk.card import kiosk_card
from cm_tracker.queries.ledger.transactions import LedgerFilter, transactions
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.visits.importing import enrollments_by_code
from tests import cast

HASHER = Hasher(64, 1)


def correct(
    session: Session, code: str, *, client_id: int = cast.AMIR, reason: str = "A part of the name was in it",
    actor: Actor = cast.rosa, once: str | None = None,
) -> int:  # fmt: skip
    return correct_code(
        session, client_id=client_id, code=code, reason=reason, key=once or cast.key(), actor=actor, now=cast.NOW
    )


def open_card(session: Session, code: str) -> str:
    return open_kiosk(
        session, code=code, pin=cast.PIN, device_id=cast.TABLET, hasher=HASHER, limit=Limit(5, timedelta(minutes=10)),
        lasts=timedelta(minutes=2), now=cast.NOW,
    )  # fmt: skip


def add(session: Session, code: str) -> int:
    return open_client(
        session, code=code, preferred_name="", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
    )


def test_the_change_is_sealed_without_the_codes_and_the_old_code_is_kept_beside_it(session: Session) -> None:
    change_id = correct(session, "hs-50 ")
    assert session.get_one(Client, cast.AMIR).code == "HS-50"
    assert aliases_of(session, cast.AMIR) == ("HS-1",)
    body = bytes(session.execute(select(LogRow.body).where(LogRow.record == f"code_change:{change_id}")).scalar_one())
    assert b'"client_id":1,' in body and b"HS-" not in body
    change = session.get_one(CodeChange, change_id)
    texts = {
        bytes(digest): text
        for digest, text in session.execute(select(Note.digest, Note.text)).all()
        if bytes(digest) in (bytes(change.old_code_digest), bytes(change.note_digest))
    }
    assert texts == {
        bytes(change.old_code_digest): "HS-1",
        bytes(change.note_digest): "A part of the name was in it",
    }
    line = session.execute(select(AuditEvent).where(AuditEvent.tag == "client:code-corrected")).scalar_one()
    assert (line.subject, line.site_id, line.client_id, line.staff_id, line.detail) == (
        "code_change:1", cast.HARBOR, cast.AMIR, cast.ROSA, "{}",
    )  # fmt: skip
    session.rollback()
    assert verify_ledger(session).findings == []


def test_a_search_finds_the_client_by_either_code(session: Session) -> None:
    correct(session, "ZZ-50")
    for search in ("HS-1", "hs1", "ZZ-50", "zz50"):
        assert client_with_code(session, cast.rosa, search) == cast.AMIR, search
        assert [line.code for line in client_list(session, cast.rosa, search=search, page=1, now=cast.NOW).lines] == [
            "ZZ-50"
        ]
        assert client_with_code(session, cast.anna, search) is None, "staff of another site"
    # Also after a later change of the name.
    session.rollback()
    change_client(session, client_id=cast.AMIR, preferred_name="Amir K.", language="en", actor=cast.rosa, now=cast.NOW)
    found = client_list(session, cast.rosa, search="hs1 amir", page=1, now=cast.NOW)
    assert [line.code for line in found.lines] == ["ZZ-50"]


def test_an_old_code_in_full_opens_its_client_though_another_code_is_alike(session: Session) -> None:
    correct(session, "ZZ-50")
    other = add(session, "H-S1")
    assert client_with_code(session, cast.rosa, "HS-1") == cast.AMIR
    assert client_with_code(session, cast.rosa, "H-S1") == other
    assert client_with_code(session, cast.rosa, "HS1") is None, "both are meant"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MR-1", Taken),
        ("HS-1", NothingChanged),
        ("has a space", BadInput),
        ("", BadInput),
    ],
)
def test_a_code_that_cannot_be_is_refused(session: Session, code: str, error: type[Refused]) -> None:
    with pytest.raises(error) as refused:
        correct(session, code)
    assert refused.value.field == "code"


def test_an_old_code_is_nobody_elses(session: Session) -> None:
    correct(session, "HS-50")
    with pytest.raises(Taken):
        add(session, "HS-1")
    other = add(session, "HS-60")
    with pytest.raises(Taken):
        correct(session, "HS-1", client_id=other)
    with pytest.raises(Taken):
        correct(session, "HS-50", client_id=other)


def test_a_client_may_get_their_own_old_code_back(session: Session) -> None:
    for code in ("HS-50", "HS-1", "HS-50"):
        correct(session, code)
    assert session.get_one(Client, cast.AMIR).code == "HS-50"
    assert aliases_of(session, cast.AMIR) == ("HS-1", "HS-50")
    session.rollback()
    assert client_with_code(session, cast.rosa, "HS-1") == cast.AMIR
    session.rollback()
    assert verify_ledger(session).findings == []


def test_a_reason_is_needed(session: Session) -> None:
    with pytest.raises(ReasonMissing):
        correct(session, "HS-50", reason=" ")
    assert session.execute(select(ClientAlias)).first() is None


@pytest.mark.parametrize(("actor", "error"), [(cast.grace, NotAllowed), (cast.sam, NotAllowed), (cast.anna, NotFound)])
def test_who_may_not(session: Session, actor: Actor, error: type[Refused]) -> None:
    with pytest.raises(error):
        correct(session, "HS-50", actor=actor)


def test_the_same_form_sent_twice_changes_once(session: Session) -> None:
    once = cast.key()
    assert correct(session, "HS-50", once=once) == correct(session, "HS-50", once=once)


def test_at_the_kiosk_only_the_new_code_works_and_an_open_card_closes(session: Session) -> None:
    token = open_card(session, "HS-1")
    correct(session, "HS-50")
    assert kiosk_card(session, token, cast.NOW) is None
    session.rollback()
    with pytest.raises(KioskRefused):
        open_card(session, "HS-1")
    assert kiosk_card(session, open_card(session, "HS-50"), cast.NOW) is not None


def test_rows_of_an_import_with_the_old_code_are_the_clients(session: Session) -> None:
    correct(session, "HS-50")
    by_code = enrollments_by_code(session, preset("higgins-voucher")["name"], cast.HARBOR)
    amirs = (Enrolled(cast.START, cast.AMIR),)
    assert by_code == {"HS-1": amirs, "HS-50": amirs}
    session.rollback()
    for code in ("HS-1", "HS-50"):
        assert not import_client(
            session, code=code, enrolled_on=cast.START, site_id=cast.HARBOR, schedule_version_id=cast.HIGGINS,
            actor=command("import"), now=cast.NOW,
        ), "the client is there already"  # fmt: skip
    with pytest.raises(BadInput):
        import_client(
            session, code="HS-1", enrolled_on=date(2026, 3, 3), site_id=cast.HARBOR, schedule_version_id=cast.HIGGINS,
            actor=command("import"), now=cast.NOW,
        )  # fmt: skip


def test_the_filters_of_the_audit_trail_and_the_ledger_find_by_either_code(session: Session) -> None:
    cast.rich(session)
    correct(session, "HS-50")
    for code in ("HS-1", "hs-50"):
        lines = audit_trail(session, cast.miriam, AuditFilter(client_code=code)).lines
        assert {line.client_code for line in lines} == {"HS-50"}
        assert "client:code-corrected" in {line.tag for line in lines}
        found = transactions(session, cast.miriam, LedgerFilter(client_code=code)).lines
        assert [line.client_code for line in found] == ["HS-50"] * 3
