"""The pages of adjustments: one lead requests an adjustment, another one decides, and every list shows it."""

from collections.abc import Callable

import pytest

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast
from tests.domain.schedules.documents import document, phase, track
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

People = Callable[..., Person]
Given = Callable[..., object]
REASON = "The machine was down for three days"


@pytest.fixture
def nadia(person: People, given: Given) -> Person:
    """A second lead at Harbor Street."""
    given(
        add_demonstration_account,
        username="nadia",
        display_name="Nadia",
        roles={"lead"},
        site_ids=[cast.HARBOR],
        password=cast.PASSWORD,
        hasher=Hasher(64, 1),
        actor=command("demonstration"),
        now=cast.NOW,
    )
    return person("nadia")


def request_adjustment(miriam: Person, **more: str) -> str:
    fields = {"unit": "points", "direction": "give", "amount": "30", "reason": REASON, **more}
    answer = miriam.send("/clients/1/adjust", **fields)
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def test_the_form_for_a_request_passes_the_checklist(person: People) -> None:
    path = "/clients/1/adjust"
    check(person, path, allowed=("miriam",), unknown="/clients/99/adjust", writes=True)


def test_the_list_and_the_page_of_a_request_pass_the_checklist(person: People, miriam: Person) -> None:
    path = request_adjustment(miriam)
    check(person, "/adjustments", allowed=("miriam", "grace"))
    check(person, path, allowed=("miriam", "grace"), unknown="/adjustments/99", writes=True)


def test_an_approved_adjustment_is_shown_in_every_list(miriam: Person, nadia: Person, person: People) -> None:
    path = request_adjustment(miriam)
    assert "You requested this yourself, so another lead decides." in text(miriam.get(path))
    assert "An adjustment waits for a second lead" in text(nadia.get("/"))
    assert "waits for a second lead" not in text(miriam.get("/"))
    assert "Waits for a second lead" in text(nadia.get("/adjustments"))
    page = text(nadia.get(path))
    assert "+30 points" in page and "Balance after it 30 points ($7.50)" in page and REASON in page
    assert nadia.send(path, decision="approved").status_code == 303
    assert "Approved" in text(nadia.get(path))
    for page in (nadia.get(path), nadia.get("/adjustments")):
        assert '<span class="tag good">Approved</span>' in page.get_data(as_text=True), (
            "an approved adjustment is not shown in red"
        )
    assert "Balance 30 points" in text(nadia.get("/clients/1"))
    assert "Adjustment" in text(nadia.get("/clients/1"))
    for username in ("miriam", "grace"):
        assert "Adjustment HS-1 +30 points to client" in text(person(username).get("/ledger"))


def test_the_lead_who_requested_it_can_only_withdraw_it(miriam: Person) -> None:
    path = request_adjustment(miriam)
    assert miriam.send(path, decision="approved").status_code == 422
    assert miriam.send(path, decision="withdrawn").status_code == 303
    assert "Withdrawn" in text(miriam.get(path))


def test_declining_needs_a_reason_that_the_first_lead_can_read(miriam: Person, nadia: Person) -> None:
    path = request_adjustment(miriam)
    answer = nadia.send(path, decision="declined")
    assert (answer.status_code, "Say why it is declined" in text(answer)) == (422, True)
    assert nadia.send(path, decision="declined", reason="The points of March were paid").status_code == 303
    page = text(miriam.get(path))
    assert "Declined" in page and "Reason The points of March were paid" in page and REASON in page
    assert "The points of March were paid" in text(miriam.get("/audit"))


def test_an_auditor_cannot_decide(miriam: Person, person: People) -> None:
    path = request_adjustment(miriam)
    answer = person("grace").send(path, decision="approved")
    assert answer.status_code == 422
    assert "Balance now 0 points" in text(miriam.get(path)), "nothing moved"
    assert "Waits for a second lead" in text(miriam.get("/adjustments"))


def test_taking_more_than_the_balance_is_refused_with_the_numbers(miriam: Person, nadia: Person, given: Given) -> None:
    given(cast.rich)
    first, second = (request_adjustment(miriam, direction="take", amount="50") for _ in range(2))
    assert nadia.send(first, decision="approved").status_code == 303
    answer = nadia.send(second, decision="approved")
    assert answer.status_code == 422
    assert "The client has 35 points: no more than that can be taken." in text(answer)
    assert "35" in text(nadia.get("/clients/1"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"amount": "0"}, "from 1 to 10,000"),
        ({"amount": "ten"}, "whole number"),
        ({"reason": "because"}, "a year from now"),
        ({"unit": "cars"}, "Choose one from the list"),
    ],
)
def test_invalid_fields_of_a_request_are_refused_with_a_message(
    miriam: Person, fields: dict[str, str], message: str
) -> None:
    answer = miriam.send(
        "/clients/1/adjust", **{"unit": "points", "direction": "give", "amount": "5", "reason": REASON, **fields}
    )
    assert answer.status_code == 422
    assert message in text(answer)


def test_the_form_says_which_other_leads_can_decide(miriam: Person, request: pytest.FixtureRequest) -> None:
    assert "There is no other lead at this client’s site" in text(miriam.get("/clients/1/adjust"))
    request.getfixturevalue("nadia")
    assert "Nadia can approve it." in text(miriam.get("/clients/1/adjust"))


@pytest.mark.parametrize("amount", ["1.5", "9" * 400, "x", "", "０", "-1", "10001"])
def test_an_invalid_amount_is_refused_with_one_sentence(miriam: Person, amount: str) -> None:
    answer = miriam.send("/clients/1/adjust", unit="points", direction="give", amount=amount, reason=REASON)
    assert answer.status_code == 422
    assert "nter a whole number" in text(answer) and "valid integer" not in text(answer)


def test_a_request_to_take_more_than_the_balance_is_refused(miriam: Person) -> None:
    answer = miriam.send("/clients/1/adjust", unit="points", direction="take", amount="1", reason=REASON)
    assert (answer.status_code, "The client has 0 points: no more" in text(answer)) == (422, True)


def near_a_ceiling(miriam: Person, given: Given) -> str:
    """Enroll a client under a ceiling of $10 a year who has received $8. Return the path of the client."""
    doc = document(
        track(phase(base=32, step=0), evidence="attendance", target=[]),
        name="Near",
        ceilings=[{"scope": "calendar_year", "cents": 1000}],
    )
    given(publish_schedule, document=doc, reason="t", key=cast.key(), actor=command(), now=cast.NOW)
    client_url = miriam.send("/clients/new", code="HS-77", preferred_name="", site_id="1", language="en").headers[
        "Location"
    ]
    miriam.send(f"{client_url}/enroll", schedule_version_id="3", starts_on="2026-03-16")
    miriam.send("/enrollments/3/0/visits/new", happened_on="2026-03-16", came_at="09:00")
    return client_url


FIELDS = {"unit": "points", "direction": "give", "amount": "30", "reason": REASON}
# 30 points are $7.50: with $8.00 that is $15.50 of at most $10.00.
BEYOND = "beyond a ceiling $15.50 for this calendar year instead of at most $10.00: $5.50 of it beyond the ceiling."


def test_whoever_asks_sees_what_the_client_received_and_what_goes_beyond_a_ceiling(
    miriam: Person, nadia: Person, given: Given
) -> None:
    """Ceilings do not cut an adjustment, so both leads should know by how much it goes beyond them."""
    client_url = near_a_ceiling(miriam, given)
    path = f"{client_url}/adjust"
    form = text(miriam.get(path))
    assert "HS-77 has 32 points ($8.00). A point is worth $0.25." in form
    assert "This calendar year $8.00 $10.00 $2.00 Since enrolling on Mar 16, 2026 $8.00 none –" in form
    first = miriam.send(path, **FIELDS)
    shown = text(first)
    assert first.status_code == 200 and "Nothing is requested yet." in shown and BEYOND in shown
    assert "Request it all the same" in shown and REASON in shown
    assert "There are no adjustments." in text(miriam.get("/adjustments"))
    requested = miriam.client.post(path, data={**hidden(first.get_data(as_text=True)), **FIELDS})
    assert requested.status_code == 303, text(requested)
    decides = text(nadia.get(requested.headers["Location"]))
    assert "Amount +30 points ($7.50) Balance now 32 points ($8.00) Balance after it 62 points ($15.50)" in decides
    assert "This calendar year $8.00 $10.00 $2.00" in decides and BEYOND in decides
    assert nadia.send(requested.headers["Location"], decision="approved").status_code == 303
    # An adjustment counts like everything that the client received.
    assert "This calendar year $15.50 $10.00 $0.00" in text(miriam.get(path))
    assert "What the client received" not in text(nadia.get(requested.headers["Location"]))


def test_what_goes_beyond_a_ceiling_is_shown_again_when_it_has_changed(miriam: Person, given: Given) -> None:
    path = f"{near_a_ceiling(miriam, given)}/adjust"
    first = miriam.send(path, **FIELDS)
    more = {**FIELDS, "amount": "40"}
    again = miriam.client.post(path, data={**hidden(first.get_data(as_text=True)), **more})
    assert again.status_code == 200 and "$18.00 for this calendar year" in text(again)
    for _ in range(2):  # sent twice, it is one request
        saved = miriam.client.post(path, data={**hidden(again.get_data(as_text=True)), **more})
        assert saved.status_code == 303 and saved.headers["Location"].endswith("/adjustments/1")


def test_what_stays_within_every_ceiling_is_requested_at_once(miriam: Person, given: Given) -> None:
    path = f"{near_a_ceiling(miriam, given)}/adjust"
    assert miriam.send(path, **{**FIELDS, "amount": "8"}).status_code == 303
    assert miriam.send(path, **{**FIELDS, "direction": "take"}).status_code == 303


def test_a_client_without_a_ceiling_has_the_sums_too(miriam: Person, given: Given) -> None:
    given(cast.rich)
    assert "This calendar year $21.25 none – Since enrolling on Mar 2, 2026 $21.25 none –" in text(
        miriam.get("/clients/1/adjust")
    )
    new = miriam.send("/clients/new", code="HS-78", preferred_name="", site_id="1", language="en").headers["Location"]
    assert "What the client received" not in text(miriam.get(f"{new}/adjust"))
