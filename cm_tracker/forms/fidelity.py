"""Forms of training, of a site's checklist and of observed sessions."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.fidelity.competence import HIGHEST, ITEMS, LOWEST, NAMES, Ratings
from cm_tracker.domain.fidelity.training import CORE, DOCUMENTATION, INCENTIVES, SUPERVISION, TESTS
from cm_tracker.forms.base import DayField, OnceForm, choices, radio

UNSEEN = "unseen"
SUBJECT_NAMES: Mapping[str, str] = {
    CORE: "How the program works: its core and its protocol",
    TESTS: "Tests: collecting, reading, what can go wrong",
    INCENTIVES: "Prizes: what is allowed, keeping them, handing them out at once",
    DOCUMENTATION: "Writing down: what is recorded, and when",
    SUPERVISION: "Supervision: sitting in, giving feedback, checking the records",
}
# The program's own words, in the order of the form: a title, and what to look for.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "result": ("The result was talked about", "Plainly, at once, and without blame."),
    "earned": ("What was earned today was said", "The points or draws, and what for."),
    "next": ("What the next visit earns was said", "The exact number, and the day."),
    "wishes": ("What the client would like was asked", "Which prizes they want, and what they save for."),
    "way_back": ("What other results lead to was explained", "A positive test, a missed visit, and the way back."),
    "gains": ("The result was tied to the client’s own goals", "Family, work, health: whatever matters to them."),
    "praise": ("Effort was praised", "For coming, and for what was done."),
    "confidence": ("Trust in success was shown", "The client heard that they can do it."),
    "empathy": ("The client was met with warmth", "Their view was asked for and taken seriously."),
    "listening": ("Use and plans were asked about", "Also when the test says something else."),
    "structure": ("The session had a clear course", "Test, result, reward, next visit, in good time."),
    "skill": ("It was done with skill", "Sure of the rules, calm, and natural."),
}
_NOTE = {"rows": 2}


class TrainingForm(OnceForm):
    """What somebody has learned on a day."""

    subjects = SelectMultipleField(
        "What was learned?",
        choices=choices(SUBJECT_NAMES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    trained_on = DayField("Day", validators=[InputRequired("Enter the day of the training.")])
    note = StringField(
        "Note",
        validators=[Length(max=300)],
        description="Such as who taught it, and where the certificate is.",
        render_kw={"autocomplete": "off"},
    )


class WithdrawTrainingForm(OnceForm):
    """A record of a training does not hold."""

    note = StringField("Why does it not hold?", validators=[Length(max=300)], render_kw={"autocomplete": "off"})


class MarkForm(OnceForm):
    """An item of a checklist is confirmed, or taken back."""

    item = HiddenField(validators=[Length(max=20)])
    is_done = HiddenField(validators=[Length(max=1)])
    text = StringField("What belongs to it", validators=[Length(max=120)], render_kw={"autocomplete": "off"})


class RatingForm(OnceForm):
    """A session that somebody sat in on. Each item has a field of its own (`item_...`)."""

    session_on = DayField("Day of the session", validators=[InputRequired("Enter the day of the session.")])
    site_id = radio("Site", [], coerce=int, validators=[InputRequired("Choose a site.")])
    client_code = StringField(
        "Client code",
        validators=[Length(max=40)],
        description="If you want to find the session again. You can leave it empty.",
        render_kw={"autocomplete": "off"},
    )
    note = TextAreaField(
        "For the person",
        validators=[Length(max=1900)],
        description="What went well, and one thing to try. They read it.",
        render_kw=_NOTE,
    )
    replaces = HiddenField(validators=[Length(max=20)])

    def groups(self) -> dict[str, list[Any]]:
        """Return the fields of the items, by their group."""
        return {group: [self[f"item_{name}"] for name in names] for group, names in ITEMS.items()}

    @property
    def ratings(self) -> Ratings:
        """Return what was chosen; what was not observed is None."""
        return {name: None if (value := self[f"item_{name}"].data) == UNSEEN else int(value) for name in NAMES}


_VALUES = [*((str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)), (UNSEEN, "Not seen")]
for _name in NAMES:
    _title, _help = QUESTIONS[_name]
    setattr(
        RatingForm,
        f"item_{_name}",
        radio(_title, _VALUES, description=_help, validators=[InputRequired("Choose a number, or “Not seen”.")]),
    )
