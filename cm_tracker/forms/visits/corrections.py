"""Putting something right: what is right now, and why."""

from typing import Any

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from cm_tracker.domain.schedules.schedule import Track
from cm_tracker.domain.visits import evidence
from cm_tracker.forms.base import OnceForm, choices, radio, select
from cm_tracker.forms.visits.visits import EXCUSES, PresenceForm, TestForm, test_form

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


# Reasons stand in the ledger's lists, which auditors read, too.
READ_BY = "Leads, auditors and administrators read it: no names."


def _words(label: str, description: str = READ_BY) -> TextAreaField:
    return TextAreaField(label, validators=[Length(max=1900)], render_kw={"rows": 2}, description=description)


class ShownForm(OnceForm):
    """A form whose changes are looked at before they are saved; `shown` names what the page showed."""

    shown = HiddenField(validators=[Length(max=64)])


class TakeAwayForm(ShownForm):
    """Why a visit is taken away: undone by whoever entered it, or voided by a lead."""

    why = radio("What went wrong?", WHY.items(), validators=[InputRequired("Choose what went wrong.")])
    words = _words("In a few words")

    def reason(self) -> str:
        """The reason as it is kept; empty when something else is chosen and not said."""
        words = (self.words.data or "").strip()
        if self.why.data == "other":
            return words
        return f"{WHY[self.why.data]}. {words}".strip()


class RedemptionUndoForm(OnceForm):
    """A redemption is taken back."""

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
    """An absence that turned out to have an excuse."""

    excuse = select(
        "Reason", [("", "Choose a reason"), *EXCUSES.items()], validators=[InputRequired("Choose a reason.")]
    )
    words = _words("How do you know?", f"Such as: letter of March 4. For another reason, say which. {READ_BY}")

    def reason(self) -> str:
        """What staff wrote."""
        return (self.words.data or "").strip()


class AnswerForm(ShownForm):
    """What the laboratory said, for each analyte."""

    words = _words("Which report?", f"Its number or date. {READ_BY}")
    analytes: tuple[str, ...] = ()

    def results(self) -> dict[str, str]:
        """The result of each analyte for which one was chosen."""
        return {analyte: self[f"result_{analyte}"].data for analyte in self.analytes if self[f"result_{analyte}"].data}

    def reason(self) -> str:
        """What staff wrote."""
        return (self.words.data or "").strip()


def answer_form(track: Track) -> type[AnswerForm]:
    """The form for a track's analytes, the same fields as a test's."""
    shape = test_form(track)

    class TrackAnswerForm(AnswerForm):
        analytes = evidence.analytes_of(track)

    for analyte in TrackAnswerForm.analytes:
        setattr(TrackAnswerForm, f"result_{analyte}", getattr(shape, f"result_{analyte}"))
    return TrackAnswerForm


def correct_form(track: Track) -> type[TestForm | PresenceForm]:
    """Everything that was entered, to be entered rightly; and what kind of visit it was at all."""
    is_test = track.evidence in ("drug_test", "breath_test")
    shape: Any = test_form(track) if is_test else PresenceForm

    class CorrectForm(shape):  # its base depends on the track
        note = None
        happened = RadioField(
            "What happened?",
            choices=choices(
                [
                    (CAME, "A test was taken or refused" if is_test else "The client came, or finished the goal"),
                    (ABSENT, "The client did not come, without an excuse"),
                    (EXCUSED, "The client did not come, with an excuse"),
                ]
            ),
            validators=[InputRequired("Say what happened.")],
        )
        excuse = select("Excuse", [("", "None"), *EXCUSES.items()], default="")
        words = _words("Why is it corrected?")

        def reason(self) -> str:
            """What the lead wrote."""
            return (self.words.data or "").strip()

    for name in ("collected_time", "read_time"):
        if is_test:
            field = getattr(shape, name)
            kwargs = {**field.kwargs, "validators": [Optional()]}
            setattr(CorrectForm, name, field.field_class(*field.args, **kwargs))
    return CorrectForm
