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

WHY = {
    "client": "It was another client's",
    "day": "It was another day",
    "entry": "Something was entered incorrectly",
    "twice": "It was entered twice",
    "other": "Something else (say what below)",
}
CAME = "came"
ABSENT = "absent"
EXCUSED = "excused"


# Auditors see the reasons in the lists of the ledger.
READ_BY = "Leads, auditors and administrators can read it: no names."


def reason_field(label: str, description: str = READ_BY) -> TextAreaField:
    """Return the field for why something is corrected."""
    return TextAreaField(label, validators=[Length(max=1900)], render_kw={"rows": 2}, description=description)


class TakeAwayForm(ShownForm):
    """The reason for undoing one's own entry, or for a lead to void a visit."""

    why = radio("What went wrong?", WHY.items(), validators=[InputRequired("Choose what went wrong.")])
    words = reason_field("In a few words")
    sentences: Mapping[str, str] = WHY

    def reason(self) -> str:
        """Return the reason as it is saved. It is empty if "something else" is chosen without a text."""
        words = (self.words.data or "").strip()
        if self.why.data == "other" or self.why.data not in self.sentences:
            return words
        return f"{self.sentences[self.why.data]}. {words}".strip()


class HoursTakeAwayForm(TakeAwayForm):
    """The reason for undoing or voiding the hours of a week."""

    sentences = {**WHY, "day": "It was another week"}
    why = radio("What went wrong?", sentences.items(), validators=[InputRequired("Choose what went wrong.")])


class RedemptionUndoForm(OnceForm):
    """The undo of a redemption."""

    is_back = radio(
        "Where is the prize?",
        [("yes", "Back in the cabinet"), ("no", "Gone: it is booked as lost, and the client does not pay for it")],
        validators=[InputRequired("Say where the prize is.")],
    )
    reason = TextAreaField(
        "Why",
        validators=[InputRequired("Say why."), Length(max=1900)],
        render_kw={"rows": 2},
        description=READ_BY,
    )


class ExcuseForm(ShownForm):
    """An excuse for an absence, entered later."""

    excuse = select(
        "Reason", [("", "Choose a reason"), *EXCUSES.items()], validators=[InputRequired("Choose a reason.")]
    )
    words = reason_field("How do you know?", f"Such as: letter of March 4. For another reason, say which. {READ_BY}")

    def reason(self) -> str:
        """Return the text that staff wrote."""
        return (self.words.data or "").strip()


class AnswerForm(ShownForm):
    """The laboratory's result for each analyte, or its number."""

    words = reason_field("Which report?", f"Its number or date. {READ_BY}")
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
        TrackAnswerForm.reading = reading_field(track.reading.unit, "The laboratory’s number")
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
        specimen = radio("Specimen", states, default=evidence.GIVEN)
        is_observed = BooleanField("Somebody watched it being given") if needs_observation else None
        words = TextAreaField("Note (optional)", validators=[Length(max=1900)], render_kw={"rows": 2})

        def reason(self) -> str:
            """Return the note."""
            return (self.words.data or "").strip()

    return SpecimenForm


def _what_happened(track: Track) -> list[tuple[str, str]]:
    if track.evidence == "activity":
        return [
            (CAME, "The goal was finished"),
            (ABSENT, "It was not done, without an excuse"),
            (EXCUSED, "It was not done, with an excuse"),
        ]
    return [
        (CAME, "A test was taken or refused" if track.is_test else "The client came"),
        (ABSENT, "The client did not come, without an excuse"),
        (EXCUSED, "The client did not come, with an excuse"),
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
            "What happened?",
            choices=choices(_what_happened(track)),
            validators=[InputRequired("Say what happened.")],
        )
        excuse = select("Excuse", [("", "None"), *EXCUSES.items()], default="")
        words = reason_field("Why is it corrected?")
        is_observed = BooleanField("Somebody watched it being given") if needs_observation else None
        is_removed = BooleanField("Take this specimen out of the visit") if is_one_of_several else None

        def reason(self) -> str:
            """Return the text that the lead wrote."""
            return (self.words.data or "").strip()

    for name in ("collected_time", "read_time"):
        if is_test:
            field = getattr(shape, name)
            kwargs = {**field.kwargs, "validators": [Optional()]}
            setattr(CorrectForm, name, field.field_class(*field.args, **kwargs))
    return CorrectForm
