"""What a client chooses about the kiosk's pages. Each choice is a button, so there is nothing to fill in."""

from wtforms import StringField
from wtforms.validators import AnyOf, Optional

from cm_tracker.domain.kiosk.looks import COLORS, TEXT_SIZES
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.forms.base import Form


class LookForm(Form):
    """The size of the letters, the colors, or whether amounts are hidden. One of them is sent."""

    text_size = StringField(validators=[Optional(), AnyOf(TEXT_SIZES)])
    colors = StringField(validators=[Optional(), AnyOf(COLORS)])
    hides = StringField(validators=[Optional(), AnyOf(("yes", "no"))])


class LanguageForm(Form):
    """A language, or the wish to keep the one of the card."""

    language = StringField(validators=[Optional(), AnyOf(tuple(LANGUAGES))])
    keep = StringField(validators=[Optional(), AnyOf(("yes",))])
