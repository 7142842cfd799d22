"""The page that finds a preset by what a clinic has."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from tests.web.checklist import check
from tests.web.conftest import Person, text

People = Callable[..., Person]
EVERYBODY = ("rosa", "miriam", "grace", "sam")
PATH = "/schedules/presets"


def fitting(person: Person, query: str = "") -> list[str]:
    """Return the keys of the presets that fit, in the order of the page."""
    page = person.get(f"{PATH}{query}").get_data(as_text=True)
    return re.findall(r"/schedules/presets/([a-z0-9-]+)", page.split('<details class="rest"')[0])


def option(person: Person, field: str, label: str) -> str:
    """Return the value that the form sends for a choice."""
    page = person.get(PATH).get_data(as_text=True)
    radio = rf'<input type="radio" name="{field}" value="([^"]*)"[^>]*>\s*<span>([^<]*)<'
    return {unescape(says): value for value, says in re.findall(radio, page)}[label]


def test_the_page_passes_the_checklist(person: People) -> None:
    check(person, PATH, allowed=EVERYBODY)


def test_without_a_filter_all_presets_are_listed_from_the_cheapest_on_with_pounds_last(rosa: Person) -> None:
    assert fitting(rosa) == [
        "attendance-points",  # $75
        "fishbowl-250",  # 48 draws of $2.436
        "roll-smoking",  # $147.50
        "co-sliding-scale",  # $240
        "co-percentile",  # $300
        "quit-smoking-350",
        "va-prize",  # 164 draws of $2.218
        "ctn-prize",  # 204 draws of $2.218
        "weekly-opioid",  # $485
        "shaping-by-quarters",  # $554
        "budney-cannabis",  # $570
        "california-recovery-incentives",  # $599
        "transdermal-alcohol",  # $600
        "samhsa-grant",  # $750
        "higgins-voucher",  # $997.50
        "silverman-voucher",  # $1,155
        "hepatitis-b-vaccine",  # £30
        "cpit-pregnancy",  # £400
        "chesterfield-pregnancy",  # £752
    ]
    assert "All 19, the cheapest first" in text(rosa.get(PATH))


def test_a_preset_has_its_source_its_values_and_its_five_facts_and_its_page_the_paragraph(rosa: Person) -> None:
    content = text(rosa.get(PATH))
    assert (
        "Prize draws for stimulants and alcohol, 12 weeks Petry et al. 2005 and Peirce et al. 2006, CTN-0006 and CTN-0007 "
        "(MIEDAR) 1 draw, later 12 Tested Urine: stimulants and alcohol How often 2 a week Pays Draws (prizes) Weeks 12 204 draws, on average "
        "$452.47 Look at Prize draws for stimulants and alcohol, 12 weeks"
    ) in content
    assert (
        "Tested Urine: stimulants How often 2 a week, then 1 Pays Points (vouchers) Weeks 24 At most $599.00" in content
    )
    assert "Tested Medication or vaccine How often 3 in all Pays Points (vouchers) Weeks 4 At most £30.00" in content
    assert "$2.00 to $12.00 a visit" in content, "the reading decides"
    its_page = text(rosa.get(f"{PATH}/co-percentile"))
    assert "The study compared four percentiles; this is the 50th." in its_page
    assert "Two tests a week for stimulants and alcohol." in text(rosa.get(f"{PATH}/ctn-prize"))


@pytest.mark.parametrize(
    ("field", "label", "expected"),
    [
        ("tested", "Urine: opioids", ["weekly-opioid"]),
        ("tested", "Urine: cannabis", ["budney-cannabis"]),
        ("tested", "Alcohol", ["fishbowl-250", "ctn-prize", "transdermal-alcohol"]),
        ("tested", "Goals", ["fishbowl-250"]),
        ("tested", "Medication, vaccine", ["hepatitis-b-vaccine"]),
        ("tested", "Attendance", ["attendance-points", "quit-smoking-350", "cpit-pregnancy"]),
        ("pays", "Draws (prizes)", ["fishbowl-250", "va-prize", "ctn-prize"]),
        ("weeks", "Up to 4", ["roll-smoking", "co-sliding-scale", "hepatitis-b-vaccine"]),
        (
            "visits",
            "1",
            ["quit-smoking-350", "weekly-opioid", "transdermal-alcohol", "hepatitis-b-vaccine", "cpit-pregnancy"],
        ),
    ],
)
def test_each_field_finds_by_what_a_clinic_has(rosa: Person, field: str, label: str, expected: list[str]) -> None:
    assert fitting(rosa, f"?{field}={option(rosa, field, label)}") == expected


def test_smoking_has_six_presets_and_other_drugs_are_not_offered_because_none_tests_them(rosa: Person) -> None:
    assert fitting(rosa, f"?tested={option(rosa, 'tested', 'Smoking: breath CO')}") == [
        "roll-smoking", "co-sliding-scale", "co-percentile", "quit-smoking-350", "cpit-pregnancy", "chesterfield-pregnancy",
    ]  # fmt: skip
    assert "Urine: other drugs" not in text(rosa.get(PATH))


def test_fields_are_combined_and_the_others_say_why_they_do_not_fit(miriam: Person) -> None:
    query = f"?tested={option(miriam, 'tested', 'Urine: stimulants')}&visits=3&most=%24700"
    assert fitting(miriam, query) == ["va-prize", "ctn-prize", "shaping-by-quarters", "california-recovery-incentives"]
    content = text(miriam.get(PATH + query))
    assert "4 of 19 fit, the cheapest first" in content and "15 presets do not fit" in content
    assert "Voucher ladder for cocaine, 12 weeks : costs $997.50" in content
    assert (
        "Fishbowl of 250 slips for sobriety and goals, 8 weeks : tests alcohol (breath or skin) and goals; 5 visits a week"
        in content
    )
    assert "three doses in 4 weeks : tests medication or vaccine; costs £30.00, in another currency" in content


def test_where_nothing_fits_the_page_says_what_to_leave_open(rosa: Person) -> None:
    stimulants = option(rosa, "tested", "Urine: stimulants")
    page = rosa.get(f"{PATH}?tested={stimulants}&pays=draws&most=100")
    assert "No preset fits all of this Leave the cost open : 2 fit." in text(page)
    link = re.search(r'<a href="([^"]+)">Leave the cost open', page.get_data(as_text=True))
    assert link is not None
    assert fitting(rosa, unescape(link[1]).removeprefix(PATH)) == ["va-prize", "ctn-prize"]
    page = rosa.get(f"{PATH}?tested={stimulants}&visits=1&weeks=4&pays=draws")
    assert "Leaving one of them open is not enough." in text(page)
    one = rosa.get(f"{PATH}?weeks=4&pays=points&most=200")
    assert "1 of 19 fits" in text(one)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?most=much", "Enter an amount such as 600 or 599.50."),
        ("?most=" + "9" * 21, "Enter an amount such as 600 or 599.50."),
        ("?tested=99", "This is not in the list any more. Choose another one."),
        ("?tested=cocaine", "This is not in the list any more. Choose another one."),
        ("?visits=-1", "This is not in the list any more. Choose another one."),
        ("?weeks=%27", "This is not in the list any more. Choose another one."),
    ],
)
def test_a_wrong_value_is_said_at_its_field_and_filters_nothing(rosa: Person, query: str, sentence: str) -> None:
    assert sentence in text(rosa.get(PATH + query))
    assert len(fitting(rosa, query)) == 19


@pytest.mark.parametrize("typed", ["abc", "-5"])
def test_what_was_typed_stays_in_the_field_beside_its_problem(rosa: Person, typed: str) -> None:
    page = rosa.get(f"{PATH}?most={typed}").get_data(as_text=True)
    field = re.search(r'<input[^>]*name="most"[^>]*>', page)
    assert field is not None and f'value="{typed}"' in field[0] and 'aria-describedby="most-problem"' in field[0]
    assert '<p class="problem" id="most-problem">Enter an amount such as 600 or 599.50.</p>' in page


def test_spaces_are_no_amount(rosa: Person) -> None:
    content = text(rosa.get(f"{PATH}?most=+&tested=&visits="))
    assert "All 19, the cheapest first" in content and "not compared" not in content


def test_no_choice_has_a_substance_in_the_address(rosa: Person) -> None:
    page = rosa.get(PATH).get_data(as_text=True)
    values = re.findall(r'<input type="radio"[^>]*value="([^"]*)"', page)
    assert len(values) > 20
    assert set(values) - {"", "points", "draws"} <= {str(n) for n in range(100)}


def test_the_shape_of_a_ladder_has_a_bar_for_each_visit(rosa: Person) -> None:
    page = rosa.get(f"{PATH}?tested={option(rosa, 'tested', 'Urine: opioids')}")
    assert page.get_data(as_text=True).count("<rect") == 24
    assert "$2.50, later $31.25" in text(page)


def test_the_page_of_a_preset_has_the_same_words_and_its_own_currency(rosa: Person) -> None:
    content = text(rosa.get(f"{PATH}/chesterfield-pregnancy"))
    assert (
        "Tested Breath CO (smoking) How often 2 a week, then 1 Pays Points (vouchers) Weeks 28 At most £752.00"
        in content
    )
    assert "Most that can be earned £752.00 3,008 points at £0.25" in content
    assert "What was changed: The study’s 32 visits run to six months after the birth" in content
    assert "$" not in content
    assert "Nothing was changed from the publication." in text(rosa.get(f"{PATH}/va-prize"))


def test_the_list_of_schedules_leads_to_the_presets_and_only_who_edits_begins_blank(
    rosa: Person, miriam: Person
) -> None:
    for somebody in (rosa, miriam):
        assert f'href="{PATH}">Find a preset' in somebody.get("/schedules").get_data(as_text=True)
    assert "New blank schedule" in text(miriam.get(PATH))
    assert "New blank schedule" not in text(rosa.get(PATH))
    draft = miriam.send("/schedules/drafts", shown_at=PATH)
    assert draft.status_code == 303 and draft.headers["Location"].startswith("/schedules/drafts/")


def test_the_page_asks_the_database_for_nothing_but_the_person(rosa: Person, statements: list[str]) -> None:
    rosa.get(PATH)

    def selects(query: str) -> int:
        statements.clear()
        assert rosa.get(PATH + query).status_code == 200
        return len([statement for statement in statements if statement.startswith("SELECT")])

    rosa.get("/password")
    statements.clear()
    rosa.get("/password")
    of_any_page = len([statement for statement in statements if statement.startswith("SELECT")])
    assert selects("") == selects("?tested=1&most=1000") == selects("?weeks=4&visits=1&tested=1") == of_any_page
