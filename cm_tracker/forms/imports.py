"""Forms for files that people import."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FileField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from cm_tracker.domain.imports.reading import MOST_LAYOUT_NAME, Reading
from cm_tracker.forms.base import Form, OnceForm, WholeNumber, choices, radio, select

KINDS = {
    "roster": "The roster: who is enrolled since when",
    "visits": "Visits: who came, was excused or missed",
    "tests": "Tests with their results",
    "hours": "Hours of program weeks",
    "plans": "Plans: who comes to what on which weekdays",
    "appointments": "Appointments: who comes on a single day",
}
ENCODINGS = {"utf-8": "UTF-8", "latin-1": "Windows (Latin-1)", "utf-16": "UTF-16"}
ACCEPTED = ".csv,.txt,.tsv,.xlsx"
_COLUMN = "column_"

COLUMN_NAMES: Mapping[str, str] = {
    "client_code": "Client code",
    "enrolled_on": "First day",
    "visit": "Name of the visit",
    "disposition": "What happened",
    "reasons": "Reasons of an absence",
    "date": "Day",
    "planned_date": "Planned day",
    "temperature_ok": "Temperature in range",
    "positive_for": "Positive for",
    "tested_for": "Tested for",
    "from_on": "From which day",
    "level": "Level of care",
    "service": "Service",
    "weekdays": "Weekdays",
    "pays_for": "Pays for",
    "hours_required": "Hours a week",
    "time": "Time of day",
    "week": "Program week",
    "minutes_attended": "Minutes attended",
    "minutes_excused": "Minutes excused",
    "minutes_expected": "Minutes expected",
    "hours_attended": "Hours attended",
    "hours_excused": "Hours excused",
    "hours_expected": "Hours expected",
}


class ImportFileForm(OnceForm):
    """A file to import, and where its rows belong."""

    kind = radio("What the file has", KINDS.items(), validators=[InputRequired("Choose what the file has.")])
    site_id = select("Site", validators=[InputRequired("Choose the site.")])
    schedule_id = select(
        "Schedule",
        validators=[InputRequired("Choose the schedule.")],
        description="Clients are enrolled in it, and visits are paid by it.",
    )
    file = FileField(
        "File",
        render_kw={"accept": ACCEPTED},
        description="A CSV file or an Excel workbook (.xlsx) of up to 20 MB.",
    )


class CorrectedFileForm(OnceForm):
    """The refused rows of a file after somebody has corrected them."""

    file = FileField("Corrected file", render_kw={"accept": ACCEPTED})


class ImportActionForm(OnceForm):
    """A button of a file's page."""


class ReadingForm(Form):
    """How a file is read: the fields for its columns are added by `reading_form`."""

    encoding = select(
        "Encoding", ENCODINGS.items(), description="If letters look wrong in the first rows, choose another one."
    )
    sheet = select("Sheet")
    head_line = WholeNumber(
        "Line with the names of the columns",
        validators=[Optional(), NumberRange(1, 1000, "Enter the number of a line.")],
        render_kw={"inputmode": "numeric", "class": "short"},
    )
    words = select("Words", description="What the file’s words mean.")
    own_words = TextAreaField(
        "Words of your own",
        validators=[Length(max=100_000, message="This is too long.")],
        render_kw={"rows": 4, "spellcheck": "false"},
        description="The text of a mapping of yours, in place of the words above. docs/import.md says how to write one.",
    )
    tested_for = StringField(
        "Every test looked for",
        validators=[Length(max=500, message="Write up to 500 characters.")],
        description="Only if no column says it. Words with a semicolon between them, such as Cocaine;Opioid.",
    )
    layout_name = StringField(
        "Keep these columns under a name",
        validators=[Length(max=MOST_LAYOUT_NAME, message=f"Write up to {MOST_LAYOUT_NAME} characters.")],
        description="For the next file of the same program. Leave it empty to keep nothing.",
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
        label = COLUMN_NAMES.get(name, name.replace("_", " ").capitalize())
        needed = [InputRequired(f"Choose the column that has it: {label}.")] if name in required else []
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
