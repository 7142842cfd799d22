"""Visits and specimens by the client's code."""

from collections.abc import Iterator
from typing import NamedTuple

from cm_tracker.domain.measures.tables import DAY, FLAG, INSTANT, MINUTES, NUMBER, NUMERAL
from cm_tracker.domain.visits.evidence import Specimen
from cm_tracker.exports.export import Export, Field, in_english
from cm_tracker.forms.visits.visits import EXCUSES, SPECIMENS, TEMPERATURES
from cm_tracker.i18n import marked
from cm_tracker.labels.visits import OUTCOMES
from cm_tracker.queries.visits.visit_rows import VISITS, VisitLine

_OUTCOMES = in_english({name: tag.text for name, tag in OUTCOMES.items()})


def _minutes(line: VisitLine, name: str) -> int | None:
    return None if line.visit.hours is None else getattr(line.visit.hours, name)


RECORDED = Export(
    name="visits",
    title=marked("Visits"),
    row=marked("One visit or absence as its newest record says it. Voided and undone ones are left out, and so are practice "
    "clients. The days of the filter are days of visits."),
    listing=VISITS,
    fields=(
        Field("visit", marked("Visit"), NUMERAL, marked("The number of the visit."), value=lambda line: line.visit.id),
        Field("client_code", marked("Client code"), meaning=marked("The client's code.")),
        Field("site", marked("Site"), meaning=marked("Where the visit took place."), value=lambda line: line.site_name),
        Field("enrollment", marked("Enrollment"), NUMERAL, marked("The number of the enrollment."), is_printed=False),
        Field("schedule", marked("Schedule"), meaning=marked("The version with which the enrollment began.")),
        Field("track", marked("Track"), meaning=marked("What the schedule asks for: the name of the track in its document."),
              value=lambda line: line.visit.behavior),
        Field("visit_on", marked("Day"), DAY, marked("The day of the visit."), value=lambda line: line.visit.happened_on),
        Field("place", marked("Place in the day"), NUMBER, marked("1 for the first visit of a day on this track, up to 3."),
              value=lambda line: line.visit.day_place, is_printed=False),
        Field("outcome", marked("Outcome"), meaning=marked("The outcome that counts for the schedule."), codes=_OUTCOMES,
              value=lambda line: line.visit.outcome),
        Field("excuse", marked("Excuse"), meaning=marked("Why an absence is excused."), codes=in_english(EXCUSES),
              value=lambda line: line.visit.excuse),
        Field("specimens", marked("Specimens"), NUMBER, marked("How many specimens were given; they are in the list of specimens."),
              value=lambda line: len(line.visit.all_specimens)),
        Field("minutes_attended", marked("Minutes attended"), MINUTES, marked("Of a program week on a track of hours."),
              value=lambda line: _minutes(line, "attended"), is_printed=False),
        Field("minutes_excused", marked("Minutes excused"), MINUTES, marked("Of a program week on a track of hours."),
              value=lambda line: _minutes(line, "excused"), is_printed=False),
        Field("minutes_expected", marked("Minutes expected"), MINUTES, marked("Of a program week on a track of hours."),
              value=lambda line: _minutes(line, "expected"), is_printed=False),
        Field("points", marked("Points"), NUMBER, marked("What the client got for it and kept, after every correction."), marked("points")),
        Field("draws", marked("Draws"), NUMBER, marked("What the client got for it and kept, after every correction."), marked("draws")),
        Field("is_corrected", marked("Corrected"), FLAG, marked("Whether there is more than one record of it."),
              value=lambda line: line.visit.newest_id != line.visit.id, is_printed=False),
        Field("recorded_at", marked("Recorded"), INSTANT, marked("When the newest record was entered."),
              value=lambda line: line.visit.recorded_at, is_printed=False),
        Field("by", marked("By"), meaning=marked("Who entered the newest record, or through what.")),
    ),
)  # fmt: skip


class SpecimenRow(NamedTuple):
    """A specimen of a visit, and its place from 1 on."""

    line: VisitLine
    place: int
    specimen: Specimen


def _specimens(line: VisitLine) -> Iterator[SpecimenRow]:
    return (SpecimenRow(line, place, one) for place, one in enumerate(line.visit.all_specimens, 1))


def _results(row: SpecimenRow) -> str | None:
    return "; ".join(f"{analyte} = {result}" for analyte, result in sorted(row.specimen.test.results.items())) or None


SPECIMENS_GIVEN = Export(
    name="specimens",
    title=marked("Specimens"),
    row=marked("One specimen of a visit that counts. The days of the filter are days of visits."),
    listing=VISITS,
    rows_of=_specimens,
    fields=(
        Field("visit", marked("Visit"), NUMERAL, marked("The number of the visit, as in the list of visits."),
              value=lambda row: row.line.visit.id),
        Field("place", marked("Place"), NUMBER, marked("1 for the first specimen of the visit.")),
        Field("client_code", marked("Client code"), meaning=marked("The client's code."), value=lambda row: row.line.client_code),
        Field("site", marked("Site"), meaning=marked("Where the visit took place."), value=lambda row: row.line.site_name),
        Field("visit_on", marked("Day"), DAY, marked("The day of the visit."), value=lambda row: row.line.visit.happened_on),
        Field("track", marked("Track"), meaning=marked("What the schedule asks for: the name of the track in its document."),
              value=lambda row: row.line.visit.behavior),
        Field("specimen_id", marked("Label"), meaning=marked("The label of the cup."), value=lambda row: row.specimen.specimen_id),
        Field("specimen", marked("Specimen"), meaning=marked("What became of it."), codes=in_english(SPECIMENS),
              value=lambda row: row.specimen.test.specimen),
        Field("temperature", marked("Temperature"), meaning=marked("Whether it was in the range."), codes=in_english(TEMPERATURES),
              value=lambda row: row.specimen.test.temperature),
        Field("results", marked("Results"), meaning=marked("The result for each analyte: negative, positive or pending."),
              value=_results),
        Field("reading", marked("Reading"), NUMBER, marked("The number that a device showed, in the unit of the track."),
              value=lambda row: row.specimen.test.reading, is_printed=False),
        Field("is_observed", marked("Observed"), FLAG, marked("Whether somebody watched it being given."),
              value=lambda row: row.specimen.test.is_observed),
        Field("is_disputed", marked("Disputed"), FLAG, marked("Whether the client disputes it, and it waits for a laboratory."),
              value=lambda row: row.specimen.test.is_disputed, is_printed=False),
        Field("is_deciding", marked("Decides"), FLAG, marked("Whether it decides the outcome of the visit."),
              value=lambda row: row.place == row.line.visit.deciding_place),
        Field("collected_at", marked("Collected"), INSTANT, marked("When it was collected."),
              value=lambda row: row.specimen.collected_at, is_printed=False),
        Field("read_at", marked("Read"), INSTANT, marked("When it was read."), value=lambda row: row.specimen.read_at,
              is_printed=False),
    ),
)  # fmt: skip
