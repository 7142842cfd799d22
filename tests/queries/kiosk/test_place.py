"""What the door of the kiosk knows of its site: name, words, and the letters of its keys."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cm_tracker.models import Client
from cm_tracker.queries.kiosk.place import MOST_KINDS, letters_at, place_at
from tests import cast


def with_codes(session: Session, codes: list[str], site_id: int = cast.HARBOR) -> None:
    rows = [
        {"code": code, "preferred_name": "", "site_id": site_id, "language": "en", "created_at": cast.NOW,
         "plain_code": code.lower()}
        for code in codes
    ]  # fmt: skip
    session.execute(insert(Client), rows)


def test_the_keys_have_the_letters_of_the_sites_codes_and_of_no_other_site(session: Session) -> None:
    assert (letters_at(session, cast.HARBOR), letters_at(session, cast.MILL)) == ("HS", "MR")
    with_codes(session, ["7", "B-12-X", "2026-0001"])
    assert letters_at(session, cast.HARBOR) == "BHSX"


def test_with_very_many_kinds_of_codes_every_letter_is_a_key(session: Session) -> None:
    letters = "ABCDEFGHIJKLMNOPQRST"
    with_codes(session, [f"{one}{two}7" for one in letters for two in letters[: MOST_KINDS // 20 + 1]])
    assert letters_at(session, cast.HARBOR) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def test_a_site_has_its_own_words_where_a_lead_wrote_some(session: Session) -> None:
    cast.set_site(session, kiosk_words_es="Bienvenidos a bordo")
    place = place_at(session, cast.HARBOR)
    assert (place.name, place.words, place.picture) == ("Harbor Street", {"es": "Bienvenidos a bordo"}, None)
