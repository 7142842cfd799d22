"""The kiosk in every size, color and language, by keyboard, by ear and by touch."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session

from cm_tracker import clock
from cm_tracker.domain.staff.roles import command
from cm_tracker.operations.clients.set_pin import set_pin
from cm_tracker.operations.prizes.offer_prize import offer_prize
from cm_tracker.passwords import Hasher
from tests import cast
from tests.browser.conftest import open_card, pair
from tests.drawing import dora
from tests.redeeming import redeem_at_once

Given = Callable[..., Any]

SCREENS = ((768, 1024), (1024, 768), (1280, 800), (360, 740))
LOOKS = (("usual", "usual"), ("large", "contrast"), ("largest", "dark"), ("largest", "contrast"))
# What axe checks: WCAG up to 2.2 AA, and what its makers advise.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LEAST = 48

SMALL_TARGETS = """least => [...document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')]
  .filter(one => one.checkVisibility())
  .map(one => [one.getBoundingClientRect(), one.outerHTML.slice(0, 90)])
  .filter(([box]) => box.width > 0 && Math.min(box.width, box.height) < least - 0.5)
  .map(([box, html]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""

WIDE = """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility())
  .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5).map(one => one.outerHTML.slice(0, 60)).slice(0, 4)"""

RING = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return [one === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3), one.outerHTML.slice(0, 120)];
}"""


def full_clinic(session: Session) -> None:
    cast.rich(session)
    redeem_at_once(session)


def offered(session: Session) -> None:
    """Let a prize wait on the card until its client says yes or no."""
    offer_prize(
        session, client_id=cast.AMIR, prize_id=cast.MUG, price_points=20, quantity=1, key=cast.key(), actor=cast.rosa,
        now=clock.now(),
    )  # fmt: skip


def to_text(page: Page) -> None:
    """Open the page of text and colors: by its own tool, or on a phone by the one behind which it stands."""
    page.locator("a.tool[href*='/kiosk/text']:visible").click()
    page.wait_for_url("**/kiosk/text*")


def choose(page: Page, name: str, value: str) -> None:
    with page.expect_navigation():
        page.locator(f"main button[name={name}][value={value}]").click()


def check(page: Page, where: str) -> list[str]:
    """Return what is wrong with a page: what axe finds, small targets, and whatever is wider than the screen."""
    page.evaluate("document.querySelectorAll('.kiosk-foot').forEach(one => { one.style.position = 'static'; })")
    report = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]})
    wrong = [f"{where}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in report.response["violations"]]
    wrong += [f"{where}: {small}" for small in page.evaluate(SMALL_TARGETS, LEAST)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{where}: too wide: {page.evaluate(WIDE)}")
    page.evaluate("document.querySelectorAll('.kiosk-foot').forEach(one => { one.style.position = ''; })")
    return wrong


def opened(browser: Browser, live: tuple[Flask, str], **more: Any) -> tuple[BrowserContext, Page]:
    live[0].config["KIOSK_SECONDS"] = 600
    context = browser.new_context(base_url=live[1], reduced_motion="reduce", **more)
    page = context.new_page()
    pair(page, live[1])
    return context, page


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("text_size", "colors"), LOOKS)
def test_every_page_is_accessible_at_every_size_and_in_every_color(
    browser: Browser, live: tuple[Flask, str], given: Given, text_size: str, colors: str
) -> None:
    given(full_clinic)
    given(offered)
    context, page = opened(browser, live)
    page.goto("/kiosk/sign-in")
    to_text(page)
    choose(page, "text_size", text_size)
    choose(page, "colors", colors)
    wrong = []
    for size in SCREENS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        where = f"{size[0]} px"
        page.goto("/kiosk/sign-in")
        wrong += check(page, f"sign-in, {where}")
    open_card(page, live[1])
    to_text(page)
    choose(page, "text_size", text_size)
    choose(page, "colors", colors)
    pages = {"text": "a.tool.wide[href$='/kiosk/text'], a.tool.narrow", "card": "main a.to-card"}
    for name, link in pages.items():
        page.locator(link).locator("visible=true").first.click()
        page.wait_for_load_state()
        for size in SCREENS:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            wrong += check(page, f"{name}, {size[0]} px")
    assert page.evaluate("document.documentElement.dataset.colors") == colors
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    assert wrong == [], "\n".join(wrong)
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("colors", ["contrast", "dark"])
def test_a_draw_is_accessible_in_other_colors(
    browser: Browser, live: tuple[Flask, str], given: Given, colors: str
) -> None:
    client_id = given(dora, slips=[{"tier": "small", "count": 6, "cents": 100}])
    given(set_pin, client_id=client_id, pin=cast.PIN, hasher=Hasher(64, 1), actor=command(), now=clock.now())
    context, page = opened(browser, live, viewport={"width": 768, "height": 1024})
    open_card(page, live[1], "HS-9")
    to_text(page)
    choose(page, "colors", colors)
    page.locator("main a.to-card").click()
    page.get_by_role("button", name="Draw now").click()
    page.wait_for_url("**/kiosk/draws")
    wrong = check(page, "the bowl")
    page.locator(".words .btn").first.click()
    page.locator("details.drawn summary").first.click()
    for size in SCREENS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        wrong += check(page, f"a slip, {size[0]} px")
    assert wrong == [], "\n".join(wrong)
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["es", "pt"])
def test_every_language_is_accessible_on_a_tablet_and_a_phone(
    browser: Browser, live: tuple[Flask, str], given: Given, language: str
) -> None:
    given(full_clinic)
    given(offered)
    context, page = opened(browser, live, viewport={"width": 768, "height": 1024})
    open_card(page, live[1])
    with page.expect_navigation():
        page.locator(f"header button[value={language}]").click()
    wrong = []
    for size in SCREENS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        wrong += check(page, f"card, {size[0]} px")
    assert page.evaluate("document.documentElement.lang") == language
    expect(page.locator(".confirm [name=pin]")).to_be_visible()
    with page.expect_navigation():
        page.locator("button[name=keep]").click()
    expect(page.locator("button[name=keep]")).to_have_count(0)
    with page.expect_navigation():
        page.locator("header button[name=hides]").click()
    wrong += check(page, "card with hidden amounts")
    assert wrong == [], "\n".join(wrong)
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_forced_colors_keep_every_shape(browser: Browser, live: tuple[Flask, str], given: Given) -> None:
    """A button has an edge, what is chosen is told by more than its ground, and the ring of the time is drawn."""
    given(full_clinic)
    context, page = opened(browser, live, viewport={"width": 768, "height": 1024}, forced_colors="active")
    open_card(page, live[1])
    to_text(page)
    edges = page.evaluate("""() => [...document.querySelectorAll('button, a.tool, a.btn')].filter(one => one.checkVisibility())
      .filter(one => parseFloat(getComputedStyle(one).borderTopWidth) < 1).map(one => one.outerHTML.slice(0, 90))""")
    assert edges == []
    chosen = page.locator("[aria-pressed=true]")
    expect(chosen).to_have_count(3)
    assert chosen.first.locator("svg").count() == 1
    stroke = page.evaluate("getComputedStyle(document.querySelector('.kiosk-foot .ring .part')).stroke")
    assert stroke != "none"
    assert check(page, "forced colors") == []
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_everything_is_reached_by_keyboard_in_the_order_of_the_page(
    browser: Browser, live: tuple[Flask, str], given: Given
) -> None:
    """A switch is a keyboard with one or two keys: Tab goes on, Enter chooses."""
    given(full_clinic)
    context, page = opened(browser, live, viewport={"width": 768, "height": 1024})
    open_card(page, live[1])
    to_text(page)
    words = []
    for _ in range(40):
        page.keyboard.press("Tab")
        is_seen, what = page.evaluate(RING)
        assert is_seen, what
        word = page.evaluate("document.activeElement.innerText || ''").strip()
        if word:
            words.append(" ".join(word.split()))
        if word == "I am done":
            break
    head = [word for word in ("Listen",) if word in words]
    assert words == [
        *head, "Hide", "Text", "Español", "Português", "My card", "Usual letters", "Large letters", "Very large letters",
        "Usual colors", "Black on white", "Light on dark", "English", "Español", "Português", "More time", "I am done",
    ]  # fmt: skip
    page.locator("button[value=dark]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.dataset.colors") == "dark"
    page.locator("header button[name=hides]").focus()
    with page.expect_navigation():
        page.keyboard.press("Space")
    expect(page.locator("header button[name=hides]")).to_have_text("Show")
    page.keyboard.press("Escape")
    page.wait_for_url("**/kiosk")
    assert page.evaluate("document.documentElement.dataset.colors") == "usual", "the next person sees the usual colors"
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_without_script_every_tool_but_listen_works(browser: Browser, live: tuple[Flask, str], given: Given) -> None:
    given(full_clinic)
    context, page = opened(browser, live, viewport={"width": 360, "height": 740}, java_script_enabled=False)
    open_card(page, live[1])
    expect(page.locator("[data-aloud]")).to_be_hidden()
    page.locator("header button[name=hides]").click()
    expect(page.locator("main .dots").first).to_be_visible()
    page.locator("header a.narrow").click()
    page.locator("main button[value=largest]").click()
    page.locator("main button[value=es]").click()
    expect(page.locator("h1")).to_have_text("Letras, colores e idioma")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    context.close()


# A browser's speech, as the standard describes it, for a machine without a voice. It says what it was given.
SPEECH = """() => {
  const said = [];
  let speaking = [];
  window.said = said;
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
  const speech = {
    getVoices: () => [],
    speak: one => { said.push([one.lang, one.text]); speaking.push(one); if (speaking.length === 1) one.dispatchEvent(new Event('start')); },
    cancel: () => { speaking = []; },
  };
  window.finish = () => { const one = speaking.shift(); one.dispatchEvent(new Event('end')); if (speaking[0]) speaking[0].dispatchEvent(new Event('start')); };
  Object.defineProperty(window, 'speechSynthesis', { value: speech });
}"""


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_page_is_read_aloud_in_its_language_until_it_ends_or_is_stopped(
    browser: Browser, live: tuple[Flask, str], given: Given
) -> None:
    given(full_clinic)
    context, page = opened(browser, live, viewport={"width": 768, "height": 1024})
    page.add_init_script(f"({SPEECH})()")
    open_card(page, live[1])
    listen = page.locator("[data-aloud]")
    listen.click()
    expect(listen).to_have_text("Stop")
    said = page.evaluate("window.said")
    assert {language for language, _ in said} == {"en-US"}
    texts = [text for _, text in said]
    assert "You have" in texts and texts.index("My points") == 0
    assert not any("I am done" in text or "{" in text for text in texts)
    listen.click()
    expect(listen).to_have_text("Listen")
    listen.click()
    for _ in texts:
        page.evaluate("window.finish()")
    expect(listen).to_have_text("Listen")
    with page.expect_navigation():
        page.locator("header button[name=hides]").click()
    with page.expect_navigation():
        page.locator("header button[value=pt]").click()
    page.locator("[data-aloud]").click()
    said = page.evaluate("window.said")
    assert {language for language, _ in said} == {"pt-BR"}
    assert any("escondido" in text for _, text in said) and not any("•" in text for _, text in said)
    context.close()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_browser_without_speech_has_no_button_to_listen(
    browser: Browser, live: tuple[Flask, str], given: Given
) -> None:
    given(full_clinic)
    context, page = opened(browser, live)
    page.add_init_script("delete window.speechSynthesis; delete window.SpeechSynthesisUtterance;")
    open_card(page, live[1])
    expect(page.locator("[data-aloud]")).to_be_hidden()
    context.close()
