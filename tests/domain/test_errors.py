"""Every refusal is made once here, with its message in both languages and its HTTP status."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from cm_tracker import i18n
from cm_tracker.domain import errors
from cm_tracker.domain.errors import ENGLISH, BadInput, Refused, Thing
from cm_tracker.domain.errors.merging import Unfinished
from cm_tracker.domain.prizes.catalog import RESTRICTED
from cm_tracker.domain.schedules.check import SCOPES
from cm_tracker.domain.staff.roles import ROLES
from cm_tracker.domain.visits.corrections import SPECIMEN, WAYS
from tests.domain.refusals import IN_BOTH

ENGLISH_ONLY: list[tuple[Refused, str]] = [
    (
        errors.KeyReused(),
        "This form was already sent with other content. Open it again and send it once more.",
    ),
    (
        errors.ChangedMeanwhile(),
        "Somebody else has changed this in the meantime. Nothing was saved: open the page again and look.",
    ),
    (
        errors.AgreementSigned(),
        "The client has signed this version already. Nothing was recorded a second time.",
    ),
    (
        errors.TypedByYou(count=1),
        "You typed 1 line of these yourself. Somebody else has to compare it with the paper and sign.",
    ),
    (
        errors.TypedByYou(count=12),
        "You typed 12 lines of these yourself. Somebody else has to compare them with the paper and sign.",
    ),
    (
        errors.PrizeOfOtherSite(day=date(2026, 3, 11), site="Harbor Street"),
        "On Mar 11, 2026 the client belonged to Harbor Street, and the prize left the cabinet there. Type the line without "
        "the prize, and let somebody who works at both sites type the prize.",
    ),
    (
        errors.ConsentRevoked(),
        "This consent was taken back already. Nothing was recorded a second time.",
    ),
    (
        errors.NoPin(),
        "This client has no PIN yet. Let them choose one on their page, or say why they do not confirm.",
    ),
    (
        errors.ScheduleRetired(schedule="Vouchers"),
        'The schedule "Vouchers" is retired and takes no new enrollment. Choose another one.',
    ),
    (
        errors.SeveralRefused(refusals=(errors.NothingChanged(), errors.AlreadySigned())),
        "This says what is recorded already. Change something, or go back. This count was signed already.",
    ),
    (
        errors.OfferIsOpen(),
        "A prize is offered to this client and not answered yet. Let them confirm or decline it first.",
    ),
    (
        errors.AdjustmentWaits(),
        "An adjustment for this client waits for a second lead. Have it decided first.",
    ),
    (
        errors.MergeWaits(),
        "A merge of this client's record waits for a second lead. Have it decided first.",
    ),
    (
        errors.VisitAfterTransfer(day=date(2026, 3, 6)),
        "A visit is recorded at this site on Mar 6, 2026. The client can belong to the other site from that day on.",
    ),
    (errors.NothingChanged(), "This says what is recorded already. Change something, or go back."),
    (errors.NothingToExcuse(), "Only an absence without an excuse can be excused afterwards."),
    (
        errors.NoOtherSpecimen(),
        "Another specimen can be entered only while none of the visit's specimens is valid, and at most 3 in all. "
        "Ask a lead to correct any other.",
    ),
    (
        errors.NothingToAnswer(),
        "A laboratory's answer belongs to a test that is pending or disputed. Ask a lead to correct any other.",
    ),
    (
        errors.NotWhatWasShown(),
        "What this changes is no longer what the page showed. Nothing was saved: look at the changes again.",
    ),
    (errors.UndoIsOff(), "Nobody undoes their own entry at this site. A lead can put it right at any time."),
    (errors.OwnEntry(), "You entered this yourself. Another lead has to void or correct it."),
    (errors.AlreadyUndone(), "This was undone already. Enter it again if it did take place."),
    (
        errors.VisitIsVoid(),
        "This was taken away and no longer counts. Enter it again if it did take place.",
    ),
    (
        errors.DraftWaits(),
        "This draft waits for a second lead and does not change. Whoever sent it can take it back.",
    ),
    (
        errors.DraftNotSent(),
        "This draft does not wait for a decision any more. Open it to see what happened.",
    ),
    (
        errors.SecondLeadPublishes(),
        "A second lead has to approve what you send. In a program with one lead, say so once, in writing, under "
        "Schedules.",
    ),
    (errors.SecondLeadIsThere(), "The program has a second lead, who approves what you send."),
    (
        errors.ScheduleExists(name="Vouchers"),
        'There is a schedule "Vouchers" already. Change the name of the draft, or publish it as the next version.',
    ),
    (errors.SecondLeadNeeded(), "You asked for this yourself. Another lead at the site has to approve it."),
    (
        errors.SecondPersonNeeded(),
        "You counted this yourself. Somebody else at the site has to look and sign.",
    ),
    (errors.NobodyChecked(), "Nobody has checked this count yet. A second person looks into the cabinet first."),
    (
        errors.CountWaits(),
        "A count of this cabinet is checked and not signed yet. Sign it first, or let a lead order another count.",
    ),
    (
        errors.CountHasBegun(),
        "Somebody has counted already. The count ends when a second person has checked it.",
    ),
    (
        errors.StockBeingCounted(),
        "There are not enough of this prize. The cabinet is being counted, so the number is hidden. Choose another.",
    ),
    (errors.AlreadySigned(), "This count was signed already."),
    (
        errors.CountIsOld(),
        "The shelf has changed since this count, or a newer one was made. Count again, and let that be signed.",
    ),
    (errors.AlreadyWithdrawn(), "This record was withdrawn already."),
    (errors.AnotherRuns(import_id=3), "Another file is running. Wait until it is done, then start this one."),
    (errors.ImportNotReady(), "This file cannot be run now. Open its page and look what it waits for."),
    (
        errors.NameTaken(name="Vouchers"),
        'Another schedule is called "Vouchers", or a version of it was approved under that name. Choose another name.',
    ),
    (errors.OfferWithdrawn(), "This offer was withdrawn. Choose the prize again."),
    (
        errors.OfferTaken(),
        "The client has confirmed this already. Undo the redemption from its receipt if it was wrong.",
    ),
    (
        errors.NothingToHandOver(),
        "Nothing is set aside here: it was handed over already, or went to the client at once.",
    ),
    (errors.NoDraws(), "There is nothing left to draw. A visit that meets its target gives new draws."),
    (
        errors.SealBroken(),
        "The secret of this draw does not fit its seal, so nothing was drawn. Tell an admin: somebody changed the "
        "database.",
    ),
    (
        errors.NothingWon(),
        "No prize of this tier is waiting: it was handed out already, or nobody drew one.",
    ),
    (
        errors.NothingForPractice(),
        "This is a practice client, so it ends here. All steps were right. No points are taken, and no prize leaves the "
        "cabinet.",
    ),
    (
        errors.NothingGained(),
        "What would be handed back is worth more than the larger prize. Nothing was taken.",
    ),
    *(
        (
            errors.NoHeadroom(scope=scope),
            f"Under the ceiling for {time} there is no room for a larger prize now. What was drawn stays the client's.",
        )
        for scope, time in (
            ("award", "the award"),
            ("month", "the month"),
            ("year_from", "the program year"),
            ("rolling", "these days"),
            ("lifetime", "all of the client's enrollments"),
            ("enrollment", "the enrollment"),
        )
    ),
    (errors.NeverAReward(category="cash"), "Cash may never be a reward."),
    (errors.NeverAReward(category="alcohol"), "Alcohol may never be a reward."),
    (errors.NeverAReward(category="tobacco_or_nicotine"), "Tobacco or nicotine may never be a reward."),
    (errors.NeverAReward(category="cannabis"), "Cannabis may never be a reward."),
    (errors.NeverAReward(category="weapons"), "Weapons may never be a reward."),
    (errors.NeverAReward(category="lottery_or_gambling"), "Lottery or gambling may never be a reward."),
    (errors.NotAllowed(roles={"kiosk"}), "Your role (kiosk) may not do this. Ask a program lead."),
    (errors.AlreadyDecided(decision="approved"), "This adjustment was approved already."),
    (errors.AlreadyDecided(decision="withdrawn"), "This adjustment was withdrawn already."),
    (errors.ReasonMissing(way="undo"), "Write what went wrong."),
    (errors.ReasonMissing(way="void"), "Write what went wrong."),
    (errors.ReasonMissing(way="excuse"), "Write how you know it."),
    (errors.ReasonMissing(way="correct"), "Write why it is corrected."),
    (
        errors.StrangeCards(last_fours=("0008",)),
        "No card that ends in 0008 was booked in here. Look again, or let a lead book in what was delivered.",
    ),
    (
        errors.StrangeCards(last_fours=tuple(f"00{n}" for n in range(10, 23))),
        "No card that ends in 0010, 0011, 0012, 0013, 0014, 0015, 0016, 0017, 0018, 0019 or 3 more was booked in here. "
        "Look again, or let a lead book in what was delivered.",
    ),
]

STATUSES = {
    # There is none, or not for this person.
    "NotFound": 404,
    "NotAllowed": 403,
    # Something has to be entered otherwise.
    "BadInput": 422,
    "BadSchedule": 422,
    "BeforeEnrollment": 422,
    "EnrollmentEnded": 422,
    "DayPaused": 422,
    "CardsMisread": 422,
    "HoursInDoubt": 422,
    "InTheFuture": 422,
    "ApprovalRefused": 422,
    "KioskRefused": 422,
    "NobodyHere": 422,
    "PairingRefused": 422,
    "TextNamesClient": 422,
    "TextNotForKiosk": 422,
    "NeverAReward": 422,
    "OtherCurrency": 422,
    "OtherPointValue": 422,
    "OutsideSchedule": 422,
    "PrizeToCheck": 422,
    "ReasonMissing": 422,
    "SeveralRefused": 422,
    "CareNeedsALead": 422,
    "CodeRefused": 422,
    "MakersBrowser": 422,
    "ProofRefused": 422,
    "SignInRefused": 422,
    "StrangeCards": 422,
    "TooManyHandedBack": 422,
    "WeakPassword": 422,
    "WeakPin": 422,
    "WrongPin": 422,
    # Something has failed, or is at work.
    "DatabaseBusy": 503,
    "OutcomeUnknown": 503,
    "SecretsKeyMissing": 503,
    "TooManyAtOnce": 503,
    "DiskFull": 507,
    # Somebody has to wait.
    "SignInWaits": 429,
    "TooManyTries": 429,
    # What is there already stands against it, or the time, or who it is.
    "ApprovalOver": 409,
    "BoughtYourself": 409,
    "StepOver": 409,
    "PinSetByYou": 409,
    "AlreadyWithdrawn": 409,
    "AnotherRuns": 409,
    "ImportNotReady": 409,
    "NameTaken": 409,
    "AtTwoSites": 409,
    "HasPin": 409,
    "BothEnrolled": 409,
    "MaybeKnown": 409,
    "MergeDecided": 409,
    "NotReadyToMerge": 409,
    "AgreementSigned": 409,
    "TypedByYou": 409,
    "PrizeOfOtherSite": 409,
    "AlreadyDecided": 409,
    "AlreadyDrawn": 409,
    "AlreadyEnded": 409,
    "AlreadyEnrolled": 409,
    "AdjustmentWaits": 409,
    "MergeWaits": 409,
    "AlreadyPaused": 409,
    "OfferIsOpen": 409,
    "PrizesSetAside": 409,
    "VisitAfterTransfer": 422,
    "AlreadyReturned": 409,
    "AlreadySigned": 409,
    "AlreadyUndone": 409,
    "AskedEnough": 409,
    "QuestionAnswered": 409,
    "RequestEnded": 409,
    "BookedSince": 409,
    "CannotTake": 409,
    "ChangedMeanwhile": 409,
    "ConsentRevoked": 409,
    "CountHasBegun": 409,
    "CountIsOld": 409,
    "CountWaits": 409,
    "DraftNotSent": 409,
    "DraftWaits": 409,
    "DataKeyMissing": 409,
    "KeyMissing": 409,
    "KeyReused": 409,
    "LeadNeeded": 409,
    "LedgerInDoubt": 409,
    "LimitReached": 409,
    "MistakeHasVisits": 409,
    "MostWerePaid": 409,
    "NoDraws": 409,
    "NoHeadroom": 409,
    "NoPin": 409,
    "NobodyChecked": 409,
    "NotEnoughPoints": 409,
    "NotEnoughStock": 409,
    "NotEnoughToTrade": 409,
    "NotWhatWasShown": 409,
    "NothingChanged": 409,
    "NothingForPractice": 409,
    "NothingGained": 409,
    "NothingMissed": 409,
    "NothingToAnswer": 409,
    "NoOtherSpecimen": 409,
    "NothingToExcuse": 409,
    "NothingToHandOver": 409,
    "NothingWon": 409,
    "OfferIsOld": 409,
    "OfferTaken": 409,
    "OfferWithdrawn": 409,
    "SiteNotReady": 409,
    "OneIsPractice": 409,
    "HandedOutByYou": 409,
    "OwnEntry": 409,
    "CurrencyFixed": 409,
    "PointValueFixed": 409,
    "PointsSpent": 409,
    "PriceChanged": 409,
    "SameSpecimen": 409,
    "SameVisit": 409,
    "ScheduleExists": 409,
    "ScheduleRetired": 409,
    "SealBroken": 409,
    "SecondLeadIsThere": 409,
    "SecondLeadNeeded": 409,
    "SecondLeadPublishes": 409,
    "SecondPersonNeeded": 409,
    "SomebodyElses": 409,
    "StockBeingCounted": 409,
    "Taken": 409,
    "TooLateToUndo": 409,
    "UndoIsOff": 409,
    "VersionNotYet": 409,
    "VisitAfterEnd": 409,
    "VisitInPause": 409,
    "VisitIsVoid": 409,
    "VoidedDay": 409,
    "AbsenceRecorded": 409,
    "AlreadySettled": 409,
    "GoalOfThatDay": 409,
    "WeekHasHours": 409,
    "WeekNotOver": 422,
}

EXAMPLES = [(error, english) for error, english, _ in IN_BOTH] + ENGLISH_ONLY


def in_spanish(error: Refused) -> str:
    with i18n.using_language("es"):
        # Which kind of space stands in "p. m." is for Babel to say.
        return " ".join(error.message(i18n).split())


def classes(of: type[Refused] = Refused) -> list[type[Refused]]:
    """Every class of refusals that the program has."""
    return [found for one in of.__subclasses__() for found in (one, *classes(one))]


def named(value: object) -> str:
    return type(value).__name__ if isinstance(value, Refused) else ""


def test_every_refusal_has_an_example_and_a_status() -> None:
    there = {one.__name__ for one in classes()}
    assert len(there) > 50
    assert {type(error).__name__ for error, _ in EXAMPLES} == there
    assert set(STATUSES) == there


def test_every_refusal_can_be_imported_from_the_package() -> None:
    assert {one.__name__ for one in classes()} <= set(errors.__all__)


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.__name__)
def test_the_docstring_says_when_it_is_raised(one: type[Refused]) -> None:
    assert (one.__doc__ or "").startswith("Raised ")


@pytest.mark.parametrize("one", classes(), ids=lambda one: one.__name__)
def test_the_status_is_that_of_the_table(one: type[Refused]) -> None:
    assert one.status == STATUSES[one.__name__]


@pytest.mark.parametrize(("error", "english"), EXAMPLES, ids=named)
def test_the_english_message(error: Refused, english: str) -> None:
    assert str(error) == english
    assert error.message(i18n) == english, "the command line and the pages say the same"


@pytest.mark.parametrize(("error", "spanish"), [(error, spanish) for error, _, spanish in IN_BOTH], ids=named)
def test_the_spanish_message(error: Refused, spanish: str) -> None:
    assert in_spanish(error) == spanish


@pytest.mark.parametrize(("error", "english"), EXAMPLES, ids=named)
def test_no_message_stays_english_or_keeps_a_placeholder(error: Refused, english: str) -> None:
    said = in_spanish(error)
    assert len(said) > 10
    assert said != english
    assert "%" not in said and "%" not in english


def test_nothing_that_can_be_missing_lacks_a_message() -> None:
    said = {str(errors.NotFound(what=what)) for what in get_args(Thing)}
    # What belongs to a person, or to everybody, and to no site; and a file, which has a short word for people.
    own = {
        "passkey": "You have no such passkey any more.",
        "second factor": "You have no such second factor any more.",
        "session": "You are not signed in there any more.",
        "report": "There is no such report.",
        "list": "There is no such list.",
        "import file": "There is no such file at your sites.",
    }
    assert said == {own.get(what, f"There is no such {what} at your sites.") for what in get_args(Thing)}
    assert len({in_spanish(errors.NotFound(what=what)) for what in get_args(Thing)}) == len(said) == 46


def test_every_word_of_the_domain_that_a_message_names_has_one() -> None:
    several = (
        [errors.NeverAReward(category=category) for category in RESTRICTED],
        [errors.NoHeadroom(scope=scope) for scope in SCOPES],
        [errors.NotAllowed(roles={role}) for role in ROLES],
        [errors.AlreadyDecided(decision=decision) for decision in ("approved", "declined", "withdrawn")],
        [errors.MergeDecided(decision=decision) for decision in ("approved", "declined", "withdrawn")],
        [errors.NotReadyToMerge(code="HS-2", unfinished=unfinished) for unfinished in get_args(Unfinished)],
    )
    for alike in several:
        assert len({str(error) for error in alike}) == len(alike)
        assert len({in_spanish(error) for error in alike}) == len(alike)
    for way in set(WAYS) - {SPECIMEN}:  # another specimen is no mistake, and needs no reason
        assert in_spanish(errors.ReasonMissing(way=way)).startswith("Escriba ")


def test_a_refusal_belongs_to_the_whole_form_unless_it_names_a_field() -> None:
    assert errors.CannotTake(balance=5, unit="points").field is None
    assert errors.CannotTake(balance=5, unit="points", field="amount").field == "amount"
    assert BadInput("Choose at least one site.").field is None
    assert BadInput("Choose at least one site.", "site_ids").field == "site_ids"


def test_two_refusals_that_say_the_same_are_two() -> None:
    """They are exceptions: what compares or collects them tells one raise from another."""
    assert errors.NoPin() != errors.NoPin()
    assert len({errors.NoPin(), errors.NoPin()}) == 2


def test_the_points_that_are_missing_are_worked_out() -> None:
    assert errors.NotEnoughPoints(balance=10, cost=25, point_value_cents=25).missing == 15


@pytest.mark.parametrize("month", range(1, 13))
def test_english_writes_days_as_the_pages_do(month: int) -> None:
    assert ENGLISH.day(date(2026, month, 1)) == i18n.day(date(2026, month, 1))
    assert ENGLISH.day(date(2026, month, 28)) == i18n.day(date(2026, month, 28))


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "Jan 5, 2026, 12:00 AM"),
        (9 * 60 + 5, "Jan 5, 2026, 9:05 AM"),
        (12 * 60, "Jan 5, 2026, 12:00 PM"),
        (23 * 60 + 59, "Jan 5, 2026, 11:59 PM"),
    ],
)
def test_english_writes_instants_as_the_pages_do(minutes: int, said: str) -> None:
    at = datetime(2026, 1, 5, 6, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    assert ENGLISH.moment(at, "America/Chicago") == i18n.moment(at, "America/Chicago") == said


@pytest.mark.parametrize(("value", "said"), [(0, "0"), (999, "999"), (1240, "1,240"), (-1_000_000, "-1,000,000")])
def test_english_writes_numbers_as_the_pages_do(value: int, said: str) -> None:
    assert ENGLISH.number(value) == i18n.number(value) == said


def test_all_refusals_are_collected_and_raised_together() -> None:
    refusals = errors.AllRefusals()
    refusals.raise_any()
    with refusals:
        raise errors.NothingChanged
    with pytest.raises(errors.NothingChanged):
        refusals.raise_any()
    inner = errors.SeveralRefused(refusals=(errors.AlreadySigned(), errors.NoPin()))
    with refusals:
        raise inner
    with pytest.raises(errors.SeveralRefused) as refused:
        refusals.raise_any()
    assert [type(one).__name__ for one in refused.value.refusals] == ["NothingChanged", "AlreadySigned", "NoPin"]


@pytest.mark.parametrize(
    "error", [errors.NotFound(what="client"), errors.NotAllowed(roles={"coordinator"}), KeyError("x")]
)
def test_what_concerns_the_whole_page_is_raised_at_once(error: Exception) -> None:
    with pytest.raises(type(error)), errors.AllRefusals():
        raise error


@pytest.mark.parametrize(("cents", "said"), [(0, "$0.00"), (-70, "-$0.70"), (-123_456, "-$1,234.56"), (5, "$0.05")])
def test_english_writes_money_in_dollars(cents: int, said: str) -> None:
    assert ENGLISH.money(cents) == said
