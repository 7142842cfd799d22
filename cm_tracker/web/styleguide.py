"""The page that shows every component of `templates/_components.html` in all its states. Only a demonstration has it."""

from datetime import date

from flask import Blueprint, abort, current_app, render_template

from cm_tracker.domain.visits.path import AHEAD, CLOSED, EARNED, NOTHING, TODAY, Step
from cm_tracker.forms.styleguide import ExampleForm
from cm_tracker.labels.paths import bars
from cm_tracker.web.access import allow

blueprint = Blueprint("styleguide", __name__)

# A path with everything that can stand in it: a bonus, a closed day, a lapse, an excuse, today, and what is to come.
PATH = (
    Step(EARNED, date(2026, 11, 12), 10),
    Step(EARNED, date(2026, 11, 13), 15),
    Step(EARNED, date(2026, 11, 17), 60, 40),
    Step(NOTHING, date(2026, 11, 19), outcome="positive"),
    Step(NOTHING, date(2026, 11, 24), outcome="excused"),
    Step(CLOSED, date(2026, 11, 26)),
    Step(EARNED, date(2026, 11, 27), 10),
    Step(TODAY, date(2026, 12, 1), 15),
    Step(AHEAD, date(2026, 12, 3), 60, 40),
    Step(AHEAD, date(2026, 12, 8), 25, is_drawn=True),
    Step(AHEAD, None, 30),
)


@blueprint.get("/styleguide")
@allow("account:own")
def show() -> str:
    """Show the components. Any other installation than a demonstration has no such page."""
    if not current_app.config["DEMONSTRATION"]:
        abort(404)
    wrong = ExampleForm(formdata=None, prefix="wrong-")
    wrong.say("Enter a whole number from 2 to 20.", "every")
    wrong.say("Say whether the temperature was in range, or that it was not read.", "temperature")
    return render_template(
        "styleguide.html", form=ExampleForm(formdata=None), wrong=wrong, example_path=bars(PATH, "points", "drug_test")
    )
