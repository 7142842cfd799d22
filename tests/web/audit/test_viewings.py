"""Who has looked: the lead's page about a client, its print in the client's language, and the list of all by code."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.domain.audit.viewings import REFUSED, WRONG, Viewing
from cm_tracker.operations.audit.note_viewings import note_viewings
from cm_tracker.operations.clients.change_client import change_client
from cm_tracker.web.viewings import view_log
from tests import cast, merging
from tests.operations.audit.test_note_viewings import viewing
from tests.web.audit.test_audit import rows_of
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., Any]
AMIR = ("client", cast.AMIR)


def looked(session: Session, *viewings: Viewing) -> None:
    note_viewings(session, viewings=viewings, dropped=0, now=cast.NOW)


def cells(answer: Any) -> list[list[str]]:
    """Return the words of each line of the table."""
    page = answer.get_data(as_text=True)
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.S)]
        for row in body.split("</tr>")[:-1]
    ]


def test_the_pages_pass_the_checklist(person: People) -> None:
    for path in ("/clients/1/viewings", "/clients/1/viewings/print"):
        check(person, path, allowed=("miriam",), unknown=path.replace("1", "99"))
    for path in ("/viewings", "/viewings/list.csv"):
        check(person, path, allowed=("miriam", "grace", "sam"))


def test_a_lead_of_another_site_finds_no_client(person: People, miriam: Person) -> None:
    assert miriam.get("/clients/2/viewings").status_code == 404
    assert miriam.get("/clients/2/viewings/print").status_code == 404


def test_the_lead_sees_who_opened_which_page_from_where(app: Flask, person: People, miriam: Person) -> None:
    rosa = person("rosa")
    rosa.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/128.0"
    rosa.get("/clients/1")
    person("grace").get("/clients/1")
    assert view_log(app).flush()
    assert cells(miriam.get("/clients/1/viewings")) == [
        ["Mar 16, 2026, 11:00 AM", "Grace Refused", "Client’s page", "an unknown browser, 127.0.0.1"],
        ["Mar 16, 2026, 11:00 AM", "Rosa", "Client’s page", "Firefox on Windows, 127.0.0.1"],
    ]


def test_a_client_whose_record_nobody_opened(miriam: Person) -> None:
    assert "Nobody has looked at this record yet." in text(miriam.get("/clients/1/viewings"))


def test_what_was_looked_at_before_a_merge_is_on_the_page_of_the_main_record(miriam: Person, given: Given) -> None:
    second = given(merging.second_record)
    given(looked, viewing(("client", second)))
    given(merging.merge, second)
    assert [line[1] for line in cells(miriam.get("/clients/1/viewings"))] == ["Rosa"]


def test_the_page_is_linked_for_a_lead_and_for_nobody_else(rosa: Person, miriam: Person) -> None:
    assert 'href="/clients/1/viewings"' in miriam.get("/clients/1").get_data(as_text=True)
    assert 'href="/clients/1/viewings"' not in rosa.get("/clients/1").get_data(as_text=True)


def test_long_lists_have_older_pages_and_no_line_is_missing(miriam: Person, given: Given) -> None:
    given(looked, *(viewing(AMIR, address=f"10.0.0.{n}") for n in range(60)))
    first = miriam.get("/clients/1/viewings")
    assert len(cells(first)) == 50
    older = re.search(r'href="(/clients/1/viewings\?before=\d+)"', first.get_data(as_text=True))
    assert older is not None
    rest = cells(miriam.get(older[1]))
    assert [line[3] for line in rest] == [f"Firefox on Windows, 10.0.0.{n}" for n in range(9, -1, -1)]


@pytest.mark.parametrize(
    "path", ["/clients/1/viewings", "/clients/1/viewings/print", "/viewings", "/viewings/list.csv"]
)
def test_more_lines_need_no_more_queries(miriam: Person, given: Given, statements: list[str], path: str) -> None:
    def queries() -> int:
        statements.clear()
        miriam.get(path).get_data()
        return len([statement for statement in statements if statement.startswith("SELECT")])

    given(looked, viewing(AMIR))
    few = queries()
    given(looked, *(viewing(AMIR, staff_id=1 + n % 4) for n in range(40)))
    assert queries() == few > 0


def test_the_print_is_in_the_clients_language_and_counts_a_day_and_a_page(
    miriam: Person, given: Given, app: Flask
) -> None:
    given(
        change_client, client_id=cast.AMIR, preferred_name="Amir", language="es", shown="", actor=cast.rosa,
        now=cast.NOW,
    )  # fmt: skip
    given(looked, viewing(AMIR), viewing(AMIR), viewing(AMIR, kind=REFUSED, staff_id=cast.GRACE))
    answer = miriam.get("/clients/1/viewings/print")
    assert cells(answer) == [
        ["16 mar 2026", "Grace", "Visitas y asistencia (no se les mostró)", "1"],
        ["16 mar 2026", "Rosa", "Visitas y asistencia", "2"],
    ]
    assert "Quién ha visto su expediente" in text(answer)
    assert 'lang="es"' in answer.get_data(as_text=True)


@pytest.mark.parametrize("ending", ["", "?as=pdf"])
def test_more_than_fits_on_one_paper_is_refused_and_no_part_of_it_printed(
    miriam: Person, given: Given, ending: str
) -> None:
    given(looked, *[viewing(AMIR)] * 5_001)
    answer = miriam.get(f"/clients/1/viewings/print{ending}")
    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert "These days have more lines than fit on one paper. Choose fewer days." in text(answer)
    assert "Who has looked at your record" not in text(answer)
    assert miriam.get("/clients/1/viewings/print?until=2026-03-15").status_code == 200


def test_the_print_has_the_days_that_are_chosen(miriam: Person, given: Given) -> None:
    given(looked, viewing(AMIR))
    assert cells(miriam.get("/clients/1/viewings/print?since=2026-03-16&until=2026-03-16"))[0][3] == "1"
    assert "Nobody has opened a page about you on these days." in text(
        miriam.get("/clients/1/viewings/print?until=2026-03-15")
    )
    assert miriam.get("/clients/1/viewings/print?since=2026-03-17&until=2026-03-16").status_code == 422


def test_the_list_has_codes_and_no_names(person: People, given: Given) -> None:
    given(
        looked,
        viewing(AMIR),
        viewing(("client", cast.BEA), staff_id=cast.ANNA),
        viewing(kind=WRONG, staff_id=None, username="rosa"),
    )
    assert [line[1:4] for line in cells(person("grace").get("/viewings"))] == [
        ["Somebody, for the account of Rosa Wrong password", "Visits and attendance", ""],
        ["Anna", "Visits and attendance", "MR-1"],
        ["Rosa", "Visits and attendance", "HS-1"],
    ]
    seen_by_miriam = text(person("miriam").get("/viewings"))
    assert "HS-1" in seen_by_miriam and "MR-1" not in seen_by_miriam
    assert "Amir" not in seen_by_miriam


@pytest.mark.parametrize(
    ("query", "whom"),
    [
        ("kind=refused", ["Rosa"]),
        ("kind=wrong", ["Somebody"]),
        ("staff_id=2", ["Leo"]),
        ("client_code=hs1", ["Leo", "Rosa"]),
        ("site_id=1", ["Leo", "Rosa"]),
        ("since=2026-03-17", []),
        ("until=2026-03-16&kind=view", ["Leo"]),
    ],
)
def test_a_filter_leaves_these_lines(miriam: Person, given: Given, query: str, whom: list[str]) -> None:
    given(
        looked,
        viewing(AMIR, kind=REFUSED),
        viewing(AMIR, staff_id=cast.LEO),
        viewing(kind=WRONG, staff_id=None, username="nobody"),
    )
    lines = [line[1].split()[0] for line in cells(miriam.get(f"/viewings?{query}"))]
    assert [who for who in lines if who != "Miriam"] == whom


def test_a_wrong_password_and_a_refused_page_have_words(app: Flask, person: People, rosa: Person) -> None:
    person().send("/sign-in", username="rosa", password="a wrong one")
    rosa.get("/staff")
    assert view_log(app).flush()
    assert [line[1:3] for line in cells(person("sam").get("/viewings"))] == [
        ["Rosa Refused", "Staff index"],
        ["Somebody, for the account of Rosa Wrong password", "Sign-in"],
    ]


def test_the_file_has_the_lines_of_the_page(person: People, given: Given) -> None:
    given(looked, viewing(AMIR))
    rows = rows_of(person("grace").get("/viewings/list.csv"))
    assert rows == [
        ["at", "by", "kind", "page", "client_code", "site", "reason", "address", "browser"],
        [
            "2026-03-16T11:00:00-04:00",
            "Rosa",
            "view",
            "Visits and attendance",
            "HS-1",
            "Harbor Street",
            "",
            "10.0.0.7",
            "Firefox on Windows",
        ],
    ]
