"""A hidden amount is dots in the text of a page, and a word in whatever only a screen reader reads."""

from cm_tracker.i18n import HIDDEN, gettext, hide_amounts, money, ngettext, number, using_language
from cm_tracker.web.kiosk.hidden_amounts import spell_hidden

DOTS = '<span class="dots" aria-hidden="true">•••</span><span class="visually-hidden">hidden</span>'


def test_in_the_text_there_are_dots_and_the_word_is_heard() -> None:
    assert spell_hidden(f"<p>{HIDDEN} points</p>") == f"<p>{DOTS} points</p>"


def test_an_attribute_and_a_drawing_take_no_tag() -> None:
    assert spell_hidden(f'<svg aria-label="{HIDDEN} points"><text>{HIDDEN}</text></svg><b>{HIDDEN}</b>') == (
        f'<svg aria-label="hidden points"><text>•••</text></svg><b>{DOTS}</b>'
    )


def test_a_page_without_hidden_amounts_stays_as_it_is() -> None:
    assert spell_hidden("<p>85 &lt; 90</p>") == "<p>85 &lt; 90</p>"


def test_the_word_is_in_the_language_of_the_page() -> None:
    with using_language("es"):
        assert "oculto" in spell_hidden(HIDDEN)


def test_amounts_are_hidden_and_times_are_not() -> None:
    hide_amounts(True)
    try:
        assert (number(85), money(2125)) == (HIDDEN, HIDDEN)
        assert ngettext("%(n)s point", "%(n)s points", 85) == f"{HIDDEN} points"
        wait = ngettext(
            "Too many tries. Wait %(n)s minute, or ask a member of staff.",
            "Too many tries. Wait %(n)s minutes, or ask a member of staff.",
            10,
        )
        assert wait == "Too many tries. Wait 10 minutes, or ask a member of staff."
        assert gettext("My card") == "My card"
    finally:
        hide_amounts(False)
    assert (number(85), money(2125)) == ("85", "$21.25")
