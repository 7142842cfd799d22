"""What a client chooses at the kiosk is kept with their main record, or lasts for the session."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.kiosk.looks import Look
from cm_tracker.models import AuditEvent
from cm_tracker.operations.kiosk.choose_for_now import choose_for_now
from cm_tracker.operations.kiosk.choose_look import choose_look
from cm_tracker.operations.kiosk.close_kiosk import close_kiosk
from cm_tracker.operations.kiosk.keep_language import keep_language
from cm_tracker.operations.kiosk.open_kiosk import open_kiosk
from cm_tracker.operations.steps.count_try import Limit
from cm_tracker.passwords import Hasher
from cm_tracker.queries.kiosk.visitors import kiosk_visitor
from tests import cast

NOW = cast.NOW


def opened(session: Session, at: datetime = NOW, code: str = "HS-1") -> str:
    return open_kiosk(
        session,
        code=code,
        pin=cast.PIN,
        device_id=cast.MILL_TABLET if code.startswith("MR") else cast.TABLET,
        hasher=Hasher(64, 1),
        limit=Limit(5, timedelta(minutes=10)),
        lasts=timedelta(minutes=1),
        now=at,
    )


def look(session: Session, token: str) -> Look | None:
    visitor = kiosk_visitor(session, token, NOW)
    return visitor.look if visitor else None


def test_each_choice_is_kept_and_the_others_stay(session: Session) -> None:
    token = opened(session)
    assert look(session, token) == Look("en", "en", False, "usual", "usual")
    choose_look(session, token=token, now=NOW, text_size="largest")
    choose_look(session, token=token, now=NOW, hides_amounts=True)
    choose_look(session, token=token, now=NOW, colors="dark")
    choose_look(session, token=token, now=NOW)
    close_kiosk(session, token=token)
    assert look(session, opened(session)) == Look("en", "en", True, "largest", "dark")
    assert look(session, opened(session, code="MR-1")) == Look("es", "es", False, "usual", "usual")


def test_what_is_chosen_for_now_ends_with_the_session(session: Session) -> None:
    choose_look(session, token=opened(session), now=NOW, text_size="large", colors="dark")
    token = opened(session)
    choose_for_now(session, token=token, now=NOW, language="es", text_size="usual", colors="contrast")
    choose_for_now(session, token=token, now=NOW)
    assert look(session, token) == Look("es", "en", False, "usual", "contrast")
    choose_look(session, token=token, now=NOW, colors="dark")
    assert look(session, token) == Look("es", "en", False, "usual", "dark"), "a choice on the card comes last"
    assert look(session, opened(session)) == Look("en", "en", False, "large", "dark")


def test_a_card_that_was_closed_chooses_nothing(session: Session) -> None:
    token, late = opened(session), NOW + timedelta(seconds=61)
    choose_look(session, token=token, now=late, colors="dark")
    choose_for_now(session, token=token, now=late, language="es")
    keep_language(session, token=token, now=late)
    choose_look(session, token="", now=NOW, colors="dark")
    assert look(session, token) == Look()


def test_a_language_is_kept_once_it_was_chosen_and_is_noted(session: Session) -> None:
    token = opened(session)
    keep_language(session, token=token, now=NOW)
    assert noted(session) == []
    choose_for_now(session, token=token, now=NOW, language="es")
    keep_language(session, token=token, now=NOW)
    assert look(session, token) == Look("es", "es", False, "usual", "usual")
    assert noted(session) == [("language:kept", "client:1", "kiosk", cast.AMIR, None)]


def noted(session: Session) -> list[tuple[object, ...]]:
    event = AuditEvent
    lines = select(event.tag, event.subject, event.via, event.client_id, event.staff_id).where(
        event.tag == "language:kept"
    )
    return [tuple(row) for row in session.execute(lines)]
