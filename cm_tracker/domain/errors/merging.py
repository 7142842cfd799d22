"""Refusals about client records of one person: opening one twice, and merging two."""

from dataclasses import dataclass
from typing import Literal

from cm_tracker.domain.errors.base import Refused
from cm_tracker.domain.errors.translator import Translator

# What has to be finished first for a record that is merged into another one.
Unfinished = Literal["offer", "draws", "set aside", "adjustment", "merge"]


@dataclass(eq=False, kw_only=True)
class MaybeKnown(Refused):
    """Raised where a new or changed name equals or sounds like that of `count` clients of the site.

    Raised until whoever enters the name has seen exactly these clients and says that it is another person.
    """

    count: int

    def message(self, translator: Translator) -> str:
        return translator.ngettext(
            "%(n)s client of this site has this name or one that sounds like it. Look whether it is the same person.",
            "%(n)s clients of this site have this name or one that sounds like it. Look whether one of them is the "
            "same person.",
            self.count,
        )


@dataclass(eq=False, kw_only=True)
class BothEnrolled(Refused):
    """Raised for a merge of the records `code` and `other` while each has an enrollment that is not over."""

    code: str
    other: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(code)s and %(other)s are both enrolled. End one of the two enrollments first.",
            code=self.code,
            other=self.other,
        )


@dataclass(eq=False, kw_only=True)
class AtTwoSites(Refused):
    """Raised for a merge of the records `code` and `other`, which belong to two sites."""

    code: str
    other: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "%(code)s and %(other)s belong to two sites. Only records of one site can be merged.",
            code=self.code,
            other=self.other,
        )


@dataclass(eq=False, kw_only=True)
class OneIsPractice(Refused):
    """Raised for a merge of the records `code` and `other`, of which one is a practice client."""

    code: str
    other: str

    def message(self, translator: Translator) -> str:
        return translator.gettext(
            "One of %(code)s and %(other)s is a practice client, so they are not the same person.",
            code=self.code,
            other=self.other,
        )


@dataclass(eq=False, kw_only=True)
class NotReadyToMerge(Refused):
    """Raised for a merge of the record `code` while something about it is `unfinished`."""

    code: str
    unfinished: Unfinished

    def message(self, translator: Translator) -> str:
        messages: dict[Unfinished, str] = {
            "offer": translator.gettext(
                "A prize is offered to %(code)s. Let the client answer, or withdraw the offer.", code=self.code
            ),
            "draws": translator.gettext(
                "%(code)s has begun to draw. Let the client make the draws that are left first.", code=self.code
            ),
            "set aside": translator.gettext(
                "A prize is set aside for %(code)s. Hand it over first, or undo the redemption.", code=self.code
            ),
            "adjustment": translator.gettext(
                "An adjustment for %(code)s waits for a second lead. Let it be decided first.", code=self.code
            ),
            "merge": translator.gettext(
                "A merge of %(code)s waits for a second lead already. Let it be decided first.", code=self.code
            ),
        }
        return messages[self.unfinished]


@dataclass(eq=False, kw_only=True)
class MergeDecided(Refused):
    """Raised where a merge is decided a second time; `decision` is approved, declined or withdrawn."""

    decision: str

    def message(self, translator: Translator) -> str:
        messages = {
            "approved": translator.gettext("This merge was approved already."),
            "declined": translator.gettext("This merge was declined already."),
            "withdrawn": translator.gettext("This merge was withdrawn already."),
        }
        return messages[self.decision]
