"""The migration to encrypted names and notes keeps every value, and leaves no plain text behind."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text

from cm_tracker.db import db
from cm_tracker.domain.staff.roles import command
from cm_tracker.encryption import DataKeys
from cm_tracker.models import Client, Consent, Note
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.record_consent import record_consent
from cm_tracker.operations.ledger.request_adjustment import request_adjustment
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast

pytestmark = pytest.mark.owner

BEFORE = "0045"
NAME, TOLD, WHY = "Annemarieke", "the probation officer", "Came with her sister"


def prepare() -> None:
    session = db.session()
    change_client(session, client_id=cast.AMIR, preferred_name=NAME, language="en", actor=cast.rosa, now=cast.NOW)
    record_consent(
        session, client_id=cast.AMIR, recipient=TOLD, what="attendance", purpose="a court date",
        signed_on=date(2026, 3, 2), until=None, key=cast.key(), actor=cast.rosa, now=cast.NOW,
    )  # fmt: skip
    request_adjustment(
        session, client_id=cast.AMIR, unit="points", amount=5, reason=WHY, key=cast.key(), actor=cast.miriam,
        now=cast.NOW,
    )  # fmt: skip
    db.session.remove()


def stored() -> str:
    """Return what a thief would read in the columns."""
    with db.engine.connect() as connection:
        return " ".join(
            str(connection.execute(text(f"SELECT {column} FROM {table}")).all())
            for table, column in (
                ("client", "preferred_name"),
                ("consent", "recipient, what, purpose"),
                ("note", "text"),
                ("client", "*"),
            )
        )


def bytes_of_the_files() -> bytes:
    path = Path(str(db.engine.url.database))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_what_is_there_is_encrypted_and_decrypted_again(app: Flask, kind: str) -> None:
    with app.app_context():
        prepare()
        downgrade(revision=BEFORE)
        plain = stored()
        assert all(words in plain for words in (NAME, TOLD, "a court date", WHY, "hs1 annemarieke"))
        upgrade()
        hidden = stored()
        assert not any(words in hidden for words in (NAME, TOLD, "a court date", WHY, "annemarieke"))
        if kind == "sqlite":
            db.session.remove()
            db.engine.dispose()
            assert not any(words.encode() in bytes_of_the_files() for words in (NAME, TOLD, WHY, "annemarieke"))
        session = db.session()
        assert session.execute(select(Client.preferred_name).where(Client.id == cast.AMIR)).scalar_one() == NAME
        assert session.execute(select(Consent.recipient, Consent.what, Consent.purpose)).one() == (
            TOLD,
            "attendance",
            "a court date",
        )
        assert session.execute(select(Note.text)).scalars().all().count(WHY) == 1
        found = client_list(session, command(), search="marie", page=1, now=cast.NOW).lines
        assert [line.code for line in found] == ["HS-1"]
        assert verify_ledger(session).findings == [], "the digests are those of the plain texts"
        # The guards stand again.
        for statement in ("UPDATE note SET text = 'x'", "UPDATE consent SET what = 'x'", "DELETE FROM note"):
            with pytest.raises(Exception, match=r"never changed|consent"):
                session.execute(text(statement))
            session.rollback()
        db.session.remove()
        db.engine.dispose()


def test_a_downgrade_without_the_key_is_refused(app: Flask, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept, another = app.extensions["cm_data_keys"], DataKeys(tmp_path / "data.key")
    another.make_if_missing()
    with app.app_context():
        app.extensions["cm_data_keys"] = another
        try:
            with pytest.raises(SystemExit):
                downgrade(revision=BEFORE)
        finally:
            app.extensions["cm_data_keys"] = kept
        assert "does not open everything that is encrypted. Nothing was changed." in caplog.text
        assert "client_token" in inspect(db.engine).get_table_names()
        assert verify_ledger(db.session()).findings == []
        db.session.remove()
        db.engine.dispose()
