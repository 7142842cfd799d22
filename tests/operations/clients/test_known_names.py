"""A client who may be there already is shown before a second record is opened, or a name is changed to theirs."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import MaybeKnown, Taken
from cm_tracker.models import Client
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.clients.alike import clients_alike
from tests import cast, merging


def opened(session: Session, name: str, shown: str | None, *, code: str = "HS-5", site_id: int = cast.HARBOR) -> int:
    return open_client(
        session, code=code, preferred_name=name, site_id=site_id, language="en", actor=cast.rosa, now=cast.NOW,
        shown=shown,
    )  # fmt: skip


def renamed(session: Session, client_id: int, name: str, shown: str = "") -> None:
    change_client(
        session, client_id=client_id, preferred_name=name, language="en", actor=cast.rosa, now=cast.NOW, shown=shown
    )


@pytest.mark.parametrize("shown", ["", "2", "1,2", "x"])
def test_a_name_that_sounds_like_a_clients_is_asked_about(session: Session, shown: str) -> None:
    with pytest.raises(MaybeKnown, match="1 client of this site has this name"):
        opened(session, "Ameer", shown)
    assert session.execute(select(func.count()).select_from(Client)).scalar_one() == 2, "nothing was saved"


def test_whoever_has_seen_them_opens_another_person(session: Session) -> None:
    third = opened(session, "Ameer", "1")
    with pytest.raises(MaybeKnown, match="2 clients"):
        opened(session, "AMIR", "1", code="HS-6")
    assert opened(session, "AMIR", f"1,{third}", code="HS-6") > third


def test_other_names_no_name_other_sites_and_programs_are_not_asked(session: Session) -> None:
    for number, (name, shown) in enumerate((("Bea", ""), ("", ""), ("Dora", ""), ("Amir", None))):
        opened(session, name, shown, code=f"HS-1{number}")


def test_a_code_that_is_taken_is_said_before_the_question(session: Session) -> None:
    with pytest.raises(Taken):
        opened(session, "Amir", "", code="HS-1")


def test_a_changed_name_is_compared_with_the_others_and_a_name_that_stays_is_not(session: Session) -> None:
    second = merging.second_record(session, name="Dora")
    with pytest.raises(MaybeKnown):
        renamed(session, second, "Ameer")
    renamed(session, second, "Ameer", "1")
    renamed(session, second, "Ameer")
    with pytest.raises(MaybeKnown):
        renamed(session, cast.AMIR, "Amiir")
    renamed(session, cast.AMIR, "Carlos")


def test_the_name_of_a_merged_record_finds_its_main_record_once(session: Session) -> None:
    second = merging.second_record(session, name="Ines")
    third = merging.second_record(session, name="Inez", code="HS-3")
    merging.merge(session, second)
    merging.merge(session, third)
    found = clients_alike(session, cast.HARBOR, "Inés")
    assert [(one.id, one.code, one.preferred_name, one.other_name) for one in found] == [
        (cast.AMIR, "HS-1", "Amir", "Ines")
    ]
    assert clients_alike(session, cast.HARBOR, "Inés", but_client=cast.AMIR) == ()
    assert clients_alike(session, cast.MILL, "Inés") == ()


def test_at_most_twenty_are_shown(session: Session) -> None:
    for number in range(10, 32):
        opened(session, "Amir", None, code=f"HS-{number}")
    assert len(clients_alike(session, cast.HARBOR, "Amir")) == 20
