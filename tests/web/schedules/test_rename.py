"""The page on which a lead gives a schedule another name."""

from collections.abc import Callable

from tests.web.checklist import check
from tests.web.conftest import Person, text

PATH = "/schedules/1/name"
FIRST = "Voucher ladder for cocaine, 12 weeks"


def test_the_page_passes_the_checklist(person: Callable[..., Person]) -> None:
    check(person, PATH, allowed=("miriam",), unknown="/schedules/99/name", writes=True)


def test_lists_enrolling_and_clients_have_the_new_name_and_the_document_the_old_one(
    miriam: Person, rosa: Person
) -> None:
    assert f'value="{FIRST}"' in miriam.get(PATH).get_data(as_text=True)
    answer = miriam.send(PATH, name="Our ladder", reason="What we call it")
    assert answer.headers["Location"] == "/schedules/versions/1"
    shown = text(miriam.get("/schedules/versions/1"))
    assert "Saved. Lists and new papers have the new name." in shown
    assert f"It was approved under the name “{FIRST}”." in shown and f'"name": "{FIRST}"' in shown
    for path in ("/schedules", "/clients/1", "/clients/1/enroll"):
        content = text(rosa.get(path))
        assert "Our ladder" in content and FIRST not in content, path
    assert f'"name": "{FIRST}"' in miriam.get("/schedules/versions/1/file").get_data(as_text=True)
    trail = text(miriam.get("/audit"))
    assert "Miriam gave a schedule another name. Its versions stay as they were approved." in trail
    assert f"“{FIRST}” is now called “Our ladder”: What we call it" in trail


def test_a_draft_of_a_renamed_schedule_has_its_new_name_and_becomes_its_next_version(miriam: Person) -> None:
    miriam.send(PATH, name="Our ladder", reason="What we call it")
    draft = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1").headers["Location"]
    assert "Draft: Our ladder" in text(miriam.get(draft))
    content = text(miriam.get(f"{draft}/publish"))
    assert "The next version, 2, of “Our ladder”" in content
    assert "A new schedule, “Our ladder”. For this, give the draft another name first" in content


def test_a_refusal_stands_at_its_field_and_what_was_typed_stays(miriam: Person) -> None:
    taken = miriam.send(PATH, name="Attendance points, 12 weeks", reason="Clearer")
    content = taken.get_data(as_text=True)
    assert taken.status_code == 422
    assert (
        'Another schedule is called "Attendance points, 12 weeks", or a version of it was approved under that name.'
        " Choose another name."
    ) in text(taken)
    assert 'value="Attendance points, 12 weeks"' in content and 'value="Clearer"' in content
    missing = text(miriam.send(PATH, name="", reason=""))
    assert "Give it a name." in missing and "Say why in a few words." in missing
    same = miriam.send(PATH, name=FIRST, reason="Again")
    assert same.status_code == 303
    assert "That is its name already." in text(miriam.get("/schedules/versions/1"))
