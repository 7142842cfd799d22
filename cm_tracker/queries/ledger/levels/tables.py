"""Level 3, over whole tables: rows that the log does not name, claims, notes and undos."""

from typing import Any

from sqlalchemy import select, text

from cm_tracker.domain.ledger.chain import note_digest
from cm_tracker.domain.visits.corrections import TAKEN_AWAY
from cm_tracker.domain.visits.specimens import specimens_from
from cm_tracker.models import Note
from cm_tracker.models.sealed import PARTS, SEALED, table_of
from cm_tracker.queries.ledger.levels.run import VerificationRun

# How many findings one statement may add.
MOST = 100


def check_tables(run: VerificationRun) -> None:
    """Check what no single record of the log shows. A run from a checkpoint on checks only undos."""
    if run.since is None:
        _find_unsealed(run)
        _find_orphans(run)
        _find_wrong_claims(run)
        _find_wrong_notes(run)
        _find_missing_notes(run)
    _find_wrong_undos(run)


def _find_unsealed(run: VerificationRun) -> None:
    """Find rows that the log does not name: they were not written by the program."""
    for kind in SEALED:
        name = table_of(kind).name
        for (record,) in _rows(
            run,
            f"SELECT t.record FROM {name} t LEFT JOIN log ON log.record = t.record AND log.seq > 0 WHERE log.seq IS NULL",
        ):
            run.find(3, name, "is in its table, but was never sealed", record=record)


def _find_orphans(run: VerificationRun) -> None:
    """Find entries and results whose record is missing."""
    for kind, parts in PARTS.items():
        for (id_,) in _rows(
            run,
            f"SELECT p.{parts.owner} FROM {parts.table} p LEFT JOIN {table_of(kind).name} t ON t.id = p.{parts.owner} "
            "WHERE t.id IS NULL",
        ):
            run.find(3, parts.table, f"is missing, but the table {parts.table} has rows of it", record=f"{kind}:{id_}")


def _find_wrong_claims(run: VerificationRun) -> None:
    """Find claims that are not those of the visits that count.

    The database writes a claim for each such visit, and one more for its specimen id.
    """
    day = "v.happened_on" if run.dialect == "sqlite" else "to_char(v.happened_on, 'YYYY-MM-DD')"
    gone = ", ".join(f"'{word}'" for word in TAKEN_AWAY)
    counts = (
        f"WHERE COALESCE(v.correction, '') NOT IN ({gone}) "
        "AND NOT EXISTS (SELECT 1 FROM visit w WHERE w.corrects_id = v.id)"
    )
    # A visit with several specimens has a claim for each label: these are few, and they are looked at in Python.
    counts_with_specimen = f"{counts} AND v.specimen_id IS NOT NULL AND v.specimens IS NULL"
    event = f"'event:' || v.enrollment_id || ':' || v.behavior || ':' || {day} || ':' || v.day_place"
    specimen = "'specimen:' || v.site_id || ':' || v.specimen_id"
    expected = _find_wrong_specimen_claims(run, counts)
    for claim, which in ((event, counts), (specimen, counts_with_specimen)):
        # Joined by visit, in the order of the table; a join by the claim's text would read it all over the place.
        visits = f"FROM visit v LEFT JOIN visit_claim c ON c.visit_id = v.id AND c.claim || '' = {claim} {which}"
        visits_count, claimed = run.session.execute(text(f"SELECT COUNT(*), COUNT(c.visit_id) {visits}")).one()
        expected += visits_count
        if claimed < visits_count:
            for (visit_id,) in _rows(run, f"SELECT v.id {visits} AND c.visit_id IS NULL"):
                run.find(3, "visit_claim", "counts, but its claim is missing", record=f"visit:{visit_id}")
    # No two claims are the same. So where every expected claim is there and their number is right, none is too much.
    if run.session.execute(text("SELECT COUNT(*) FROM visit_claim")).scalar_one() != expected:
        for (visit_id,) in _rows(
            run,
            f"SELECT visit_id FROM (SELECT claim, visit_id FROM visit_claim EXCEPT SELECT * FROM (SELECT {event}, v.id "
            f"FROM visit v {counts} UNION ALL SELECT {specimen}, v.id FROM visit v {counts_with_specimen}) AS y) AS x "
            "WHERE claim NOT LIKE 'specimen:%' OR visit_id NOT IN (SELECT id FROM visit WHERE specimens IS NOT NULL)",
        ):
            run.find(3, "visit_claim", "has a claim, but does not count", record=f"visit:{visit_id}")


def _find_wrong_specimen_claims(run: VerificationRun, counts: str) -> int:
    """Find visits with several specimens that do not claim exactly their labels. Return how many claims they have."""
    expected = 0
    visits = run.session.execute(
        text(f"SELECT v.id, v.site_id, v.specimens FROM visit v {counts} AND v.specimens IS NOT NULL")
    )
    for visit_id, site_id, specimens in visits.all():
        try:
            labels = {one.specimen_id for one in specimens_from(specimens)} - {None}
        except (ValueError, KeyError, TypeError, AttributeError):
            run.find(3, "visit", "has specimens that cannot be read", record=f"visit:{visit_id}")
            continue
        claims = {f"specimen:{site_id}:{label}" for label in labels}
        expected += len(claims)
        claimed = run.session.execute(
            text("SELECT claim FROM visit_claim WHERE visit_id = :id AND claim LIKE 'specimen:%'"), {"id": visit_id}
        ).scalars()
        if set(claimed) != claims:
            run.find(3, "visit_claim", "does not claim exactly its specimens", record=f"visit:{visit_id}")
    return expected


def _find_wrong_notes(run: VerificationRun) -> None:
    """Find notes whose text is not the one whose digest was sealed. An erased text is no finding."""
    rows = run.session.execute(
        select(Note.digest, Note.salt, Note.text).where(Note.text.is_not(None)).execution_options(yield_per=1000)
    )
    count = 0
    for digest, salt, words in rows:
        count += 1
        if note_digest(bytes(salt), words or "") != bytes(digest):
            run.find(3, "note", f"the text of the note {bytes(digest).hex()[:16]} is not the one that was sealed")
    run.look(3, "texts of notes", count)


def _find_missing_notes(run: VerificationRun) -> None:
    """Find notes that a sealed record names and that were deleted. An erased note is still there, without its text."""
    for kind in SEALED:
        of = table_of(kind)
        for name in (column.name for column in of.columns if column.name.endswith("note_digest")):
            for (record,) in _rows(
                run,
                f"SELECT t.record FROM {of.name} t LEFT JOIN note n ON n.digest = t.{name} "
                f"WHERE t.{name} IS NOT NULL AND n.digest IS NULL",
            ):
                run.find(3, "note", "names a note that was deleted", record=record)


def _find_wrong_undos(run: VerificationRun) -> None:
    """Find undos that do not mirror what they undo, entry by entry."""
    for (transaction_id,) in _rows(
        run,
        "SELECT u.id FROM ledger_transaction u WHERE u.undoes_id IS NOT NULL AND EXISTS ("
        "SELECT account_id FROM (SELECT account_id, amount FROM entry WHERE transaction_id = u.id "
        "UNION ALL SELECT account_id, amount FROM entry WHERE transaction_id = u.undoes_id) AS both_of_them "
        "GROUP BY account_id HAVING SUM(amount) <> 0)",
    ):
        problem = "does not mirror the transaction that it undoes"
        run.find(3, "ledger_transaction", problem, record=f"transaction:{transaction_id}")


def _rows(run: VerificationRun, statement: str) -> list[Any]:
    return list(run.session.execute(text(f"{statement} LIMIT {MOST}")).all())
