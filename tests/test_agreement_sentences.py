"""The agreement in a client's words: its amounts are those of the schedule, and nothing that the paper needs is missing."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cm_tracker.agreement_sentences import text_of
from cm_tracker.domain.languages import LANGUAGES
from cm_tracker.domain.schedules.schedule import parse
from cm_tracker.i18n import using_language
from cm_tracker.queries.clients.agreements import AgreementPage
from tests.architecture.package import PACKAGE
from tests.domain.schedules.documents import document, phase, track

PRESETS = sorted(path.stem for path in (PACKAGE / "presets").glob("*.json"))


def page(rules: Any, **more: Any) -> AgreementPage:
    schedule = parse(rules)
    values: dict[str, Any] = {
        "enrollment_id": 1, "client_id": 1, "code": "HS-1", "preferred_name": "Amir", "language": "en", "has_pin": True,
        "site_id": 1, "site_name": "Harbor Street", "time_zone": "America/New_York", "today": date(2026, 3, 16),
        "version_id": 7, "version_number": 2, "schedule_name": schedule.name, "schedule": schedule,
        "first_day": date(2026, 3, 2), "last_day": date(2026, 5, 24), "expiry_weeks": None, "signed": None,
    }  # fmt: skip
    return AgreementPage(**{**values, **more})


def of_preset(name: str) -> Any:
    return json.loads((PACKAGE / "presets" / f"{name}.json").read_text(encoding="utf-8"))


def lines(rules: Any, **more: Any) -> list[str]:
    return text_of(page(rules, **more)).splitlines()


def test_the_voucher_ladder_is_told_with_its_own_numbers() -> None:
    told = lines(of_preset("higgins-voucher"))
    assert told[:8] == [
        "# Our agreement",
        "HS-1 · Harbor Street",
        "It begins on Mar 2, 2026. The last day is May 24, 2026.",
        "Rules: Voucher ladder for cocaine, 12 weeks, version 2 (number 7 in our records).",
        "## Your goal: Cocaine-negative urine test",
        "- A test counts when it shows none of these: cocaine.",
        "- Weeks 1 to 12: Up to 3 are paid in a week. The first one pays 10 points. Each next one in a row pays 5 points "
        "more. For each 3 in a row you get 40 points on top.",
        "An example:",
    ]
    assert told[8:16] == [
        "| Visit | What happens | You get",
        "| 1 | You meet your goal. | 10 points",
        "| 2 | You meet your goal. | 15 points",
        "| … | and so on | …",
        "| 7 | You meet your goal. | 40 points",
        "| 8 | You meet your goal. | 45 points",
        "| 9 | You do not meet it. | 0 points",
        "| 10 | You meet your goal. | 10 points",
    ]
    assert "The next one after a miss is worth 10 points." in told
    assert "After 5 visits in a row that meet your goal you are back where you were." in told
    assert "- If you meet every goal, you get 3,990 points ($997.50) in all." in told


def test_the_paper_has_what_an_agreement_needs() -> None:
    told = lines(of_preset("higgins-voucher"))
    for sentence in (
        "- The amount starts low again after: a test that does not meet your goal, a visit that you miss without an "
        "excuse, a test that you do not want to give, a specimen that is not your own or was changed.",
        "- A specimen that is too weak to read pays nothing and costs nothing.",
        "- Can you not come? Tell us before it begins. If it is excused, you get nothing and lose nothing.",
        "- What you get may count as income for your taxes. Ask a tax adviser.",
        "- No prize may be or buy alcohol, tobacco, drugs, guns or bets.",
        "- We hand you the prize here, or keep it for you. You say yes with your PIN.",
        "- The kiosk shows your points and your next visit. It never shows what was tested or a result.",
        "- You are free to take part. You can stop on any day, and you keep what you earned.",
        "- Do you think that something is not right? Tell one of us, or ask at the kiosk. A lead looks at it with you.",
        "- If the rules change, we tell you first, and you sign again.",
    ):
        assert sentence in told, sentence


def test_draws_are_told_with_their_bowl_and_without_points() -> None:
    told = lines(of_preset("ctn-prize"))
    assert "- You get 2 draws on top when the test also shows none of these: opioids, cannabis." in told
    assert (
        "- In the bowl: 250 × good job, 209 × a small prize, 40 × a large prize, 1 × a jumbo prize. About 1 slip in 2 wins "
        "something." in told
    )
    assert "- If you meet every goal, you get 204 draws in all." in told
    assert not any("points" in one for one in told if "kiosk" not in one)


def test_limits_expiry_and_corrections_are_those_of_the_schedule_and_the_site() -> None:
    told = lines(of_preset("california-recovery-incentives"), expiry_weeks=12)
    assert "- In a year: at most $599.00." in told
    assert "- What goes beyond a limit is not paid. Your next visits go up all the same." in told
    assert (
        "- Use your points at the latest 12 weeks after the last day. We warn you before they end." in told
        and "- Your points stay until you use them." not in told
    )
    kept = "- If we find a mistake, we put it right. You keep what you got."
    rules = document(track(phase()), corrections="keep")
    assert kept in lines(rules) and kept not in lines({**rules, "corrections": "replay"})


@pytest.mark.parametrize(
    ("ceiling", "says"),
    [
        ({"scope": "award", "cents": 5000}, "- One visit pays at most $50.00."),
        ({"scope": "month", "cents": 20000}, "- In a month: at most $200.00."),
        ({"scope": "enrollment", "cents": 75000}, "- In this program: at most $750.00."),
        ({"scope": "lifetime", "cents": 90000}, "- In all your time with us: at most $900.00."),
        ({"scope": "year_from", "cents": 59900, "from": "07-01"}, "- In a year from July 1 on: at most $599.00."),
        ({"scope": "rolling", "cents": 10000, "days": 30}, "- In any 30 days: at most $100.00."),
    ],
)
def test_every_limit_has_its_sentence(ceiling: dict[str, Any], says: str) -> None:
    assert says in lines(document(track(phase()), format="cm-schedule/2", ceilings=[ceiling]))


def test_a_scale_says_what_each_reading_pays() -> None:
    told = lines(of_preset("co-sliding-scale"))
    assert "- At 6 ppm or below, it pays 48 points." in told and "- At 21 ppm or below, it pays 8 points." in told
    assert "An example, with the lowest number each time:" in told
    assert "The next one after a miss is not worth less." in told


def test_a_pause_without_an_end_has_no_last_day() -> None:
    assert "It begins on Mar 2, 2026. Now it is paused." in lines(of_preset("higgins-voucher"), last_day=None)


def test_it_is_in_the_clients_language() -> None:
    with using_language("es"):
        told = lines(of_preset("higgins-voucher"))
    assert told[0] == "# Nuestro acuerdo"
    assert "| 9 | No la cumple. | 0 puntos" in told
    assert "- Una prueba cuenta cuando no muestra nada de esto: cocaína." in told


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_an_agreement_in_every_language(name: str, language: str) -> None:
    with using_language(language):
        told = text_of(replace(page(of_preset(name)), language=language))
    assert "%(" not in told and "None" not in told
    assert told.count("\n## ") == 5 + len(of_preset(name)["tracks"])
