"""Practice clients, training, rated sessions and a site's checklist, in the browser: each page accessible at both widths."""

from collections.abc import Callable
from typing import Any

import pytest

from cm_tracker.domain.fidelity.competence import NAMES
from tests import cast, week
from tests.browser.conftest import Visitor
from tests.operations.fidelity import ready
from tests.operations.fidelity.test_sessions import rate
from tests.operations.fidelity.test_training import train

pytestmark = pytest.mark.browser
Given = Callable[..., Any]


def test_a_practice_client_has_a_tag_on_their_page_and_in_the_list(
    visitor: Visitor, given: Given, at: str, kind: str
) -> None:
    given(week.newcomer, "HS-91", version_id=cast.HIGGINS, is_practice=True)
    visitor.sign_in("rosa")
    visitor.go("/clients/new")
    visitor.sees("This is a practice client, to train staff")
    visitor.go("/clients/3")
    visitor.sees("Practice", "Nothing leaves the cabinet, and no report counts this client.")
    visitor.go("/clients")
    visitor.sees("HS-91", "Practice")


def test_a_lead_trains_rates_and_completes_a_checklist(visitor: Visitor, given: Given, at: str, kind: str) -> None:
    given(train, "core")
    given(rate)
    given(rate, session_on=cast.NOW.date(), ratings=dict.fromkeys(NAMES, 4))
    given(ready.opened)
    visitor.sign_in("miriam")
    for path in ("/staff/1/training/new", "/staff/1/sessions/new", "/trainings/1/withdraw"):
        visitor.go(path)
    visitor.go("/staff/1/training")
    visitor.sees("Not on record yet: tests, prizes, writing down.", "The newest of 2 sessions")
    visitor.page.context.clear_cookies()
    visitor.sign_in("noor")
    visitor.go("/sites/3/checklist")
    visitor.page.get_by_label("The number of the CLIA waiver").fill("05D1234567")
    visitor.page.get_by_role("button", name="The waiver for tests is on file").click()
    visitor.sees("Confirmed by Noor", "05D1234567")
