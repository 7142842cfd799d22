"""Keys of the places where prizes and cards are kept: who has one, from which day to which."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.operations.prizes.give_key import give_key
from cm_tracker.operations.prizes.take_key_back import take_key_back
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]


def give(session: Session, **more: Any) -> int:
    return give_key(
        session,
        **{
            "site_id": cast.HARBOR, "place": "Cabinet in room 4", "holder_id": cast.ROSA, "from_on": date(2026, 3, 2),
            "key": cast.key(), "actor": cast.miriam, "now": cast.NOW, **more,
        },
    )  # fmt: skip


def take_back(session: Session, holding_id: int, until_on: date, **more: Any) -> int:
    return take_key_back(
        session, **{
            "holding_id": holding_id, "until_on": until_on, "key": cast.key(), "actor": cast.miriam, "now": cast.NOW,
            **more,
        },
    )  # fmt: skip


def test_the_checklist(person: Callable[..., Person], given: Given) -> None:
    given(give)
    check(person, "/keys", allowed=("rosa", "leo", "miriam", "grace", "anna"))
    check(
        person, "/sites/1/keys/new", allowed=("miriam",), unknown="/sites/99/keys/new", writes=True
    )  # fmt: skip
    check(person, "/keys/1/return", allowed=("miriam",), unknown="/keys/99/return", writes=True)
    assert "Cabinet" not in text(person("anna").get("/keys")), "keys of another site"


def test_a_key_is_given_and_given_back_and_both_stay(miriam: Person, rosa: Person) -> None:
    assert "Nobody has entered who has keys." in text(miriam.get("/keys"))
    fields = {"place": "Safe", "holder_id": str(cast.ROSA), "from_on": "2026-03-02"}
    assert miriam.send("/sites/1/keys/new", **fields).status_code == 303
    assert "Safe Harbor Street Rosa Mar 2, 2026 has it now Miriam" in text(rosa.get("/keys"))
    assert "Enter a key" not in text(rosa.get("/keys"))
    assert miriam.send("/keys/1/return", until_on="2026-03-10").status_code == 303
    content = text(miriam.get("/keys"))
    assert "Safe Harbor Street Rosa Mar 2, 2026 Mar 10, 2026 Miriam" in content and "Given back" not in content
    trail = text(miriam.get("/audit"))
    assert "Miriam entered that Rosa has a key at Harbor Street from Mar 2, 2026 on." in trail
    assert "Miriam entered that Rosa gave back a key at Harbor Street, on Mar 10, 2026." in trail


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"place": " "}, "place"),
        ({"place": "x" * 81}, "place"),
        ({"holder_id": cast.ANNA}, "holder_id"),
        ({"from_on": date(2026, 3, 17)}, "from_on"),
    ],
)
def test_what_may_not_be_entered(given: Given, more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        given(give, **more)
    assert refused.value.field == field


def test_a_key_is_given_back_once_and_not_before_it_was_given(given: Given) -> None:
    holding_id = given(give)
    for day in (date(2026, 3, 1), date(2026, 3, 17)):
        with pytest.raises(BadInput):
            given(take_back, holding_id, day)
    given(take_back, holding_id, date(2026, 3, 2))
    with pytest.raises(BadInput, match="given back already"):
        given(take_back, holding_id, date(2026, 3, 3))


def test_only_a_lead_of_the_site_enters_keys(given: Given) -> None:
    holding_id = given(give)
    for actor in (cast.rosa, cast.grace):
        with pytest.raises(NotAllowed):
            given(give, actor=actor)
        with pytest.raises(NotAllowed):
            given(take_back, holding_id, date(2026, 3, 3), actor=actor)
    with pytest.raises(NotFound):
        given(give, site_id=cast.MILL)
    with pytest.raises(NotFound):
        given(take_back, 99, date(2026, 3, 3))
