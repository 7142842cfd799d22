"""Two servers behind a proxy, of which one is killed: a small `bench.several`, on PostgreSQL."""

from pathlib import Path

from bench.clinic import Server, Site
from bench.several import play
from bench.writers import found
from cm_tracker.db import db
from tests.conftest import Databases


def test_a_server_that_is_killed_loses_nothing_and_signs_nobody_out_on_postgresql(
    databases: Databases, tmp_path: Path
) -> None:
    site = Site(databases, "postgresql")
    played = play(site, tmp_path, staff=6, tablets=1, seconds=20, pause=0.5, kill=Server.kill)
    assert len(played.acknowledged) > 20
    assert played.unexplained() == []
    assert played.signed_out() == 0
    with site.app.app_context():
        after = found(played.acknowledged)
        db.session.remove()
        db.engine.dispose()
    assert (after.lost, after.twice, after.findings) == (0, 0, 0)
    databases.drop("postgresql", site.name)
