"""The settings of a site in words: their headings, names, explanations, choices and values.

The English texts stand with the settings (`domain.staff.site_settings`). They are listed here to be translated; a test
compares both.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from cm_tracker.domain.staff.setting_kinds import Choice, Kind, Line, Number, NumberOrOff, Value
from cm_tracker.domain.staff.site_settings import SiteSetting
from cm_tracker.i18n import currency, gettext, marked, ngettext

WORDS = (
    marked("Mistakes"),
    marked("How long people may undo their own entry"),
    marked(
        "Whoever recorded a visit or handed out a prize may undo it themselves for this long. After that, a lead "
        "puts it right. With 0, nobody undoes their own entry."
    ),
    marked("minutes"),
    marked("Prizes"),
    marked("How long an offer waits for the client"),
    marked(
        "Staff choose a prize with the client, and the client has this long to say yes with their PIN, on the "
        "screen or at the kiosk. After that, the prize has to be chosen again."
    ),
    marked("How long a PIN holds for the handover"),
    marked(
        "A client who has said yes to a prize that is set aside can be given it for this long without typing their "
        "PIN again. With 0, they type it at every handover."
    ),
    marked("Trading five small prizes up"),
    marked(
        "A client may hand back five prizes of the smallest tier that they drew, for one of the next tier. What "
        "they gain in value may not be more than the ceilings of the schedule leave."
    ),
    marked("Not at this site"),
    marked("It is allowed"),
    marked("Days within which all five were drawn; 1 is today alone"),
    marked("days"),
    marked("How much may be missing in a count before a lead has to decide"),
    marked(
        "Where a count of the cabinet misses more than this, at retail value, the loss waits for a lead who did not "
        "count, and the leads see it on their first page. Up to this amount, it is enough that one of the two "
        "people is a lead. With 0, every loss waits for a lead."
    ),
    marked("How many gift cards a purchase may bring into the cabinet"),
    marked(
        "A gift card is like cash. More are refused when a purchase is asked for, when it is authorized, and when a "
        "delivery is recorded."
    ),
    marked("As many as are asked for"),
    marked("Only a few"),
    marked("Gift cards in the cabinet, with those that are on their way"),
    marked("cards"),
    marked("How a delivery that cost money is recorded"),
    marked(
        "A purchase is asked for by one person and authorized by another before anything is bought. Donations need "
        "none."
    ),
    marked("Only with an authorized purchase"),
    marked("With or without one"),
    marked("Points"),
    marked("What happens to points that nobody spent"),
    marked(
        "Nothing expires while a client is enrolled, and nobody's points expire before the kiosk has warned them "
        "for four weeks. The four weeks begin anew when you change the number."
    ),
    marked("They never expire"),
    marked("They expire"),
    marked("Weeks after the last day of the client's schedule"),
    marked("weeks"),
    marked("ID cards"),
    marked("What is written on an ID card"),
    marked(
        "Whoever finds a card must not learn from it where somebody is treated. So no card names the clinic, the "
        "program or a substance."
    ),
    marked("Member card"),
    marked("Visitor card"),
    marked("Appointment card"),
    marked("Nothing"),
    marked("The client's name on the card"),
    marked("Without a name, nobody who finds the card knows whose it is. The scanner finds the client in any case."),
    marked("The preferred name, too"),
    marked("No name"),
    marked("The kiosk"),
    marked("How many digits a new PIN needs at least"),
    marked(
        "A client chooses this many to 8 digits. A longer PIN is harder to guess, and harder to remember. A PIN "
        "that was chosen before stays valid."
    ),
    marked("digits"),
    marked("Words of welcome in English"),
    marked(
        "They stand under the greeting while nobody uses the kiosk, where everybody can read them: no substance and "
        "no result. If this is empty, the program's own words stand there."
    ),
    marked("the program's own words"),
    marked("Words of welcome in Spanish"),
    marked("The same for the Spanish greeting."),
    marked("Signing in"),
    marked("How long leads, auditors and admins may put off their second factor"),
    marked(
        "The days begin when somebody first signs in who must have one. After that, they set it up before anything "
        "else. For somebody with several sites the shortest time counts, and for an admin that of all sites. With "
        "0, they set it up the first time that they sign in."
    ),
    marked("Training"),
    marked("Training again: core elements and protocol"),
    marked(
        "From that day on it is open on the site’s checklist and on the desk of its leads. Nobody is kept from work."
    ),
    marked("Once is enough"),
    marked("It is due again"),
    marked("Months after the training"),
    marked("months"),
    marked("Training again: tests"),
    marked("Training again: prizes and how they are handed out"),
    marked("Training again: writing down"),
    marked("Training again: supervision"),
    marked("Duties of one person"),
    marked("Who corrects or voids a visit"),
    marked(
        "Say that this site cannot keep the two apart only if it has one lead. The audit trail then names each "
        "visit that one person entered and corrected, and auditors read it first."
    ),
    marked("The lead who entered it may"),
    marked("A lead who did not enter it"),
    marked("Who counts the cabinet and signs the count"),
    marked(
        "Who buys prizes could hide what is missing by counting it. Each count by such a person then stands on the "
        "audit trail."
    ),
    marked("Whoever bought it may"),
    marked("Nobody who bought or booked a delivery since the last count"),
    marked("Who hands out a prize that the client's PIN confirms"),
    marked(
        "Who sets a PIN knows it, and could say yes in the client's place. Without a second person, the reason why "
        "there is no PIN can be entered instead."
    ),
    marked("Whoever set it may"),
    marked("Nobody who set the client's PIN on that day"),
)
_UNITS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "minutes": lambda n: ngettext("%(n)s minute", "%(n)s minutes", n),
        "days": lambda n: ngettext("%(n)s day", "%(n)s days", n),
        "weeks": lambda n: ngettext("%(n)s week", "%(n)s weeks", n),
        "months": lambda n: ngettext("%(n)s month", "%(n)s months", n),
        "cards": lambda n: ngettext("%(n)s card", "%(n)s cards", n),
        "digits": lambda n: ngettext("%(n)s digit", "%(n)s digits", n),
    }
)


def label(entry: SiteSetting) -> str:
    """Return the name of a setting."""
    return gettext(entry.label)


def value_words(kind: Kind, value: Value) -> str:
    """Return a value as a person reads it: 15 minutes, $50.00, off."""
    if isinstance(kind, NumberOrOff):
        return gettext("off") if value is None else value_words(kind.number, value)
    if isinstance(kind, Number) and isinstance(value, int):
        return _UNITS[kind.unit[1]](value)
    if isinstance(kind, Choice) or (isinstance(kind, Line) and not value):
        # The sentence of an option, or what stands there where a line is empty.
        return gettext(kind.words(value, currency()))
    return kind.words(value, currency())
