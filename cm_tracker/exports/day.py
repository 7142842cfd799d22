"""Clients' plans by code. The file can be imported: its columns have the names and words of `domain.day.importing`."""

from collections.abc import Iterable

from cm_tracker.domain.measures.tables import DAY, FLAG, INSTANT, NUMBER, NUMERAL
from cm_tracker.exports.export import Export, Field, in_english
from cm_tracker.i18n import marked
from cm_tracker.labels.day import LEVEL_NAMES, REASON_NAMES
from cm_tracker.queries.day.plan_rows import PLANS, PlanLine

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _those_that_held(line: PlanLine) -> Iterable[PlanLine]:
    return (line,) if line.has_held else ()


def _weekdays(line: PlanLine) -> str:
    return ", ".join(_WEEKDAYS[weekday] for weekday in line.weekdays)


PLANNED = Export(
    name="plans",
    title=marked("Plans"),
    row=marked("One service of a client's plan. All services from the same day on are one plan. The days of the filter are those "
    "on which plans begin. As CSV it can be imported again."),
    listing=PLANS,
    rows_of=_those_that_held,
    fields=(
        Field("plan", marked("Plan"), NUMERAL, marked("The number of the plan."), is_printed=False),
        Field("client_code", marked("Client code"), meaning=marked("The client's code.")),
        Field("site", marked("Site"), meaning=marked("The site at which the client comes.")),
        Field("enrollment", marked("Enrollment"), NUMERAL, marked("The number of the enrollment."), is_printed=False),
        Field("schedule", marked("Schedule"), meaning=marked("The version with which the enrollment began."), is_printed=False),
        Field("from_on", marked("From"), DAY, marked("The first day on which the plan holds.")),
        Field("until_on", marked("To"), DAY, marked("The last day: before the next plan, or of the enrollment; empty if none is "
              "known.")),
        Field("level", marked("Level of care"), meaning=marked("The level of care."), codes=in_english(LEVEL_NAMES)),
        Field("service", marked("Service"), meaning=marked("The name of the service to which the client comes.")),
        Field("weekdays", marked("Weekdays"), meaning=marked("The weekdays on which the client comes, or of which the program draws "
              "the days."), value=_weekdays),
        Field("pays_for", marked("Pays for"), meaning=marked("The track of the schedule that it counts for; empty for none."),
              value=lambda line: line.behavior),
        Field("hours_required", marked("Hours a week"), NUMBER, marked("How many hours a week the plan asks for."), marked("hours")),
        Field("time", marked("Time of day"), meaning=marked("The client's own time, as 14:00; empty for that of the service."),
              value=lambda line: line.time_of_day and line.time_of_day.strftime("%H:%M"), is_printed=False),
        Field("reason", marked("Why the plan changes"), meaning=marked("Why the plan is another one than that before."),
              codes=in_english(REASON_NAMES)),
        Field("is_drawn", marked("Days are drawn"), FLAG, marked("Whether the program draws the days of tests."), is_printed=False),
        Field("hours_between", marked("Hours between two tests"), NUMBER, marked("The fewest hours between two drawn tests."),
              marked("hours"), is_printed=False),
        Field("recorded_at", marked("Recorded"), INSTANT, marked("When the plan was entered."), is_printed=False),
        Field("by", marked("By"), meaning=marked("Who entered the plan; empty for a command."), is_printed=False),
    ),
)  # fmt: skip
