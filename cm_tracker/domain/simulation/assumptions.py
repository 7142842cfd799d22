"""How invented clients behave: chances, each of every 1,000.

A test depends on the test before it, because a negative one is likelier after a negative one. So every client has good
weeks and bad ones, as real clients do; independent tests would make all of them alike, and their costs too narrow.
"""

from dataclasses import dataclass

OF = 1_000
# What is simulated gives the same answer again for the same numbers.
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The chances of invented clients, each of every 1,000.

    `excused` and `missed` are of all visits for a test; the rest are tests. `first` is the chance that the first test is
    negative, `after_negative` that it is after a negative one, and `after_other` after a positive or a missed one. An
    excused visit changes nothing. `stops` is the chance to come no more, before each week but the first. `attends` is
    the chance to attend or to do what is no test. `spends` is the share of the points that is spent at the end of each
    week in which a client still comes.
    """

    first: int
    after_negative: int
    after_other: int
    excused: int
    missed: int
    stops: int
    attends: int
    spends: int


# docs/lead.md names the source of each. Where nothing is published, nothing is made up: tests do not depend on the one
# before, no visit is excused, and half of the points are spent.
PUBLISHED = Assumptions(
    first=910, after_negative=910, after_other=910, excused=0, missed=300, stops=56, attends=700, spends=500
)
