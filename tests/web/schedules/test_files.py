"""Save a schedule as a file, and open such a file as a draft. Any other file is refused with a sentence."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from cm_tracker.queries.schedules.presets import preset
from tests.domain.schedules.documents import document
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text
from tests.web.schedules.test_kinds import saved_document
from tests.web.schedules.test_schedules import a_draft, save

OPEN = "/schedules/open-file"


def open_file(person: Person, content: bytes | None) -> Any:
    fields: dict[str, Any] = dict(hidden(person.get(OPEN).get_data(as_text=True)))
    if content is not None:
        fields["document"] = (io.BytesIO(content), "ladder.json")
    return person.client.post(OPEN, data=fields, content_type="multipart/form-data")


def test_the_pages_of_files_pass_the_checklist(person: Callable[..., Person], miriam: Person) -> None:
    a_draft(miriam)
    everybody = ("rosa", "miriam", "grace", "sam")
    check(person, "/schedules/versions/1/file", allowed=everybody, unknown="/schedules/versions/99/file")
    check(person, "/schedules/drafts/1/file", allowed=("miriam",), unknown="/schedules/drafts/99/file")
    check(person, OPEN, allowed=("miriam",), writes=True)


def test_a_version_is_saved_letter_by_letter_and_opened_as_a_draft(miriam: Person) -> None:
    answer = miriam.get("/schedules/versions/1/file")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="schedule-1-version-1.json"'
    assert json.loads(answer.get_data(as_text=True)) == preset("higgins-voucher")
    made = open_file(miriam, answer.get_data())
    assert made.headers["Location"] == "/schedules/drafts/1"
    assert "The file is a draft now." in text(miriam.get("/schedules/drafts/1"))
    assert saved_document(miriam, "/schedules/drafts/1") == preset("higgins-voucher")


def test_a_draft_is_saved_although_it_is_incomplete(miriam: Person) -> None:
    made = open_file(miriam, json.dumps(document(name="")).encode())
    assert made.status_code == 303
    answer = miriam.get("/schedules/drafts/1/file")
    assert json.loads(answer.get_data(as_text=True))["name"] == ""
    assert 'filename="draft-1.json"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "Choose the file of a schedule."),
        (b"", "Choose the file of a schedule."),
        (b"\xff\xfe\x00", "This file is not text. A schedule is a text file whose name ends with .json."),
        (b"{", "This is not JSON (line 1, column 2)."),
        (b"[1]", "This file is no schedule: it has no list of tracks."),
        (b'{"name": "A list of prizes"}', "This file is no schedule: it has no list of tracks."),
        (b'{"tracks": [], "tracks": []}', "stands twice in one object."),
        (b" " * 400_001, "The document is too long for a schedule."),
    ],
)
def test_a_file_that_is_no_schedule_gets_a_sentence(miriam: Person, content: bytes | None, says: str) -> None:
    answer = open_file(miriam, content)
    assert answer.status_code == 422
    assert says in text(answer)


def test_a_draft_is_compared_with_any_version(miriam: Person) -> None:
    url = miriam.send("/schedules/drafts", shown_at="/schedules/versions/1", version="1").headers["Location"]
    save(miriam, url, **{"tracks[0].phases[0].base": "12"})
    page = text(miriam.get("/schedules/versions/1/difference?before=v1&after=d1"))
    assert "1 rule differs between version 1 and draft 1" in page
    assert "The first met visit now earns 12 points instead of 10 ($3.00 instead of $2.50)." in page
    assert "Nobody is enrolled under version 1." in page or "enrolled under version 1" in page
    assert miriam.get("/schedules/versions/1/difference?before=v1&after=d9").status_code == 404
