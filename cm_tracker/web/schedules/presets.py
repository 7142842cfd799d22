"""Find a preset by what a clinic has: what it tests, how often, what it can pay, for how long, and its money."""

from flask import Blueprint, render_template, request
from flask_login import current_user

from cm_tracker.domain.schedules.facts import KINDS
from cm_tracker.domain.schedules.finding import Wanted, search
from cm_tracker.forms.base import choices
from cm_tracker.forms.schedules.drafts import DraftActionForm
from cm_tracker.forms.schedules.presets import PresetFilterForm
from cm_tracker.i18n import currency, gettext
from cm_tracker.labels import presets as labels
from cm_tracker.queries.schedules.presets import preset_cards
from cm_tracker.web.access import allow
from cm_tracker.web.schedules.sparks import HEIGHT, WIDTH, spark_bars

blueprint = Blueprint("presets", __name__, url_prefix="/schedules/presets")

MOST_VISITS = (1, 2, 3, 5)
MOST_WEEKS = (4, 12, 16, 24, 52)


@blueprint.get("")
@allow("schedule:view")
def index() -> str:
    """List the presets that fit, the cheapest first, and say why the others do not."""
    cards = preset_cards()
    form = _form()
    found = search({key: card.facts for key, card in cards.items()}, _wanted(form), currency())
    query = form.in_url()
    return render_template(
        "schedules/presets.html",
        form=form,
        action=DraftActionForm(),
        query=query,
        fitting=[(cards[key], spark_bars(cards[key].facts.visits)) for key in found.fitting],
        others=[(cards[key], wishes) for key, wishes in found.others.items()],
        # What to loosen, how many fit then, and the filter without it.
        loosened=[
            (wish, count, {name: value for name, value in query.items() if name != labels.FIELDS[wish]})
            for wish, count in found.loosened.items()
        ],
        every=len(cards),
        currency=currency(),
        spark=(WIDTH, HEIGHT),
        may_edit=current_user.may("schedule:edit"),
    )


def _form() -> PresetFilterForm:
    form = PresetFilterForm(request.args)
    offered = {kind for card in preset_cards().values() for kind in card.facts.tested}
    kinds = [(str(n), labels.KINDS[kind]) for n, kind in enumerate(KINDS, 1) if kind in offered]
    form.tested.choices = choices([("", gettext("Anything")), *kinds])
    form.visits.choices = choices([("", gettext("Any")), *((str(n), _up_to(n) if n > 1 else "1") for n in MOST_VISITS)])
    form.pays.choices = choices([("", gettext("Either")), *labels.PAYS.items()])
    form.weeks.choices = choices([("", gettext("Any")), *((str(n), _up_to(n)) for n in MOST_WEEKS)])
    form.validate()
    return form


def _up_to(most: int) -> str:
    return gettext("Up to %(number)s", number=most)


def _wanted(form: PresetFilterForm) -> Wanted:
    kind = form.chosen_id("tested")
    return Wanted(
        tested=None if kind is None else KINDS[kind - 1],
        visits=form.chosen_id("visits"),
        pays=form.chosen("pays"),
        weeks=form.chosen_id("weeks"),
        cents=form.most_cents,
    )
