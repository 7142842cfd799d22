"""The fields that the page of components shows. Nothing is saved."""

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import NumberRange, Optional

from cm_tracker.forms.base import Form, WholeNumber, choices, radio


class ExampleForm(Form):
    """One field of each kind."""

    every = WholeNumber("Every how many visits", [NumberRange(2, 20)], default=3, render_kw={"inputmode": "numeric"})
    falls_to = SelectField(
        "Where a lapse falls to", choices=choices([("start", "the first level"), ("half", "half way")])
    )
    name = StringField("Preferred name", [Optional()], description="What the client wants to be called.")
    temperature = radio("Temperature", [("in_range", "In range"), ("cold", "Too cold"), ("not_read", "Not read")])
    is_set_aside = BooleanField("Set it aside: the client comes for it later")
