"""The page on which a lead says which sites offer a schedule."""

from collections.abc import Callable

from tests.web.checklist import check
from tests.web.conftest import Person, text

PATH = "/schedules/1/sites"


def test_the_page_passes_the_checklist(person: Callable[..., Person]) -> None:
    check(person, PATH, allowed=("miriam",), unknown="/schedules/99/sites", writes=True)


def test_staff_of_a_site_choose_only_what_it_offers(miriam: Person, rosa: Person) -> None:
    name = "Voucher ladder for cocaine, 12 weeks (version 1)"
    assert name in text(rosa.get("/clients/1/enroll"))
    refused = miriam.send(PATH, reason="")
    assert refused.status_code == 422 and "Say why in a few words." in text(refused)
    answer = miriam.send(PATH, reason="Harbor tests no urine")
    assert answer.headers["Location"] == "/schedules/versions/1"
    assert "Saved. It holds for who is enrolled from now on." in text(miriam.get("/schedules/versions/1"))
    assert name not in text(rosa.get("/clients/1/enroll"))
    assert "Miriam took a schedule out of what Harbor Street offers at enrolling." in text(miriam.get("/audit"))
    miriam.send(PATH, reason="It does now", site_ids=["1"])
    assert name in text(rosa.get("/clients/1/enroll"))
    assert miriam.send(PATH, reason="Again", site_ids=["1"]).status_code == 303
    assert "Nothing was changed." in text(miriam.get("/schedules/versions/1"))
