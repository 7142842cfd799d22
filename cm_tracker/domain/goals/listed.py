"""The list of treatment goals that the leads of a site keep, and the one that a site can start with.

The words of a goal of the list never change: renaming one retires it and adds another. So a client's goal always has the
words that it was chosen with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cm_tracker.domain.errors import AllRefusals, BadInput

KINDS = (
    "abstinence",
    "skills",
    "support",
    "housing",
    "education",
    "work",
    "legal",
    "medical",
    "family",
    "relapse_plan",
)

MOST_TITLE = 120
MOST_LISTED = 200
"""So many goals a site's list may have in use."""


@dataclass(frozen=True, slots=True)
class ListedGoal:
    """A goal of a site's list. `renamed_from` are the words that it had before, if it was renamed."""

    id: int
    site_id: int
    kind: str
    title: str
    is_retired: bool = False
    renamed_from: str | None = None


class Sample(NamedTuple):
    """A goal of the list that a site can start with."""

    kind: str
    title: str


STARTING_LIST = (
    Sample("abstinence", "Two weeks of negative tests in a row"),
    Sample("abstinence", "Give away or throw out everything that is used for using"),
    Sample("skills", "Write down three situations that bring cravings, and what to do in each"),
    Sample("skills", "Practice refusing an offer, in a session"),
    Sample("support", "Go to a support group in the community four times"),
    Sample("support", "Find a sponsor or a mentor"),
    Sample("housing", "Hand in an application for housing"),
    Sample("housing", "Move into a place that is safe and stable"),
    Sample("education", "Register for a class or a training"),
    Sample("work", "Write a résumé and hand in two applications"),
    Sample("work", "Begin a job or volunteer work"),
    Sample("legal", "Meet with the lawyer or the probation officer"),
    Sample("medical", "Have a check-up with a doctor"),
    Sample("medical", "Be tested for hepatitis C and HIV"),
    Sample("family", "Bring a relative or a friend to a family session"),
    Sample("relapse_plan", "Write a relapse-prevention plan and share it with somebody"),
)


def check_listed(kind: str, title: str, in_use: Iterable[str]) -> None:
    """Raise everything that is wrong with a goal of the list. `in_use` are the words of the others of the site."""
    refusals = AllRefusals()
    others = {_plain(one) for one in in_use}
    with refusals:
        check_kind(kind)
    with refusals:
        if not title.strip():
            raise BadInput("Give the goal its words.", "title")
        if len(title.strip()) > MOST_TITLE:
            raise BadInput("Shorten the goal to %(most)s characters.", "title", most=MOST_TITLE)
        if _plain(title) in others:
            raise BadInput("The list has this goal already. Choose other words.", "title")
        if len(others) >= MOST_LISTED:
            raise BadInput("The list has %(most)s goals. Retire one first.", "title", most=MOST_LISTED)
    refusals.raise_any()


def check_kind(kind: str) -> None:
    """Raise `BadInput` for a kind of goal that does not exist."""
    if kind not in KINDS:
        raise BadInput("Choose the kind of the goal.", "kind")


def new_of_starting_list(in_use: Iterable[str]) -> tuple[Sample, ...]:
    """Return the goals of the starting list that a site's list does not have yet."""
    there = {_plain(title) for title in in_use}
    return tuple(one for one in STARTING_LIST if _plain(one.title) not in there)


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
