"""The price list and the shelf tags of a site, to print."""

from collections.abc import Callable

import pytest

from tests.web.checklist import check
from tests.web.conftest import Person, text
from tests.web.prizes.test_prizes import a_prize

People = Callable[..., Person]


@pytest.mark.parametrize("page", ["prices", "shelf-tags"])
def test_the_printed_prices_pass_the_checklist(person: People, page: str) -> None:
    path = f"/sites/1/{page}"
    check(person, path, allowed=("rosa", "miriam", "grace"), unknown=f"/sites/99/{page}", writes=False, elsewhere=path)


def test_the_list_and_the_tags_have_points_and_money(miriam: Person) -> None:
    """$4.90 is 20 points of 25 cents; the tag says both, and the name in Spanish."""
    mug = a_prize(name="Travel mug", name_es="Vaso térmico", category="household", price="4.90", retail="5")
    assert miriam.send("/prizes/1/edit", **mug).status_code == 303
    listed = text(miriam.get("/sites/1/prices"))
    assert "Mar 16, 2026. A point is worth $0.25." in listed
    assert "Travel mug Vaso térmico 20 $4.90 Grocery card 80 $20.00" in listed
    assert "Travel mug Vaso térmico 20 points $4.90" in text(miriam.get("/sites/1/shelf-tags"))


def test_a_prize_that_is_not_handed_out_here_is_not_printed(miriam: Person, person: People) -> None:
    mug = a_prize(name="Travel mug", name_es="", category="household", price="5", retail="5")
    assert miriam.send("/prizes/1/edit", **mug, site_id="1").status_code == 303
    assert "Travel mug" not in text(person("anna").get("/sites/2/prices"))
    for page in ("prices", "shelf-tags"):
        assert "Grocery card" in text(person("anna").get(f"/sites/2/{page}"))
        assert f"/sites/1/{page}" in miriam.get("/prizes").get_data(as_text=True)
