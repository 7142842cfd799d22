"""One file for research: visits, specimens, awards and redemptions that tell about nobody, with what the columns mean.

It is a ZIP of CSV files. What could tell who somebody is has no column at all: labels of cups, numbers of receipts, names of
prizes, who recorded what, and the times of a day.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cm_tracker.domain.audit.downloads import XLSX
from cm_tracker.domain.measures.deidentified import HIDDEN, LEAST, PERSON, Deidentifier
from cm_tracker.domain.staff.roles import Actor
from cm_tracker.exports.export import Chosen, Export, rows_in, too_many
from cm_tracker.exports.ledger import AWARDED
from cm_tracker.exports.prizes import REDEEMED
from cm_tracker.exports.visits import RECORDED, SPECIMENS_GIVEN
from cm_tracker.i18n import gettext, using_language
from cm_tracker.spreadsheets import CODEBOOK, codebook, csv_chunks

NAME = "research"
_LISTS = (
    (
        RECORDED,
        "client_code visit site schedule track visit_on place outcome excuse specimens minutes_attended minutes_excused "
        "minutes_expected points draws is_corrected",
    ),
    (
        SPECIMENS_GIVEN,
        "client_code visit place site visit_on track specimen temperature results reading is_observed is_disputed is_deciding",
    ),
    (AWARDED, "client_code visit site visit_on recorded_at track kind amount unit"),
    (REDEEMED, "client_code at site category quantity points amount tier confirmed is_set_aside undone_at"),
)
_CHUNK = 64 * 1024


def _taken(export: Export, names: str) -> Export:
    fields = {field.name: field for field in export.fields}
    return replace(export, fields=tuple(fields[name] for name in names.split()))


RESEARCH = tuple(_taken(export, names) for export, names in _LISTS)
"""The lists of the file, each with the columns that are in it."""


def problem_of(actor: Actor, chosen: Chosen) -> str | None:
    """Return why no file can be made of what is chosen, or None: it is too much, or it is about too few people."""
    for export in RESEARCH:
        if (problem := too_many(export, actor, chosen, XLSX)) is not None:
            return problem
    visits = RESEARCH[0]
    person = [field.name for field in visits.fields].index(PERSON)
    people = {row[person] for row in rows_in(visits, actor, chosen)}
    if len(people) < LEAST:
        return gettext(
            "These days have visits of fewer than %(least)s clients: a file about them could tell who they are. Choose more "
            "days, or more sites.",
            least=LEAST,
        )
    return None


def research_file(actor: Actor, chosen: Chosen, zones: Mapping[str, str], now: datetime) -> Iterator[bytes]:
    """Make the file, in English, and return it in chunks. Its secret is gone as soon as it is made.

    `zones` has the time zone of each site by its name: a day is the day at the site.
    """
    hidden = Deidentifier(secrets.token_bytes(32))
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it was read
    with using_language("en"), ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _write(archive, "about.txt", (_about(now).encode(),))
        for export in RESEARCH:
            columns = hidden.columns(export.fields)
            rows = hidden.rows(export.fields, list(rows_in(export, actor, chosen, zones)))
            _write(archive, f"{export.name}.csv", csv_chunks(columns, rows))
            _write(archive, f"{export.name}-codebook.csv", csv_chunks(CODEBOOK, codebook(columns)))
    return _chunks(file)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _write(archive: ZipFile, name: str, chunks: Iterable[bytes]) -> None:
    # Without the time of its making, which a ZIP would keep with each file.
    about = ZipInfo(name)
    about.compress_type = ZIP_DEFLATED
    with archive.open(about, "w") as file:
        for chunk in chunks:
            file.write(chunk)


def _about(now: datetime) -> str:
    return (
        "Visits, specimens, awards and redemptions of a contingency management program, for research.\n\n"
        "Each person is a random word, the same in every list of this file. All days of a person are moved by the same\n"
        "number of whole weeks, up to half a year, so the weekday and the time between two days are right and the year\n"
        f"may not be. A word that fewer than {LEAST} people have is “{HIDDEN}”, a column in which fewer than {LEAST} have a\n"
        f"yes, or a no, is empty, and so is a list about fewer than {LEAST} people. Nothing leads back to a code, and two\n"
        "files cannot be joined.\n\n"
        "Do not say which days the file covers. Some people still came on the last of them: whoever knows that day can tell\n"
        "by how much the days of these people were moved.\n\n"
        "Whether this is de-identified under 45 CFR 164.514(b) is for an expert, or for your review board, to say. Give it\n"
        "to nobody outside the research that was approved (42 CFR 2.52), and do not try to find out who anybody is.\n\n"
        f"Made in {now.year}.\n"
    )
