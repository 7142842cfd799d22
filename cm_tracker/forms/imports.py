"""Forms for files that people import."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cm_tracker.domain.imports.reading import MOST_LAYOUT_NAME, Reading
from cm_tracker.forms.base import Form, OnceForm, WholeNumber, choices, radio, select
from cm_tracker.i18n import gettext, lazy

KINDS = {
    "roster": lazy("The roster: who is enrolled since when"),
    "visits": lazy("Visits: who came, was excused or missed"),
    "tests": lazy("Tests with their results"),
    "hours": lazy("Hours of program weeks"),
    "plans": lazy("Plans: who comes to what on which weekdays"),
    "appointments": lazy("Appointments: who comes on a single day"),
}
ENCODINGS = {"utf-8": "UTF-8", "latin-1": "Windows (Latin-1)", "utf-16": "UTF-16"}
ACCEPTED = ".csv,.txt,.tsv,.xlsx"
_COLUMN = "column_"

COLUMN_NAMES: Mapping[str, str] = {
    "client_code": lazy("Client code"),
    "enrolled_on": lazy("First day"),
    "visit": lazy("Name of the visit"),
    "disposition": lazy("What happened"),
    "reasons": lazy("Reasons of an absence"),
    "date": lazy("Day"),
    "planned_date": lazy("Planned day"),
    "temperature_ok": lazy("Temperature in range"),
    "positive_for": lazy("Positive for"),
    "tested_for": lazy("Tested for"),
    "from_on": lazy("From which day"),
    "level": lazy("Level of care"),
    "service": lazy("Service"),
    "weekdays": lazy("Weekdays"),
    "pays_for": lazy("Pays for"),
    "hours_required": lazy("Hours a week"),
    "time": lazy("Time of day"),
    "reason": lazy("Why the plan changes"),
    "is_drawn": lazy("Whether the days are drawn"),
    "hours_between": lazy("Hours between two tests"),
    "week": lazy("Program week"),
    "minutes_attended": lazy("Minutes attended"),
    "minutes_excused": lazy("Minutes excused"),
    "minutes_expected": lazy("Minutes expected"),
    "hours_attended": lazy("Hours attended"),
    "hours_excused": lazy("Hours excused"),
    "hours_expected": lazy("Hours expected"),
}


class ImportFileForm(OnceForm):
    """A file to import, and where its rows belong."""

    kind = radio(
        lazy("What the file has"), KINDS.items(), validators=[InputRequired(lazy("Choose what the file has."))]
    )
    site_id = select(lazy("Site"), validators=[InputRequired(lazy("Choose the site."))])
    schedule_id = select(
        lazy("Schedule"),
        validators=[InputRequired(lazy("Choose the schedule."))],
        description=lazy("Clients are enrolled in it, and visits are paid by it."),
    )
    file = FileField(
        lazy("File"),
        render_kw={"accept": ACCEPTED},
        description=lazy("A CSV file or an Excel workbook (.xlsx) of up to 20 MB."),
    )


class CorrectedFileForm(OnceForm):
    """The refused rows of a file after somebody has corrected them."""

    file = FileField(lazy("Corrected file"), render_kw={"accept": ACCEPTED})


class ImportActionForm(OnceForm):
    """A button of a file's page."""


class ReadingForm(Form):
    """How a file is read: the fields for its columns are added by `reading_form`."""

    encoding = select(
        lazy("Encoding"),
        ENCODINGS.items(),
        description=lazy("If letters look wrong in the first rows, choose another one."),
    )
    sheet = select(lazy("Sheet"))
    head_line = WholeNumber(
        lazy("Line with the names of the columns"),
        validators=[Optional(), NumberRange(1, 1000, lazy("Enter the number of a line."))],
        render_kw={"inputmode": "numeric", "class": "short"},
    )
    words = select(lazy("Words"), description=lazy("What the file’s words mean."))
    own_words = TextAreaField(
        lazy("Words of your own"),
        validators=[Length(max=100_000, message=lazy("This is too long."))],
        render_kw={"rows": 4, "spellcheck": "false"},
        description=lazy(
            "The text of a mapping of yours, in place of the words above. docs/import.md says how to write one."
        ),
    )
    tested_for = StringField(
        lazy("Every test looked for"),
        validators=[Length(max=500, message=lazy("Write up to %(max)d characters."))],
        description=lazy("Only if no column says it. Words with a semicolon between them, such as Cocaine;Opioid."),
    )
    layout_name = StringField(
        lazy("Keep these columns under a name"),
        validators=[Length(max=MOST_LAYOUT_NAME, message=lazy("Write up to %(max)d characters."))],
        description=lazy("For the next file of the same program. Leave it empty to keep nothing."),
    )

    def column(self, name: str) -> Any:
        """Return the field in which the file's column for one of the program's is chosen."""
        return self[_COLUMN + name]

    def reading(self, columns: Sequence[str]) -> Reading:
        """Return how the file is read as it was chosen."""
        chosen = {name: self.column(name).data for name in columns if self.column(name).data}
        return Reading(
            encoding=self.encoding.data,
            sheet=self.sheet.data or None,
            head_line=self.head_line.data,
            columns=chosen,
            words=self.words.data,
            own_words=(self.own_words.data or "").strip(),
            tested_for=self.tested_for.data or "",
        )


def reading_form(
    columns: Sequence[str], required: Sequence[str], names: Sequence[str], sheets: Sequence[str], words: Sequence[str],
    default: Reading,
) -> ReadingForm:  # fmt: skip
    """Return the form for a file with columns of these names, filled with how it is read now."""

    def field(name: str) -> SelectField:
        label = str(COLUMN_NAMES.get(name) or gettext(name.replace("_", " ").capitalize()))
        says = gettext("Choose the column that has it: %(column)s.", column=label)
        needed = [InputRequired(says)] if name in required else []
        return select(label, [("", "–"), *((one, one) for one in names)], validators=needed, default="")

    made = type("ReadingFormOfFile", (ReadingForm,), {_COLUMN + name: field(name) for name in columns})
    filled = {_COLUMN + name: theirs for name, theirs in default.columns.items()}
    form: ReadingForm = made(
        encoding=default.encoding,
        sheet=default.sheet or (sheets[0] if sheets else ""),
        head_line=default.head_line,
        words=default.words,
        own_words=default.own_words,
        tested_for=default.tested_for,
        **filled,
    )
    form.sheet.choices = choices((one, one) for one in sheets or [""])
    form.words.choices = choices((one, one) for one in words)
    return form
