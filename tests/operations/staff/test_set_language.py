"""Each member of staff chooses the language of their own pages."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotFound
from cm_tracker.domain.staff.roles import command
from cm_tracker.models import AuditEvent, Staff
from cm_tracker.operations.staff.set_language import set_language
from tests import cast


def test_a_language_is_set_for_the_person_alone_and_noted(session: Session) -> None:
    set_language(session, language="es", actor=cast.rosa, now=cast.NOW)
    languages = dict(session.execute(select(Staff.id, Staff.language)).all())
    assert languages.pop(cast.ROSA) == "es" and set(languages.values()) == {"en"}
    last = session.execute(
        select(AuditEvent.tag, AuditEvent.staff_id, AuditEvent.detail).order_by(AuditEvent.id.desc()).limit(1)
    ).one()
    assert tuple(last) == ("staff:language-set", cast.ROSA, '{"language":"es"}')


@pytest.mark.parametrize("language", ["pt", "xx", ""])
def test_a_language_without_pages_of_staff_is_refused(session: Session, language: str) -> None:
    with pytest.raises(BadInput, match="Choose one of the languages"):
        set_language(session, language=language, actor=cast.rosa, now=cast.NOW)


def test_the_command_line_has_no_pages(session: Session) -> None:
    with pytest.raises(NotFound):
        set_language(session, language="es", actor=command("test"), now=cast.NOW)
