"""A verification finds what does not fit the specimens of a visit, after a change in the database."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from cm_tracker.db import db
from cm_tracker.domain.visits.evidence import Specimen, Test
from cm_tracker.queries.ledger.verify import verify_ledger
from tests import cast
from tests.queries.ledger.guards import drop_guards, put_guards_back

DILUTE = Test(specimen="dilute")


@pytest.mark.owner
@pytest.mark.parametrize(
    ("statement", "level", "table", "sentence"),
    [
        (
            "UPDATE visit SET outcome = 'met' WHERE id = 1",
            4,
            "visit",
            "visit:1 has an outcome that does not follow from its specimens",
        ),
        (
            "UPDATE visit_result SET result = 'positive' WHERE visit_id = 2",
            4,
            "visit",
            "visit:2 names another specimen than the one that decides",
        ),
        (
            "UPDATE visit SET specimens = replace(specimens, 'negative', 'positive') WHERE id = 2",
            4,
            "visit",
            "visit:2 names another specimen than the one that decides",
        ),
        (
            "UPDATE visit SET outcome = 'positive' WHERE id = 2",
            4,
            "visit",
            "visit:2 has an outcome that does not follow from its specimens",
        ),
        (
            "UPDATE visit SET specimens = '[{}]' WHERE id = 2",
            3,
            "visit",
            "visit:2 has specimens that cannot be read",
        ),
        (
            "UPDATE visit SET specimens = replace(specimens, 'U2', 'U7') WHERE id = 2",
            3,
            "visit_claim",
            "visit:2 does not claim exactly its specimens",
        ),
        (
            "DELETE FROM visit_claim WHERE claim = 'specimen:1:U2'",
            3,
            "visit_claim",
            "visit:2 does not claim exactly its specimens",
        ),
        (
            "INSERT INTO visit_claim (claim, visit_id) VALUES ('specimen:1:U8', 2)",
            3,
            "visit_claim",
            "visit:2 does not claim exactly its specimens",
        ),
    ],
)
def test_what_does_not_fit_the_specimens_of_a_visit_is_found(
    app: Flask, kind: str, statement: str, level: int, table: str, sentence: str
) -> None:
    with app.app_context():
        session: Session = db.session()
        cast.visit(session, 0, Test({"cocaine": "positive"}))
        cast.visit(session, 2, cast.negative(), specimen_id="U3", earlier=(Specimen(DILUTE, "U2"),))
        assert verify_ledger(session).findings == []
        drop_guards(session, kind)
        session.execute(text(statement))
        session.flush()
        found = [(f.level, f.table, f.says) for f in verify_ledger(session).findings]
        put_guards_back(session, kind)
    assert (level, table, sentence) in found
