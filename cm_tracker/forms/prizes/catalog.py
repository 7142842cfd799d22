"""Forms of the catalog, deliveries and the inventory."""

from collections.abc import Iterable

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from cm_tracker.domain.prizes.catalog import CATEGORIES, RESTRICTED
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


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()


MOST_CENTS = 10_000_00


def _check_whole(form: Form, field: WholeNumber) -> None:
    """Raise `StopValidation` for text that is no number. Otherwise it would count as "no limit"."""
    if field.data is None:
        raise StopValidation("Enter a whole number, or leave it empty.")


class PrizeForm(Form):
    """A prize. Restricted categories can be chosen, so that the refusal can say why they are not allowed."""

    name = StringField("Name", validators=[InputRequired("Enter a name."), Length(max=120)])
    name_es = StringField("Name in Spanish", validators=[Length(max=120)], description="For the kiosk.")
    description = TextAreaField(
        "Description",
        validators=[Length(max=300)],
        render_kw={"rows": 2},
        description="Size, color, what is in it: whatever a client wants to know before choosing it.",
    )
    description_es = TextAreaField("Description in Spanish", validators=[Length(max=300)], render_kw={"rows": 2})
    upload = FileField(
        "Picture",
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
        description="PNG, JPEG or WebP, up to 5 MB. Place and time of the photo are removed.",
    )
    drops_picture = BooleanField("Remove the picture")
    category = select(
        "Category",
        [
            *((category, _words(category)) for category in CATEGORIES),
            *((category, f"{_words(category)} (never a reward)") for category in RESTRICTED),
        ],
    )
    price = MoneyField(
        "Price in {currency}",
        validators=[InputRequired("Enter the price, such as 15.00.")],
        least=1,
        most=MOST_CENTS,
    )
    retail = MoneyField(
        "Retail value in {currency}",
        validators=[InputRequired("Enter the retail value, such as 4.50.")],
        least=0,
        most=MOST_CENTS,
    )
    tier = select("Tier of prize draws", description="A client who draws a slip of this tier may choose it.")
    site_id = select("Sites that hand it out")
    limit_count = WholeNumber("At most, for one client", validators=[Optional(), _check_whole], render_kw={"min": "1"})
    limit_days = WholeNumber("Within how many days", validators=[Optional(), _check_whole], render_kw={"min": "1"})
    is_serial = BooleanField("Gift cards with their own numbers: record each by its last four digits")
    is_active = BooleanField("In the catalog", default=True)
    is_checked = BooleanField("I have checked the name and the price: they are right")

    def set_choices(self, tiers: Iterable[str], current: str | None, sites: Iterable[tuple[int, str]]) -> None:
        """Set the choices: the tiers of the published bowls, the prize's current tier, and the sites by id and name."""
        offered = sorted({*tiers, *([current] if current else [])}, key=[*tiers, current].index)
        self.tier.data = self.tier.data or ""
        self.tier.choices = choices([("", "None: for points only"), *((tier, _words(tier)) for tier in offered)])
        self.site_id.data = str(self.site_id.data or "")
        self.site_id.choices = choices([("", "At every site"), *((str(id_), f"At {name} only") for id_, name in sites)])


class DeliveryForm(OnceForm):
    """A delivery. For gift cards, staff enter the last four digits of each card instead of a quantity."""

    site_id = radio("Site", [], coerce=int, validators=[InputRequired("Choose a site.")])
    quantity = WholeNumber(
        "How many",
        validators=[
            InputRequired("Enter how many arrived."),
            NumberRange(1, 10_000, "Enter a whole number from 1 to 10,000."),
        ],
    )
    unit_cost = MoneyField(
        "Cost of one, in {currency}",
        validators=[InputRequired("Enter what one cost, such as 4.50; 0 for a donation.")],
        least=0,
        most=MOST_CENTS,
        description="0 for a donation.",
    )
    cards = TextAreaField(
        "Last four digits of each card",
        validators=[InputRequired("Enter the last four digits of each card.")],
        render_kw={"rows": 3, "autocomplete": "off", "inputmode": "numeric", "spellcheck": "false"},
        description="One card per line, or separated by commas. Never enter a whole card number.",
    )
    note = StringField(
        "Supplier and invoice",
        validators=[InputRequired("Say where it came from."), Length(max=200)],
        description="Such as: Corner Store, invoice 1182.",
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

    since = DayField("From", validators=[InputRequired("Enter the first day.")])
    until = DayField("To", validators=[InputRequired("Enter the last day.")])


class PurchaseForm(OnceForm):
    """A request to buy a prize for a site. 0 is no source."""

    site_id = radio("Site", [], coerce=int, validators=[InputRequired("Choose a site.")])
    prize_id = select(
        "Prize",
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired("Choose a prize.")],
    )
    quantity = WholeNumber(
        "How many",
        validators=[
            InputRequired("Enter how many."),
            NumberRange(1, 10_000, "Enter a whole number from 1 to 10,000."),
        ],
    )
    unit_cost = MoneyField(
        "Cost of one, in {currency}",
        validators=[InputRequired("Enter what one costs, such as 25.")],
        least=1,
        most=MOST_CENTS,
    )
    source_id = select("Who pays", coerce=lambda value: int(value) if value not in ("", None) else None)
    reason = TextAreaField(
        "What is it for?",
        validators=[InputRequired("Say in a few words what it is for."), Length(max=1900)],
        render_kw={"rows": 2},
        description="Leads, auditors and administrators can read it: no names.",
    )


class PurchaseDecisionForm(OnceForm):
    """Somebody else's decision about a purchase, or the withdrawal by whoever asked."""

    decision = radio("Decision", [], validators=[InputRequired("Choose a decision.")])
    reason = TextAreaField(
        "Why",
        validators=[Length(max=1900)],
        render_kw={"rows": 2},
        description="Needed if you decline it. Leads, auditors and administrators can read it.",
    )


class HandedOutFilterForm(FilterForm):
    """The filter of the hand-over log."""

    category = filter_select("What")


class KeyForm(OnceForm):
    """Who has a key, or the code, of a place, from which day on."""

    place = StringField(
        "Place",
        validators=[InputRequired("Name the place."), Length(max=80)],
        description="Such as: cabinet in room 4, safe of the front desk.",
        render_kw={"autocomplete": "off"},
    )
    holder_id = select(
        "Who has the key or the code",
        coerce=lambda value: int(value) if value not in ("", None) else None,
        validators=[InputRequired("Choose who has it.")],
    )
    from_on = DayField("From", validators=[InputRequired("Enter the first day as a date.")])


class KeyReturnForm(OnceForm):
    """The last day on which somebody had a key."""

    until_on = DayField("Last day", validators=[InputRequired("Enter the last day as a date.")])
