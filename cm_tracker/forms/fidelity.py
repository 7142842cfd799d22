"""Forms of training, of a site's checklist and of observed sessions."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from cm_tracker.domain.fidelity.competence import HIGHEST, ITEMS, LOWEST, NAMES, Ratings
from cm_tracker.domain.fidelity.training import CORE, DOCUMENTATION, INCENTIVES, SUPERVISION, TESTS
from cm_tracker.forms.base import DayField, OnceForm, choices, radio
from cm_tracker.i18n import lazy

UNSEEN = "unseen"
SUBJECT_NAMES: Mapping[str, str] = {
    CORE: lazy("How the program works: its core and its protocol"),
    TESTS: lazy("Tests: collecting, reading, what can go wrong"),
    INCENTIVES: lazy("Prizes: what is allowed, keeping them, handing them out at once"),
    DOCUMENTATION: lazy("Writing down: what is recorded, and when"),
    SUPERVISION: lazy("Supervision: sitting in, giving feedback, checking the records"),
}
# The program's own words, in the order of the form: a title, and what to look for.
QUESTIONS: Mapping[str, tuple[str, str]] = {
    "result": (lazy("The result was talked about"), lazy("Plainly, at once, and without blame.")),
    "earned": (lazy("What was earned today was said"), lazy("The points or draws, and what for.")),
    "next": (lazy("What the next visit earns was said"), lazy("The exact number, and the day.")),
    "wishes": (lazy("What the client would like was asked"), lazy("Which prizes they want, and what they save for.")),
    "way_back": (
        lazy("What other results lead to was explained"),
        lazy("A positive test, a missed visit, and the way back."),
    ),
    "gains": (
        lazy("The result was tied to the client’s own goals"),
        lazy("Family, work, health: whatever matters to them."),
    ),
    "praise": (lazy("Effort was praised"), lazy("For coming, and for what was done.")),
    "confidence": (lazy("Trust in success was shown"), lazy("The client heard that they can do it.")),
    "empathy": (lazy("The client was met with warmth"), lazy("Their view was asked for and taken seriously.")),
    "listening": (lazy("Use and plans were asked about"), lazy("Also when the test says something else.")),
    "structure": (lazy("The session had a clear course"), lazy("Test, result, reward, next visit, in good time.")),
    "skill": (lazy("It was done with skill"), lazy("Sure of the rules, calm, and natural.")),
}
_NOTE = {"rows": 2}


class TrainingForm(OnceForm):
    """What somebody has learned on a day."""

    subjects = SelectMultipleField(
        lazy("What was learned?"),
        choices=choices(SUBJECT_NAMES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    trained_on = DayField(lazy("Day"), validators=[InputRequired(lazy("Enter the day of the training."))])
    note = StringField(
        lazy("Note"),
        validators=[Length(max=300)],
        description=lazy("Such as who taught it, and where the certificate is."),
        render_kw={"autocomplete": "off"},
    )


class WithdrawTrainingForm(OnceForm):
    """A record of a training does not hold."""

    note = StringField(lazy("Why does it not hold?"), validators=[Length(max=300)], render_kw={"autocomplete": "off"})


class MarkForm(OnceForm):
    """An item of a checklist is confirmed, or taken back."""

    item = HiddenField(validators=[Length(max=20)])
    is_done = HiddenField(validators=[Length(max=1)])
    text = StringField(lazy("What belongs to it"), validators=[Length(max=120)], render_kw={"autocomplete": "off"})


class RatingForm(OnceForm):
    """A session that somebody sat in on. Each item has a field of its own (`item_...`)."""

    session_on = DayField(lazy("Day of the session"), validators=[InputRequired(lazy("Enter the day of the session."))])
    site_id = radio(lazy("Site"), [], coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    client_code = StringField(
        lazy("Client code"),
        validators=[Length(max=40)],
        description=lazy("If you want to find the session again. You can leave it empty."),
        render_kw={"autocomplete": "off"},
    )
    note = TextAreaField(
        lazy("For the person"),
        validators=[Length(max=1900)],
        description=lazy("What went well, and one thing to try. They read it."),
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


_VALUES = [*((str(value), str(value)) for value in range(LOWEST, HIGHEST + 1)), (UNSEEN, lazy("Not seen"))]
for _name in NAMES:
    _title, _help = QUESTIONS[_name]
    setattr(
        RatingForm,
        f"item_{_name}",
        radio(_title, _VALUES, description=_help, validators=[InputRequired(lazy("Choose a number, or “Not seen”."))]),
    )
