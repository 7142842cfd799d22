"""A lead moves a clinic over in the browser: roster, visits and tests, each checked, imported, and its refused rows corrected."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.queries.schedules.presets import preset
from tests import cast, uploads
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser
Given = Callable[..., Any]

# Six hundred participants of a published trial. They are no part of the project: a checkout that has them beside it, or at
# the path of this variable, moves all of them over; any other one moves the clients typed here.
PUBLISHED = Path(os.environ.get("CTN_0027") or Path(__file__).parents[2].parent / "shared" / "data" / "ctn-0027")
TYPED = {
    "roster": b"client_code,enrolled_on\nC0001,2025-03-03\nC0002,2025-03-10\n",
    "visits": b"client_code,visit,disposition,reasons,date\nC0001,WK0,visit,,2025-03-05\nC0001,WK1,MISSING,,\n",
    "drug_tests": b"client_code,date,temperature_ok,positive_for\nC0001,2025-03-05,yes,\nC0002,2025-03-10,yes,Sugar\n",
}
KINDS = {"roster": "The roster", "visits": "Visits: who came", "drug_tests": "Tests with their results"}
# How many rows are refused of the typed files, and of those of the trial.
REFUSED = {"visits": (1, 1048), "drug_tests": (1, 519)}
LONG = 240_000


def upload(visitor: Visitor, name: str, content: bytes) -> None:
    """Upload a file of the trial, with its words, and check it."""
    visitor.go("/imports/new")
    visitor.page.get_by_label(KINDS[name]).check()
    visitor.page.get_by_label("Schedule").select_option(label="Weekly voucher ladder for opioids, 24 weeks")
    visitor.page.get_by_label("File").set_input_files(
        {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": content}
    )
    visitor.click("Go on to its columns")
    if name != "roster":
        visitor.page.get_by_label("Words", exact=True).select_option("nida-ctn")
    visitor.page.get_by_role("button", name="Check the file").click()
    over(visitor, "What would happen")


def over(visitor: Visitor, heading: str) -> None:
    """Wait until a run is over."""
    expect(visitor.page.get_by_role("heading", name=heading)).to_be_visible(timeout=LONG)
    visitor.look()


def refused(visitor: Visitor) -> int:
    found = re.search(r"([\d,]+) rows? refused", visitor.page.locator("main").inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def rejects(visitor: Visitor) -> bytes:
    """Download the refused rows."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="Refused rows as a file").click()
    return Path(download.value.path()).read_bytes()


def upload_corrected(visitor: Visitor, content: bytes) -> None:
    visitor.page.get_by_text("Upload the corrected rows").click()
    visitor.page.get_by_label("Corrected file").set_input_files(
        {"name": "corrected.csv", "mimeType": "text/csv", "buffer": content}
    )
    visitor.page.get_by_role("button", name="Check the corrected rows").click()
    over(visitor, "What would happen")


def published(session: Session) -> None:
    publish_schedule(
        session, document=preset("weekly-opioid"), reason="Moving over", key=cast.key(), actor=command("demonstration"),
        now=clock.now(),
    )  # fmt: skip


def test_a_clinic_moves_over_with_its_roster_visits_and_tests(visitor: Visitor, given: Given) -> None:
    given(published)
    files = {name: (PUBLISHED / f"{name}.csv").read_bytes() if PUBLISHED.is_dir() else TYPED[name] for name in TYPED}
    visitor.sign_in("miriam")

    # One day is written as people write it. Its row is refused, corrected and uploaded again.
    first_day = files["roster"].splitlines()[1].split(b",")[1]
    upload(visitor, "roster", files["roster"].replace(first_day, b"3/3/2025", 1))
    assert refused(visitor) == 1
    visitor.page.get_by_role("button", name=re.compile("^Import ")).click()
    over(visitor, "What was imported")
    upload_corrected(visitor, rejects(visitor).replace(b"3/3/2025", first_day))
    visitor.sees("1 enrollment to add. 0 rows refused.")
    visitor.page.get_by_role("button", name="Import 1 row").click()
    over(visitor, "What was imported")

    for name in ("visits", "drug_tests"):
        upload(visitor, name, files[name])
        count = refused(visitor)
        assert count == REFUSED[name][PUBLISHED.is_dir()]
        visitor.page.get_by_role("button", name=re.compile("^Import ")).click()
        over(visitor, "What was imported")
        assert refused(visitor) == count
        # Uploaded as it is, the file of the refused rows is read, and adds nothing.
        content = rejects(visitor)
        upload_corrected(visitor, content)
        visitor.sees(f"0 {'visit' if name == 'visits' else 'test'}s to add.")
        assert count - 2 <= refused(visitor) <= count
    visitor.go("/imports")
    visitor.page.get_by_role("link", name="drug_tests.csv").click()
    visitor.click("Remove the file")
    visitor.sees("File removed")


def test_a_page_that_waits_for_an_import_keeps_nobody_signed_in(visitor: Visitor, given: Given) -> None:
    import_id = given(uploads.upload)
    given(uploads.start, import_id, now=clock.now())  # nobody runs it: its page asks again and again
    visitor.sign_in("miriam")
    with visitor.page.expect_request("**/progress") as asked:
        visitor.go(f"/imports/{import_id}")
    assert asked.value.headers["x-poll"] == "1"
    visitor.sees("0 of 0 rows.")
