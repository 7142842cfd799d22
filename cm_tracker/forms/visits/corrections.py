"""Forms to correct a visit or undo a redemption: what is right, and the reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import evidence
from cm_tracker.forms.base import OnceForm, choices, radio, select
from cm_tracker.forms.visits.visits import (
    EXCUSES,
    Kind,
    PresenceForm,
    ShownForm,
    TestForm,
    number_of,
    reading_field,
    results_of,
    specimen_states,
    test_form,
    unread_of,
)
from cm_tracker.i18n import lazy, marked

# The reason is saved in English, and translated where somebody chooses it.
WHY = {
    "client": marked("It was another client's"),
    "day": marked("It was another day"),
    "entry": marked("Something was entered incorrectly"),
    "twice": marked("It was entered twice"),
    "other": marked("Something else (say what below)"),
}
CAME = "came"
ABSENT = "absent"
EXCUSED = "excused"


# Auditors see the reasons in the lists of the ledger.
READ_BY = lazy("Leads, auditors and administrators can read it: no names.")


def reason_field(label: str, description: str = READ_BY) -> TextAreaField:
    """Return the field for why something is corrected."""
    return TextAreaField(label, validators=[Length(max=1900)], render_kw={"rows": 2}, description=description)


def _why(sentences: Mapping[str, str]) -> RadioField:
    pairs = [(value, lazy(sentence)) for value, sentence in sentences.items()]
    return radio(lazy("What went wrong?"), pairs, validators=[InputRequired(lazy("Choose what went wrong."))])


class TakeAwayForm(ShownForm):
    """The reason for undoing one's own entry, or for a lead to void a visit."""

    why = _why(WHY)
    words = reason_field(lazy("In a few words"))
    sentences: Mapping[str, str] = WHY

    def reason(self) -> str:
        """Return the reason as it is saved. It is empty if "something else" is chosen without a text."""
        words = (self.words.data or "").strip()
        if self.why.data == "other" or self.why.data not in self.sentences:
            return words
        return f"{self.sentences[self.why.data]}. {words}".strip()


class HoursTakeAwayForm(TakeAwayForm):
    """The reason for undoing or voiding the hours of a week."""

    sentences = {**WHY, "day": marked("It was another week")}
    why = _why(sentences)


class RedemptionUndoForm(OnceForm):
    """The undo of a redemption."""

    is_back = radio(
        lazy("Where is the prize?"),
        [
            ("yes", lazy("Back in the cabinet")),
            ("no", lazy("Gone: it is booked as lost, and the client does not pay for it")),
        ],
        validators=[InputRequired(lazy("Say where the prize is."))],
    )
    reason = TextAreaField(
        lazy("Why"),
        validators=[InputRequired(lazy("Say why.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=READ_BY,
    )


class ExcuseForm(ShownForm):
    """An excuse for an absence, entered later."""

    excuse = select(
        lazy("Reason"),
        [("", lazy("Choose a reason")), *EXCUSES.items()],
        validators=[InputRequired(lazy("Choose a reason."))],
    )
    words = reason_field(
        lazy("How do you know?"),
        lazy(
            "Such as: letter of March 4. For another reason, say which. Leads, auditors and administrators can read it: "
            "no names."
        ),
    )

    def reason(self) -> str:
        """Return the text that staff wrote."""
        return (self.words.data or "").strip()


class AnswerForm(ShownForm):
    """The laboratory's result for each analyte, or its number."""

    words = reason_field(
        lazy("Which report?"),
        lazy("Its number or date. Leads, auditors and administrators can read it: no names."),
    )
    analytes: tuple[str, ...] = ()
    reading: Any = None

    def results(self) -> dict[str, str]:
        """Return the chosen results by analyte, without the strips that were not read."""
        return results_of(self)

    def number(self) -> int | None:
        """Return the laboratory's number, None where there is none."""
        return number_of(self)

    def unread(self) -> tuple[str, ...]:
        """Return the analytes whose strips were not read."""
        return unread_of(self)

    def reason(self) -> str:
        """Return the text that staff wrote."""
        return (self.words.data or "").strip()


def answer_form(track: Track, strips: Sequence[str] = ()) -> type[AnswerForm]:
    """Return the form for a track's lab results, with the same result fields as the test form.

    `strips` are the analytes that were recorded.
    """
    shape = test_form(track, strips)

    class TrackAnswerForm(AnswerForm):
        analytes = shape.analytes

    for analyte in TrackAnswerForm.analytes:
        setattr(TrackAnswerForm, f"result_{analyte}", getattr(shape, f"result_{analyte}"))
    if track.reading is not None:
        TrackAnswerForm.reading = reading_field(lazy("The laboratory’s number, in %(unit)s", unit=track.reading.unit))
    return TrackAnswerForm


def specimen_form(track: Track, strips: Sequence[str] = (), *, needs_observation: bool) -> type[TestForm]:
    """Return the form for another specimen of a visit of a track.

    `strips` are the analytes of the visit's panel. `needs_observation` says that the specimen is valid only if somebody
    watched it being given.
    """
    shape: Any = test_form(track, strips)
    states = specimen_states(Kind.of(track), without=evidence.REFUSED)

    class SpecimenForm(shape):  # the base class depends on the track
        happened_on = None
        note = panel_id = all_negative = collected_by = observed = second_reader = None
        specimen = radio(lazy("Specimen"), states, default=evidence.GIVEN)
        is_observed = BooleanField(lazy("Somebody watched it being given")) if needs_observation else None
        words = TextAreaField(lazy("Note (optional)"), validators=[Length(max=1900)], render_kw={"rows": 2})

        def reason(self) -> str:
            """Return the note."""
            return (self.words.data or "").strip()

    return SpecimenForm


def _what_happened(track: Track) -> list[tuple[str, str]]:
    if track.evidence == "activity":
        return [
            (CAME, lazy("The goal was finished")),
            (ABSENT, lazy("It was not done, without an excuse")),
            (EXCUSED, lazy("It was not done, with an excuse")),
        ]
    return [
        (CAME, lazy("A test was taken or refused") if track.is_test else lazy("The client came")),
        (ABSENT, lazy("The client did not come, without an excuse")),
        (EXCUSED, lazy("The client did not come, with an excuse")),
    ]


def correct_form(
    track: Track, strips: Sequence[str] = (), *, is_one_of_several: bool = False, needs_observation: bool = False
) -> type[TestForm | PresenceForm]:
    """Return the form to correct a visit of a track: the fields of the entry, and what kind of visit it was.

    `strips` are the analytes that were recorded, and those of the panel. `is_one_of_several` says
    that the visit has other specimens beside the one of the form, and `needs_observation` that this one is valid only
    if somebody watched it being given.
    """
    is_test = track.is_test
    shape: Any = test_form(track, strips) if is_test else PresenceForm

    class CorrectForm(shape):  # the base class depends on the track
        note = panel_id = all_negative = collected_by = observed = second_reader = None
        happened = RadioField(
            lazy("What happened?"),
            choices=choices(_what_happened(track)),
            validators=[InputRequired(lazy("Say what happened."))],
        )
        excuse = select(lazy("Excuse"), [("", lazy("None")), *EXCUSES.items()], default="")
        words = reason_field(lazy("Why is it corrected?"))
        is_observed = BooleanField(lazy("Somebody watched it being given")) if needs_observation else None
        is_removed = BooleanField(lazy("Take this specimen out of the visit")) if is_one_of_several else None

        def reason(self) -> str:
            """Return the text that the lead wrote."""
            return (self.words.data or "").strip()

    for name in ("collected_time", "read_time"):
        if is_test:
            field = getattr(shape, name)
            kwargs = {**field.kwargs, "validators": [Optional()]}
            setattr(CorrectForm, name, field.field_class(*field.args, **kwargs))
    return CorrectForm
