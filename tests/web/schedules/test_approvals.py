"""Two leads publish: one sends a draft, another reads what differs and decides; and a program with one lead."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.schedules.publish_schedule import publish_schedule
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from cm_tracker.queries.schedules.presets import preset
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.schedules.test_schedules import a_draft, save

People = Callable[..., Person]
Given = Callable[..., Any]
WORDS = "Until the position is filled, I am the only lead."


def a_second_lead(session: Session) -> int:
    return add_demonstration_account(
        session,
        username="daniel",
        display_name="Daniel",
        roles={"lead"},
        site_ids=[cast.HARBOR],
        password=cast.PASSWORD,
        hasher=Hasher(64, 1),
        actor=command("demonstration"),
        now=cast.NOW,
    )


@pytest.fixture
def daniel(person: People, given: Given) -> Person:
    given(a_second_lead)
    return person("daniel")


def a_copy(miriam: Person, **changes: str) -> str:
    """Copy the published voucher ladder and change it. Return the draft's address."""
    answer = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1")
    draft_url = str(answer.headers["Location"])
    assert save(miriam, draft_url, **{"tracks[0].phases[0].base": "12", **changes}).status_code == 303
    return draft_url


def send(miriam: Person, draft_url: str, **fields: str) -> Any:
    """Send a draft as the form shows it, as the next version of the first schedule."""
    page = miriam.get(f"{draft_url}/publish").get_data(as_text=True)
    sent = {**hidden(page), "starts_on": "2026-03-16", "note": "More at the start", "becomes": "1", **fields}
    return miriam.client.post(f"{draft_url}/publish", data=sent)


def decide(daniel: Person, draft_url: str, decision: str, **fields: str) -> Any:
    page = daniel.get(f"{draft_url}/review").get_data(as_text=True)
    sent = {**hidden(page), "decision": decision, "starts_on": "2026-03-16", "note": "", **fields}
    return daniel.client.post(f"{draft_url}/review", data=sent)


def test_the_pages_of_publishing_pass_the_checklist(person: People, miriam: Person) -> None:
    draft_url = a_copy(miriam)
    check(person, f"{draft_url}/publish", allowed=("miriam",), unknown="/schedules/drafts/99/publish", writes=True)
    check(person, "/schedules/one-lead", allowed=("miriam",), writes=True)
    assert send(miriam, draft_url).status_code == 303
    check(person, f"{draft_url}/review", allowed=("miriam",), unknown="/schedules/drafts/99/review", writes=True)
    for username in ("rosa", "grace", "sam"):
        for path in (f"{draft_url}/take-back", "/schedules/one-lead/revoke"):
            assert person(username).send(path, shown_at="/password").status_code == 403


def test_the_page_of_what_differs_passes_the_checklist(person: People, given: Given) -> None:
    changed = {**preset("higgins-voucher"), "corrections": "replay"}  # type: ignore[dict-item]
    given(publish_schedule, document=changed, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    path = "/schedules/versions/3/difference"
    check(person, path, allowed=("rosa", "miriam", "grace", "sam"), unknown="/schedules/versions/99/difference")
    assert "Nothing differs between the published preset and version 1" in text(
        person("rosa").get("/schedules/versions/2/difference")
    )


def test_a_second_lead_reads_what_differs_and_approves(miriam: Person, daniel: Person, rosa: Person) -> None:
    draft_url = a_copy(miriam)
    page = text(miriam.get(f"{draft_url}/publish"))
    assert "The next version, 2, of “Voucher ladder for cocaine, 12 weeks”" in page
    assert "A new schedule, “Voucher ladder for cocaine, 12 weeks (changed)”" in page
    assert "Daniel can approve it." in page
    sent = send(miriam, draft_url)
    assert sent.status_code == 303
    own = text(miriam.get(sent.headers["Location"]))
    assert "You sent it, so you do not decide." in own and "Your decision" not in own
    assert "A schedule to approve Voucher ladder for cocaine, 12 weeks (changed) · Miriam" in text(daniel.get("/"))
    assert "A schedule to approve" not in text(miriam.get("/"))
    page = text(daniel.get(f"{draft_url}/review"))
    assert "Miriam asks you to approve version 2 of “Voucher ladder for cocaine, 12 weeks (changed)”" in page
    assert "It becomes version 2 of “Voucher ladder for cocaine, 12 weeks”" in page
    assert "“More at the start”" in page
    assert "The first met visit now earns 12 points instead of 10 ($3.00 instead of $2.50)." in page
    approved = decide(daniel, draft_url, "approved")
    assert approved.status_code == 303
    content = text(rosa.get(approved.headers["Location"]))
    assert (
        "Version 2 of “Voucher ladder for cocaine, 12 weeks”, published Mar 16, 2026 by Daniel, sent by Miriam"
        in content
    )
    assert "1 rule differs from the published preset" in content
    assert "the first pays 12 points" in content
    assert "the first pays 10 points" in text(rosa.get("/schedules/versions/1"))
    assert miriam.get(draft_url).status_code == 404, "the draft is gone"
    assert "Daniel approved and published version 2 of a schedule that Miriam had sent" in text(miriam.get("/audit"))


def test_a_second_lead_sends_a_draft_back_with_a_note(miriam: Person, daniel: Person) -> None:
    draft_url = a_copy(miriam)
    send(miriam, draft_url)
    refused = decide(daniel, draft_url, "sent_back")
    assert refused.status_code == 422 and "Say what has to change" in text(refused)
    assert decide(daniel, draft_url, "sent_back", note="Please stop at 80 points.").status_code == 303
    assert "sent back by Daniel" in text(miriam.get("/schedules"))
    page = text(miriam.get(draft_url))
    assert "Daniel sent it back" in page and "“Please stop at 80 points.”" in page
    assert save(miriam, draft_url, **{"tracks[0].phases[0].cap": "80"}).status_code == 303
    assert send(miriam, draft_url).status_code == 303
    assert "It rises to 80 points ($20.00) and stays there." in text(daniel.get(f"{draft_url}/review"))


def test_a_draft_that_waits_does_not_change_until_it_is_taken_back(miriam: Person, daniel: Person) -> None:
    draft_url = a_copy(miriam)
    old = miriam.get(draft_url).get_data(as_text=True)
    send(miriam, draft_url)
    assert miriam.get(draft_url).headers["Location"].endswith("/review")
    assert miriam.get(f"{draft_url}/document").headers["Location"].endswith("/review")
    answer = miriam.client.post(draft_url, data={**hidden(old), "name": "Other", "action": "save"})
    assert answer.status_code == 409 and "waits for a second lead" in text(answer)
    discarded = miriam.client.post(f"{draft_url}/discard", data=hidden(old))
    assert discarded.status_code == 409
    assert "Only the lead who sent it can take it back." in text(
        daniel.send(f"{draft_url}/take-back", shown_at=f"{draft_url}/review")
    )
    assert miriam.send(f"{draft_url}/take-back", shown_at=f"{draft_url}/review").status_code == 303
    assert "Taken back." in text(miriam.get(draft_url))
    assert decide(daniel, draft_url, "approved").status_code in (302, 400), "it waits no more"


def test_publishing_asks_what_it_becomes_and_nothing_is_chosen(miriam: Person, daniel: Person) -> None:
    for draft_url in (a_copy(miriam), a_draft(miriam)):
        page = miriam.get(f"{draft_url}/publish").get_data(as_text=True)
        radios = re.findall(r'<input[^>]*name="becomes"[^>]*>', page)
        assert len(radios) == 2 and not any("checked" in one for one in radios)
        refused = send(miriam, draft_url, becomes="")
        assert refused.status_code == 422
        assert "Choose whether it is a new schedule or the next version of this one." in text(refused)


def test_a_preset_that_is_not_published_here_becomes_a_new_schedule(miriam: Person, daniel: Person) -> None:
    draft_url = a_draft(miriam, "va-prize")
    page = miriam.get(f"{draft_url}/publish")
    assert 'name="becomes"' not in page.get_data(as_text=True)
    assert "It becomes version 1 of a new schedule." in text(page)
    assert send(miriam, draft_url).status_code == 303
    assert "Nothing differs from the preset that it was made from" in text(daniel.get(f"{draft_url}/review"))
    assert decide(daniel, draft_url, "approved").status_code == 303


def test_a_new_schedule_needs_a_name_of_its_own(miriam: Person, daniel: Person) -> None:
    draft_url = a_copy(miriam, name="Voucher ladder for cocaine, 12 weeks")
    assert "Draft: Voucher ladder for cocaine, 12 weeks (changed)" in text(miriam.get(draft_url))
    assert send(miriam, draft_url, becomes="new").status_code == 303
    miriam.send(f"{draft_url}/take-back", shown_at=f"{draft_url}/review")
    save(miriam, draft_url, name="Attendance points, 12 weeks")
    page = text(miriam.get(f"{draft_url}/publish"))
    assert "For this, give the draft another name first" in page
    refused = send(miriam, draft_url, becomes="new")
    assert refused.status_code == 422
    assert 'There is a schedule "Attendance points, 12 weeks" already.' in text(refused)


def test_a_version_of_a_later_day_is_listed_and_takes_nobody_before(
    miriam: Person, daniel: Person, rosa: Person, given: Given
) -> None:
    draft_url = a_copy(miriam)
    send(miriam, draft_url, starts_on="2026-03-23")
    assert "to be used from Mar 23, 2026 on" in text(daniel.get(f"{draft_url}/review"))
    approved = decide(daniel, draft_url, "approved", starts_on="2026-03-30")
    assert "New enrollments can use it from Mar 30, 2026 on." in text(daniel.get(approved.headers["Location"]))
    assert "2 from Mar 30, 2026" in text(rosa.get("/schedules"))
    offered = text(rosa.get("/clients/1/enroll"))
    assert "Voucher ladder for cocaine, 12 weeks (version 1)" in offered and "(version 2)" not in offered
    assert "(changed) (version 2)" not in text(miriam.get("/enrollments/1/move"))


@pytest.mark.parametrize(("starts_on", "says"), [
    ("2026-03-15", "The day is past."), ("2027-05-01", "at most a year ahead"), ("", "Choose a day"),
])  # fmt: skip
def test_a_day_that_cannot_be_is_refused(miriam: Person, daniel: Person, starts_on: str, says: str) -> None:
    refused = send(miriam, a_copy(miriam), starts_on=starts_on)
    assert refused.status_code == 422 and says in text(refused)


def test_a_double_click_has_one_effect_and_both_requests_succeed(miriam: Person, daniel: Person) -> None:
    draft_url = a_draft(miriam, "va-prize")
    sent = {**hidden(miriam.get(f"{draft_url}/publish").get_data(as_text=True)), "starts_on": "2026-03-16", "note": "x"}
    first, second = (miriam.client.post(f"{draft_url}/publish", data=sent) for _ in range(2))
    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    shown = hidden(daniel.get(f"{draft_url}/review").get_data(as_text=True))
    decided = {**shown, "decision": "approved", "starts_on": "2026-03-16"}
    first, second = (daniel.client.post(f"{draft_url}/review", data=decided) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"] == "/schedules/versions/3"


def test_what_was_read_has_to_be_what_is_published(miriam: Person, daniel: Person) -> None:
    draft_url = a_draft(miriam, "va-prize")
    page = hidden(miriam.get(f"{draft_url}/publish").get_data(as_text=True))
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "7"})
    answer = miriam.client.post(f"{draft_url}/publish", data={**page, "starts_on": "2026-03-16", "note": "Start"})
    assert "Somebody else has changed this in the meantime." in text(answer)


def test_publishing_an_unchanged_version_is_refused(miriam: Person, daniel: Person) -> None:
    answer = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1")
    assert "Version 1 says the same already." in text(send(miriam, answer.headers["Location"]))


def test_publishing_a_version_of_a_retired_schedule_says_that_it_takes_no_enrollment(
    miriam: Person, daniel: Person
) -> None:
    miriam.send("/schedules/1/retire", reason="Replaced")
    draft_url = a_copy(miriam)
    assert "The schedule is retired and takes no new enrollment." in text(miriam.get(f"{draft_url}/publish"))
    send(miriam, draft_url)
    assert "The schedule is retired and takes no new enrollment." in text(daniel.get(f"{draft_url}/review"))
    approved = decide(daniel, draft_url, "approved")
    assert "it takes no new enrollment until you bring it back" in text(daniel.get(approved.headers["Location"]))


def test_the_only_lead_states_so_in_writing_and_publishes_alone(
    miriam: Person, rosa: Person, given: Given, person: People
) -> None:
    draft_url = a_copy(miriam)
    page = text(miriam.get(f"{draft_url}/publish"))
    assert "There is no second lead to approve it." in page and "Publish alone" not in page
    refused = miriam.send("/schedules/one-lead", words="me")
    assert refused.status_code == 422 and "Write a sentence that an auditor understands" in text(refused)
    assert miriam.send("/schedules/one-lead", words=WORDS).status_code == 303
    assert "Your statement holds" in text(miriam.get("/schedules/one-lead"))
    assert "Publish alone" in text(miriam.get(f"{draft_url}/publish"))
    published = send(miriam, draft_url)
    assert published.status_code == 303
    content = text(rosa.get(published.headers["Location"]))
    assert "by one lead, Miriam" in content and "published by one lead" in content and f"“{WORDS}”" in content
    trail = text(miriam.get("/audit"))
    assert "Miriam published version 2 of a schedule alone, as the program’s one lead" in trail
    assert "Miriam stated in writing that the program has one lead" in trail and WORDS in trail
    given(a_second_lead)
    page = text(miriam.get("/schedules/one-lead"))
    assert "Daniel can approve what you send" in page
    assert "It ended with the account of a second lead." in page
    assert "Send to a second lead" in text(miriam.get(f"{a_copy(miriam, source='Again')}/publish"))


def test_a_statement_is_revoked(miriam: Person) -> None:
    miriam.send("/schedules/one-lead", words=WORDS)
    answer = miriam.send("/schedules/one-lead/revoke", shown_at="/schedules/one-lead")
    assert answer.status_code == 303
    page = text(miriam.get("/schedules/one-lead"))
    assert "Revoked." in page and "It was revoked." in page and "State that there is one lead" in page
    assert "Publish alone" not in text(miriam.get(f"{a_copy(miriam)}/publish"))


def test_an_older_version_with_the_name_of_a_preset_shows_what_differs_from_it(rosa: Person, given: Given) -> None:
    assert "from the published preset" not in text(rosa.get("/schedules/versions/1")), "nothing differs"
    changed = {**preset("higgins-voucher"), "corrections": "replay"}  # type: ignore[dict-item]
    given(publish_schedule, document=changed, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    page = text(rosa.get("/schedules/versions/3"))
    assert "1 rule differs from the published preset" in page
    assert "The most that a client can earn: $997.50 , as before." in page
    assert "Points that were paid by mistake now are taken back from unspent points." in page


def test_any_two_versions_are_compared(miriam: Person, given: Given, rosa: Person) -> None:
    for changes in ({"corrections": "replay"}, {"source": "Again"}):
        changed = {**preset("higgins-voucher"), **changes}  # type: ignore[dict-item]
        given(publish_schedule, document=changed, reason="x", key=cast.key(), actor=command(), now=cast.NOW)
    page = text(rosa.get("/schedules/versions/4/difference"))
    assert "1 rule differs between version 2 and version 3" in page
    assert "Points that were paid by mistake now stay with the client." in page
    page = text(rosa.get("/schedules/versions/4/difference?with=1"))
    assert "No rule differs, only name or source between version 1 and version 3" in page
    assert "between version 1 and version 3" in text(rosa.get("/schedules/versions/1/difference?with=4"))
    assert rosa.get("/schedules/versions/1/difference?with=2").status_code == 404, "another schedule"
    assert "What differs between the versions" in text(rosa.get("/schedules/versions/1"))


def test_a_draft_shows_what_differs_from_what_it_follows(miriam: Person) -> None:
    page = text(miriam.get(f"{a_copy(miriam)}/difference"))
    # 36 visits pay two points more each: $18.
    assert "The most that a client can earn: $997.50 → , now $1,015.50 ▲ gives more" in page
    assert "1 rule differs between version 1 and draft 1" in page
    assert "The first met visit now earns 12 points instead of 10 ($3.00 instead of $2.50)." in page
    draft_url = a_draft(miriam, "va-prize")
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "2"})
    page = text(miriam.get(f"{draft_url}/difference"))
    assert "1 rule differs between the published preset and draft 2" in page
    assert "The first met visit now earns 2 draws instead of 1 draw." in page
    assert "The most that a client can draw: 164 draws, worth" in page
    blank = miriam.send("/schedules/drafts", shown_at="/schedules")
    assert miriam.get(f"{blank.headers['Location']}/difference").status_code == 302, "it has problems"


def test_a_draft_of_a_preset_is_compared_with_the_preset_and_not_with_what_others_made_of_it(
    miriam: Person, given: Given
) -> None:
    ours = {**preset("higgins-voucher"), "name": "Ours", "corrections": "replay"}  # type: ignore[dict-item]
    given(
        publish_schedule, document=ours, preset="higgins-voucher", reason="x", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    draft_url = a_draft(miriam, "higgins-voucher")
    number = draft_url.rsplit("/", 1)[-1]
    page = text(miriam.get(f"{draft_url}/difference"))
    assert f"Nothing differs between the published preset and draft {number}" in page and "Both say the same." in page
    assert "Nobody is paid by a preset." in page
    one = text(miriam.get(f"{a_draft(miriam, 'attendance-points')}/publish"))
    assert "Nothing differs from the preset that it was made from" in one


def test_a_changed_preset_says_so_in_name_and_source(miriam: Person) -> None:
    draft_url = a_draft(miriam)
    assert 'value="Voucher ladder for cocaine, 12 weeks"' in miriam.get(draft_url).get_data(as_text=True)
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "12"})
    page = miriam.get(draft_url).get_data(as_text=True)
    assert 'value="Voucher ladder for cocaine, 12 weeks (changed)"' in page
    # 36 visits pay two points more each: $18.
    says = r": 1 rule differs, at most \$1,015\.50 instead of\s+\$997\.50\."
    assert re.search(rf'name="source"[^>]*value="Changed from Higgins[^"]*{says}"', page, re.S)
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "10"})
    page = miriam.get(draft_url).get_data(as_text=True)
    assert 'value="Voucher ladder for cocaine, 12 weeks"' in page and "Changed from" not in page


def test_the_page_of_what_differs_says_who_is_affected_and_what_is_the_same(miriam: Person, rosa: Person) -> None:
    draft_url = a_copy(miriam)
    number = draft_url.rsplit("/", 1)[-1]
    answer = miriam.get(f"{draft_url}/difference")
    page, content = answer.get_data(as_text=True), text(answer)
    assert f"Before · version 1 After · draft {number}" in content
    # 36 visits from 10 points on, and from 12 on, 5 more each time.
    assert "All met: a visit pays up to 187 points instead of 185" in content
    assert f"version 1: 10 to 185 points draft {number}: 12 to 187 points" in content
    assert 'role="img" aria-label="Line chart: what each visit pays in points when all are met' in page
    assert "1 10, 15, 20 12, 17, 22 2 25, 30, 35 27, 32, 37" in content
    assert "1 client is enrolled under version 1. They stay there until a lead moves them" in content
    assert "Harbor Street: 1" in content and "Mill Road" not in content and "Amir" not in content
    assert "The same in both: drug test: negative for cocaine; 12 weeks; 3 visits a week" in content
    assert "10 points at first" not in content
    assert f'href="{draft_url}/publish">Send to second lead' in page
    # Whoever edits no schedule compares no drafts.
    assert rosa.get(f"/schedules/versions/1/difference?before=v1&after=d{number}").status_code == 404
    assert rosa.get("/schedules/versions/1/difference?before=v1&after=v99").status_code == 404


def test_a_version_is_compared_with_its_preset_and_the_preset_says_what_it_changed_itself(
    miriam: Person, given: Given
) -> None:
    changed = {**preset("co-percentile"), "corrections": "replay"}  # type: ignore[dict-item]
    given(
        publish_schedule, document=changed, preset="co-percentile", reason="x", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    shown = text(miriam.get("/schedules/versions/3"))
    assert "1 rule differs from the published preset" in shown
    assert "The preset itself was changed from its publication: The study compared four percentiles" in shown
    page = text(miriam.get("/schedules/versions/3/difference?before=preset&after=v3"))
    assert "1 rule differs between the published preset and version 1" in page
    assert "Nobody is paid by a preset." in page


def test_a_second_lead_reads_how_a_draft_differs_from_its_preset_and_what_it_costs(
    miriam: Person, daniel: Person, given: Given
) -> None:
    ours = {**preset("higgins-voucher"), "corrections": "replay"}  # type: ignore[dict-item]
    given(
        publish_schedule, document=ours, preset="higgins-voucher", reason="x", key=cast.key(), actor=command(),
        now=cast.NOW,
    )  # fmt: skip
    draft_url = str(miriam.send("/schedules/drafts", shown_at="/schedules/versions/3", version="3").headers["Location"])
    save(miriam, draft_url, **{"tracks[0].phases[0].base": "12"})
    send(miriam, draft_url)
    page = text(daniel.get(f"{draft_url}/review"))
    assert "1 rule differs from version 2 of “Voucher ladder for cocaine, 12 weeks”" in page
    assert "2 rules differ from the published preset" in page
    assert "At most $1,015.50 version 2: $997.50" in page
