"""Who may write about money, purchases, keys and training: every role and every write, refused or allowed, typed by hand."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import NotAllowed, NotFound
from cm_tracker.domain.fidelity.competence import NAMES
from cm_tracker.domain.staff.roles import ROLES, Actor
from cm_tracker.operations.fidelity.mark_readiness import mark_readiness
from cm_tracker.operations.fidelity.rate_session import rate_session
from cm_tracker.operations.fidelity.record_training import record_training
from cm_tracker.operations.fidelity.withdraw_training import withdraw_training
from cm_tracker.operations.prizes.give_key import give_key
from cm_tracker.operations.prizes.take_key_back import take_key_back
from cm_tracker.queries.funding.sources import source_of
from cm_tracker.queries.prizes.purchases import purchase_line
from tests import cast, funding, purchasing
from tests.web.conftest import Person

TODAY = cast.NOW.date()
BY_LEADS = "lead"
BY_BUYERS = "lead purchaser"
Given = Callable[..., Any]


def there(session: Session) -> None:
    """A source, two purchases of Daniel (the second one is authorized), a key, and a training of Rosa."""
    daniel = cast.another_lead(session)
    funding.source(session)
    purchasing.ask(session, actor=daniel)
    second = purchasing.ask(session, actor=daniel)
    purchasing.decide(session, second, actor=cast.miriam)
    key(session, actor=cast.miriam)
    train(session, actor=cast.miriam)


def key(session: Session, actor: Actor) -> None:
    give_key(
        session, site_id=cast.HARBOR, place="Safe", holder_id=cast.ROSA, from_on=cast.START, key=cast.key(), actor=actor,
        now=cast.NOW,
    )  # fmt: skip


def key_back(session: Session, actor: Actor) -> None:
    take_key_back(session, holding_id=1, until_on=TODAY, key=cast.key(), actor=actor, now=cast.NOW)


def train(session: Session, actor: Actor) -> None:
    record_training(
        session, person_id=cast.ROSA, subjects=["core"], trained_on=cast.START, note="", key=cast.key(), actor=actor,
        now=cast.NOW,
    )  # fmt: skip


def withdraw_a_training(session: Session, actor: Actor) -> None:
    withdraw_training(session, training_id=1, why="It was Leo", key=cast.key(), actor=actor, now=cast.NOW)


def rate(session: Session, actor: Actor) -> None:
    rate_session(
        session, person_id=cast.ROSA, site_id=cast.HARBOR, client_code="", session_on=cast.START,
        ratings=dict.fromkeys(NAMES, 5), note="", replaces_id=None, key=cast.key(), actor=actor, now=cast.NOW,
    )  # fmt: skip


def confirm(session: Session, actor: Actor) -> None:
    mark_readiness(
        session,
        site_id=cast.HARBOR,
        item="room",
        is_done=True,
        text="Room 4",
        key=cast.key(),
        actor=actor,
        now=cast.NOW,
    )


# Each write, who may do it, and whether it belongs to a site.
WRITES: tuple[tuple[str, Callable[..., Any], str, bool], ...] = (
    ("add a source", partial(funding.source, name="Another grant"), BY_LEADS, False),
    ("set its terms and budget", partial(funding.terms, budget_cents=1_000), BY_LEADS, False),
    ("choose who pays", funding.choose, BY_LEADS, True),
    ("ask for a purchase", purchasing.ask, BY_BUYERS, True),
    ("authorize it", partial(purchasing.decide, purchase_id=1), BY_LEADS, True),
    ("decline it", partial(purchasing.decide, purchase_id=1, decision="declined", reason="Too dear"), BY_LEADS, True),
    ("receive it", partial(purchasing.receive, purchase_id=2), BY_BUYERS, True),
    ("give a key", key, BY_LEADS, True),
    ("take it back", key_back, BY_LEADS, True),
    ("record a training", train, BY_LEADS, True),
    ("withdraw it", withdraw_a_training, BY_LEADS, True),
    ("rate a session", rate, BY_LEADS, True),
    ("confirm a point of the checklist", confirm, BY_LEADS, True),
)


def one_of(session: Session, role: str) -> Actor:
    """Add Robin, who has one role at Harbor Street. An admin has no site."""
    robin = cast._one_more(session, "robin", role)
    return Actor(robin.staff_id, robin.roles, None if role == "admin" else robin.site_ids, "web")


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(("write", "allowed"), [one[1:3] for one in WRITES], ids=[one[0] for one in WRITES])
def test_each_role_and_each_write(session: Session, write: Callable[..., Any], allowed: str, role: str) -> None:
    there(session)
    actor = one_of(session, role)
    if role in allowed.split():
        write(session, actor=actor)
    else:
        with pytest.raises(NotAllowed):
            write(session, actor=actor)


@pytest.mark.parametrize("write", [one[1] for one in WRITES if one[3]], ids=[one[0] for one in WRITES if one[3]])
def test_a_lead_of_another_site_finds_nothing(session: Session, write: Callable[..., Any]) -> None:
    there(session)
    elsewhere = Actor(one_of(session, "lead").staff_id, frozenset({"lead"}), frozenset({cast.MILL}), "web")
    with pytest.raises(NotFound):
        write(session, actor=elsewhere)


# The address of each write, and who may send it.
PATHS = (
    ("/money/sources/new", BY_LEADS),
    ("/money/sources/1", "auditor lead"),  # an auditor reads the page, and the operation refuses them
    ("/enrollments/1/source", BY_LEADS),
    ("/purchases/new", BY_BUYERS),
    ("/purchases/1", "auditor coordinator counselor lead purchaser"),  # who sees the stock reads it
    ("/prizes/1/deliver?purchase=2", BY_BUYERS),
    ("/sites/1/keys/new", BY_LEADS),
    ("/keys/1/return", BY_LEADS),
    ("/staff/1/training/new", BY_LEADS),
    ("/trainings/1/withdraw", BY_LEADS),
    ("/staff/1/sessions/new", BY_LEADS),
    ("/sites/1/checklist", BY_LEADS),
)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_and_each_address(app: Flask, given: Given, role: str) -> None:
    given(there)
    given(cast._one_more, "robin", role)
    robin = Person(app, "robin")
    refused = {path for path, _ in PATHS if robin.send(path).status_code == 403}
    assert refused == {path for path, allowed in PATHS if role not in allowed.split()}


@pytest.mark.parametrize(
    ("role", "path", "fields"),
    [
        ("auditor", "/money/sources/1", {"client_cents": "1", "from_on": "2026-03-16", "is_closed": "0"}),
        ("auditor", "/purchases/1", {"decision": "authorized"}),
        ("coordinator", "/purchases/1", {"decision": "authorized"}),
        ("purchaser", "/purchases/1", {"decision": "authorized"}),
    ],
)
def test_who_reads_a_page_writes_nothing_with_it(
    app: Flask, given: Given, role: str, path: str, fields: dict[str, str]
) -> None:
    given(there)
    given(cast._one_more, "robin", role)
    assert Person(app, "robin").send(path, **fields).status_code in (403, 422)

    def written(session: Session) -> tuple[Any, ...]:
        line = purchase_line(session, cast.miriam, 1)
        return line.decision, len(source_of(session, 1).terms)

    assert given(written) == (None, 1)
