"""Panels and lots: a lead adds them to a site, and a visit seals which panel and lot were used and who was there."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import BadInput, NotAllowed, NotFound, Refused, SeveralRefused
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.domain.visits.evidence import Collection, NewVisit, Test
from cm_tracker.domain.visits.panels import Strip
from cm_tracker.models import AuditEvent, LogRow, VisitResult, VisitRow
from cm_tracker.operations.visits.add_lot import add_lot
from cm_tracker.operations.visits.add_panel import add_panel
from cm_tracker.operations.visits.record_visit import record_visit
from cm_tracker.operations.visits.retire_panel import retire_panel
from cm_tracker.queries.ledger.verify import verify_ledger
from cm_tracker.queries.visits.panels import expiring_lots, panel_lines, panel_place, panels_in_use
from tests import cast

TODAY = date(2026, 3, 16)
CUP = (Strip("cocaine", 150), Strip("amphetamine", 500), Strip("thc", 50))
NEGATIVE = {"cocaine": "negative", "amphetamine": "negative", "thc": "negative"}


def panel(session: Session, name: str = "Cup", site_id: int = cast.HARBOR, actor: Actor = cast.miriam) -> int:
    return add_panel(session, site_id=site_id, name=name, strips=CUP, key=cast.key(), actor=actor, now=cast.NOW)


def lot(
    session: Session, panel_id: int, number: str = "A1", expires_on: date = date(2026, 12, 31),
    used_from: date = TODAY, actor: Actor = cast.miriam,
) -> int:  # fmt: skip
    return add_lot(
        session, panel_id=panel_id, number=number, expires_on=expires_on, used_from=used_from, key=cast.key(),
        actor=actor, now=cast.NOW,
    )  # fmt: skip


def visit(collection: Collection, results: dict[str, str] = NEGATIVE, **more: Any) -> NewVisit:
    test = Test(results, temperature="in_range")
    return NewVisit("cocaine-negative", TODAY, test, collected_at=cast.NOW, collection=collection, **more)


def record(session: Session, of: NewVisit, actor: Actor = cast.rosa) -> int:
    return record_visit(
        session, enrollment_id=cast.AMIR, visit=of, key=cast.key(), actor=actor, now=cast.NOW
    )  # fmt: skip


def test_a_panel_has_its_strips_in_order_and_the_lot_in_use(session: Session) -> None:
    panel_id = panel(session)
    assert panels_in_use(session, cast.HARBOR, TODAY)[0].lot is None
    lot(session, panel_id, "OLD", used_from=date(2026, 3, 1))
    lot(session, panel_id, "NOW", used_from=TODAY)
    lot(session, panel_id, "NEXT", used_from=date(2026, 4, 1))
    (found,) = panels_in_use(session, cast.HARBOR, TODAY)
    assert (found.name, found.strips) == ("Cup", CUP)
    assert found.lot is not None and found.lot.number == "NOW"
    (earlier,) = panels_in_use(session, cast.HARBOR, date(2026, 3, 15))
    assert earlier.lot is not None and earlier.lot.number == "OLD"
    assert panels_in_use(session, cast.MILL, TODAY) == ()


def test_a_lot_that_is_entered_again_takes_the_place_of_the_mistake(session: Session) -> None:
    panel_id = panel(session)
    lot(session, panel_id, "A1", expires_on=date(2027, 12, 31))
    lot(session, panel_id, "A1", expires_on=date(2026, 12, 31))
    (found,) = panels_in_use(session, cast.HARBOR, TODAY)
    assert found.lot is not None and found.lot.expires_on == date(2026, 12, 31)


def test_the_panel_whose_lot_was_taken_into_use_last_comes_first(session: Session) -> None:
    small, large, bare = panel(session, "Small"), panel(session, "Large"), panel(session, "Bare")
    lot(session, large, used_from=date(2026, 3, 2))
    lot(session, small, used_from=date(2026, 3, 9))
    assert [one.id for one in panels_in_use(session, cast.HARBOR, TODAY)] == [small, large, bare]


def test_a_retired_panel_is_listed_and_not_in_use_and_can_be_brought_back(session: Session) -> None:
    panel_id = panel(session)
    lot(session, panel_id, expires_on=date(2026, 3, 20))
    for _ in range(2):
        assert retire_panel(session, panel_id=panel_id, is_retired=True, actor=cast.miriam, now=cast.NOW) == cast.HARBOR
    assert panels_in_use(session, cast.HARBOR, TODAY) == ()
    assert expiring_lots(session, cast.rosa, TODAY) == ()
    assert [line.is_retired for line in panel_lines(session, cast.miriam, cast.HARBOR, TODAY)] == [True]
    panel(session)  # the name is free again
    retire_panel(session, panel_id=panel_id, is_retired=False, actor=cast.miriam, now=cast.NOW)
    assert len(panels_in_use(session, cast.HARBOR, TODAY)) == 2
    tags = session.execute(select(AuditEvent.tag).where(AuditEvent.tag.like("panel:%")).order_by(AuditEvent.id))
    assert list(tags.scalars()) == ["panel:added", "panel:retired", "panel:added", "panel:reopened"]


def test_a_panel_needs_a_name_of_its_own_and_a_site_has_at_most_20(session: Session) -> None:
    panel(session)
    with pytest.raises(BadInput) as refused:
        panel(session, " cup ")
    assert str(refused.value) == "A panel of this site has the name already. Choose another one."
    for n in range(19):
        panel(session, f"Cup {n}")
    with pytest.raises(BadInput) as refused:
        panel(session, "One more")
    assert str(refused.value) == "The site has 20 panels. Retire one first."


def test_only_a_lead_of_the_site_keeps_panels(session: Session) -> None:
    panel_id = panel(session)
    with pytest.raises(NotAllowed):
        panel(session, "Other", actor=cast.rosa)
    with pytest.raises(NotFound):
        panel(session, "Other", site_id=cast.MILL)
    with pytest.raises(NotAllowed):
        lot(session, panel_id, actor=cast.rosa)
    with pytest.raises(NotFound):
        lot(session, panel_id, actor=cast.anna)
    with pytest.raises(NotFound):
        lot(session, 99)
    with pytest.raises(NotFound):
        retire_panel(session, panel_id=panel_id, is_retired=True, actor=cast.anna, now=cast.NOW)
    with pytest.raises(NotFound):
        panel_place(session, cast.anna, panel_id)
    assert panel_place(session, cast.miriam, panel_id).site_name == "Harbor Street"


def test_a_lot_is_warned_of_30_days_before_its_last_day_at_its_own_site(session: Session) -> None:
    soon, later = panel(session, "Soon"), panel(session, "Later")
    lot(session, soon, "S1", expires_on=date(2026, 4, 15))
    lot(session, later, "L1", expires_on=date(2026, 4, 16))
    warned = expiring_lots(session, cast.rosa, TODAY)
    assert [(one.site_name, one.panel_name, one.lot.number) for one in warned] == [("Harbor Street", "Soon", "S1")]
    assert [one.lot.number for one in expiring_lots(session, cast.rosa, date(2026, 5, 1))] == ["S1", "L1"]
    assert expiring_lots(session, cast.anna, TODAY) == ()
    lot(session, soon, "S2", expires_on=date(2026, 12, 31))
    assert expiring_lots(session, cast.rosa, TODAY) == (), "another lot is in use now"


def test_a_visit_seals_the_panel_the_lot_and_who_was_there(session: Session) -> None:
    panel_id = panel(session)
    lot_id = lot(session, panel_id)
    said = Collection(panel_id, lot_id, cast.ROSA, "yes", cast.LEO)
    visit_id = record(session, visit(said))
    row = session.execute(
        select(
            VisitRow.panel_id, VisitRow.kit_lot_id, VisitRow.collected_by_id, VisitRow.observed, VisitRow.second_reader_id
        ).where(VisitRow.id == visit_id)
    ).one()  # fmt: skip
    assert tuple(row) == (panel_id, lot_id, cast.ROSA, "yes", cast.LEO)
    body = json.loads(session.execute(select(LogRow.body).where(LogRow.record == f"visit:{visit_id}")).scalar_one())
    assert (body["panel_id"], body["kit_lot_id"], body["observed"]) == (panel_id, lot_id, "yes")
    assert (body["collected_by_id"], body["second_reader_id"]) == (cast.ROSA, cast.LEO)
    assert body["results"] == [["amphetamine", "negative"], ["cocaine", "negative"], ["thc", "negative"]]
    assert verify_ledger(session).findings == []


def test_a_visit_without_a_panel_seals_no_new_key(session: Session) -> None:
    visit_id = record(session, visit(Collection(), {"cocaine": "negative"}))
    body = json.loads(session.execute(select(LogRow.body).where(LogRow.record == f"visit:{visit_id}")).scalar_one())
    assert not {"panel_id", "kit_lot_id", "collected_by_id", "observed", "second_reader_id"} & set(body)


def test_a_strip_without_an_answer_is_refused_and_an_unread_one_is_not(session: Session) -> None:
    said = Collection(panel(session))
    with pytest.raises(SeveralRefused) as refused:
        record(session, visit(said, {"cocaine": "negative"}))
    assert [one.field for one in refused.value.refusals] == ["result_amphetamine", "result_thc"]
    visit_id = record(session, visit(said, {"cocaine": "negative"}, unread=("amphetamine", "thc")))
    results = session.execute(select(VisitResult.analyte).where(VisitResult.visit_id == visit_id)).scalars().all()
    assert results == ["cocaine"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"panel_id": 99}, "The panel is no longer in use at this site. Open the form again."),
        ({"kit_lot_id": 99}, "There is no such panel at your sites."),
        ({"panel_id": None, "kit_lot_id": 1}, "There is no such panel at your sites."),
        ({"collected_by_id": cast.ANNA}, "Choose somebody who works at this site."),
        ({"second_reader_id": cast.GRACE}, "Choose somebody who works at this site."),
        ({"second_reader_id": cast.ROSA}, "The second reader is somebody else than you. Choose who read it, too."),
    ],
)
def test_what_does_not_belong_to_the_site_is_refused(session: Session, change: dict[str, Any], message: str) -> None:
    panel_id = panel(session)
    said = Collection(panel_id, lot(session, panel_id))
    with pytest.raises(Refused) as refused:
        record(session, visit(replace(said, **change)))
    assert str(refused.value) == message


def test_a_lot_that_was_not_in_use_yet_is_refused(session: Session) -> None:
    panel_id = panel(session)
    said = Collection(panel_id, lot(session, panel_id, used_from=date(2026, 3, 17)))
    with pytest.raises(NotFound):
        record(session, visit(said))
