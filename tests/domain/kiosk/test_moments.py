"""Moments: once each, never for a lapse, and no bystander reads one from them. Typed by hand from the rule."""

import pytest

from cm_tracker.domain.errors import BadInput
from cm_tracker.domain.kiosk.moments import Moment, MomentFacts, check_moment, moment_now
from cm_tracker.domain.schedules.engine import Result

# A letter is a visit: N met its goal, P did not, E is excused. Each N raises the level by one and P sets it to 0.
OUTCOMES = {"N": "met", "P": "positive", "E": "excused", "?": "pending"}


def results(letters: str, restores: int = 0) -> list[Result]:
    """Return the results of visits. After a lapse, `restores` met visits in a row bring the level before it back."""
    found: list[Result] = []
    level, lost, run = 0, 0, 0
    for n, letter in enumerate(letters, 1):
        at = level
        if letter == "N":
            level, run = level + 1, run + 1
            if lost and run == restores:
                level, lost = lost, 0
        elif letter == "P":
            level, lost, run = 0, max(lost, level), 0
        found.append(
            Result(
                n=n,
                week=1,
                behavior="b",
                outcome=OUTCOMES[letter],
                level=at,
                run=run,
                ladder=0,
                run_bonus=0,
                week_bonus=0,
                side_bonus=0,
                due=0,
                paid=0,
                unit="points",
                cents=0,
                cut_by=None,
                next_due=10 + 5 * level,
                why="",
                ref=100 + n,
                level_after=level,
                limit=None,
            )
        )
    return found


def now(letters: str, *shown: str, days: int = 0, top: int | None = None, wish: int | None = None) -> Moment | None:
    return moment_now(MomentFacts(results(letters, restores=3), days, top, wish), shown)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("", None),
        ("NN", None),
        ("NNN", Moment("run-3", "run", 3)),
        ("NEN", None),
        ("NNEN", Moment("run-3", "run", 3)),
        ("NNNN", Moment("run-3", "run", 0)),
        ("N" * 5, Moment("run-5", "run", 5)),
        ("N" * 10, Moment("run-10", "run", 10)),
        ("N" * 20, Moment("run-20", "run", 20)),
        ("N" * 24, Moment("run-20", "run", 0)),
    ],
)
def test_visits_in_a_row(letters: str, expected: Moment | None) -> None:
    assert now(letters) == expected


def test_a_moment_is_shown_once_and_a_smaller_one_never_after_a_larger_one() -> None:
    assert now("NNN", "run-3") is None
    assert now("N" * 5, "run-3") == Moment("run-5", "run", 5)
    assert now("N" * 5, "run-5") is None
    assert now("NNNNNPNNN", "run-5", "step-109") is None


@pytest.mark.parametrize("letters", ["NNNP", "NNNNNP", "NNN?", "NNNE", "P"])
def test_there_is_none_after_a_visit_that_did_not_meet_its_goal(letters: str) -> None:
    assert now(letters, days=60, top=1, wish=7) is None


def test_a_number_is_said_only_where_it_is_that_of_all_visits_met() -> None:
    """Eight were met in all. "3 visits met" beside the card's 8 would tell of a lapse."""
    assert now("NNPNNN", "step-106") == Moment("run-3", "run", 0)


def test_a_step_that_was_reached_again_is_the_step_and_nothing_more() -> None:
    """Level 4 after four visits, lost, and back at the third: it earns 10 + 5 x 4 next."""
    assert now("NNNNPNNN") == Moment("step-108", "step", 30)
    assert now("NNNNPNNN", "step-108", "run-3") is None
    assert now("NNNNPNN") is None
    # The visit after it is no moment of its own, and a second lapse has its own.
    assert now("NNNNPNNNN", "run-3") is None
    assert now("NNNNPNNNPNNN", "step-108", "run-3") == Moment("step-112", "step", 30)


def test_a_month_the_top_and_a_goal() -> None:
    assert now("NN", days=28) == Moment("month", "month")
    assert now("NN", days=27) is None
    assert now("NN", "month", days=90) is None
    assert now("NN", top=2) == Moment("top", "top", 20)
    assert now("NN", top=3) is None and now("NN", "top", top=2) is None
    assert now("NN", wish=7) == Moment("goal-7", "goal")
    assert now("NN", "goal-7", wish=7) is None and now("NN", "goal-7", wish=8) == Moment("goal-8", "goal")


def test_one_is_shown_at_a_time_the_rarest_first() -> None:
    rest = {"days": 28, "top": 3, "wish": 7}
    assert now("NNN", **rest) == Moment("goal-7", "goal")  # type: ignore[arg-type]
    assert now("NNN", "goal-7", **rest) == Moment("top", "top", 25)  # type: ignore[arg-type]
    assert now("NNN", "goal-7", "top", **rest) == Moment("month", "month")  # type: ignore[arg-type]
    assert now("NNN", "goal-7", "top", "month", **rest) == Moment("run-3", "run", 3)  # type: ignore[arg-type]


def test_only_the_codes_of_moments_are_kept() -> None:
    for code in ("run-3", "run-20", "month", "top", "step-17", "goal-4"):
        check_moment(code)
    for code in ("", "run-4", "month ", "step-", "goal-x", "Amir", "top\n"):
        with pytest.raises(BadInput):
            check_moment(code)
