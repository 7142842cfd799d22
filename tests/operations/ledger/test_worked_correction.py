"""docs/ledger.md: the program posts the entries of the worked correction, and the tables name every kind.

The numbers of the page were worked out by hand, with the rules of the preset.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.ledger.accounts import GUARDED, OUTSIDE
from cm_tracker.domain.ledger.chain import hash_of, leaf_of
from cm_tracker.domain.ledger.kinds import KINDS
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.clients.enroll_client import enroll_client
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.clients.clients import balances_of
from cm_tracker.queries.schedules.presets import preset
from tests import cast
from tests.redeeming import redeem_at_once

PAGE = (Path(__file__).parents[3] / "docs" / "ledger.md").read_text(encoding="utf-8")
ANOTHER_LEAD = Actor(cast.LEO, frozenset({"lead"}), frozenset({cast.HARBOR}), "web")
Entries = list[tuple[str, int, int | None]]


def rows_of(after: str) -> list[list[str]]:
    """The cells of the first table after some words of the page, without its two lines of heading."""
    assert PAGE.count(after) == 1, after
    table = re.search(r"(?:^\|.*\n)+", PAGE[PAGE.index(after) :], re.M)
    assert table is not None
    lines = table[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" |")] for line in lines]


def entries_of(title: str) -> Entries:
    """The entries of a table of the page: credits positive, debits negative."""
    found = []
    for account, debit, credit, visit in rows_of(f"**{title}**"):
        assert bool(debit) != bool(credit), "an entry is a debit or a credit"
        found.append((account, -int(debit) if debit else int(credit), int(visit) if visit else None))
    return found


@pytest.fixture(params=["keep", "replay"])
def enrollment(request: pytest.FixtureRequest, session: Session) -> tuple[str, int, int]:
    """The policy of a schedule, a client and an enrollment in it."""
    document = {**preset("higgins-voucher"), "name": "Worked", "corrections": request.param}
    version = publish_schedule(
        session, document=document, reason="For the page", key=cast.key(), actor=command(), now=cast.NOW
    )
    client = open_client(
        session, code="W-1", preferred_name="", site_id=1, language="en", actor=command(), now=cast.NOW
    )
    enrolled = enroll_client(
        session, client_id=client, schedule_version_id=version, starts_on=cast.START, key=cast.key(),
        actor=command(), now=cast.NOW,
    )  # fmt: skip
    return request.param, client, enrolled


def test_the_program_posts_what_the_page_says(session: Session, enrollment: tuple[str, int, int]) -> None:
    policy, client, enrolled = enrollment
    last = session.execute(text("SELECT MAX(id) FROM ledger_transaction")).scalar_one()

    def posted(do: Callable[[], object]) -> Entries:
        """What is posted meanwhile; the page calls the client the first one."""
        nonlocal last
        do()
        rows = session.execute(
            text(
                "SELECT e.transaction_id, a.key, e.amount, e.visit_id FROM entry e JOIN account a ON a.id = e.account_id "
                "WHERE e.transaction_id > :last ORDER BY e.transaction_id, e.position"
            ),
            {"last": last},
        ).all()
        last = rows[-1].transaction_id
        return [(row.key.replace(f"client:{client}:", "client:1:"), row.amount, row.visit_id) for row in rows]

    def points() -> int:
        return balances_of(session, client)["points"]

    visits: list[int] = []
    three = posted(lambda: visits.extend(cast.visit(session, day, enrollment_id=enrolled) for day in (0, 2, 4)))
    assert visits == [1, 2, 3]
    assert three == entries_of("Before the correction")
    assert points() == 85
    assert posted(lambda: redeem_at_once(session, client_id=client, quantity=2)) == entries_of("The redemption")
    assert points() == 45
    done, undone, left = {
        "keep": ("Corrected, the client keeps it", "Corrected back, the client kept it", 45),
        "replay": ("Corrected, taken back", "Corrected back, it was taken back", 0),
    }[policy]
    assert posted(lambda: cast.put_right(session, 2, "correct", cast.positive())) == entries_of(done)
    assert points() == left
    assert posted(lambda: cast.put_right(session, 2, "correct", cast.negative(), actor=ANOTHER_LEAD)) == entries_of(
        undone
    )
    assert points() == 45
    loss = text("SELECT SUM(e.amount) FROM entry e JOIN account a ON a.id = e.account_id WHERE a.kind = 'program_loss'")
    assert session.execute(loss).scalar_one() == 0


@pytest.mark.parametrize(
    "title",
    [
        "Before the correction",
        "The redemption",
        "Corrected, the client keeps it",
        "Corrected, taken back",
        "Corrected back, the client kept it",
        "Corrected back, it was taken back",
    ],
)
def test_every_table_of_the_page_sums_to_zero(title: str) -> None:
    sums: dict[str, int] = {}
    for account, amount, _ in entries_of(title):
        unit = account.split(":")[2]
        sums[unit] = sums.get(unit, 0) + amount
    assert set(sums.values()) == {0}


def test_what_the_page_says_of_the_replay() -> None:
    rows = rows_of("works out what each of them earns now:")
    assert [(int(before), int(now)) for _, _, before, now, _ in rows] == [(10, 10), (15, 0), (60, 10)]
    assert [int(difference.replace("−", "-")) for *_, difference in rows] == [0, -15, -50]


def test_the_page_names_every_kind_of_account_and_of_transaction() -> None:
    assert tuple(row[0] for row in rows_of("## Accounts")) == (*GUARDED, *OUTSIDE)
    assert [row[0] for row in rows_of("## Transactions and entries")] == list(KINDS)


def test_the_three_records_of_the_page_have_the_hashes_that_it_shows() -> None:
    """The `sha256sum` of the system worked them out; here is the program's own code."""
    previous = bytes(32)
    rows = rows_of("Here is a log of three records")
    for seq, body, leaf, link in rows:
        assert leaf_of(body.encode()).hex() == leaf
        previous = hash_of(int(seq), previous, leaf_of(body.encode()))
        assert previous.hex() == link
    assert len(rows) == 3
