"""The pages of merges: one lead compares two records and requests the merge, another decides, and both codes lead on."""

import re
from collections.abc import Callable

import pytest

from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast, merging
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
Given = Callable[..., object]
WHY = "Same date of birth and the same photo"
SECOND = 3


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


@pytest.fixture
def second(given: Given) -> int:
    """Amir's second record, HS-2: 10 and 15 points in an enrollment that is over. Amir himself has 85."""
    given(cast.rich)
    assert given(merging.second_record) == SECOND
    enrollment = given(merging.enroll, SECOND, "2026-03-02")
    for day in (0, 2):
        given(cast.visit, day, enrollment_id=enrollment)
    given(cast.end, enrollment, "2026-03-10")
    return SECOND


def request_merge(miriam: Person) -> str:
    answer = miriam.send(f"/clients/1/merge/{SECOND}", reason=WHY)
    assert answer.status_code == 303, text(answer)
    return answer.headers["Location"]


def test_the_pages_pass_the_checklist(person: People, miriam: Person, second: int) -> None:
    check(
        person, "/clients/1/merge", allowed=("miriam",), unknown="/clients/99/merge", writes=True,
        elsewhere="/clients/1",
    )  # fmt: skip
    check(person, f"/clients/1/merge/{second}", allowed=("miriam",), unknown="/clients/1/merge/99", writes=True)
    path = request_merge(miriam)
    check(person, path, allowed=("miriam",), unknown="/merges/99", writes=True)
    check(person, "/merges", allowed=("miriam",))


def test_a_record_that_was_transferred_is_not_merged_from_here(miriam: Person, second: int, given: Given) -> None:
    given(cast.transfer, client_id=second)
    page = miriam.send("/clients/1/merge", code="HS-2")
    assert "No client at your sites has this code." in text(page)


def test_the_old_site_reads_both_records_after_a_transfer_by_either_address(
    person: People, second: int, given: Given
) -> None:
    given(merging.merge, second)
    given(cast.transfer, first_day="2026-03-07")
    given(cast.put_right, 5, "void", actor=Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web"))
    rosa = person("rosa")
    pages = [text(rosa.get(f"/clients/{client_id}")) for client_id in (cast.AMIR, second)]
    assert pages[0] == pages[1]
    assert "This client was transferred to Mill Road, where the first day was Mar 7, 2026." in pages[0]
    lines = re.findall(r"(Mar \d, 2026) met.*? \+(\d+) ", pages[0], re.I)
    assert lines == [
        ("Mar 6, 2026", "60"), ("Mar 4, 2026", "15"), ("Mar 4, 2026", "15"), ("Mar 2, 2026", "10"),
        ("Mar 2, 2026", "10"),
    ]  # fmt: skip
    for code in ("hs1", "HS-2"):
        assert rosa.send("/clients", q=code).headers["Location"] == "/clients/1"
    assert rosa.get("/visits/4").headers["Location"] == "/clients/1"
    anna = person("anna")
    assert anna.get(f"/clients/{second}").headers["Location"] == "/clients/1"
    assert "HS-2" in text(anna.get("/clients/1"))
    assert anna.get("/visits/4").status_code == 200


def test_a_transfer_says_that_a_merge_waits(person: People, miriam: Person, second: int, given: Given) -> None:
    request_merge(miriam)
    given(
        add_demonstration_account, username="zoe", display_name="Zoe", roles={"lead"}, site_ids=[cast.HARBOR, cast.MILL],
        password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip
    for client_id in (cast.AMIR, second):
        page = person("zoe").send(
            f"/clients/{client_id}/transfer", to_site_id="2", first_day="2026-03-16", note="Moved house"
        )
        assert page.status_code == 422
        assert "A merge of this client's record waits for a second lead. Have it decided first." in text(page)


def test_the_code_of_the_other_record_leads_to_the_comparison(miriam: Person, second: int) -> None:
    answer = miriam.send("/clients/1/merge", code="hs2")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/clients/1/merge/{second}")
    for code, message in (
        ("HS-1", "This is the same client."),
        ("HS-77", "No client at your sites has this code."),
        ("MR-1", "No client at your sites has this code."),
        ("", "Enter the code of the other record."),
    ):
        answer = miriam.send("/clients/1/merge", code=code)
        assert answer.status_code == 422 and message in text(answer)


def test_both_records_stand_side_by_side_with_the_visits_of_the_same_day(miriam: Person, second: int) -> None:
    page = text(miriam.get(f"/clients/1/merge/{second}"))
    assert "What HS-2 is merged HS-1 stays Name Ameer Amir" in page
    assert "Balance 25 points 85 points" in page
    # 25 and 85 points of 25 cents.
    assert "Received this year $6.25 $21.25" in page and "Together they received $27.50 this year." in page
    assert "Mar 2, 2026: visit of HS-2 , visit of HS-1" in page and "Mar 4, 2026: visit of HS-2" in page
    assert "Mar 6, 2026: visit" not in page, "only Amir has a visit on that day"
    assert "There is no other lead at this site to approve it." in page


def test_a_merge_that_is_not_possible_says_so_before_anybody_types(miriam: Person, given: Given, second: int) -> None:
    given(merging.enroll, second, "2026-03-17")
    page = text(miriam.get(f"/clients/1/merge/{second}"))
    assert "HS-2 and HS-1 are both enrolled. End one of the two enrollments first." in page
    assert "Request the merge" not in page
    answer = miriam.send(f"/clients/1/merge/{second}", reason=WHY)
    assert (answer.status_code, "both enrolled" in text(answer)) == (422, True)


def test_a_request_needs_a_reason(miriam: Person, second: int) -> None:
    for reason, message in (("", "Say how you know."), ("same", "Write how you know that it is one person")):
        answer = miriam.send(f"/clients/1/merge/{second}", reason=reason)
        assert answer.status_code == 422 and message in text(answer)


def test_an_approved_merge_shows_both_histories_under_one_client(
    miriam: Person, nadia: Person, person: People, second: int
) -> None:
    path = request_merge(miriam)
    assert "You requested this yourself, so another lead decides." in text(miriam.get(path))
    assert "A merge of two records waits for a second lead" in text(nadia.get("/"))
    assert "waits for a second lead" not in text(miriam.get("/"))
    assert nadia.send(path, decision="approved").status_code == 303
    assert "Approved" in text(nadia.get(path)) and "Transaction no. " in text(nadia.get(path))
    answer = person("rosa").get(f"/clients/{second}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/clients/1")
    page = text(person("rosa").get("/clients/1"))
    assert "also HS-2" in page and "Balance 110 points" in page and "Merge +25 points" in page
    assert "Other enrollments 1 Days Schedule Under the code Mar 2, 2026 to Mar 10, 2026" in page and "HS-2" in page
    enrollment = text(person("rosa").get("/enrollments/3"))
    assert "Enrollment of HS-1 Amir" in enrollment and "Mar 4, 2026" in enrollment
    assert "HS-1" in text(person("rosa").get("/visits/4")), "a visit of the merged record names the main record"
    assert "Approved" in text(miriam.get("/merges"))


def test_both_codes_and_both_names_find_the_client_once(miriam: Person, nadia: Person, second: int) -> None:
    nadia.send(request_merge(miriam), decision="approved")
    for search in ("HS-2", "hs2", "HS-1", "Ameer", "Amir"):
        answer = miriam.send("/clients", q=search)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/clients/1"), search
    assert "1 client found" not in text(miriam.send("/clients", q="HS"))
    listed = text(miriam.get("/clients"))
    assert "1 client " in listed and "HS-1 also HS-2 Amir" in listed


def test_the_ledger_and_the_audit_trail_of_either_code_have_both(miriam: Person, nadia: Person, second: int) -> None:
    nadia.send(request_merge(miriam), decision="approved")
    for code in ("HS-1", "hs-2"):
        page = text(miriam.get(f"/ledger?client_code={code}"))
        assert page.count("Award HS-") == 5 and page.count("Merge HS-") == 1
        assert "Nadia approved the merge of HS-2 into HS-1." in text(miriam.get(f"/audit?client_code={code}"))


def test_every_page_of_the_merged_record_is_the_main_records(miriam: Person, nadia: Person, second: int) -> None:
    nadia.send(request_merge(miriam), decision="approved")
    for page, words in (
        ("redeem", "110"),
        ("receipts", "Receipts for HS-1"),
        ("adjust", "Adjustment for HS-1"),
        ("pin", "A PIN for HS-1"),
        ("edit", "Edit HS-1"),
        ("enroll", "Enroll HS-1"),
        ("draws", "HS-1"),
    ):
        assert words in text(miriam.get(f"/clients/{second}/{page}")), page


def test_declining_needs_a_reason_and_nothing_moves(miriam: Person, nadia: Person, second: int) -> None:
    path = request_merge(miriam)
    answer = nadia.send(path, decision="declined")
    assert (answer.status_code, "Say why it is declined" in text(answer)) == (422, True)
    assert nadia.send(path, decision="declined", reason="Two brothers, I know both").status_code == 303
    page = text(miriam.get(path))
    assert "Declined" in page and "Reason Two brothers, I know both" in page
    assert "Balance 85 points" in text(miriam.get("/clients/1"))
    assert miriam.get(f"/clients/{second}").status_code == 200


def test_the_lead_who_requested_it_can_only_withdraw_it(miriam: Person, second: int) -> None:
    path = request_merge(miriam)
    assert miriam.send(path, decision="approved").status_code == 422
    assert miriam.send(path, decision="withdrawn").status_code == 303
    assert "Withdrawn" in text(miriam.get(path))
