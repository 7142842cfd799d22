"""The pages of an import: upload a file, choose its columns, check it, import it, correct what was refused."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from cm_tracker import clock
from cm_tracker.db import db
from cm_tracker.models import ImportRow
from tests import uploads
from tests.web.checklist import check
from tests.web.conftest import Person, hidden, text

COLUMNS = {
    "column_client_code": "client_code",
    "column_enrolled_on": "enrolled_on",
    "encoding": "utf-8",
    "words": "default",
}


@pytest.fixture(autouse=True)
def no_run_is_left() -> Iterator[None]:
    yield
    wait()


def wait() -> None:
    """Wait until every run is over."""
    for thread in threading.enumerate():
        if thread.name.startswith("import-"):
            thread.join(30)
            assert not thread.is_alive()


def upload(person: Person, path: str, content: bytes, *, shown_at: str | None = None, **fields: Any) -> Any:
    page = person.get(shown_at or path).get_data(as_text=True)
    fields = {**hidden(page), **fields, "file": (BytesIO(content), "list.csv")}
    return person.client.post(path, data=fields, content_type="multipart/form-data")


def added(person: Person, content: str | bytes = uploads.ROSTER, kind: str = "roster") -> str:
    """Upload a file to import, and return the address of its page."""
    content = content if isinstance(content, bytes) else content.encode()
    answer = upload(person, "/imports/new", content, kind=kind, site_id="1", schedule_id="1")
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"]).removesuffix("/columns")


def checked(person: Person, page: str, **fields: Any) -> str:
    """Check a file with these columns, and return the page of what was found."""
    answer = person.send(f"{page}/columns", **{**COLUMNS, **fields})
    assert answer.status_code == 303, text(answer)
    wait()
    return text(person.get(page))


def test_the_pages_pass_the_checklist(person: Callable[..., Person], miriam: Person) -> None:
    page = added(miriam)
    for path in ("/imports", "/imports/new", page, f"{page}/columns", f"{page}/progress"):
        unknown = path.replace(page, "/imports/99") if page in path else None
        check(person, path, allowed=("miriam",), unknown=unknown)


def test_a_roster_is_uploaded_checked_imported_and_its_refused_row_corrected(miriam: Person) -> None:
    page = added(miriam)
    assert "client_code enrolled_on HS-31 2026-03-02" in text(miriam.get(f"{page}/columns"))
    shown = checked(miriam, page)
    assert "2 enrollments to add. 1 row refused." in shown and "Nothing is saved yet" in shown
    assert "Import 2 rows" in shown and "'3/9/2026' is not a day." in shown
    assert "HS-31" not in text(miriam.get("/clients"))
    assert miriam.send(f"{page}/run", shown_at=page).status_code == 303
    wait()
    shown = text(miriam.get(page))
    assert "2 enrollments added. 1 row refused." in shown and "Nothing is saved yet" not in shown
    assert "HS-31" in text(miriam.get("/clients"))
    only = text(miriam.get(f"{page}?rows=refused"))
    assert "HS-33" in only and "HS-32" not in only
    rejects = miriam.get(f"{page}/rejects.csv")
    assert rejects.mimetype == "text/csv"
    corrected = rejects.get_data().replace(b"3/9/2026", b"2026-03-09")
    answer = upload(miriam, f"{page}/corrected", corrected, shown_at=page)
    wait()
    following = answer.headers["Location"]
    assert "1 enrollment to add. 0 rows refused." in text(miriam.get(following))
    assert "corrected rows of an earlier file" in text(miriam.get(following))


def test_columns_of_other_names_are_guessed_and_kept_under_a_name(miriam: Person) -> None:
    other = "Patient ID;Start date;Notes\nHS-31;2026-03-02;x\n"
    page = added(miriam, other)
    form = miriam.get(f"{page}/columns").get_data(as_text=True)
    assert re.search(r'<option selected value="patient id">', form)
    assert re.search(r'<option selected value="start date">', form)
    names = {"column_client_code": "patient id", "column_enrolled_on": "start date"}
    assert "1 enrollment to add." in checked(miriam, page, **names, layout_name="Old program")
    swapped = added(miriam, "Start date;Notes;Patient ID\n2026-03-02;x;HS-32\n")
    assert "Old program" in text(miriam.get(f"{swapped}/columns"))
    kept = miriam.get(f"{swapped}/columns?layout=1").get_data(as_text=True)
    assert re.search(r'<option selected value="patient id">', kept)


def test_what_is_wrong_with_the_columns_is_said_and_what_was_chosen_stays(miriam: Person) -> None:
    page = added(miriam)
    answer = miriam.send(f"{page}/columns", **{**COLUMNS, "column_enrolled_on": "", "layout_name": "x" * 61})
    assert answer.status_code == 422
    said = text(answer)
    assert "Choose the column that has it: First day." in said and "Write up to 60 characters." in said
    assert re.search(r'<option selected value="client_code">', answer.get_data(as_text=True))


def test_another_encoding_and_another_line_are_shown_before_anything_is_saved(miriam: Person) -> None:
    page = added(miriam, "Liste\nclient_code,enrolled_on,Wohnort\nHS-31,2026-03-02,Köln\n".encode("latin-1"))
    assert "this is not text in UTF-8" in text(miriam.get(f"{page}/columns"))
    shown = miriam.send(f"{page}/columns", **COLUMNS | {"encoding": "latin-1", "action": "show"})
    assert shown.status_code == 200 and "Köln" in text(shown)
    assert re.search(r'id="head_line"[^>]*value="2"', shown.get_data(as_text=True))
    assert "not checked yet" in text(miriam.get("/imports")).lower()
    assert "1 enrollment to add." in checked(miriam, page, encoding="latin-1")


def test_a_workbook_is_read_with_its_days_and_the_sheet_that_was_chosen(miriam: Person) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["nothing here"])
    sheet = book.create_sheet("Clients")
    sheet.append(["client_code", "enrolled_on"])
    sheet.append(["HS-31", date(2026, 3, 2)])
    file = BytesIO()
    book.save(file)
    page = added(miriam, file.getvalue())
    assert "Clients" in text(miriam.get(f"{page}/columns"))
    assert "1 enrollment to add." in checked(miriam, page, sheet="Clients")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose a file that is not empty."),
        (b" \n", "Choose a file that is not empty."),
        (b"PK\x03\x04 cut", "this is not a workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 old", "this workbook is of an old Excel, or has a password"),
    ],
    ids=["empty", "blank", "cut", "old"],
)
def test_a_file_that_cannot_be_taken_is_refused_with_a_sentence(miriam: Person, content: bytes, says: str) -> None:
    answer = upload(miriam, "/imports/new", content, kind="roster", site_id="1", schedule_id="1")
    assert answer.status_code == 422 and says in text(answer)


def test_a_file_that_is_too_large_is_refused_with_a_sentence(miriam: Person) -> None:
    fields = hidden(miriam.get("/imports/new").get_data(as_text=True)) | {
        "kind": "roster", "site_id": "1", "schedule_id": "1",
    }  # fmt: skip
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    head = "".join(parts) + '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head.encode() + b"a,b\n" * 5_100_000 + b"\r\n--x--\r\n"
    answer = miriam.client.post("/imports/new", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422 and "at most 20 MB are allowed" in text(answer)


def test_tests_with_words_of_ones_own_are_paid(miriam: Person) -> None:
    checked(miriam, roster := added(miriam))
    miriam.send(f"{roster}/run", shown_at=roster)
    wait()
    page = added(miriam, uploads.TESTS.replace("Cocaine", "COC"), "tests")
    names = {f"column_{name}": name for name in ("client_code", "date", "temperature_ok", "positive_for", "tested_for")}
    own = (
        '{"format": "cm-import/1", "dispositions": {}, "excuses": {}, "unexcused_reasons": [], "disposition_excuse": '
        '"other", "weeks_from": null, "temperatures": {"yes": "in_range"}, "analytes": {"coc": "cocaine"}, "panel": null, '
        '"blank_means": null}'
    )
    wrong = miriam.send(f"{page}/columns", **names, encoding="utf-8", words="default", own_words="{")
    assert wrong.status_code == 422 and "This is not JSON" in text(wrong)
    shown = checked(miriam, page, **names, own_words=own)
    assert "3 tests to add, which earn 25 points. 2 rows refused." in shown


def test_a_run_that_goes_on_shows_its_progress_and_can_be_stopped(miriam: Person) -> None:
    page = added(miriam)
    with miriam.app.app_context():  # a run of another server
        uploads.start(db.session(), 1, now=clock.now())
        db.session.remove()
    shown = text(miriam.get(page))
    assert "Checking: nothing is written" in shown and "0 of 0 rows." in shown
    assert miriam.get(f"{page}/progress").get_json() == {"done": 0, "total": 0, "is_over": False}
    other = added(miriam, "client_code,enrolled_on\nHS-40,2026-03-02\n")
    refused = miriam.send(f"{other}/columns", **COLUMNS)
    assert refused.status_code == 422 and "Another file is running." in text(refused)
    assert f'href="{page}">See the other file' in refused.get_data(as_text=True)
    assert "Stopped. What was imported before stays." in miriam.told(f"{page}/stop", shown_at=page)
    assert miriam.get(f"{page}/progress").get_json()["is_over"] is True
    assert "1 enrollment to add." in checked(miriam, other)


def stopped_with_its_server(person: Person) -> str:
    """Upload a file whose run went silent, and return the address of its page."""
    page = added(person)
    with person.app.app_context():
        uploads.start(db.session(), 1, now=clock.now() - timedelta(minutes=3))
        db.session.remove()
    return page


def test_a_file_whose_run_went_silent_can_be_removed(miriam: Person) -> None:
    page = stopped_with_its_server(miriam)
    assert "Remove the file" in text(miriam.get(page))
    assert "The file was removed." in miriam.told(f"{page}/remove", shown_at=page)


def test_a_run_whose_server_was_stopped_is_offered_again(miriam: Person) -> None:
    page = stopped_with_its_server(miriam)
    assert "The run has ended before its end" in text(miriam.get(page))
    assert miriam.send(f"{page}/check", shown_at=page).status_code == 303
    wait()
    assert "Import 2 rows" in text(miriam.get(page))


def test_a_removed_file_is_gone_and_says_so(miriam: Person) -> None:
    page = added(miriam)
    checked(miriam, page)
    assert "The file was removed." in miriam.told(f"{page}/remove", shown_at=page)
    assert "The file was removed." in text(miriam.get(page))
    for path in (f"{page}/columns", f"{page}/rejects.csv"):
        assert miriam.get(path).status_code == 404
    with miriam.app.app_context():
        row = db.session().get(ImportRow, 1)
        assert row is not None and row.content is None and row.found is None
        db.session.remove()
