"""The money page, the sources and their terms, who pays for an enrollment, and the list of a tax year."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.funding.gaps import Gap
from cm_tracker.labels.funding import gap_sentence
from cm_tracker.operations.clients.open_client import open_client
from cm_tracker.queries.funding.sources import entered_sources, source_of
from tests import cast, funding, merging
from tests.web.checklist import check
from tests.web.conftest import Person, text

Given = Callable[..., Any]
People = Callable[..., Person]
NEW = {
    "name": "SAMHSA grant", "kind": "grant", "year": "own", "year_month": "9", "year_day": "30", "client_cents": "750",
    "total_cents": "", "buys": "No cash.", "from_on": "2025-09-30",
}  # fmt: skip


def sources(session: Session) -> None:
    """Amir has 21.25 of a grant that allows a client 26 and all 500, and nobody pays for Bea."""
    cast.rich(session)
    funding.source(session, client_cents=2_600)
    funding.donations(session)
    funding.choose(session)


@pytest.mark.parametrize("path", ["/money", "/money/tax-year", "/money/tax-year.csv"])
def test_the_checklist_of_what_leads_and_auditors_read(person: People, given: Given, path: str) -> None:
    given(sources)
    check(person, path, allowed=("miriam", "grace"))


def test_the_checklist_of_a_source(person: People, given: Given) -> None:
    given(sources)
    check(
        person, "/money/sources/1", allowed=("miriam", "grace"), unknown="/money/sources/99", writes=True
    )  # fmt: skip
    check(person, "/money/sources/new", allowed=("miriam",), writes=True)
    check(
        person, "/enrollments/1/source", allowed=("miriam",), unknown="/enrollments/99/source", writes=True
    )  # fmt: skip


def test_an_empty_program_says_so(miriam: Person) -> None:
    content = text(miriam.get("/money"))
    assert "No source of money is entered yet" in content
    assert "Nobody is near a limit" in content
    assert "Taxes in 2026: nobody has $2,000.00 or more" in content and "Ask your tax adviser" in content


@pytest.mark.parametrize(
    ("ceiling_cents", "is_of_other_year", "says"),
    [
        (None, False, "it has no ceiling of its own for a year."),
        (80_000, False, "its own ceiling is $800.00."),
        (59_900, True, "its own ceiling of $599.00 counts other days."),
    ],
)
def test_a_gap_says_why_the_ceiling_does_not_close_it(
    ceiling_cents: int | None, is_of_other_year: bool, says: str
) -> None:
    sentence = gap_sentence(Gap(99_750, 75_000, ceiling_cents, is_of_other_year))
    assert sentence == f"It may pay a client up to $997.50; the source allows $750.00 in a year, and {says}"


def test_the_page_says_in_a_sentence_how_long_the_money_lasts(miriam: Person, given: Given) -> None:
    given(sources)
    content = text(miriam.get("/money"))
    assert "It is too early to say how long the money lasts" in content
    assert "$21.25 of $500.00 4% used" in content
    assert "1 client near a limit" in content and "HS-1 Amir $21.25 of $26.00 81%" in content
    assert "What is owed to clients $21.25 85 points not spent $21.25" in content
    assert "paid by State opioid response grant. It may pay a client up to $997.50" in content
    given(funding.terms, client_cents=None, total_cents=2_000)
    content = text(miriam.get("/money"))
    assert "State opioid response grant is over the limit" in content
    assert "▲ 106% used, over the limit" in content and "Nothing is left." in content
    assert "Nobody is near a limit" in content


def test_an_auditor_reads_codes_and_changes_nothing(person: People, given: Given) -> None:
    given(sources)
    grace = person("grace")
    content = text(grace.get("/money"))
    assert "HS-1 $21.25 of $26.00" in content and "Amir" not in content and "New source" not in content
    page = grace.get("/money/sources/1")
    assert "Other terms" not in text(page)


def test_a_forecast_is_drawn_with_its_table(person: People, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    given(sources)
    given(cast.visit, 7)
    later = cast.NOW.replace(month=4, day=6)
    monkeypatch.setattr("cm_tracker.clock.now", lambda: later)
    miriam = person("miriam")
    content = text(miriam.get("/money"))
    assert "State opioid response grant to Sep 29, 2026: about" in content
    assert "The same as a table" in content and "Sep 29, 2026, likely" in content
    assert 'role="img"' in miriam.get("/money").get_data(as_text=True)
    assert "Donations: too early for a forecast" in text(miriam.get("/money?source=2"))


def test_a_lead_enters_a_source_from_a_template(miriam: Person, given: Given) -> None:
    page = miriam.get("/money/sources/new?from=samhsa")
    assert 'value="750.00"' in page.get_data(as_text=True)
    answer = miriam.send("/money/sources/new", **NEW)
    assert answer.status_code == 303
    line = given(source_of, 1)
    assert (line.name, line.first_day, line.terms[0].client_cents, line.terms[0].total_cents) == (
        "SAMHSA grant", (9, 30), 75_000, None,
    )  # fmt: skip
    content = text(miriam.get(answer.headers["Location"]))
    assert "Year from Sep 30" in content and "$750.00 no limit – No cash." in content


@pytest.mark.parametrize(("year", "first_day"), [("calendar", (1, 1)), ("none", None), ("own", (9, 30))])
def test_the_year_is_a_calendar_year_an_own_one_or_none(
    miriam: Person, given: Given, year: str, first_day: tuple[int, int] | None
) -> None:
    assert miriam.send("/money/sources/new", **{**NEW, "year": year}).status_code == 303
    assert given(source_of, 1).first_day == first_day


def test_every_problem_of_a_source_stands_at_its_field(miriam: Person) -> None:
    answer = miriam.send(
        "/money/sources/new", **{**NEW, "name": "", "client_cents": "much", "year_month": "2", "from_on": "soon"}
    )
    assert answer.status_code == 422
    content = text(answer)
    assert "Give it a name." in content
    assert "Enter an amount from $0.01 to" in content
    assert "Choose a day that every year has" in content


def test_terms_change_from_a_day_on_and_a_source_is_closed(miriam: Person, given: Given) -> None:
    given(sources)
    answer = miriam.send(
        "/money/sources/1", client_cents="30", total_cents="", budget_cents="450", buys="Coffee", from_on="2026-04-01",
        is_closed="0",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "Apr 1, 2026 $30.00 no limit $450.00 Coffee" in text(miriam.get("/money/sources/1"))
    miriam.send("/money/sources/1", client_cents="30", total_cents="", buys="", from_on="2026-03-16", is_closed="1")
    assert "Mar 16, 2026 closed closed closed" in text(miriam.get("/money/sources/1"))
    assert "State opioid response grant" not in text(miriam.get("/enrollments/1/source")).split("Choose who pays")[1]


def test_who_pays_is_changed_with_a_reason(miriam: Person, rosa: Person, given: Given) -> None:
    given(sources)
    page = text(miriam.get("/enrollments/1/source"))
    assert "State opioid response grant since Mar 2, 2026" in page
    assert "State opioid response grant allows less than the schedule pays" in page
    assert "$21.25 of $26.00 ▲ 81% used" in page
    answer = miriam.send("/enrollments/1/source", source_id="2", from_on="2026-03-16", reason="The grant is used up")
    assert answer.status_code == 303
    content = text(rosa.get("/enrollments/1"))
    assert "Who pays: Donations since Mar 16, 2026" in content and "The grant is used up" in content
    assert "Change who pays" not in content
    assert miriam.send("/enrollments/1/source", source_id="2", from_on="2026-03-16", reason="").status_code == 422
    miriam.send("/enrollments/1/source", source_id="0", from_on="2026-03-16", reason="Nobody does any more")
    assert "Who pays: nobody named" in text(rosa.get("/enrollments/1"))


def test_where_there_is_a_source_enrolling_asks_who_pays(rosa: Person, given: Given) -> None:
    def dee(session: Session, code: str) -> int:
        return open_client(
            session, code=code, preferred_name="Dee", site_id=cast.HARBOR, language="en", actor=cast.rosa, now=cast.NOW
        )

    first = given(dee, "HS-2")
    assert "Who pays" not in text(rosa.get(f"/clients/{first}/enroll"))
    fields = {"schedule_version_id": str(cast.HIGGINS), "starts_on": "2026-03-16"}
    assert rosa.send(f"/clients/{first}/enroll", **fields).status_code == 303
    given(funding.source)
    second = given(dee, "HS-3")
    assert "Who pays" in text(rosa.get(f"/clients/{second}/enroll"))
    answer = rosa.send(f"/clients/{second}/enroll", **fields)
    assert answer.status_code == 422 and "Choose who pays." in text(answer)
    assert rosa.send(f"/clients/{second}/enroll", source_id="1", **fields).status_code == 303
    third = given(dee, "HS-4")
    assert rosa.send(f"/clients/{third}/enroll", source_id="0", **fields).status_code == 303
    assert {key: of[0].source_id for key, of in given(entered_sources).items()} == {4: 1}


def rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))


def test_the_list_of_a_tax_year_is_filtered_and_downloaded(person: People, given: Given) -> None:
    given(sources)
    grace = person("grace")
    assert "Nobody was awarded as much" in text(grace.get("/money/tax-year"))
    content = text(grace.get("/money/tax-year?least=21.25"))
    assert "HS-1 Harbor Street $21.25 State opioid response grant: $21.25" in content and "Amir" not in content
    assert "Nobody was awarded as much" in text(grace.get("/money/tax-year?least=21.26"))
    assert "Nobody was awarded as much" in text(grace.get("/money/tax-year?least=1&year=2025"))
    assert "$600.00 until 2025" in text(grace.get("/money/tax-year?year=2025"))
    answer = grace.get("/money/tax-year.csv?least=1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tax-year-2026-01-01-2026-12-31.csv"'
    assert rows(answer) == [
        ["year", "client_code", "site", "awarded", "by_source"],
        ["2026", "HS-1", "Harbor Street", "21.25", "State opioid response grant: 21.25"],
    ]
    assert "Grace downloaded the list of a tax year as a CSV file" in text(grace.get("/audit"))
    for path in ("/money/tax-year", "/money/tax-year.csv"):
        assert grace.get(f"{path}?least=much").status_code == 422
        assert grace.get(f"{path}?year=1999").status_code == 422


def test_a_site_sees_its_own_clients_alone(person: People, given: Given) -> None:
    given(sources)
    given(cast.visit, 0, enrollment_id=cast.BEA, actor=cast.anna)
    assert "MR-1" in text(person("grace").get("/money/tax-year?least=1"))
    assert "MR-1" not in text(person("miriam").get("/money/tax-year?least=1"))
    assert "MR-1" not in text(person("grace").get("/money/tax-year?least=1&site_id=1"))


def test_the_audit_trail_says_who_entered_and_changed_a_source(miriam: Person, given: Given) -> None:
    given(sources)
    given(funding.terms, client_cents=None, total_cents=60_000)
    given(funding.terms, budget_cents=45_000)
    given(funding.terms, funding.DONATIONS, is_closed=True)
    content = text(miriam.get("/audit"))
    assert "$100.00 a client, $500.00 in all, a budget of $450.00 for purchases." in content
    assert (
        "Miriam added the source of money State opioid response grant from Sep 30, 2025 on: $26.00 a client, $500.00 in "
        "all." in content
    )
    assert (
        "Miriam changed the terms of the source of money State opioid response grant from Mar 16, 2026 on: no limit for a "
        "client, $600.00 in all." in content
    )
    assert "Miriam closed the source of money Donations from Mar 16, 2026 on." in content
    assert "Miriam chose who pays for the enrollment of HS-1 from Mar 2, 2026 on. “As the grant says”" in content


def test_the_page_has_a_fixed_number_of_queries(miriam: Person, given: Given, statements: list[str]) -> None:
    given(sources)

    def reads() -> int:
        statements.clear()
        assert miriam.get("/money").status_code == 200
        return len([one for one in statements if one.startswith("SELECT")])

    few = reads()

    def more(session: Session) -> None:
        for n in range(5):
            client_id = merging.second_record(session, code=f"HS-7{n}", name=f"Name {n}")
            enrollment_id = merging.enroll(session, client_id, "2026-03-02")
            for day in (0, 2, 4):
                cast.visit(session, day, enrollment_id=enrollment_id)
            funding.choose(session, enrollment_id=enrollment_id, from_on=date(2026, 3, 2))

    given(more)
    assert reads() == few
