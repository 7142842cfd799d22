"""Forms to type the paper sheet of a day on which the program was down, a client at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from wtforms import BooleanField, StringField, SubmitField, TimeField
from wtforms.validators import Length, Optional

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.forms.base import DayField, PlainForm, WholeNumber, choices, radio, select
from cm_tracker.forms.prizes.priced import accept_old_price
from cm_tracker.forms.visits.visits import EXCUSES, ShownForm, test_form
from cm_tracker.i18n import gettext, lazy

NOTHING, CAME, ABSENT, EXCUSED = "", "came", "absent", "excused"
_OF_A_TEST = ("reading", "is_awaited", "specimen", "specimen_id", "temperature")


class OfTrack(NamedTuple):
    """The fields of one track in the form: its place, the track, and the analytes that are asked for."""

    number: int
    track: Track
    analytes: tuple[str, ...]

    def name(self, field: str) -> str:
        """Return the name of a field of this track."""
        return f"t{self.number}_{field}"


class DowntimeForm(ShownForm):
    """A client's line of the sheet. `tracks` are those of the day; `line_form` adds the fields of each."""

    time = TimeField(lazy("Time on the paper"), validators=[Optional()])
    prize = select(lazy("Prize given by hand"), validators=[Optional()])
    quantity = WholeNumber(lazy("How many"), default=1, validators=[Optional()])
    initials = StringField(
        lazy("Initials on the paper"),
        validators=[Length(max=20)],
        description=lazy("Of whoever filled it in, and of the second person."),
        render_kw={"autocomplete": "off"},
    )

    # Whether a count of the cabinet since has found the prize missing. Both buttons save.
    was_missing = SubmitField(lazy("Yes, it was missing then"))
    was_there = SubmitField(lazy("No, it was still there then"))

    tracks: tuple[OfTrack, ...] = ()

    @property
    def answer(self) -> bool | None:
        """Whether the prize was missing at a count, None where nobody was asked."""
        if not self.was_missing.data and not self.was_there.data:
            return None
        return bool(self.was_missing.data)

    def offer(self, prizes: Sequence[tuple[str, str]]) -> None:
        """Set which prizes can be chosen, each with its price in the value (`forms.prizes.priced`)."""
        self.prize.choices = choices([("", gettext("None")), *prizes])
        accept_old_price(self.prize)

    def of(self, track: OfTrack, field: str) -> Any:
        """Return the field of a track, None where the track has no such field."""
        name = track.name(field)
        if name not in self:
            return None
        return self[name]

    def value(self, track: OfTrack, field: str) -> Any:
        """Return what was entered into the field of a track, None where the track has no such field."""
        found = self.of(track, field)
        return found.data if found is not None else None


def line_form(tracks: Sequence[Track], strips: Sequence[str]) -> type[DowntimeForm]:
    """Return the form of a client's line. `strips` are the analytes of the panel in use. Hours have no line on the sheet."""
    fields: dict[str, Any] = {}
    found = []
    for number, track in enumerate(tracks):
        if track.evidence == "hours":
            continue
        shape: Any = test_form(track, strips) if track.is_test else None
        of = OfTrack(number, track, shape.analytes if shape else ())
        found.append(of)
        came = lazy("Done") if track.evidence == "activity" else lazy("Came")
        fields[of.name("happened")] = radio(
            track.title,
            [
                (NOTHING, lazy("Nothing on the paper")),
                (CAME, came),
                (ABSENT, lazy("Did not come")),
                (EXCUSED, lazy("Excused")),
            ],
            default=NOTHING,
        )
        fields[of.name("excuse")] = select(
            lazy("Reason, if excused"), [("", lazy("Choose a reason")), *EXCUSES.items()], default=""
        )
        if shape is None:
            continue
        for name in (*_OF_A_TEST, *(f"result_{analyte}" for analyte in of.analytes)):
            field = getattr(shape, name, None)
            if field is not None:
                fields[of.name(name)] = field.field_class(*field.args, **field.kwargs)
        if of.analytes:
            fields[of.name("rest")] = BooleanField(lazy("Whatever I do not mark is negative"))
    return type("LineForm", (DowntimeForm,), {**fields, "tracks": tuple(found)})


class FindForm(PlainForm):
    """Which client, by the code on the paper, or which other day. It stands in the address."""

    code = StringField(lazy("Code on the paper"), validators=[Length(max=40)], render_kw={"autocomplete": "off"})
    day = DayField(lazy("Another day"), validators=[Optional()])
