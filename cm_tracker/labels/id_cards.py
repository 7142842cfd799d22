"""What is printed on an ID card, in the client's language. It names no program, no clinic and no treatment."""

from cm_tracker.domain.clients.id_cards import APPOINTMENTS, MEMBER, VISITOR
from cm_tracker.i18n import gettext, using_language
from cm_tracker.queries.clients.id_cards import PrintedCard


def title(card: PrintedCard) -> str:
    """Return the title of a card, or nothing where the site wants none."""
    with using_language(card.language):
        titles = {
            MEMBER: gettext("Member card"),
            VISITOR: gettext("Visitor card"),
            APPOINTMENTS: gettext("Appointment card"),
        }
        return titles.get(card.title, "")
