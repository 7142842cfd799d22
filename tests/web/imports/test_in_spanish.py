"""What a run found is in Spanish for a lead who reads Spanish: reasons, notes, sentences of rows, and a file that failed."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from cm_tracker import i18n, labels
from cm_tracker.domain.imports.found import Found
from cm_tracker.domain.imports.reading import Reading
from cm_tracker.domain.visits.import_columns import KINDS, columns_of
from cm_tracker.domain.visits.importing import Reason
from cm_tracker.models import ImportRow
from tests import uploads, week
from tests.web.conftest import Person, text
from tests.web.imports.test_imports import added, upload
from tests.web.test_in_spanish import in_spanish, left_in_english

# What stands in the files, and what belongs into them: names of columns, keys of a mapping, short names of substances, and
# levels of care.
OF_FILES = (
    *(f"{kind}.csv" for kind in KINDS),
    *(column for kind in KINDS for column in columns_of(kind) if "_" in column),
    "zzz", "Qq", "MISSING", "Latin-1", "Voucher", "en disposition", "de disposition", "escriba none",
    "line, reason, says", "detox referral, residential, partial hospital, intensive outpatient, outpatient, aftercare",
    '"blank_means": "negative"', "dispositions", "excuses", "temperatures", "analytes", "unexcused_reasons",
    "--tested-for cocaine", "para cocaine", "opioid",
)  # fmt: skip
ROSTER = uploads.ROSTER + "HS-31,2026-03-16\n,2026-03-02\nMR-1,2026-03-02\nHS-1,2026-03-02\nHS-34,2030-03-02\n"
VISITS = """Qq

client_code;visit;disposition;reasons;date;zzz;
HS-1;WK0;no visit;no_show;2026-03-04;;
HS-1;WK1;zzz;;2026-03-05;;
HS-1;WK1;no visit;zzz;2026-03-06;;
HS-1;WK2;visit;;;;
HS-1;WK3;MISSING;;2026-03-07;;
HS-1;zzz;no visit;no_show;;;
HS-1;WK2;no visit;no_show;;;
HS-1;WK1;visit;;2026-03-11;;
HS-1;WK1;no visit;no_show;2026-03-11;;
HS-1;WK1;visit;;2026-03-12;;
HS-1;WK2;visit;;2026-03-12;;
HS-1;WK0;visit;;2026-02-12;;
HS-1;WK0;visit;;2027-02-12;;
HS-99;WK0;visit;;2026-03-12;;
;;;;;;
HS-1;WK0;visit
HS-1;WK0;visit;;2026-03-12;;;zzz
HS-1;WK0;"visit;;2026-03-12;;
"""
TESTS = """client_code,date,temperature_ok,positive_for,tested_for
HS-1,2026-03-04,yes,none,Cocaine
HS-1,2026-03-05,yes,none,Opioid
HS-1,2026-03-06,yes,zzz,Cocaine
HS-1,2026-03-09,zzz,none,Cocaine
HS-1,2026-03-10,yes,none,
HS-1,2026-03-12,yes,Cocaine,Cocaine
HS-1,2026-03-13,yes,,Cocaine
HS-1,2026-03-14,yes,none,Cocaine
HS-1,2026-03-14,yes,Cocaine,Cocaine
HS-1,2026-03-15,yes,none;Cocaine,Cocaine
HS-1,2026-03-15,yes,none,zzz
"""
PLANS = """client_code,from_on,level,service,weekdays,pays_for
HS-1,2026-03-16,zzz,Skills group,Mon,
HS-1,2026-03-16,outpatient,Skills group,Tue,
HS-1,2026-03-23,outpatient,Qq,Mon,
HS-1,2026-03-30,outpatient,Skills group,zzz,
HS-1,2026-04-06,outpatient,Skills group,Mon,zzz
HS-1,2026-01-05,outpatient,Skills group,Mon,
"""
APPOINTMENTS = """client_code,service,date,time
HS-1,Skills group,2026-03-20,
HS-1,Skills group,2026-03-19,zzz
HS-1,Skills group,2026-03-17,10:00
HS-1,Skills group,2026-03-17,11:00
"""
# Files of which nothing can be imported.
FAILED: Mapping[str, tuple[str | bytes, str, Reading]] = {
    "columns": ("a,b\n1,2\n", "roster", Reading()),
    "encoding": ("\u00e4".encode("latin-1"), "roster", Reading()),
    "needed": (uploads.TESTS, "hours", Reading()),
    "track": ("client_code,week,minutes_attended,minutes_expected\nHS-1,1,5,5\n", "hours", Reading()),
    "words": (uploads.TESTS, "tests", Reading(words="zzz")),
    "mapping": (uploads.TESTS, "tests", Reading(own_words='{"format": "cm-import/1", "zzz": 1}')),
    "empty": ("client_code,enrolled_on\n", "roster", Reading()),
    "workbook": (b"PK\x03\x04", "roster", Reading()),
}


def runs(session: Session) -> int:
    """Run over files with everything that is wrong with rows, and over some that cannot be read. Return their number."""
    week.service(session, "Skills group", "skills", week.meetings("0123", week.time(10), 60))
    uploads.imported(session, ROSTER)
    uploads.imported(session, VISITS.encode("latin-1"), "visits", reading=Reading(encoding="latin-1"))
    uploads.imported(session, TESTS, "tests")
    uploads.imported(session, PLANS, "plans")
    uploads.imported(session, APPOINTMENTS, "appointments")
    for content, kind, reading in FAILED.values():
        uploads.run(session, uploads.upload(session, content, kind, reading=reading))
    return 5 + len(FAILED)


def test_no_english_word_is_left_of_what_was_found(app: Flask, given: Callable[..., Any]) -> None:
    pages = {f"import {n}": f"/imports/{n}" for n in range(1, given(runs) + 1)}
    left = left_in_english(app, given, pages, ["miriam"], OF_FILES)
    assert not left, "\n".join(left)


def test_each_lead_reads_what_was_found_in_their_own_language(
    app: Flask, given: Callable[..., Any], miriam: Person
) -> None:
    given(runs)
    assert "This row takes the place of the absence that was imported for 2026-03-04." in text(miriam.get("/imports/3"))
    given(in_spanish)
    page = miriam.get("/imports/3")
    shown = text(page)
    assert "Esta fila ocupa el lugar de la ausencia que se importó para el 2026-03-04." in shown
    assert "La sustancia 'zzz' no está en la correspondencia." in shown
    assert 'lang="en"' not in page.get_data(as_text=True)
    assert "3 HS-32 Inscrito" in text(miriam.get("/imports/1"))
    shown = text(miriam.get("/imports/2"))
    assert "El encabezado está en la línea 3. Lo que está por encima se saltó." in shown
    assert "Los valores están separados por puntos y comas, como en el encabezado de la línea 3." in shown
    assert "El día 12 feb 2026 es anterior al primer día de la inscripción (2 mar 2026). Corrija la fecha." in shown
    assert "3 × palabra desconocida" in text(miriam.get("/imports/4"))
    assert "roster.csv, línea 1: faltan las columnas client_code, enrolled_on." in text(miriam.get("/imports/6"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Elija un archivo que no esté vacío."),
        (b"\xd0\xcf\x11\xe0 old", "No se puede leer este archivo. El archivo: este libro es de un Excel antiguo"),
    ],
    ids=["empty", "old"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_spanish(
    given: Callable[..., Any], miriam: Person, content: bytes, says: str
) -> None:
    given(in_spanish)
    answer = upload(miriam, "/imports/new", content, kind="roster", site_id="1", schedule_id="1")
    assert answer.status_code == 422 and says in text(answer)


def test_a_file_that_cannot_be_read_says_so_in_spanish_beside_its_columns(
    given: Callable[..., Any], miriam: Person
) -> None:
    given(in_spanish)
    page = added(miriam, "client_code,enrolled_on\nÄ-1,2026-03-02\n".encode("latin-1"))
    assert "list.csv, línea 2: esto no es texto en UTF-8." in text(miriam.get(f"{page}/columns"))


def test_the_refused_rows_as_a_file_stay_in_english(given: Callable[..., Any], miriam: Person) -> None:
    given(runs)
    before = miriam.get("/imports/3/rejects.csv").get_data(as_text=True)
    assert "The substance 'zzz' is not in the mapping." in before
    given(in_spanish)
    assert miriam.get("/imports/3/rejects.csv").get_data(as_text=True) == before


def test_a_run_that_was_stored_with_plain_sentences_is_shown(given: Callable[..., Any], miriam: Person) -> None:
    given(runs)

    def stored_before(session: Session) -> None:
        row = session.get(ImportRow, 1)
        assert row is not None
        row.found = (
            b'{"rows": [[2, "HS-31", "refused", "no date", "The absence has no date."]], "clients": 0, "points": 0, '
            b'"draws": 0, "waiting": 0, "notes": ["The text was read as Latin-1."], "problem": "", "rejects": "", '
            b'"counts": {"refused": 1}, "refused_by": {"no date": 1, "an older reason": 2}}'
        )
        session.commit()

    given(stored_before)
    given(in_spanish)
    shown = text(miriam.get("/imports/1"))
    assert "The absence has no date." in shown and "The text was read as Latin-1." in shown
    assert "1 × sin fecha" in shown and "2 × an older reason" in shown


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_translation(reason: Reason) -> None:
    with i18n.using_language("es"):
        assert labels.imports.reason(reason) not in ("", reason)


@pytest.mark.parametrize(
    ("added", "found", "says"),
    [
        (1, Found(points=10), "1 test to add, which earns 10 points. 0 rows refused."),
        (3, Found(points=1, draws=2), "3 tests to add, which earn 1 point and 2 draws. 0 rows refused."),
        (1, Found(), "1 test to add. 0 rows refused."),
    ],
)
def test_the_verb_follows_the_number_of_rows(added: int, found: Found, says: str) -> None:
    with_counts = Found(points=found.points, draws=found.draws, counts={"added": added})
    assert labels.imports.summary("tests", with_counts, is_done=False) == says
