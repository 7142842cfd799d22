"""Rated sessions: only added, corrected by another one, read by the person and by leads of the site."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cm_tracker.audit_sentences import sentence
from cm_tracker.domain.errors import BadInput, ChangedMeanwhile, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.operations.fidelity.rate_session import rate_session
from cm_tracker.queries.audit.trail import AuditFilter, audit_trail
from cm_tracker.queries.fidelity.sessions import sessions_of
from tests import cast
from tests.domain.fidelity.test_competence import rated


def rate(session: Session, **more: object) -> int:
    return rate_session(
        session,
        **{  # type: ignore[arg-type]
            "person_id": cast.ROSA, "site_id": cast.HARBOR, "client_code": "hs1", "session_on": cast.START,
            "ratings": rated(5, 6, gains=None), "note": "Say the next value sooner", "replaces_id": None,
            "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def test_a_rating_is_read_by_the_person_and_by_the_lead(session: Session) -> None:
    rate(session)
    for reader in (cast.rosa, cast.miriam):
        [one] = sessions_of(session, reader, cast.ROSA)
        assert (one.client_code, one.session_on, one.rated_by) == ("HS-1", cast.START, "Miriam")
        assert (one.note, one.ratings["result"], one.ratings["gains"]) == ("Say the next value sooner", 5, None)


def test_somebody_of_another_site_reads_nothing(session: Session) -> None:
    rate(session)
    assert sessions_of(session, cast.anna, cast.ROSA) == ()


def test_a_correction_takes_the_place_of_a_rating_once(session: Session) -> None:
    first = rate(session)
    second = rate(session, replaces_id=first, ratings=rated(4, 4))
    assert [(one.id, one.corrects) for one in sessions_of(session, cast.miriam, cast.ROSA)] == [(second, True)]
    with pytest.raises((ChangedMeanwhile, NotFound)):
        rate(session, replaces_id=first)
    assert len(sessions_of(session, cast.miriam, cast.ROSA)) == 1


def test_a_correction_is_of_the_same_person(session: Session) -> None:
    first = rate(session)
    with pytest.raises(NotFound):
        rate(session, replaces_id=first, person_id=cast.LEO)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"person_id": cast.MIRIAM}, "Nobody rates their own session"),
        ({"client_code": "HS-99"}, "No client at your sites has this code"),
        ({"session_on": cast.NOW.date() + timedelta(days=1)}, "still to come"),
        ({"ratings": rated(None, 4)}, "at least one line of each group"),
    ],
)
def test_what_is_wrong_is_refused(session: Session, more: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        rate(session, **more)


def test_only_a_lead_of_the_site_rates(session: Session) -> None:
    with pytest.raises(NotAllowed):
        rate(session, actor=cast.leo)
    with pytest.raises(NotFound):
        rate(session, site_id=cast.MILL)
    both = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({cast.HARBOR, cast.MILL}), "web")
    with pytest.raises(BadInput, match="where this person works"):
        rate(session, site_id=cast.MILL, actor=both)


def test_no_rating_is_changed_and_the_trail_tells_of_each(session: Session) -> None:
    rate(session, replaces_id=rate(session))
    said = [sentence(line) for line in audit_trail(session, cast.miriam, AuditFilter()).lines]
    assert "Miriam rated a session of Rosa on Mar 2, 2026." in said
    assert "Miriam corrected the rating of a session of Rosa on Mar 2, 2026." in said
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE session_rating SET ratings = '{}'"))
    session.rollback()
