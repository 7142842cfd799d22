"""Forms to record a visit: a test, a client who came, or an absence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from wtforms import BooleanField, HiddenField, RadioField, StringField, SubmitField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import TextInput

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.schedules.analytes import title_of
from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import evidence
from cm_tracker.domain.visits.panels import NOT_READ, asked_on, needed_on
from cm_tracker.forms.base import DayField, OnceForm, WholeNumber, choices, radio, select
from cm_tracker.i18n import gettext, lazy

SPECIMENS = {
    evidence.GIVEN: lazy("Given"),
    evidence.REFUSED: lazy("Refused, or could not give one in time"),
    evidence.DILUTE: lazy("Too dilute to read"),
    evidence.LEAKED: lazy("The cup leaked"),
    evidence.INVALID: lazy("The test was invalid"),
    evidence.TAMPERED: lazy("Swapped or altered"),
}
TEMPERATURES = {
    evidence.IN_RANGE: lazy("In range"),
    evidence.OUT_OF_RANGE: lazy("Out of range"),
    evidence.NOT_READ: lazy("Not read"),
}
RESULTS = {
    evidence.NEGATIVE: lazy("Negative"),
    evidence.POSITIVE: lazy("Positive"),
    evidence.PENDING: lazy("Lab pending"),
}
# Before the names of the second specimen's fields.
SECOND = "second_"
# What the form sends that has both specimens.
TWO = "2"
# The buttons that save a test of a cup and fill in what is not marked.
BUTTONS = ("all_negative", "rest", "to_lab", "refused")
# For a strip beyond the schedule's target.
UNREAD = {NOT_READ: lazy("Not read")}
OBSERVED = {"": lazy("Not said"), "yes": lazy("Yes"), "no": lazy("No")}
EXCUSES = {
    "illness": lazy("Illness"), "hospital": lazy("In hospital"), "medical_appointment": lazy("Medical appointment"),
    "court": lazy("Court or probation"), "jail": lazy("In jail"), "family": lazy("Family or childcare"),
    "work": lazy("Work"), "transport": lazy("No transport"), "bereavement": lazy("Bereavement"),
    "clinic_closed": lazy("The clinic was closed"), "test_unavailable": lazy("We could not test"),
    "died": lazy("Died"), "other": lazy("Another reason"),
}  # fmt: skip


class ShownForm(OnceForm):
    """A form whose changes are shown before they are saved.

    `shown` is the fingerprint of the changes that the page showed. `again` is the button that shows them again and
    saves nothing.
    """

    shown = HiddenField(validators=[Length(max=64)])
    again = SubmitField(lazy("Show again what it changes"))


class DayForm(ShownForm):
    """The day of a visit, and a note. `shown_time` is the time that the page filled in."""

    shown_time = HiddenField()
    happened_on = DayField(lazy("Day"), validators=[InputRequired(lazy("Enter the day as a date."))])
    note = TextAreaField(
        lazy("Note"),
        validators=[Length(max=2000)],
        render_kw={"rows": 2},
        description=lazy("Kept apart from the ledger."),
    )


class PresenceForm(DayForm):
    """The client came, or finished the activity."""

    came_at = TimeField(lazy("Time (optional)"), validators=[Optional()])


class AbsenceForm(DayForm):
    """The client did not come."""

    is_excused = radio(
        lazy("Was the absence excused?"),
        [("no", lazy("No: the target is not met")), ("yes", lazy("Yes: nothing is earned, nothing is lost"))],
        validators=[InputRequired(lazy("Say whether the absence was excused."))],
    )
    excuse = select(lazy("Reason"), [("", lazy("Choose a reason")), *EXCUSES.items()], default="")


class GoalNotDoneForm(AbsenceForm):
    """The client did not finish the goal."""

    is_excused = radio(
        lazy("Is there an excuse?"),
        [("no", lazy("No: the target is not met")), ("yes", lazy("Yes: nothing is earned, nothing is lost"))],
        validators=[InputRequired(lazy("Say whether there is an excuse."))],
    )


class TestForm(DayForm):
    """A drug or breath test. `test_form` adds a result field for each of its `analytes`, or one for a number.

    `is_awaited` says that the laboratory still owes the number. `panel_id` is the panel that the page showed.
    `all_negative` is the button for a test on which every strip is negative: it saves the test, or with two specimens
    only fills in the second one. `rest`, `to_lab` and `refused` are the buttons that save what is marked and fill in the
    rest: as negative, as results that the laboratory still owes, or as a specimen that was not given.
    """

    collected_time = TimeField(lazy("Collected at"), validators=[InputRequired(lazy("Enter when it was collected."))])
    read_time = TimeField(lazy("Read at (optional)"), validators=[Optional()])
    specimen = radio(lazy("Specimen"), SPECIMENS.items(), default=evidence.GIVEN)
    specimen_id = StringField(
        lazy("Specimen ID"),
        validators=[Length(max=40)],
        description=lazy("From the label on the cup."),
        render_kw={"autocomplete": "off", "data-scan": True},
    )
    temperature = radio(lazy("Temperature"), TEMPERATURES.items(), validators=[Optional()])
    is_disputed = BooleanField(lazy("The client disputes a positive result; it goes to the lab"))
    panel_id = HiddenField(validators=[Length(max=18)])
    all_negative = SubmitField(lazy("All negative, in range"))
    rest = SubmitField(lazy("Save, the rest is negative"))
    to_lab = SubmitField(lazy("Send to the laboratory"))
    refused = SubmitField(lazy("Refused, or could not give one"))
    collected_by = select(lazy("Collected by"), validators=[Optional()])
    observed = radio(lazy("Observed?"), OBSERVED.items(), default="", validators=[Optional()])
    second_reader = select(lazy("Second reader of a faint line"), validators=[Optional()])
    reading = None
    is_awaited = None
    is_observed: Any = None

    analytes: tuple[str, ...] = ()

    def results(self, prefix: str = "") -> dict[str, str]:
        """Return the chosen results by analyte, without the strips that were not read.

        `prefix` is that of the specimen's fields.
        """
        return results_of(self, prefix)

    def unread(self, prefix: str = "") -> tuple[str, ...]:
        """Return the analytes whose strips were not read. `prefix` is that of the specimen's fields."""
        return unread_of(self, prefix)

    def number(self, prefix: str = "") -> int | None:
        """Return the number that was read, None where there is none. `prefix` is that of the specimen's fields."""
        return number_of(self, prefix)

    def offer_people(self, names: Mapping[int, str], reader_id: int | None) -> None:
        """Set who may be chosen. The second reader is somebody else than the person who fills in the form."""
        people = [(str(staff_id), name) for staff_id, name in names.items()]
        self.collected_by.choices = choices([("", gettext("Not said")), *people])
        others = [(staff_id, name) for staff_id, name in people if staff_id != str(reader_id)]
        self.second_reader.choices = choices([("", gettext("Nobody")), *others])

    def set_all_negative(self) -> None:
        """Fill in a specimen in range on which every strip is negative: the second one, where the form has two."""
        prefix = SECOND if self.has_second else ""
        self[f"{prefix}specimen"].data = evidence.GIVEN
        self[f"{prefix}temperature"].data = evidence.IN_RANGE
        self[f"{prefix}is_disputed"].data = False
        for analyte in self.analytes:
            self[f"{prefix}result_{analyte}"].data = evidence.NEGATIVE

    @property
    def has_second(self) -> bool:
        """Whether the form has the fields of a second specimen, too."""
        return f"{SECOND}specimen" in self


class Kind(NamedTuple):
    """What the test of a track is: its evidence, whether it is of a cup, and the unit where a number is read."""

    evidence: str
    has_cup: bool
    unit: str | None

    @classmethod
    def of(cls, track: Track) -> "Kind":
        """Return the kind of test of a track."""
        return cls(track.evidence, track.has_cup, track.reading.unit if track.reading is not None else None)


def specimen_states(kind: Kind, *, without: str = "") -> list[tuple[str, str]]:
    """Return the states of a specimen to choose from. Without a cup, none can leak, and no number is too dilute."""
    left_out = {without}
    if not kind.has_cup:
        left_out |= {evidence.LEAKED, evidence.DILUTE if kind.unit else ""}
    return [(state, words) for state, words in SPECIMENS.items() if state not in left_out]


def results_of(form: Any, prefix: str = "") -> dict[str, str]:
    """Return the chosen results of a form by analyte, without the strips that were not read.

    A number that the laboratory still owes is a result that is pending.
    """
    if f"{prefix}is_awaited" in form and form[f"{prefix}is_awaited"].data:
        return {evidence.READING: evidence.PENDING}
    chosen = {analyte: form[f"{prefix}result_{analyte}"].data for analyte in form.analytes}
    return {analyte: result for analyte, result in chosen.items() if result and result != NOT_READ}


def unread_of(form: Any, prefix: str = "") -> tuple[str, ...]:
    """Return the analytes of a form whose strips were not read."""
    return tuple(analyte for analyte in form.analytes if form[f"{prefix}result_{analyte}"].data == NOT_READ)


def number_of(form: Any, prefix: str = "") -> int | None:
    """Return the number that was read, None where there is none. Raise `BadInput` for what is no whole number."""
    if f"{prefix}reading" not in form:
        return None
    field = form[f"{prefix}reading"]
    if field.data is None and field.raw_data and str(field.raw_data[0]).strip():
        raise BadInput("Enter a whole number, such as 9.", f"{prefix}reading")
    number: int | None = field.data
    return number


def say_limit(form: Any, says: str, other_day: str, limit: int, day: date) -> None:
    """Say at the fields of a number from where on it counts on a day. A script says it of what is typed.

    While the form has another day, the script says `other_day` instead.
    """
    marks = {
        "data-limit": limit,
        "data-counts": gettext("This counts."),
        "data-misses": gettext("This does not count."),
        "data-day": day.isoformat(),
        "data-other-day": other_day,
    }
    for name in ("reading", f"{SECOND}reading"):
        if name in form:
            form[name].description = says
            form[name].render_kw = {**(form[name].render_kw or {}), **marks}


def test_form(track: Track, strips: Sequence[str] = ()) -> type[TestForm]:
    """Return the test form of a track, with a result field for each analyte that it asks for, or one for a number.

    `strips` are the analytes of the panel. A breath test has one reading and no specimen cup.
    """
    return _test_form(Kind.of(track), *_tested(track, strips))


def _tested(track: Track, strips: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the analytes that a form asks for, and those of them without which the outcome is not known."""
    if track.evidence == "breath_test":
        return (evidence.BREATH,), frozenset({evidence.BREATH})
    if track.evidence == "reading":
        return (), frozenset()
    asked = asked_on(track, strips)
    return asked, needed_on(track, asked)


@lru_cache(maxsize=128)
def _test_form(kind: Kind, tested: tuple[str, ...], needed: frozenset[str]) -> type[TestForm]:
    """Return a form class from the cache. Making one is slow, and there are only a few different sets of analytes."""

    class TrackForm(TestForm):
        analytes = tested

    for analyte in TrackForm.analytes:
        label = lazy("Reading") if analyte == evidence.BREATH else lazy(title_of(analyte))
        readings = {
            **RESULTS,
            evidence.NEGATIVE: lazy("Below the cut-off"),
            evidence.POSITIVE: lazy("At or above the cut-off"),
        }
        pairs = readings if analyte == evidence.BREATH else RESULTS if analyte in needed else {**RESULTS, **UNREAD}
        setattr(
            TrackForm,
            f"result_{analyte}",
            RadioField(label, choices=choices(pairs.items()), validators=[Optional()]),
        )
    TrackForm.specimen = radio(lazy("Specimen"), specimen_states(kind), default=evidence.GIVEN)
    if not kind.has_cup:
        TrackForm.temperature = None
        TrackForm.specimen_id = None
    if kind.evidence != "drug_test":
        for name in ("panel_id", *BUTTONS, "collected_by", "observed", "second_reader"):
            setattr(TrackForm, name, None)
    for name, field in _fields_of_a_number(kind).items():
        setattr(TrackForm, name, field)
    return TrackForm


def _fields_of_a_number(kind: Kind) -> dict[str, Any]:
    """Return the fields of a number that is read; none where the test has no unit. Only a laboratory can owe one."""
    if kind.unit is None:
        return {}
    fields: dict[str, Any] = {"reading": reading_field(lazy("Reading, in %(unit)s", unit=kind.unit))}
    fields["is_disputed"] = BooleanField(lazy("The client disputes the number; it goes to the lab"))
    if kind.has_cup:
        fields["is_awaited"] = BooleanField(lazy("The laboratory’s number comes later"))
    return fields


def reading_field(label: str) -> WholeNumber:
    """Return the field of a number in a unit, which its label names."""
    return WholeNumber(
        label,
        # Only typing changes a measured number: in a number field a mouse wheel does, too.
        widget=TextInput(),
        validators=[Optional()],
        render_kw={"inputmode": "numeric", "autocomplete": "off", "class": "short"},
    )


class RecordingForm(TestForm):
    """A test as it is recorded first: one specimen, or a first and a second one of the same visit.

    With two, each says by itself whether it was observed, and `specimens` says that there are two. `both` is the button
    that asks for a second one, too; it saves nothing.
    """

    both = SubmitField(lazy("Enter both"))
    specimens = None

    def keep_observed(self, observed: str | None) -> None:
        """Keep what was said of the only specimen, now that there are two: whether somebody watched it being given."""
        if self.is_observed:
            self.is_observed.data = self.is_observed.data or observed == "yes"

    def one(self, prefix: str) -> dict[str, Any]:
        """Return what was entered about the first or the second specimen, by the names of the first one's fields."""
        names = ("specimen", "collected_time", "read_time", "specimen_id", "temperature", "is_disputed", "is_observed")
        entered = {name: self[prefix + name].data if prefix + name in self else None for name in names}
        if not prefix and self.observed:
            entered["is_observed"] = self.observed.data == "yes"
        return entered


@lru_cache(maxsize=128)
def _recording_form(
    kind: Kind, tested: tuple[str, ...], needed: frozenset[str], has_second: bool
) -> type[RecordingForm]:
    shape = _test_form(kind, tested, needed)

    class TrackForm(RecordingForm, shape):  # type: ignore[valid-type,misc]  # the base class depends on the track
        pass

    if not has_second:
        return TrackForm
    states = specimen_states(kind, without=evidence.REFUSED)
    fields: dict[str, Any] = {"specimen": radio(lazy("Second specimen"), states, default=evidence.GIVEN)}
    fields["collected_time"] = TimeField(lazy("Second specimen collected at"), validators=[Optional()])
    fields["read_time"] = TimeField(lazy("Second specimen read at (optional)"), validators=[Optional()])
    if kind.has_cup:
        fields["specimen_id"] = StringField(
            lazy("Second specimen ID"),
            validators=[Length(max=40)],
            render_kw={"autocomplete": "off", "data-scan": True},
        )
        fields["temperature"] = radio(
            lazy("Second specimen’s temperature"), TEMPERATURES.items(), validators=[Optional()]
        )
    for analyte in tested:
        first = getattr(shape, f"result_{analyte}")
        label = lazy("%(result)s, second specimen", result=first.args[0])
        fields[f"result_{analyte}"] = RadioField(label, **first.kwargs)
    if shape.observed is not None:
        TrackForm.observed = None
        TrackForm.is_observed = BooleanField(lazy("Somebody watched the first specimen being given"))
    TrackForm.both = None
    for name in ("rest", "to_lab", "refused"):
        setattr(TrackForm, name, None)
    TrackForm.specimens = HiddenField(default=TWO, validators=[Length(max=1)])
    fields["is_observed"] = BooleanField(lazy("Somebody watched the second specimen being given"))
    fields["is_disputed"] = BooleanField(lazy("The client disputes a positive result of the second specimen"))
    fields |= _fields_of_a_number(kind)
    if kind.unit is not None:
        fields["reading"] = reading_field(lazy("Second specimen’s reading, in %(unit)s", unit=kind.unit))
        says = lazy("The client disputes the number of the second specimen; it goes to the lab")
        fields["is_disputed"] = BooleanField(says)
    for name, field in fields.items():
        setattr(TrackForm, SECOND + name, field)
    return TrackForm


def recording_form(track: Track, strips: Sequence[str] = (), *, has_second: bool = False) -> type[RecordingForm]:
    """Return the form that records a test on a track. `has_second` adds the fields of a second specimen.

    `strips` are the analytes of the panel.
    """
    return _recording_form(Kind.of(track), *_tested(track, strips), has_second)


def instant(day: date | None, at: time | None, time_zone: str) -> datetime | None:
    """Return a day and a time in a time zone as an instant in UTC, or None if one of them is missing."""
    return None if day is None or at is None else datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(UTC)
