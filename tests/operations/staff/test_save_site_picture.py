"""The picture of a site's kiosk: who may choose it, and which pictures are kept."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.models import AuditEvent, PrizePicture
from cm_tracker.operations.staff.save_site_picture import save_site_picture
from cm_tracker.queries.kiosk.place import place_at
from tests import cast
from tests.test_pictures import read, sent


def choose(session: Session, picture: bytes | None, *, actor: Actor = cast.miriam, site_id: int = cast.HARBOR) -> None:
    save_site_picture(session, site_id=site_id, picture=picture, actor=actor, now=cast.NOW)


def kept(session: Session) -> int:
    return session.execute(select(func.count()).select_from(PrizePicture)).scalar_one()


def test_a_picture_is_shown_until_it_is_replaced_or_removed(session: Session) -> None:
    assert place_at(session, cast.HARBOR).picture is None
    choose(session, sent("PNG", (3000, 1500)))
    first = place_at(session, cast.HARBOR).picture
    image = session.execute(select(PrizePicture.image)).scalar_one()
    assert first is not None and read(image).size == (1600, 800)
    assert place_at(session, cast.MILL).picture is None
    choose(session, sent("PNG", (40, 40)))
    assert place_at(session, cast.HARBOR).picture not in (None, first) and kept(session) == 1
    choose(session, None)
    assert place_at(session, cast.HARBOR).picture is None and kept(session) == 0
    tags = select(AuditEvent.tag).where(AuditEvent.tag.like("site:picture%")).order_by(AuditEvent.id)
    assert list(session.scalars(tags)) == ["site:picture-chosen", "site:picture-chosen", "site:picture-removed"]


def test_a_picture_of_two_sites_stays_as_long_as_one_shows_it(session: Session) -> None:
    for site_id in (cast.HARBOR, cast.MILL):
        choose(session, sent("PNG"), actor=cast.zoe, site_id=site_id)
    assert kept(session) == 1
    choose(session, None)
    assert kept(session) == 1 and place_at(session, cast.MILL).picture is not None


def test_only_a_lead_of_the_site_chooses_a_picture(session: Session) -> None:
    with pytest.raises(NotAllowed):
        choose(session, sent("PNG"), actor=cast.rosa)
    with pytest.raises(NotFound):
        choose(session, sent("PNG"), site_id=cast.MILL)
    with pytest.raises(BadInput):
        choose(session, b"no picture")
    assert kept(session) == 0
