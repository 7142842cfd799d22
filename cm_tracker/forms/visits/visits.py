"""Forms to record a visit: a test, a client who came, or an absence."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, HiddenField, RadioField, StringField, SubmitField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.schedules.analytes import title_of
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import evidence
from cm_tracker.forms.base import DayField, OnceForm, choices, radio, select

SPECIMENS = {
    evidence.GIVEN: "Given",
    evidence.REFUSED: "Refused, or could not give one in time",
    evidence.DILUTE: "Too dilute to read",
    evidence.LEAKED: "The cup leaked",
    evidence.INVALID: "The test was invalid",
    evidence.TAMPERED: "Swapped or altered",
}
TEMPERATURES = {
    evidence.IN_RANGE: "In range",
    evidence.OUT_OF_RANGE: "Out of range",
    evidence.NOT_READ: "Not read",
}
RESULTS = {
    evidence.NEGATIVE: "Negative",
    evidence.POSITIVE: "Positive",
    evidence.PENDING: "Lab pending",
}
# Before the names of the second specimen's fields.
SECOND = "second_"
EXCUSES = {
    "illness": "Illness",
    "hospital": "In hospital",
    "medical_appointment": "Medical appointment",
    "court": "Court or probation",
    "jail": "In jail",
    "family": "Family or childcare",
    "work": "Work",
    "transport": "No transport",
    "bereavement": "Bereavement",
    "clinic_closed": "The clinic was closed",
    "test_unavailable": "We could not test",
    "died": "Died",
    "other": "Another reason",
}


class ShownForm(OnceForm):
    """A form whose changes are shown before they are saved.

    `shown` is the fingerprint of the changes that the page showed. `again` is the button that shows them again and
    saves nothing.
    """

    shown = HiddenField(validators=[Length(max=64)])
    again = SubmitField("Show again what it changes")


class DayForm(ShownForm):
    """The day of a visit, and a note. `shown_time` is the time that the page filled in."""

    shown_time = HiddenField()
    happened_on = DayField("Day", validators=[InputRequired("Enter the day as a date.")])
    note = TextAreaField(
        "Note",
        validators=[Length(max=2000)],
        render_kw={"rows": 2},
        description="Kept apart from the ledger.",
    )


class PresenceForm(DayForm):
    """The client came, or finished the activity."""

    came_at = TimeField("Time", validators=[Optional()])


class AbsenceForm(DayForm):
    """The client did not come."""

    is_excused = radio(
        "Was the absence excused?",
        [("no", "No: the target is not met"), ("yes", "Yes: nothing is earned, nothing is lost")],
        validators=[InputRequired("Say whether the absence was excused.")],
    )
    excuse = select("Reason", [("", "Choose a reason"), *EXCUSES.items()], default="")


class TestForm(DayForm):
    """A drug or breath test. `test_form` adds a result field for each of its `analytes`."""

    collected_time = TimeField("Collected at", validators=[InputRequired("Enter when it was collected.")])
    read_time = TimeField("Read at (optional)", validators=[Optional()])
    specimen = radio("Specimen", SPECIMENS.items(), default=evidence.GIVEN)
    specimen_id = StringField(
        "Specimen ID",
        validators=[Length(max=40)],
        description="From the label on the cup.",
        render_kw={"autocomplete": "off", "data-scan": True},
    )
    temperature = radio("Temperature", TEMPERATURES.items(), validators=[Optional()])
    is_disputed = BooleanField("The client disputes a positive result; it goes to the lab")

    analytes: tuple[str, ...] = ()

    def results(self, prefix: str = "") -> dict[str, str]:
        """Return the chosen results by analyte. `prefix` is that of the specimen's fields."""
        chosen = {analyte: self[f"{prefix}result_{analyte}"].data for analyte in self.analytes}
        return {analyte: result for analyte, result in chosen.items() if result}


def specimen_states(kind: str, *, without: str = "") -> list[tuple[str, str]]:
    """Return the states of a specimen to choose from, by the evidence of the track. A breath test has no cup."""
    left_out = {without, evidence.LEAKED if kind == "breath_test" else ""}
    return [(state, words) for state, words in SPECIMENS.items() if state not in left_out]


def test_form(track: Track) -> type[TestForm]:
    """Return the test form of a track, with a result field for each analyte. A breath test has no specimen cup."""
    return _test_form(track.evidence, evidence.analytes_of(track))


@lru_cache(maxsize=128)
def _test_form(kind: str, tested: tuple[str, ...]) -> type[TestForm]:
    """Return a form class from the cache. Making one is slow, and there are only a few different sets of analytes."""

    class TrackForm(TestForm):
        analytes = tested

    for analyte in TrackForm.analytes:
        label = "Reading" if analyte == evidence.BREATH else title_of(analyte)
        readings = {**RESULTS, evidence.NEGATIVE: "Below the cut-off", evidence.POSITIVE: "At or above the cut-off"}
        pairs = readings if analyte == evidence.BREATH else RESULTS
        setattr(
            TrackForm,
            f"result_{analyte}",
            RadioField(label, choices=choices(pairs.items()), validators=[Optional()]),
        )
    if kind == "breath_test":
        TrackForm.specimen = radio("Specimen", specimen_states(kind), default=evidence.GIVEN)
        TrackForm.temperature = None
        TrackForm.specimen_id = None
    return TrackForm


class RecordingForm(TestForm):
    """A test as it is recorded first: one specimen, or a first and a second one of the same visit."""

    @property
    def second_fields(self) -> list[Any]:
        """The fields of the second specimen, in the order of the page. There are none in a form for one specimen."""
        return [field for field in self if field.name.startswith(SECOND)]

    def one(self, prefix: str) -> dict[str, Any]:
        """Return what was entered about the first or the second specimen, by the names of the first one's fields."""
        names = ("specimen", "collected_time", "read_time", "specimen_id", "temperature", "is_disputed", "is_observed")
        return {name: self[prefix + name].data if prefix + name in self else None for name in names}


@lru_cache(maxsize=128)
def _recording_form(kind: str, tested: tuple[str, ...], has_second: bool) -> type[RecordingForm]:
    shape = _test_form(kind, tested)

    class TrackForm(RecordingForm, shape):  # type: ignore[valid-type,misc]  # the base class depends on the track
        pass

    if not has_second:
        return TrackForm
    states = specimen_states(kind, without=evidence.REFUSED)
    fields: dict[str, Any] = {"specimen": radio("Second specimen", states, default=evidence.GIVEN)}
    fields["collected_time"] = TimeField("Second specimen collected at", validators=[Optional()])
    fields["read_time"] = TimeField("Second specimen read at (optional)", validators=[Optional()])
    if kind != "breath_test":
        fields["specimen_id"] = StringField(
            "Second specimen ID", validators=[Length(max=40)], render_kw={"autocomplete": "off", "data-scan": True}
        )
        fields["temperature"] = radio("Second specimen’s temperature", TEMPERATURES.items(), validators=[Optional()])
    for analyte in tested:
        first = getattr(shape, f"result_{analyte}")
        label = f"{first.args[0]}, second specimen"
        fields[f"result_{analyte}"] = RadioField(label, **first.kwargs)
    fields["is_observed"] = BooleanField("Somebody watched the second specimen being given")
    fields["is_disputed"] = BooleanField("The client disputes a positive result of the second specimen")
    for name, field in fields.items():
        setattr(TrackForm, SECOND + name, field)
    return TrackForm


def recording_form(track: Track, *, has_second: bool = False) -> type[RecordingForm]:
    """Return the form that records a test on a track. `has_second` adds the fields of a second specimen."""
    return _recording_form(track.evidence, evidence.analytes_of(track), has_second)


def instant(day: date | None, at: time | None, time_zone: str) -> datetime | None:
    """Return a day and a time in a time zone as an instant in UTC, or None if one of them is missing."""
    return None if day is None or at is None else datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(UTC)
