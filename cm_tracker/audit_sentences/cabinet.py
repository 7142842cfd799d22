"""The sentences about the catalog and the cabinet: prizes, purchases, deliveries and counts."""

from cm_tracker.audit_sentences.words import Sentence, amount, followed, of, told, whole
from cm_tracker.domain.prizes.purchases import AUTHORIZED, DECLINED, WITHDRAWN
from cm_tracker.i18n import gettext, marked, money, ngettext, number
from cm_tracker.queries.audit.trail import AuditLine


def _prize_saved(message: str) -> Sentence:
    """Return the sentence for a prize that somebody added or changed."""

    def say(line: AuditLine) -> str:
        points, price, cents = (whole(line, name) for name in ("price_points", "price_cents", "retail_cents"))
        # Prizes of older lines had their price in points.
        parts = [] if points is None else [amount(points, "points")]
        if price is not None:
            parts.append(gettext("price %(amount)s", amount=money(price)))
        if cents is not None:
            parts.append(gettext("retail value %(amount)s", amount=money(cents)))
        prize = gettext("the prize %(name)s", name=line.name) if line.name else gettext("a prize")
        return followed(gettext(message, **of(line), prize=prize), parts, ", ")

    return say


prize_added = _prize_saved(marked("%(who)s added %(prize)s."))
prize_changed = _prize_saved(marked("%(who)s changed %(prize)s."))


def purchase_requested(line: AuditLine) -> str:
    each = whole(line, "unit_cents")
    if each is None:
        return gettext("%(who)s asked for a purchase at %(site)s: %(thing)s.", **of(line))
    return gettext(
        "%(who)s asked for a purchase at %(site)s: %(thing)s at %(amount)s each.", **of(line), amount=money(each)
    )


_PURCHASES = {
    AUTHORIZED: marked("%(who)s authorized a purchase at %(site)s: %(thing)s."),
    DECLINED: marked("%(who)s declined a purchase at %(site)s: %(thing)s."),
    WITHDRAWN: marked("%(who)s withdrew a purchase at %(site)s: %(thing)s."),
}
_PURCHASE = marked("%(who)s decided about a purchase at %(site)s: %(thing)s.")


def purchase_decided(line: AuditLine) -> str:
    return gettext(_PURCHASES.get(str(line.detail.get("decision")), _PURCHASE), **of(line))


purchase_ended = told(marked("%(who)s recorded that a purchase at %(site)s will not arrive: %(thing)s."))
stock_delivered = told(marked("%(who)s recorded a delivery at %(site)s: %(thing)s."))


def _found(line: AuditLine) -> list[str]:
    """Return what a count missed and what it found more, if the line says so."""
    missing, surplus = whole(line, "missing"), whole(line, "surplus")
    if missing is None or surplus is None:
        return []
    if missing or surplus:
        return [gettext("%(missing)s missing, %(extra)s extra", missing=number(missing), extra=number(surplus))]
    return [gettext("everything is there")]


def stock_counted(line: AuditLine) -> str:
    # Lines from before there were rounds say what was missing; now nobody sees it before the check.
    return followed(gettext("%(who)s counted the cabinet of %(site)s.", **of(line)), _found(line))


def stock_checked(line: AuditLine) -> str:
    return followed(gettext("%(who)s checked a count of the cabinet of %(site)s.", **of(line)), _found(line))


count_started = told(marked("%(who)s began to count the cabinet of %(site)s."))
count_stopped = told(marked("%(who)s stopped the count of the cabinet of %(site)s."))
count_repeated = told(marked("%(who)s ordered another count of the cabinet of %(site)s."))


def stock_signed(line: AuditLine) -> str:
    lines, lost = whole(line, "lines"), whole(line, "lost_cents")
    parts = []
    if lines is not None:
        parts.append(
            ngettext("%(n)s difference booked", "%(n)s differences booked", lines)
            if lines
            else gettext("no difference")
        )
    parts += [gettext("%(amount)s lost", amount=money(lost))] if lost else []
    return followed(gettext("%(who)s signed a count of the cabinet of %(site)s.", **of(line)), parts)
