"""A file is uploaded, read, claimed by one run at a time, stopped and removed, by a lead of its site alone."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.domain.errors import (
    AnotherRuns,
    BadInput,
    ImportNotReady,
    KeyReused,
    NotAllowed,
    NotFound,
    SiteNotReady,
)
from cm_tracker.domain.imports.found import Found
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.staff.roles import Actor, command
from cm_tracker.operations.imports.add_import import add_import
from cm_tracker.operations.imports.end_import import end_import
from cm_tracker.operations.imports.note_progress import note_progress
from cm_tracker.operations.imports.remove_import import remove_import
from cm_tracker.operations.imports.set_reading import set_reading
from cm_tracker.operations.imports.stop_import import stop_import
from cm_tracker.operations.staff.add_site import add_site
from cm_tracker.queries.imports import content_of, found_of, import_line, imports_of, layouts_of
from tests import cast, uploads

lead_of_mill = Actor(cast.ANNA, frozenset({"lead"}), frozenset({cast.MILL}), "web")


def state(session: Session, import_id: int) -> str:
    return import_line(session, cast.miriam, import_id).state


def test_a_file_is_kept_encrypted_and_is_read_by_its_site_alone(session: Session) -> None:
    import_id = uploads.upload(session)
    line = import_line(session, cast.miriam, import_id)
    assert (line.kind, line.state, line.name, line.schedule_name, line.recorded_by) == (
        "roster", "new", "roster.csv", "Voucher ladder for cocaine, 12 weeks", "Miriam",
    )  # fmt: skip
    assert content_of(session, cast.miriam, import_id) == uploads.ROSTER.encode()
    stored = session.execute(text("SELECT name, content FROM import_file")).one()
    assert "roster" not in stored.name and b"HS-31" not in bytes(stored.content)
    assert imports_of(session, lead_of_mill).lines == ()
    for read in (import_line, content_of):
        with pytest.raises(NotFound):
            read(session, lead_of_mill, import_id)
    assert found_of(session, lead_of_mill, import_id) is None


def test_only_a_lead_of_the_site_brings_and_runs_a_file(session: Session) -> None:
    import_id = uploads.upload(session)
    for actor, error in (
        (cast.rosa, NotAllowed),
        (cast.grace, NotAllowed),
        (cast.sam, NotAllowed),
        (lead_of_mill, NotFound),
    ):
        with pytest.raises(error):
            uploads.upload(session, actor=actor)
        with pytest.raises(error):
            uploads.start(session, import_id, actor=actor)
        with pytest.raises(error):
            stop_import(session, import_id=import_id, actor=actor, now=cast.NOW)
        with pytest.raises(error):
            remove_import(session, import_id=import_id, actor=actor, now=cast.NOW)
        with pytest.raises(error):
            set_reading(session, import_id=import_id, reading=Reading(), actor=actor, now=cast.NOW)


def test_a_form_that_is_sent_twice_adds_one_file(session: Session) -> None:
    key = cast.key()
    assert uploads.upload(session, key=key) == uploads.upload(session, key=key)
    with pytest.raises(KeyReused):
        uploads.upload(session, uploads.ROSTER.replace("HS-31", "HS-41"), key=key)


@pytest.mark.parametrize(("what", "schedule_id"), [("names", 1), ("roster", 99)])
def test_a_kind_or_a_schedule_that_there_is_not_is_refused(session: Session, what: str, schedule_id: int) -> None:
    with pytest.raises(BadInput):
        add_import(
            session, site_id=cast.HARBOR, kind=what, schedule_id=schedule_id, name="x", content=b"x", reading=Reading(),
            key=cast.key(), actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip


def test_a_file_runs_only_after_somebody_has_seen_what_it_does(session: Session) -> None:
    import_id = uploads.upload(session)
    with pytest.raises(ImportNotReady):
        uploads.start(session, import_id, writes=True)
    uploads.run(session, import_id)
    assert state(session, import_id) == "checked"
    set_reading(session, import_id=import_id, reading=Reading(encoding="latin-1"), actor=cast.miriam, now=cast.NOW)
    assert state(session, import_id) == "new" and found_of(session, cast.miriam, import_id) is None
    with pytest.raises(ImportNotReady):
        uploads.start(session, import_id, writes=True)
    uploads.run(session, import_id)
    uploads.run(session, import_id, writes=True)
    assert state(session, import_id) == "done"
    for writes in (False, True):
        with pytest.raises(ImportNotReady):
            uploads.start(session, import_id, writes=writes)
    with pytest.raises(ImportNotReady):
        set_reading(session, import_id=import_id, reading=Reading(), actor=cast.miriam, now=cast.NOW)


def test_one_file_runs_at_a_time_and_a_silent_run_is_taken_for_over(session: Session) -> None:
    first, second = uploads.upload(session), uploads.upload(session)
    uploads.start(session, first)
    with pytest.raises(AnotherRuns) as error:
        uploads.start(session, second)
    assert error.value.import_id == first
    with pytest.raises(AnotherRuns):
        uploads.start(session, first)
    uploads.start(session, second, now=uploads.LATER)
    assert (state(session, first), state(session, second)) == ("new", "checking")
    # The first run still goes on somewhere: it is told to end, and changes nothing any more.
    went = {"started_at": cast.NOW, "actor": cast.miriam, "now": uploads.LATER}
    assert note_progress(session, import_id=first, done=1, total=4, **went) is False
    end_import(session, import_id=first, writes=False, found=Found(), **went)
    assert state(session, first) == "new"


def test_an_import_that_went_silent_goes_on(session: Session) -> None:
    import_id = uploads.upload(session)
    uploads.run(session, import_id)
    uploads.start(session, import_id, writes=True)
    uploads.start(session, import_id, writes=True, now=uploads.LATER)
    line = import_line(session, cast.miriam, import_id)
    assert (line.state, line.started_at) == ("running", uploads.LATER)


def test_a_file_whose_run_went_silent_can_be_removed(session: Session) -> None:
    for writes in (False, True):
        import_id = uploads.upload(session)
        uploads.run(session, import_id)
        uploads.start(session, import_id, writes=writes)
        with pytest.raises(ImportNotReady):
            remove_import(session, import_id=import_id, actor=cast.miriam, now=cast.NOW)
        remove_import(session, import_id=import_id, actor=cast.miriam, now=uploads.LATER)
        line = import_line(session, cast.miriam, import_id)
        assert (line.state, line.is_busy) == ("removed", False)
        # The run still goes on somewhere: it is told to end.
        assert not note_progress(
            session, import_id=import_id, started_at=cast.NOW, done=1, total=4, actor=cast.miriam, now=uploads.LATER
        )


def test_another_site_is_not_told_which_file_runs(session: Session) -> None:
    uploads.start(session, uploads.upload(session))
    there = uploads.upload(session, site_id=cast.MILL, actor=lead_of_mill)
    with pytest.raises(AnotherRuns) as error:
        uploads.start(session, there, actor=lead_of_mill)
    assert error.value.import_id is None


def test_a_run_says_how_far_it_is_and_can_be_stopped(session: Session) -> None:
    import_id = uploads.upload(session)
    uploads.run(session, import_id)
    uploads.start(session, import_id, writes=True)
    went = {"import_id": import_id, "started_at": cast.NOW, "actor": cast.miriam, "now": cast.NOW}
    assert note_progress(session, done=2, total=4, **went) is True
    line = import_line(session, cast.miriam, import_id)
    assert (line.rows_done, line.rows_total, line.is_busy) == (2, 4, True)
    with pytest.raises(ImportNotReady):
        remove_import(session, import_id=import_id, actor=cast.miriam, now=cast.NOW)
    stop_import(session, import_id=import_id, actor=cast.miriam, now=cast.NOW)
    assert note_progress(session, done=3, total=4, **went) is False
    assert state(session, import_id) == "stopped"
    # It goes on from there.
    found = uploads.run(session, import_id, writes=True)
    assert found.counts["added"] == 2
    with pytest.raises(ImportNotReady):
        stop_import(session, import_id=import_id, actor=cast.miriam, now=cast.NOW)


def test_a_roster_waits_for_the_checklist_of_a_new_site(session: Session) -> None:
    site_id = add_site(
        session, name="New site", time_zone="America/New_York", has_checklist=True, actor=command(), now=cast.NOW
    )
    lead = Actor(cast.MIRIAM, frozenset({"lead"}), frozenset({site_id}), "web")
    import_id = uploads.upload(session, site_id=site_id, actor=lead)
    uploads.run(session, import_id, actor=lead)
    with pytest.raises(SiteNotReady):
        uploads.start(session, import_id, writes=True, actor=lead)


def test_columns_are_kept_under_a_name_and_the_newest_ones_hold(session: Session) -> None:
    import_id = uploads.upload(session)
    for theirs in ("Patient", "Case"):
        set_reading(
            session, import_id=import_id, reading=Reading(columns={"client_code": theirs}), keep_as=" Old program ",
            actor=cast.miriam, now=cast.NOW,
        )  # fmt: skip
    (layout,) = layouts_of(session, cast.HARBOR, "roster")
    assert (layout.name, layout.reading.columns) == ("Old program", {"client_code": "Case"})
    assert layouts_of(session, cast.HARBOR, "tests") == ()
    assert layouts_of(session, cast.MILL, "roster") == ()
    with pytest.raises(BadInput, match="up to 60 characters"):
        set_reading(session, import_id=import_id, reading=Reading(), keep_as="x" * 61, actor=cast.miriam, now=cast.NOW)


def test_a_file_is_removed_with_what_was_found_and_its_name(session: Session) -> None:
    import_id = uploads.upload(session)
    uploads.run(session, import_id)
    remove_import(session, import_id=import_id, actor=cast.miriam, now=cast.NOW)
    line = import_line(session, cast.miriam, import_id)
    assert (line.state, line.name) == ("removed", "–")
    assert found_of(session, cast.miriam, import_id) is None
    with pytest.raises(NotFound):
        content_of(session, cast.miriam, import_id)
    with pytest.raises(ImportNotReady):
        uploads.start(session, import_id)
