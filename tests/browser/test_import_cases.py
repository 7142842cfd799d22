"""Files that other programs got wrong: each is uploaded, refused row by row where it must be, corrected and uploaded again.

The kinds of faults come from public bug reports: a year of two digits, a week in place of a day, a laboratory's correction,
a panel without the target, and a check that only counts.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.schedules.point_value import in_points
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from cm_tracker.queries.schedules.program import program_money
from tests import cast
from tests.browser.conftest import Visitor
from tests.browser.test_imports import over, rejects, upload_corrected

pytestmark = pytest.mark.browser
Given = Callable[..., Any]

KINDS = {"roster": "The roster", "tests": "Tests with their results"}
ROSTER = b"client_code,enrolled_on\nC1,2026-05-04\nC2,2026-05-04\n"
COCAINE, STIMULANTS = "Voucher ladder for cocaine, 12 weeks", "Recovery Incentives, 24 weeks"
HEAD = "client_code,date,temperature_ok,positive_for,tested_for\n"
PANEL = """{"format": "cm-import/1", "temperatures": {"": "not_read"}, "dispositions": {}, "excuses": {},
"unexcused_reasons": [], "blank_means": "negative", "analytes": {"Amphetamine": "amphetamine", "Barbiturate": "barbiturate"}}"""


class Case(NamedTuple):
    """A file, what the check says of it and of its rows, and what the corrected rows do.

    `corrected` are replacements in the file of the refused rows; a row with an empty one is left out.
    """

    kind: str
    text: str
    says: str
    rows: dict[int, str]
    corrected: dict[str, str]
    then: str
    schedule: str = COCAINE
    own_words: str = ""


CASES = {
    "a year of two digits": Case(
        "roster", "client_code,enrolled_on\nC7,0026-05-04\nC8,1926-05-04\n",
        "0 enrollments to add. 2 rows refused.",
        {2: "'0026-05-04' is not a day. Give a day between the years 1900 and 2199, with all four digits of the year.",
         3: "The first day may not lie before the year 2000. Check the year."},
        {"0026-": "2026-", "1926-": "2026-"}, "2 enrollments to add. 0 rows refused.",
    ),
    "a week in place of a day": Case(
        "roster", "client_code,enrolled_on\nC7,2026-W19\n",
        "0 enrollments to add. 1 row refused.",
        {2: "'2026-W19' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."},
        {"C7,2026-W19": "C7,2026-05-04"}, "1 enrollment to add. 0 rows refused.",
    ),
    "a week in place of the day of a test": Case(
        "tests", f"{HEAD}C1,2026-W19,yes,none,Cocaine\n",
        "0 tests to add. 1 row refused.",
        {2: "'2026-W19' is not a day. Write the day as YYYY-MM-DD, such as 2026-03-02."},
        {"C1,2026-W19": "C1,2026-05-04"}, "1 test to add, which earns 10 points. 0 rows refused.",
    ),
    "a result that the laboratory corrected": Case(
        "tests", f"{HEAD}C1,2026-05-04,yes,none,Cocaine\nC1,2026-05-04,yes,Cocaine,Cocaine\nC2,2026-05-04,yes,none,Cocaine\n",
        "1 test to add, which earns 10 points. 2 rows refused.",
        {2: "keep the row that is right", 3: "keep the row that is right"},
        {"C1,2026-05-04,yes,none,Cocaine": ""}, "1 test to add. 0 rows refused.",
    ),
    "a panel without the target": Case(
        "tests", f"{HEAD}C1,2026-05-04,yes,Amphetamine,Amphetamine;Barbiturate\n",
        "0 tests to add. 1 row refused.", {2: "cocaine"},
        {"Amphetamine;Barbiturate": "Amphetamine;Barbiturate;Cocaine"}, "1 test to add, which earns 10 points. 0 rows refused.",
    ),
    "a panel of one's own words without the target": Case(
        "tests", "client_code,date,temperature_ok,positive_for\nC1,2026-05-04,,Amphetamine\n",
        "0 tests to add. 1 row refused.", {2: "cocaine"}, {}, "0 tests to add. 1 row refused.", own_words=PANEL,
    ),
    "what a laboratory calls the stimulants": Case(
        "tests", f"{HEAD}C1,2026-05-05,yes,none,Amphetamine;Cocaine;Methamphetamine\n"
        "C2,2026-05-05,yes,Amphetamine,Amphetamine;Cocaine;Methamphetamine\nC2,2026-05-08,yes,none,Amphetamine;Cocaine\n",
        "2 tests to add", {4: "the panel tests amphetamine, cocaine, and not methamphetamine"},
        {"yes,none,Amphetamine;Cocaine": "yes,none,Amphetamine;Cocaine;Methamphetamine"}, "1 test to add",
        schedule=STIMULANTS,
    ),
}  # fmt: skip


def publish(session: Session, name: str) -> None:
    publish_schedule(
        session, document=in_points(preset(name), program_money(session).point_value_cents), reason="Moving over", key=cast.key(),
        actor=command("demonstration"), now=clock.now(),
    )  # fmt: skip


def check(visitor: Visitor, kind: str, content: bytes, schedule: str, own_words: str = "") -> None:
    """Upload a file and check it."""
    visitor.go("/imports/new")
    visitor.page.get_by_label(KINDS[kind]).check()
    visitor.page.get_by_label("Schedule").select_option(label=schedule)
    visitor.page.get_by_label("File").set_input_files(
        {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content}
    )
    visitor.click("Go on to its columns")
    if own_words:
        visitor.page.locator("summary", has_text="Words of your own").click()
        visitor.page.locator("[name=own_words]").fill(own_words)
    visitor.page.get_by_role("button", name="Check the file").click()
    over(visitor, "What would happen")


def import_it(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name=re.compile("^Import ")).click()
    over(visitor, "What was imported")


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_refused_where_it_must_be_and_its_corrected_rows_are_taken(
    visitor: Visitor, given: Given, name: str
) -> None:
    case = CASES[name]
    if case.schedule == STIMULANTS:
        given(publish, "california-recovery-incentives")
    visitor.sign_in("miriam")
    if case.kind == "tests":
        check(visitor, "roster", ROSTER, case.schedule)
        import_it(visitor)
    check(visitor, case.kind, case.text.encode(), case.schedule, case.own_words)
    visitor.sees(case.says)
    for line, says in case.rows.items():
        expect(visitor.page.locator("tbody tr", has_text=re.compile(rf"^\s*{line}\s"))).to_contain_text(says)
    if not case.says.startswith("0 "):
        import_it(visitor)
    refused = rejects(visitor).decode("utf-8-sig")
    for wrong, right in case.corrected.items():
        assert wrong in refused
        lines = [line.replace(wrong, right) for line in refused.splitlines() if right or wrong not in line]
        refused = "\n".join(lines)
    upload_corrected(visitor, refused.encode())
    visitor.sees(case.then)
