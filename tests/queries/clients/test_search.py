"""The search for a client: what it finds, and whose code opens at once."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.models import ClientToken
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.clients.clients import client_list
from cm_tracker.queries.clients.search import client_with_code
from tests import cast

# Besides Amir with the code HS-1.
CLIENTS = (
    ("HS-118", "Inés"),
    ("HS-11", "Mary-Ann O’Brien"),
    ("HS-20", "100%"),
    ("HS-21", "a_b"),
    ("HS-22", "back\\slash"),
    ("HS-23", ""),
    ("H-S1", "Wim"),
)


@pytest.fixture
def clients(session: Session) -> Session:
    """Return a session with the clients of this page at Harbor Street, and one at Mill Road."""
    for code, name in CLIENTS:
        open_client(
            session,
            code=code,
            preferred_name=name,
            site_id=cast.HARBOR,
            language="en",
            actor=command(),
            now=cast.NOW,
        )
    open_client(
        session, code="MR-118", preferred_name="Inés", site_id=cast.MILL, language="en", actor=command(), now=cast.NOW
    )
    return session


def found(session: Session, search: str) -> set[str]:
    return {line.code for line in client_list(session, cast.rosa, search=search, page=1, now=cast.NOW).lines}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("ines", {"HS-118"}),
        ("INÉS", {"HS-118"}),
        ("hs118", {"HS-118"}),
        ("HS 118", {"HS-118"}),
        ("hs11", {"HS-118", "HS-11"}),
        ("maryann", {"HS-11"}),
        ("mary ann", {"HS-11"}),
        ("o'brien", {"HS-11"}),
        ("obrien mary", {"HS-11"}),
        ("ines hs118", {"HS-118"}),
        ("118ines", set()),
        ("%", set()),
        ("00%", {"HS-20"}),
        ("100%", {"HS-20"}),
        ("_", set()),
        ("a_b", {"HS-21"}),
        ("\\", set()),
        ("k\\s", {"HS-22"}),
        # One or two letters begin a word of the name.
        ("m", {"HS-11"}),
        ("an", {"HS-11"}),
        ("O'", {"HS-11"}),
        ("ry", set()),
        ("wi", {"H-S1"}),
        ("hs in", {"HS-118"}),
        ("18", {"HS-118"}),
        ("/", set()),
        ("-", set()),
        ("", {"HS-1", "HS-118", "HS-11", "HS-20", "HS-21", "HS-22", "HS-23", "H-S1"}),
        ("mr118", set()),
    ],
)
def test_a_search_finds_what_was_meant(clients: Session, search: str, expected: set[str]) -> None:
    assert found(clients, search) == expected


def test_a_changed_name_is_found_and_the_old_one_is_not(session: Session) -> None:
    change_client(session, client_id=cast.AMIR, preferred_name="Zoë", language="en", actor=cast.rosa, now=cast.NOW)
    assert found(session, "zoe") == {"HS-1"} and found(session, "amir") == set()
    assert found(session, "hs1") == {"HS-1"}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("HS-118", "HS-118"),
        ("hs118", "HS-118"),
        ("hs 11", "HS-11"),
        ("HS-1", "HS-1"),
        ("h-s1", "H-S1"),
        ("hs1", None),  # both HS-1 and H-S1
        ("hs", None),
        ("118", None),
        ("Inés", None),
        ("hs11%", None),
        ("", None),
        ("-", None),
        ("mr118", None),
        ("MR-118", None),
    ],
)
def test_a_whole_code_names_its_client(clients: Session, search: str, expected: str | None) -> None:
    client_id = client_with_code(clients, cast.rosa, search)
    code = clients.execute(text("SELECT code FROM client WHERE id = :id"), {"id": client_id}).scalar_one_or_none()
    assert code == expected


def test_a_search_reads_only_the_index_of_the_readers_sites(clients: Session, kind: str) -> None:
    """No index can find the middle of a text, so the part of the index with the reader's sites is read."""
    assert "ix_client_search" in plan_of(
        clients, kind, "SELECT id FROM client WHERE site_id IN (1) AND plain_code LIKE '%ines%' ESCAPE '/'"
    )


def test_names_are_found_by_an_index_of_keyed_hashes(clients: Session, kind: str) -> None:
    plan = plan_of(clients, kind, "SELECT client_id FROM client_token WHERE token IN (17)")
    assert "ix_client_token_token" in plan
    tokens = clients.execute(select(ClientToken.token).where(ClientToken.client_id == cast.AMIR)).scalars().all()
    # am, a; ami, mir; and one sound, which is the same in English and in Spanish.
    assert 4 <= len(tokens) <= 5 and all(0 <= token < 4096 for token in tokens)


def test_a_name_with_the_same_pieces_is_not_found(session: Session) -> None:
    """The index knows which runs of letters a name has, and not where they are."""
    open_client(
        session, code="HS-9", preferred_name="Anan Nana", site_id=cast.HARBOR, language="en", actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    assert found(session, "nana") == {"HS-9"} and found(session, "nanan") == set()
    assert found(session, "ananana") == set() and found(session, "anannana") == {"HS-9"}


def plan_of(session: Session, kind: str, statement: str) -> str:
    if kind == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
    return str(session.execute(text(f"EXPLAIN {'QUERY PLAN ' if kind == 'sqlite' else ''}{statement}")).all())
