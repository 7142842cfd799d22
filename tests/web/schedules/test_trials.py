"""Trying a schedule: with invented clients, and with real visits of the past. Nothing is written by either page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.operations.schedules.save_draft import save_draft
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.web.viewings import view_log
from tests import cast
from tests.queries.visits.test_backtest import everything_stored
from tests.web.checklist import check
from tests.web.conftest import Person, text, ticks
from tests.web.schedules.test_schedules import a_draft

People = Callable[..., Person]
Given = Callable[..., Any]
# What every look and every page changes: the log of views and when a session was last used.
NOT_COMPARED = {"viewing", "staff_session"}
FEW = "&".join(
    f"{name}={value}"
    for name, value in {
        "first": "100", "after_negative": "100", "after_other": "100", "excused": "0", "missed": "0", "stops": "0",
        "attends": "100", "spends": "0", "together": "10",
    }.items()
)  # fmt: skip


def a_richer_draft(session: Session) -> int:
    """The ladder begins at 12 points in place of 10."""
    document = preset("higgins-voucher")
    document["tracks"][0]["phases"][0]["base"] = 12
    return save_draft(session, document=document, actor=cast.miriam, now=cast.NOW)


def stored(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        tables = everything_stored(db.session())
        db.session.remove()
    return {name: rows for name, rows in tables.items() if name not in NOT_COMPARED}


@pytest.mark.parametrize(
    ("path", "unknown"),
    [
        ("/schedules/drafts/1/try", "/schedules/drafts/99/try"),
        ("/schedules/versions/1/try", "/schedules/versions/99/try"),
        ("/schedules/drafts/1/replay", "/schedules/drafts/99/replay"),
        ("/schedules/versions/1/replay", "/schedules/versions/99/replay"),
        ("/schedules/versions/1/replay/1", "/schedules/versions/1/replay/99"),
    ],
)
def test_the_pages_pass_the_checklist(person: People, path: str, unknown: str) -> None:
    a_draft(person("miriam"))
    check(person, path, allowed=("miriam",), unknown=unknown)


def test_the_page_opens_at_once_and_says_what_is_assumed(miriam: Person) -> None:
    page = text(miriam.get("/schedules/versions/1/try"))
    assert "Press Run to invent 10,000 clients" in page
    assert "Our own numbers need 100 tests in the last half year; there are 0." in page
    assert "Published figures. VA clinics: 91 of 100 tests" in page


def test_without_a_script_the_button_answers_in_one_go(miriam: Person) -> None:
    """Everybody meets every target: $997.50 each, and no ceiling."""
    page = miriam.get(f"/schedules/versions/1/try?run=1&{FEW}")
    says = text(page)
    assert "10,000 invented clients: $997.50 each on average; 95 of 100 cost $997.50 or less" in says
    assert "Half of the clients cost $997.50 or less" in says
    assert "10 clients in all: $9,975 ($9,975 to $9,975 in 90 of 100 tries)" in says
    assert "There is no ceiling, so nothing is cut Nobody costs more than $1,000." in says
    # 3,990 points each, none of them spent.
    assert "You will owe about 39,900 points at the peak" in says
    assert "Set $9,975 aside to be safe in 95 of 100 tries." in says
    assert "Mine" in says
    body = page.get_data(as_text=True)
    assert len(re.findall(r'role="img" aria-label="[^"]+\. The table below has the same numbers\."', body)) == 2


def test_without_a_script_the_page_grows_while_clients_are_invented(miriam: Person) -> None:
    answer = miriam.get(f"/schedules/versions/1/try?run=1&{FEW}")
    assert answer.headers["X-Accel-Buffering"] == "no" and answer.headers["Cache-Control"] == "no-store"
    assert ticks(answer) == 40


def test_the_script_is_told_how_many_there_are_and_gets_the_same_page(miriam: Person) -> None:
    answer = miriam.get(f"/schedules/versions/1/try/run?{FEW}")
    progress, _, results = answer.get_data(as_text=True).partition("\n\n")
    assert [int(line) for line in progress.splitlines()] == list(range(250, 10_001, 250))
    assert 'data-part="head"' in results and "$997.50 each on average" in results
    assert answer.headers["Cache-Control"] == "no-store"
    whole = miriam.get(f"/schedules/versions/1/try?run=1&{FEW}").get_data(as_text=True)
    chart = re.search(r"<figure.*?</figure>", results, re.S)
    assert chart is not None
    assert re.sub(r"\s+", "", chart[0]) in re.sub(r"\s+", "", whole)


def test_a_wrong_number_is_told_at_its_field_and_nothing_is_invented(miriam: Person) -> None:
    query = FEW.replace("first=100", "first=101").replace("together=10", "together=0").replace("missed=0", "missed=60")
    page = miriam.get(f"/schedules/versions/1/try?run=1&{query.replace('excused=0', 'excused=50')}")
    says = text(page)
    assert "Enter a number from 0 to 100, such as 62 or 2.5." in says
    assert "Nothing is worked out yet Correct what is marked, and choose Run." in says
    assert "Excused and missed visits are more than 100 of 100." in says
    assert "Enter a whole number from 1 to 500." in says
    assert 'value="101"' in page.get_data(as_text=True)
    assert "each on average" not in says
    assert miriam.get(f"/schedules/versions/1/try/run?{query}").status_code == 422


@pytest.mark.parametrize(("typed", "shown"), [("2.5", "2.5"), ("62 %", "62 %"), ("7,5", "7,5"), ("100", "100")])
def test_numbers_may_have_a_decimal_and_a_percent_sign(miriam: Person, typed: str, shown: str) -> None:
    page = miriam.get(f"/schedules/versions/1/try?stops={typed.replace('%', '%25').replace(' ', '%20')}")
    assert f'name="stops" type="text" value="{shown}"' in page.get_data(as_text=True)
    assert "Enter a number" not in text(page)


def test_a_version_with_a_bowl_says_which_prizes_to_have_ready(miriam: Person) -> None:
    draft = a_draft(miriam, "va-prize")
    says = text(miriam.get(f"{draft}/try?run=1&{FEW}"))
    assert "1,640 invented draws" not in says
    assert "Tier Middle 90 of 100 In stock To order" in says
    assert "One draw is worth $2.22 on average; the 1,640,000 invented draws came to $2.2" in says
    assert "Draws are made at the visit: nothing is owed." in says


def test_a_draft_with_problems_leads_to_its_editor(miriam: Person, given: Given) -> None:
    draft = f"/schedules/drafts/{given(save_draft, document={}, actor=cast.miriam, now=cast.NOW)}"
    for page in ("try", "replay", "replay/1"):
        answer = miriam.get(f"{draft}/{page}")
        assert (answer.status_code, answer.headers["Location"]) == (302, draft)
    assert miriam.get(f"{draft}/try/run").status_code == 422


def test_a_replay_says_who_would_get_more_and_why(miriam: Person, given: Given) -> None:
    given(cast.rich)
    draft = f"/schedules/drafts/{given(a_richer_draft)}"
    page = text(miriam.get(f"{draft}/replay"))
    assert "1 of 1 get more, 0 less" in page
    assert "Was paid $21.25 1 client Would have been $22.75" in page
    assert "Difference +$1.50 $7 of every $100 more" in page
    assert "Nothing was written." in page
    assert "HS-1 $21.25 $22.75 +$1.50 The ladder pays more" in page
    one = text(miriam.get(f"{draft}/replay/1"))
    assert "Met 10 points 12 points +$0.50 the ladder pays more" in one


def test_a_replay_without_visits_says_so(miriam: Person) -> None:
    assert "no visit to replay" in text(miriam.get("/schedules/versions/1/replay?since=2020-01-01&until=2020-02-01"))
    of_code = text(miriam.get("/schedules/versions/1/replay?codes=XX-1"))
    assert "Look whether these are codes of your clients, or choose other days." in of_code


def test_a_wrong_filter_is_told_at_its_field(miriam: Person) -> None:
    says = text(miriam.get("/schedules/versions/1/replay?since=2026-03-09&until=2026-03-01"))
    assert "Nothing is replayed yet Correct what is marked above, and choose Replay." in says
    assert "no visit to replay" not in says and "Nothing was written." in says
    assert "The last day is before the first." in says
    assert "Choose a year or less." in text(
        miriam.get("/schedules/versions/1/replay?since=2020-03-09&until=2026-03-01")
    )
    codes = "+".join(f"HS-{n}" for n in range(21))
    assert "Enter up to 20 codes." in text(miriam.get(f"/schedules/versions/1/replay?codes={codes}"))


def test_nothing_is_written_but_who_looked(app: Flask, miriam: Person, given: Given) -> None:
    given(cast.rich)
    draft = a_draft(miriam)
    before = stored(app)
    assert len(before["visit"]) == 3
    for path in (f"{draft}/try?run=1&{FEW}", f"{draft}/try/run?{FEW}", f"{draft}/replay", f"{draft}/replay/1"):
        assert miriam.get(path).status_code == 200
    assert stored(app) == before
    view_log(app).flush()
    with app.app_context():
        pages = [row for row in everything_stored(db.session())["viewing"] if "trials." in row]
        db.session.remove()
    # Invented clients are nobody's; what real clients were paid is.
    assert sorted(re.findall(r"trials\.\w+", " ".join(pages))) == ["trials.show_backtest", "trials.show_replay"]
