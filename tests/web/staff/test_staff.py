"""The pages of staff accounts and sites."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.domain.staff.roles import ROLES, command
from cm_tracker.models import Staff, StaffSite
from cm_tracker.operations.staff.add_demonstration_account import add_demonstration_account
from cm_tracker.passwords import Hasher
from tests import cast
from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]


@pytest.mark.parametrize(
    ("path", "allowed", "unknown", "writes"),
    [
        ("/staff", ("miriam", "sam"), None, False),
        ("/staff/new", ("miriam", "sam"), None, True),
        ("/staff/1/edit", ("miriam", "sam"), "/staff/99/edit", True),
        ("/staff/1/code", ("miriam", "sam"), "/staff/99/code", True),
        ("/sites", ("miriam", "grace", "sam"), None, False),
        ("/sites/new", ("sam",), None, True),
        ("/password", ("rosa", "miriam", "grace", "sam"), None, True),
    ],
)
def test_the_pages_of_staff_and_sites_pass_the_checklist(
    person: People, path: str, allowed: tuple[str, ...], unknown: str | None, writes: bool
) -> None:
    check(person, path, allowed=allowed, unknown=unknown, writes=writes)


def account(**more: object) -> dict[str, object]:
    return {
        "display_name": "Nia",
        "username": "nia",
        "roles": "coordinator",
        "site_ids": ["1"],
        "is_active": "y",
        **more,
    }


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"username": "rosa"}, 'The user name "rosa" is already in use.'),
        ({"username": "N i a"}, "small letters"),
        ({"roles": "admin"}, "Choose from the list only"),
        ({"roles": "auditor"}, "Choose from the list only"),
        ({"roles": "lead"}, "Choose from the list only"),
        ({"site_ids": []}, "Choose at least one site."),
        ({"site_ids": ["2"]}, "Choose from the list only"),
        ({"display_name": ""}, "Enter the person's name."),
    ],
)
def test_invalid_fields_of_an_account_are_refused_with_a_message(
    miriam: Person, fields: dict[str, object], message: str
) -> None:
    answer = miriam.send("/staff/new", **account(**fields))
    assert answer.status_code == 422
    assert message.lower() in text(answer).lower()


@pytest.mark.parametrize("role", ROLES)
def test_an_admin_opens_an_account_of_every_role(person: People, role: str) -> None:
    answer = person("sam").send("/staff/new", **account(roles=role))
    assert answer.status_code == 200 and "The account is created" in text(answer)


def test_a_closed_account_is_signed_out_at_once(app: Flask, miriam: Person) -> None:
    leo = Person(app, "leo")
    fields = account(display_name="Leo", username="leo")
    fields.pop("is_active")
    assert miriam.send("/staff/2/edit", **fields).status_code == 303
    assert leo.get("/").status_code == 302
    assert Person(app).send("/sign-in", username="leo", password=cast.PASSWORD).status_code == 422


def test_a_lead_cannot_edit_the_account_of_an_auditor_or_an_admin(miriam: Person) -> None:
    for staff_id, name in ((cast.GRACE, "grace"), (cast.SAM, "sam")):
        answer = miriam.send(f"/staff/{staff_id}/edit", **account(display_name=name, username=name))
        assert answer.status_code in (403, 404)


def test_a_lead_cannot_reach_another_sites_staff(miriam: Person) -> None:
    assert miriam.get(f"/staff/{cast.ANNA}/edit").status_code == 404
    assert "Anna" not in text(miriam.get("/staff"))


def test_a_lead_reads_no_name_of_a_site_that_is_not_theirs(miriam: Person, given: Callable[..., int]) -> None:
    staff_id = given(
        add_demonstration_account, username="nora", display_name="Nora", roles={"coordinator"}, site_ids=(cast.HARBOR, cast.MILL),
        password=cast.PASSWORD, hasher=Hasher(64, 1), actor=command("demonstration"), now=cast.NOW,
    )  # fmt: skip
    page = text(miriam.get("/staff"))
    assert "Nora nora Coordinator Harbor Street" in page and "Mill Road" not in page and "Anna" not in page
    assert miriam.get(f"/staff/{staff_id}/edit").status_code == 200
    assert "Mill Road" not in text(miriam.get(f"/staff/{staff_id}/edit"))


def test_roles_are_shown_as_words(person: People) -> None:
    page = text(person("sam").get("/staff"))
    assert "Sam · Admin" in page and "Grace grace Auditor Harbor Street, Mill Road" in page
    assert "Sam sam Admin all" in page and "Miriam miriam Lead" in page and "Rosa rosa Coordinator" in page


def crowd(session: Session) -> None:
    """Add 500 accounts at Harbor Street whose names come before every other one."""
    values = {"roles": "coordinator", "is_active": True, "password_hash": "x", "created_at": cast.NOW}
    ids = range(1000, 1500)
    session.execute(insert(Staff), [{"id": n, "username": f"a{n}", "display_name": f"A {n}", **values} for n in ids])
    session.execute(insert(StaffSite), [{"staff_id": n, "site_id": cast.HARBOR} for n in ids])
    session.commit()


def test_an_account_beyond_the_first_500_can_be_changed(miriam: Person, given: Callable[..., None]) -> None:
    given(crowd)
    page = miriam.get("/staff/1/edit")
    assert page.status_code == 200 and 'value="Rosa"' in page.get_data(as_text=True)


def test_nobody_can_change_their_own_role_or_close_their_own_account(person: People) -> None:
    sam = person("sam")
    answer = sam.send("/staff/5/edit", **account(display_name="Sam", username="sam"))
    assert "You cannot close your own account or change its roles." in text(answer)


def test_an_admin_adds_a_site(person: People) -> None:
    sam = person("sam")
    assert sam.send("/sites/new", name="Lake View", time_zone="America/Denver").status_code == 303
    assert "Lake View America/Denver" in text(sam.get("/sites"))


@pytest.mark.parametrize(
    ("name", "time_zone", "message"),
    [
        ("Harbor Street", "America/Denver", "already in use"),
        ("Lake View", "America", "is not a time zone"),
        ("Lake View", "../../etc/passwd", "is not a time zone"),
        ("", "America/Denver", "Enter the site's name."),
    ],
)
def test_invalid_fields_of_a_site_are_refused_with_a_message(
    person: People, name: str, time_zone: str, message: str
) -> None:
    answer = person("sam").send("/sites/new", name=name, time_zone=time_zone)
    assert answer.status_code == 422
    assert message in text(answer)
