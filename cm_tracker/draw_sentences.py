"""Sentences for clients about draws: what a slip says, what they get for it, and how a draw works."""

from typing import Protocol

from cm_tracker.domain.errors import AlreadyDrawn, BadInput, NoDraws, Refused
from cm_tracker.domain.prizes.odds import odds as odds_of
from cm_tracker.domain.schedules.schedule import Bowl
from cm_tracker.i18n import gettext, ngettext, number
from cm_tracker.sentences import ceiling_name

_ = gettext


class Drawn(Protocol):
    """The attributes of a draw that the sentences use."""

    @property
    def tier(self) -> str: ...
    @property
    def cents(self) -> int: ...
    @property
    def given_tier(self) -> str | None: ...
    @property
    def given_cents(self) -> int: ...
    @property
    def cut_by(self) -> str | None: ...


def tier(name: str) -> str:
    """Return the name of a tier as it is written on a slip."""
    known = {
        "good_job": _("good job"),
        "small": _("a small prize"),
        "medium": _("a medium prize"),
        "large": _("a large prize"),
        "jumbo": _("a jumbo prize"),
    }
    return known.get(name, name.replace("_", " "))


def word(name: str) -> str:
    """Return the name of a word that clients can choose for a draw."""
    known = {
        "river": _("river"),
        "lamp": _("lamp"),
        "garden": _("garden"),
        "bread": _("bread"),
        "north": _("north"),
        "silver": _("silver"),
        "window": _("window"),
        "summer": _("summer"),
    }
    return known.get(name, name)


def part(text: str) -> str:
    """Return the client's part of a draw in words. (The receipt also shows it unchanged.)"""
    kind, _space, value = text.partition(" ")
    return word(value) if kind == "word" else _("touch %(at)s", at=value)


def slip(line: Drawn) -> str:
    """Return the sentence that says which slip was drawn."""
    if line.cents:
        return _("Your slip says: %(tier)s!", tier=tier(line.tier))
    return _("Your slip says: good job!")


def after_slip(line: Drawn) -> str:
    """Return the sentence that says what the client gets for a slip, which a ceiling may reduce."""
    if line.cut_by is not None:
        limit = ceiling_name(line.cut_by)
        if line.given_cents and line.given_tier:
            return _(
                "Within %(limit)s you can have %(tier)s: it is yours.",
                limit=limit,
                tier=tier(line.given_tier),
            )
        return _("Within %(limit)s there is no room for a prize now. What you do still counts.", limit=limit)
    if line.given_cents:
        return _("It is yours. Choose one from the shelf with a member of staff.")
    return _("You came, and that counts. We are glad that you are here.")


def odds(bowl: Bowl) -> str:
    """Return how many slips of a bowl win something, in words."""
    winning, many = odds_of(bowl)
    if many == 1:
        return _("Every slip wins.") if winning else ""
    return ngettext(
        "About %(n)s slip in %(of)s wins something.",
        "About %(n)s slips in %(of)s win something.",
        winning,
        of=number(many),
    )


def won(name: str) -> str:
    """Return what stands in large words on a slip that won."""
    known = {
        "small": _("A small prize!"),
        "medium": _("A medium prize!"),
        "large": _("A large prize!"),
        "jumbo": _("Jumbo prize!"),
    }
    return known.get(name, tier(name))


def how_draws_work() -> str:
    """Return why nobody can choose which slip is drawn: the program fixes its part before the client does."""
    return _(
        "The program has already chosen its part, and this code proves it. The place you touch, or your word, decides "
        "the rest. After the draw the program shows its part, and anybody can check it."
    )


def draw_again() -> str:
    """Return the sentence for a draw whose form was incomplete."""
    return _("That did not work. Please touch the bowl again.")


def refused_draw(error: Refused) -> str:
    """Return why nothing was drawn."""
    if isinstance(error, NoDraws):
        return _("You have no draws now. Each time you meet your goal you get new draws.")
    if isinstance(error, AlreadyDrawn):
        return _("This slip was drawn before, maybe on another screen. You can see it below.")
    if isinstance(error, BadInput):
        return _("Touch the bowl anywhere, or choose a word.")
    return _("Something went wrong. Please start again, or ask a member of staff.")
