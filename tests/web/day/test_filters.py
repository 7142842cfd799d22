"""The filters of the day: they combine with the counts, stand in the URL as numbers, and are links."""

import re
from collections.abc import Callable
from datetime import time
from html import unescape
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.day.filters import track_id
from cm_tracker.operations.clients.set_counselor import set_counselor
from tests import cast, week
from tests.web.conftest import Person, text

Given = Callable[..., Any]
GROUP, TESTS = 1, 2
URINE = track_id("cocaine-negative")


@pytest.fixture(autouse=True)
def clinic(given: Given) -> None:
    """Amir and HS-11 have a test at nine, which pays; Amir and HS-12 a group at one. Leo is the counselor of HS-11."""

    def enter(session: Session) -> None:
        group, tests = week.group(session), week.tests(session)
        week.plan(session, week.item(group, "024"), week.item(tests, "024", "cocaine-negative"))
        week.plan(
            session, week.item(tests, "024", "cocaine-negative"),
            enrollment_id=week.newcomer(session, "HS-11", version_id=cast.HIGGINS),
        )  # fmt: skip
        week.plan(session, week.item(group, "024", "attendance"), enrollment_id=week.newcomer(session, "HS-12"))
        set_counselor(
            session, client_id=3, counselor_id=cast.LEO, from_on=week.TODAY, key=cast.key(), actor=cast.rosa,
            now=cast.NOW,
        )  # fmt: skip

    given(enter)


@pytest.mark.parametrize(
    ("url", "counts"),
    [
        ("/", "4 open of 4 0 here 2 missing 2 later"),
        (f"/?service={GROUP}", "2 open of 2 0 here 0 missing 2 later"),
        (f"/?service={TESTS}&show=missing", "2 open of 2 0 here 2 missing 0 later"),
        (f"/?track={URINE}", "2 open of 2 0 here 2 missing 0 later"),
        (f"/?counselor={cast.LEO}", "1 open of 1 0 here 1 missing 0 later"),
        ("/?client=1", "2 open of 2 0 here 1 missing 1 later"),
        (f"/?client=1&service={GROUP}", "1 open of 1 0 here 0 missing 1 later"),
        ("/?service=x&track=&counselor=-1&client=99999999999999999999", "4 open of 4"),
    ],
)
def test_the_counts_count_what_is_filtered(rosa: Person, url: str, counts: str) -> None:
    assert counts in text(rosa.get(url))


def links(page: str) -> dict[str, str]:
    """Return the addresses of the filters, by their words."""
    nav = page.split('aria-label="Filters"', 1)[1].split("</nav>", 1)[0]
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', nav, re.S)
    return {" ".join(re.sub(r"<[^>]+>", " ", words).split()): unescape(href) for href, words in found}


def test_the_filters_are_links_that_keep_each_other_and_the_count(rosa: Person) -> None:
    page = rosa.get("/?show=missing").get_data(as_text=True)
    found = links(page)
    assert {"All services", "Skills group", "Urine tests", "All counselors", "Leo"} <= set(found)
    assert found["Urine tests"] == f"/?show=missing&service={TESTS}"
    both = links(rosa.get(f"/?show=missing&service={TESTS}").get_data(as_text=True))
    assert both["Leo"] == f"/?show=missing&service={TESTS}&counselor={cast.LEO}"
    assert both["Show everybody"] == "/?show=missing&counselor=0"
    assert "cocaine" not in "".join(both.values()).lower()


def test_a_row_keeps_the_filter(rosa: Person) -> None:
    page = rosa.get(f"/?service={TESTS}").get_data(as_text=True)
    assert f'action="/day/slots?service={TESTS}"' in page
    answer = rosa.send(
        f"/day/slots?service={TESTS}", shown_at="/", enrollment_id=cast.AMIR, service_id=TESTS, on_day="2026-03-16",
        seen="0", way="arrived",
    )  # fmt: skip
    assert answer.headers["Location"] == f"/?service={TESTS}#slot-1-{TESTS}"


def test_nobody_with_these_filters_is_said_with_a_way_back(rosa: Person) -> None:
    content = text(rosa.get(f"/?counselor={cast.LEO}&service={GROUP}"))
    assert "Nobody is expected with these filters" in content and "Show everybody" in content


def test_a_site_with_one_service_and_no_counselor_has_no_filters(person: Callable[..., Person], given: Given) -> None:
    def enter(session: Session) -> None:
        week.service(
            session, "Group", "group", week.meetings("0", time(9)), site_id=cast.MILL, leader_id=None,
            actor=cast.zoe,
        )  # fmt: skip

    given(enter)
    assert 'aria-label="Filters"' not in person("anna").get("/").get_data(as_text=True)


def test_the_last_thing_can_be_undone_though_the_filter_hides_it(rosa: Person) -> None:
    rosa.send(
        "/day/slots", shown_at="/", enrollment_id=cast.AMIR, service_id=GROUP, on_day="2026-03-16", seen="0", way="arrived",
    )  # fmt: skip
    url = f"/?counselor={cast.LEO}"
    page = rosa.get(url)
    assert "HS-1 Amir , Skills group: here, noted at 11:00 AM Undo until 11:15 AM" in text(page)
    assert "1 open of 1" in text(page), "Amir is no row"
    form = page.get_data(as_text=True).split('data-part="last"', 1)[1].split("</form>", 1)[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    rosa.client.post(f"/day/slots?counselor={cast.LEO}", data=fields)
    assert "0 here" in text(rosa.get("/")) and "Undo until" not in text(rosa.get(url))


def test_a_row_that_the_filter_hides_is_named_where_it_is_refused(rosa: Person) -> None:
    answer = rosa.send(
        f"/day/slots?counselor={cast.LEO}", shown_at="/", enrollment_id=cast.AMIR, service_id=GROUP, on_day="2026-03-16",
        seen="7", way="arrived", asks="",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "HS-1 Amir , Skills group: now later." in text(answer)
