"""What every refusal is, and the refusals that belong to no single feature area."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from cm_tracker.domain.errors.translator import ENGLISH, Translator
from cm_tracker.domain.money import Cents

# What somebody looked for and did not find.
Thing = Literal[
    "account",
    "adjustment",
    "agreement",
    "calendar entry",
    "client",
    "consent",
    "count",
    "disclosure",
    "draft",
    "draw",
    "enrollment",
    "funding source",
    "goal",
    "import file",
    "key",
    "list",
    "merge",
    "note",
    "offer",
    "open check",
    "opened name",
    "panel",
    "passkey",
    "picture",
    "preset",
    "prize",
    "purchase",
    "question",
    "rating",
    "redemption",
    "report",
    "request",
    "review",
    "schedule",
    "schedule version",
    "second factor",
    "service",
    "session",
    "site",
    "slip",
    "tablet",
    "track",
    "training",
    "transaction",
    "verification",
    "visit",
]


@dataclass(eq=False, kw_only=True)
class Refused(Exception, ABC):
    """Something that cannot be done, for a reason that a person can understand and act on.

    `status` is the HTTP status of a page that shows the refusal. `field` names the field of the form where
    the message belongs; None stands for the whole form.
    """

    status: ClassVar[int] = 409
    field: str | None = None

    @abstractmethod
    def message(self, translator: Translator) -> str:
        """Return what was refused and what to do next, in the translator's language."""

    def __str__(self) -> str:
        return self.message(ENGLISH)


# A list of `BadInput` becomes their sentences with semicolons between them.
Value = int | str | date | tuple["BadInput", ...]


class BadInput(Refused):
    """Raised for what was entered and cannot be taken. The place that raises it says why, in one sentence.

    The sentence is a literal text, so that it can be translated. What changes in it are `values`, in place
    of `%(name)s`; numbers and days are written as the language writes them, and `Cents` as money:

        raise BadInput("Give a quantity from 1 to %(most)s.", "quantity", most=10_000)
    """

    status = 422

    def __init__(self, message_id: str, field: str | None = None, /, **values: Value) -> None:
        super().__init__(field=field)
        self.message_id = message_id
        self.values = values

    def message(self, translator: Translator) -> str:
        written = {name: _written(value, translator) for name, value in self.values.items()}
        return translator.gettext(self.message_id, **written)


def _written(value: Value, translator: Translator) -> str:
    match value:
        case Cents():
            return translator.money(value)
        case int():
            return translator.number(value)
        case date():
            return translator.day(value)
        case tuple():
            return translator.joined((one.message(translator) for one in value), "; ")
    return value


@dataclass(eq=False, kw_only=True)
class NotFound(Refused):
    """Raised where something does not exist, or belongs to a site that is not one of the actor's."""

    status = 404
    what: Thing

    def message(self, translator: Translator) -> str:
        messages: dict[Thing, str] = {
            "account": translator.gettext("There is no such account at your sites."),
            "adjustment": translator.gettext("There is no such adjustment at your sites."),
            "agreement": translator.gettext("There is no such agreement at your sites."),
            "calendar entry": translator.gettext("There is no such calendar entry at your sites."),
            "client": translator.gettext("There is no such client at your sites."),
            "consent": translator.gettext("There is no such consent at your sites."),
            "count": translator.gettext("There is no such count at your sites."),
            "disclosure": translator.gettext("There is no such disclosure at your sites."),
            "draft": translator.gettext("There is no such draft at your sites."),
            "draw": translator.gettext("There is no such draw at your sites."),
            "enrollment": translator.gettext("There is no such enrollment at your sites."),
            "funding source": translator.gettext("There is no such funding source at your sites."),
            "goal": translator.gettext("There is no such goal at your sites."),
            "import file": translator.gettext("There is no such file at your sites."),
            "key": translator.gettext("There is no such key at your sites."),
            "list": translator.gettext("There is no such list."),
            "merge": translator.gettext("There is no such merge at your sites."),
            "note": translator.gettext("There is no such note at your sites."),
            "offer": translator.gettext("There is no such offer at your sites."),
            "open check": translator.gettext("There is no such open check at your sites."),
            "opened name": translator.gettext("There is no such opened name at your sites."),
            "panel": translator.gettext("There is no such panel at your sites."),
            "passkey": translator.gettext("You have no such passkey any more."),
            "picture": translator.gettext("There is no such picture at your sites."),
            "preset": translator.gettext("There is no such preset at your sites."),
            "prize": translator.gettext("There is no such prize at your sites."),
            "purchase": translator.gettext("There is no such purchase at your sites."),
            "question": translator.gettext("There is no such question at your sites."),
            "rating": translator.gettext("There is no such rating at your sites."),
            "redemption": translator.gettext("There is no such redemption at your sites."),
            "report": translator.gettext("There is no such report."),
            "request": translator.gettext("There is no such request at your sites."),
            "review": translator.gettext("There is no such review at your sites."),
            "schedule": translator.gettext("There is no such schedule at your sites."),
            "schedule version": translator.gettext("There is no such schedule version at your sites."),
            "second factor": translator.gettext("You have no such second factor any more."),
            "service": translator.gettext("There is no such service at your sites."),
            "session": translator.gettext("You are not signed in there any more."),
            "site": translator.gettext("There is no such site at your sites."),
            "slip": translator.gettext("There is no such slip at your sites."),
            "tablet": translator.gettext("There is no such tablet at your sites."),
            "track": translator.gettext("There is no such track at your sites."),
            "training": translator.gettext("There is no such training at your sites."),
            "transaction": translator.gettext("There is no such transaction at your sites."),
            "verification": translator.gettext("There is no such verification at your sites."),
            "visit": translator.gettext("There is no such visit at your sites."),
        }
        return messages[self.what]


@dataclass(eq=False, kw_only=True)
class NotAllowed(Refused):
    """Raised where the actor's roles lack the permission, or the actor may not do this to this account."""

    status = 403
    roles: Collection[str]

    def message(self, translator: Translator) -> str:
        words = {
            "front_desk": translator.gettext("front desk"),
            "technician": translator.gettext("technician"),
            "counselor": translator.gettext("counselor"),
            "coordinator": translator.gettext("coordinator"),
            "lead": translator.gettext("lead"),
            "purchaser": translator.gettext("purchaser"),
            "auditor": translator.gettext("auditor"),
            "admin": translator.gettext("admin"),
        }
        roles = sorted(self.roles, key=[*words, *self.roles].index)
        own = translator.joined((words.get(role, role) for role in roles), ", ")
        return translator.gettext("Your role (%(role)s) may not do this. Ask a program lead.", role=own)


@dataclass(eq=False, kw_only=True)
class Taken(Refused):
    """Raised where a name or a code has to be unique and somebody else has it already."""

    what: Literal["code", "name", "user name"]
    value: str

    def message(self, translator: Translator) -> str:
        messages = {
            "code": translator.gettext('The code "%(value)s" is already in use. Choose another one.', value=self.value),
            "name": translator.gettext('The name "%(value)s" is already in use. Choose another one.', value=self.value),
            "user name": translator.gettext(
                'The user name "%(value)s" is already in use. Choose another one.', value=self.value
            ),
        }
        return messages[self.what]


class KeyReused(Refused):
    """Raised where a form comes with the idempotency key of another form that was sent before."""

    def message(self, translator: Translator) -> str:
        return translator.gettext("This form was already sent with other content. Open it again and send it once more.")


class ChangedMeanwhile(Refused):
    """Raised where what a page showed was changed by somebody else before it was saved."""

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "Somebody else has changed this in the meantime. Nothing was saved: open the page again and look."
        )
