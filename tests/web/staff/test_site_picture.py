"""The picture that a lead chooses for the kiosk of a site."""

import io

from flask import Flask

from tests import cast
from tests.test_pictures import sent
from tests.web.conftest import Person, text
from tests.web.prizes.test_catalog import picture_of

PATH = f"/sites/{cast.HARBOR}/picture"


def test_a_lead_chooses_the_picture_of_the_kiosk_and_removes_it_again(app: Flask, miriam: Person) -> None:
    assert "/static/harbor." in Person(app).get("/kiosk").get_data(as_text=True)
    answer = miriam.send(PATH, upload=(io.BytesIO(sent("JPEG")), "front door.jpg"))
    assert answer.status_code == 303
    assert "The kiosk shows this picture from now on." in text(miriam.get(PATH))
    path = picture_of(Person(app).get("/kiosk").get_data(as_text=True))
    assert Person(app).get(path).content_type == "image/webp"
    assert miriam.send(PATH, drops_picture="y").status_code == 303
    assert "/static/harbor." in Person(app).get("/kiosk").get_data(as_text=True)


def test_a_file_that_is_no_picture_is_refused_at_its_field(miriam: Person) -> None:
    answer = miriam.send(PATH, upload=(io.BytesIO(b"GIF89a"), "a.gif"))
    assert answer.status_code == 422 and "This picture cannot be read." in text(answer)
    answer = miriam.send(PATH)
    assert answer.status_code == 422 and "Choose a picture first." in text(answer)


def test_staff_cannot_choose_it_and_another_site_is_not_found(rosa: Person, miriam: Person) -> None:
    assert rosa.get(PATH).status_code == 403
    assert miriam.get(f"/sites/{cast.MILL}/picture").status_code == 404
