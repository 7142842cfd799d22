"""The page that shows every component of `templates/_components.html` in all its states. Only a demonstration has it."""

from flask import Blueprint, abort, current_app, render_template

from cm_tracker.forms.styleguide import ExampleForm
from cm_tracker.web.access import allow

blueprint = Blueprint("styleguide", __name__)


@blueprint.get("/styleguide")
@allow("account:own")
def show() -> str:
    """Show the components. Any other installation than a demonstration has no such page."""
    if not current_app.config["DEMONSTRATION"]:
        abort(404)
    wrong = ExampleForm(formdata=None, prefix="wrong-")
    wrong.say("Enter a whole number from 2 to 20.", "every")
    wrong.say("Say whether the temperature was in range, or that it was not read.", "temperature")
    return render_template("styleguide.html", form=ExampleForm(formdata=None), wrong=wrong)
