"""Forms of the catalog, deliveries and the inventory."""

from collections.abc import Callable, Iterable

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from cm_tracker.forms.base import (
    DayField,
    FilterForm,
    Form,
    MoneyField,
    OnceForm,
    WholeNumber,
    card_ends,
    choices,
    filter_select,
    radio,
    select,
)
from cm_tracker.i18n import gettext, lazy

MOST_CENTS = 10_000_00


def _check_whole(form: Form, field: WholeNumber) -> None:
    """Raise `StopValidation` for text that is no number. Otherwise it would count as "no limit"."""
    if field.data is None:
        raise StopValidation(gettext("Enter a whole number, or leave it empty."))


class PrizeForm(Form):
    """A prize. Restricted categories can be chosen, so that the refusal can say why they are not allowed."""

    name = StringField(lazy("Name"), validators=[InputRequired(lazy("Enter a name.")), Length(max=120)])
    name_es = StringField(lazy("Name in Spanish"), validators=[Length(max=120)], description=lazy("For the kiosk."))
    description = TextAreaField(
        lazy("Description"),
        validators=[Length(max=300)],
        render_kw={"rows": 2},
        description=lazy("Size, color, what is in it: whatever a client wants to know before choosing it."),
    )
    description_es = TextAreaField(lazy("Description in Spanish"), validators=[Length(max=300)], render_kw={"rows": 2})
    upload = FileField(
        lazy("Picture"),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
        description=lazy("PNG, JPEG or WebP, up to 5 MB. Place and time of the photo are removed."),
    )
    drops_picture = BooleanField(lazy("Remove the picture"))
    category = select(lazy("Category"))
    price = MoneyField(
        lazy("Price in {currency}"),
        validators=[InputRequired(lazy("Enter the price, such as 15.00."))],
        least=1,
        most=MOST_CENTS,
    )
    retail = MoneyField(
        lazy("Retail value in {currency}"),
        validators=[InputRequired(lazy("Enter the retail value, such as 4.50."))],
        least=0,
        most=MOST_CENTS,
    )
    tier = select(
        lazy("Tier of prize draws"), description=lazy("A client who draws a slip of this tier may choose it.")
    )
    site_id = select(lazy("Sites that hand it out"))
    limit_count = WholeNumber(
        lazy("At most, for one client"), validators=[Optional(), _check_whole], render_kw={"min": "1"}
    )
    limit_days = WholeNumber(
        lazy("Within how many days"), validators=[Optional(), _check_whole], render_kw={"min": "1"}
    )
    is_serial = BooleanField(lazy("Gift cards with their own numbers: record each by its last four digits"))
    is_active = BooleanField(lazy("In the catalog"), default=True)
    is_checked = BooleanField(lazy("I have checked the name and the price: they are right"))

    def set_choices(
        self,
        tiers: Iterable[str],
        current: str | None,
        sites: Iterable[tuple[int, str]],
        categories: Iterable[tuple[str, str]],
        tier_name: Callable[[str], str],
    ) -> None:
        """Set the choices: the tiers of the published bowls, the prize's current tier, and the sites by id and name.

        `categories` are those that can be chosen, with their names, and `tier_name` names a tier.
        """
        self.category.choices = choices(categories)
        offered = sorted({*tiers, *([current] if current else [])}, key=[*tiers, current].index)
        self.tier.data = self.tier.data or ""
        self.tier.choices = choices(
            [("", lazy("None: for points only")), *((tier, tier_name(tier).capitalize()) for tier in offered)]
        )
        self.site_id.data = str(self.site_id.data or "")
        self.site_id.choices = choices(
            [("", lazy("At every site")), *((str(id_), gettext("At %(site)s only", site=name)) for id_, name in sites)]
        )


class DeliveryForm(OnceForm):
    """A delivery. For gift cards, staff enter the last four digits of each card instead of a quantity."""

    site_id = radio(lazy("Site"), [], coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    quantity = WholeNumber(
        lazy("How many"),
        validators=[
            InputRequired(lazy("Enter how many arrived.")),
            NumberRange(1, 10_000, lazy("Enter a whole number from 1 to 10,000.")),
        ],
    )
    unit_cost = MoneyField(
        lazy("Cost of one, in {currency}"),
        validators=[InputRequired(lazy("Enter what one cost, such as 4.50; 0 for a donation."))],
        least=0,
        most=MOST_CENTS,
        description=lazy("0 for a donation."),
    )
    cards = TextAreaField(
        lazy("Last four digits of each card"),
        validators=[InputRequired(lazy("Enter the last four digits of each card."))],
        render_kw={"rows": 3, "autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
        description=lazy("One card per line, or separated by commas. Never enter a whole card number."),
    )
    note = StringField(
        lazy("Supplier and invoice"),
        validators=[InputRequired(lazy("Say where it came from.")), Length(max=200)],
        description=lazy("Such as: Corner Store, invoice 1182."),
    )

    def for_prize(self, is_serial: bool) -> "DeliveryForm":
        """Return the form with only the field that the prize needs: the quantity, or the cards."""
        del self[("quantity" if is_serial else "cards")]
        return self

    def last_fours(self) -> list[str]:
        """Return the cards as typed. The field then shows only the last four digits of each."""
        if self.cards is None:
            return []
        typed = card_ends(self.cards.data)
        self.cards.data = "\n".join(digits[-4:] for digits in typed)
        return typed


class InventoryForm(Form):
    """The first and last day of an inventory. It only reads, so it needs no CSRF token."""

    class Meta(Form.Meta):
        csrf = False

    since = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day."))])
    until = DayField(lazy("To"), validators=[InputRequired(lazy("Enter the last day."))])


class PurchaseForm(OnceForm):
    """A request to buy a prize for a site. 0 is no source."""

    site_id = radio(lazy("Site"), [], coerce=int, validators=[InputRequired(lazy("Choose a site."))])
    prize_id = select(
        lazy("Prize"),
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired(lazy("Choose a prize."))],
    )
    quantity = WholeNumber(
        lazy("How many"),
        validators=[
            InputRequired(lazy("Enter how many.")),
            NumberRange(1, 10_000, lazy("Enter a whole number from 1 to 10,000.")),
        ],
    )
    unit_cost = MoneyField(
        lazy("Cost of one, in {currency}"),
        validators=[InputRequired(lazy("Enter what one costs, such as 25."))],
        least=1,
        most=MOST_CENTS,
    )
    source_id = select(lazy("Who pays"), coerce=lambda value: int(value) if value not in ("", None) else None)
    reason = TextAreaField(
        lazy("What is it for?"),
        validators=[InputRequired(lazy("Say in a few words what it is for.")), Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Leads, auditors and administrators can read it: no names."),
    )


class PurchaseDecisionForm(OnceForm):
    """Somebody else's decision about a purchase, or the withdrawal by whoever asked."""

    decision = radio(lazy("Decision"), [], validators=[InputRequired(lazy("Choose a decision."))])
    reason = TextAreaField(
        lazy("Why"),
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Needed if you decline it. Leads, auditors and administrators can read it."),
    )


class PurchaseEndForm(OnceForm):
    """Why an authorized purchase will not arrive."""

    reason = TextAreaField(
        lazy("Why"),
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
        description=lazy("Such as: the store has none left. Leads, auditors and administrators can read it."),
    )


class HandedOutFilterForm(FilterForm):
    """The filter of the hand-over log."""

    category = filter_select(lazy("What"))


class KeyForm(OnceForm):
    """Who has a key, or the code, of a place, from which day on."""

    place = StringField(
        lazy("Place"),
        validators=[InputRequired(lazy("Name the place.")), Length(max=80)],
        description=lazy("Such as: cabinet in room 4, safe of the front desk."),
        render_kw={"autocomplete": "off"},
    )
    holder_id = select(
        lazy("Who has the key or the code"),
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired(lazy("Choose who has it."))],
    )
    from_on = DayField(lazy("From"), validators=[InputRequired(lazy("Enter the first day as a date."))])


class KeyReturnForm(OnceForm):
    """The last day on which somebody had a key."""

    until_on = DayField(lazy("Last day"), validators=[InputRequired(lazy("Enter the last day as a date."))])
