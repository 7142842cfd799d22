"""The pages of the catalog: pictures, descriptions, prizes of one site and limits, and what the kiosk shows of them."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests import cast
from tests.test_pictures import sent
from tests.web.conftest import Person, hidden, text
from tests.web.kiosk.test_kiosk import opened
from tests.web.prizes.test_prizes import a_prize

People = Callable[..., Person]
Given = Callable[..., object]


def picture_of(page: str) -> str:
    address = re.search(r"/prizes/pictures/[0-9a-f]{64}\.webp", page)
    assert address
    return address[0]


def send_file(person: Person, path: str, file: bytes, **fields: str) -> TestResponse:
    """Send a form with a file. It is encoded here, because werkzeug's client leaves a temporary file open."""
    carried = hidden(person.get(path).get_data(as_text=True))
    boundary, body = encode_multipart({**carried, **fields, "upload": FileStorage(io.BytesIO(file), "mug.png")})
    return person.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def mug(**more: object) -> dict[str, object]:
    return {**a_prize(name="Travel mug", price="5", retail="5"), **more}


def test_a_picture_is_shown_to_staff_and_at_the_kiosk(app: Flask, miriam: Person, given: Given) -> None:
    given(cast.rich)
    assert miriam.send("/prizes/1/edit", **mug(upload=(io.BytesIO(sent("JPEG")), "../../mug.jpg"))).status_code == 303
    path = picture_of(miriam.get("/prizes").get_data(as_text=True))
    assert path in miriam.get("/clients/1/redeem").get_data(as_text=True)
    kiosk = opened(app)
    assert path in kiosk.get("/kiosk/rewards").get_data(as_text=True)
    answer = kiosk.get(path)
    assert answer.status_code == 200 and answer.content_type == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert miriam.send("/prizes/1/edit", **mug(drops_picture="y")).status_code == 303
    assert miriam.get(path).status_code == 404


@pytest.mark.parametrize("name", ["0" * 64, "x" * 64, "..%2f..%2fsettings", "0", "A" * 64])
def test_a_picture_that_is_not_there_is_not_found(person: People, name: str) -> None:
    assert person().get(f"/prizes/pictures/{name}.webp").status_code == 404


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (b"GIF89a", "This picture cannot be read."),
        (b"\0" * (6 * 1024 * 1024), "The picture has more than 5 MB."),
    ],
)
def test_a_file_that_is_not_a_picture_is_refused_at_its_field(miriam: Person, file: bytes, message: str) -> None:
    answer = send_file(miriam, "/prizes/new", file, **a_prize())
    assert answer.status_code == 422
    assert message in text(answer) and 'value="Scarf"' in answer.get_data(as_text=True)


def test_a_request_that_is_far_too_large_is_refused_with_a_message(miriam: Person) -> None:
    answer = send_file(miriam, "/prizes/new", b"\0" * (25 * 1024 * 1024), **a_prize())
    assert answer.status_code == 413
    assert "A picture can have up to 5 MB." in text(answer)


def test_forms_without_a_picture_refuse_large_requests(miriam: Person) -> None:
    answer = send_file(miriam, "/clients/new", b"\0" * (2 * 1024 * 1024), code="HS-9")
    assert answer.status_code == 413
    assert "What you enter here can have up to 1 MB: shorten it" in text(answer)
    assert "picture" not in text(answer)


def test_the_description_is_shown_to_staff_and_not_at_the_kiosk(app: Flask, miriam: Person, given: Given) -> None:
    given(cast.rich)
    miriam.send(
        "/prizes/1/edit",
        **mug(name_es="Vaso térmico", description="Steel, 12 oz", description_es="De acero, 350 ml"),
    )
    assert "Travel mug Steel, 12 oz" in text(miriam.get("/prizes"))
    # The card has the name alone: a description might name anything.
    kiosk = opened(app)
    for language, name in (("en", "Travel mug"), ("es", "Vaso térmico")):
        for shown in (text(kiosk.in_language(language, "/kiosk/rewards")), text(kiosk.get("/kiosk/card"))):
            assert "12 oz" not in shown and "350 ml" not in shown
        assert name in text(kiosk.get("/kiosk/rewards"))


def test_a_prize_of_one_site_is_offered_only_there(miriam: Person, person: People) -> None:
    miriam.send("/prizes/1/edit", **mug(site_id="1"))
    assert "Travel mug" in text(person("rosa").get("/clients/1/redeem"))
    assert "Travel mug" not in text(person("anna").get("/clients/2/redeem"))
    answer = miriam.send("/prizes/1/edit", **mug(site_id="2"))
    assert answer.status_code == 422 and "Choose one from the list" in text(answer)


def test_a_limit_for_each_client_is_shown_and_enforced(
    app: Flask, miriam: Person, person: People, given: Given
) -> None:
    given(cast.rich)
    miriam.send("/prizes/1/edit", **mug(limit_count="1", limit_days="30"))
    assert "At most 1 for each client in 30 days" in text(miriam.get("/prizes"))
    rosa = person("rosa")
    assert "At most 1 for each client in 30 days: 1 left for HS-1" in text(rosa.get("/clients/1/redeem"))
    assert rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1").status_code == 303
    assert "At most 1 for each client in 30 days: none left for HS-1" in text(rosa.get("/clients/1/redeem"))
    answer = rosa.redeem("/clients/1/redeem", prize="1:20", quantity="1")
    assert answer.status_code == 422
    assert "One client may have 1 of this prize within 30 days, and this one may have 0 more today." in text(answer)
    assert "Travel mug" not in text(opened(app).get("/kiosk/card"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"limit_days": "30"}, "Say how many one client may have"),
        ({"limit_count": "two"}, "Enter a whole number, or leave it empty."),
        ({"limit_count": "2", "limit_days": "a month"}, "Enter a whole number, or leave it empty."),
        ({"limit_count": "１２"}, "Enter a whole number, or leave it empty."),
        ({"limit_count": "0"}, "Say how many one client may have"),
        ({"limit_count": "2", "limit_days": "400"}, "Give 1 to 366 days"),
        ({"description": "x" * 301}, "Shorten this to 300 characters."),
    ],
)
def test_invalid_fields_of_a_prize_are_refused_with_a_message(
    miriam: Person, fields: dict[str, str], message: str
) -> None:
    answer = miriam.send("/prizes/new", **a_prize(**fields))
    assert answer.status_code == 422 and message in text(answer)
