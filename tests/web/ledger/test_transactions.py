"""The pages of the ledger for leads and auditors."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from cm_tracker.domain.audit.downloads import CSV
from cm_tracker.exports import export
from cm_tracker.operations.prizes.deliver_stock import deliver_stock
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]


def lines_of(page: str) -> int:
    """Return how many transactions a page of the ledger lists."""
    return len(re.findall(r'href="/ledger/\d', page))


@pytest.mark.parametrize(
    ("path", "allowed", "unknown"),
    [
        ("/ledger", ("miriam", "grace"), None),
        ("/ledger/1", ("miriam", "grace"), "/ledger/99"),
        ("/ledger/transactions.csv", ("miriam", "grace"), None),
    ],
)
def test_every_page_of_the_ledger_passes_the_checklist(
    person: People, path: str, allowed: tuple[str, ...], unknown: str | None
) -> None:
    check(person, path, allowed=allowed, unknown=unknown)


def test_the_ledger_shows_amounts_and_client_codes_but_no_names(person: People, given: Given) -> None:
    given(cast.rich)
    content = text(person("grace").get("/ledger"))
    assert "+60 points to client" in content and "HS-1" in content and "5 × Travel mug to cabinet" in content
    assert "Amir" not in content and "cocaine" not in content.lower()


def test_a_lead_sees_only_transactions_of_their_sites(person: People, given: Given) -> None:
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    assert "MR-1" not in text(person("miriam").get("/ledger"))
    assert "MR-1" in text(person("grace").get("/ledger"))
    assert person("miriam").get("/ledger/3").status_code == 404
    assert person("grace").get("/ledger/3").status_code == 200


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", 5),
        ("kind=award", 3),
        ("kind=delivery", 2),
        ("client_code=hs-1", 3),
        ("client_code=HS1", 3),
        ("client_code=+h+s+1", 3),
        ("client_code=HS", 0),
        ("client_code=nobody", 0),
        ("site_id=1", 5),
        ("site_id=2", 0),
        ("since=2026-03-16", 3),
        ("until=2026-03-15", 2),
        ("before=3", 2),
        ("kind=gift", 5),
        ("site_id=99", 5),
        ("since=yesterday", 5),
        ("since=2026-W12", 5),
        ("until=9999-12-31", 5),
        ("before=-1", 5),
        ("before=" + "9" * 30, 5),
        ("endpoint=x&_method=POST&_external=1", 5),
    ],
)
def test_each_filter_lists_the_expected_number_of_transactions(
    person: People, given: Given, query: str, lines: int
) -> None:
    given(cast.rich)
    answer = person("grace").get(f"/ledger?{query}")
    assert answer.status_code == 200
    assert lines_of(answer.get_data(as_text=True)) == lines


def test_the_link_to_older_transactions_keeps_the_filter(person: People, given: Given) -> None:
    """Of 52 deliveries, fifty are on the first page and the two oldest on the next."""
    for _ in range(50):
        given(deliver)
    grace = person("grace")
    first = grace.get("/ledger?kind=delivery").get_data(as_text=True)
    assert lines_of(first) == 50
    older_url = unescape(re.search(r'href="(/ledger\?[^"]*before=[^"]*)"', first)[1])  # type: ignore[index]
    assert "kind=delivery" in older_url
    assert lines_of(grace.get(older_url).get_data(as_text=True)) == 2


def deliver(session: Session) -> int:
    return deliver_stock(
        session,
        site_id=cast.HARBOR,
        prize_id=cast.MUG,
        quantity=1,
        note="Again",
        key=cast.key(),
        actor=cast.miriam,
        now=cast.NOW,
    )


def test_a_transaction_shows_its_entries_and_its_seal(person: People, given: Given) -> None:
    given(cast.rich)
    content = text(person("grace").get("/ledger/3"))
    assert "client:1:points" in content and "issued:1:points" in content
    assert '"type":"transaction"' in content
    assert "In every unit, the entries add up to zero." in content


def test_the_ledger_does_not_show_a_visits_note(person: People, given: Given) -> None:
    given(cast.visit, 0, note="told me about her sister")
    for path in ("/ledger", "/ledger/transactions.csv"):
        assert "sister" not in text(person("grace").get(path))


# The file


def rows_of(answer: TestResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_the_file_contains_every_filtered_entry(person: People, given: Given) -> None:
    given(cast.rich)
    answer = person("grace").get("/ledger/transactions.csv?kind=award&client_code=HS-1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ledger-2026-03-16.csv"'
    head, *rows = rows_of(answer)
    assert head == [
        "recorded_at", "seal", "kind", "site", "client_code", "by", "account", "amount", "unit", "prize",
        "card_ends_in", "visit", "note",
    ]  # fmt: skip
    # Seven records were sealed before: two schedule versions, two enrollments, two deliveries, and the visit.
    award = ["2026-03-16T11:00:00-04:00", "8", "award", "Harbor Street", "HS-1", "Rosa"]
    assert rows[-2:] == [
        [*award, "issued:1:points", "-10", "points", "", "", "1", ""],
        [*award, "client:1:points", "10", "points", "", "", "1", ""],
    ]
    assert len(rows) == 6


def test_the_entries_of_the_whole_file_sum_to_zero(person: People, given: Given) -> None:
    given(cast.rich)
    _, *rows = rows_of(person("miriam").get("/ledger/transactions.csv"))
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[8]] = sums.get(row[8], 0) + int(row[7])
    assert set(sums) == {"points", "items/1", "items/2"} and set(sums.values()) == {0}


def test_a_file_that_would_be_too_long_is_refused(
    person: People, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(cast.rich)
    monkeypatch.setitem(export.MOST_LINES, CSV, 4)
    answer = person("grace").get("/ledger/transactions.csv")
    assert answer.status_code == 422 and "Choose fewer days" in text(answer)
    monkeypatch.setitem(export.MOST_LINES, CSV, 5)
    assert person("grace").get("/ledger/transactions.csv").status_code == 200
