"""The browser and the device of a request, from what real browsers send."""

import pytest

from cm_tracker.domain.audit.browsers import browser_name

LIKE_GECKO = "AppleWebKit/537.36 (KHTML, like Gecko)"
OF_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {LIKE_GECKO} Chrome/126.0.0.0 Safari/537.36", "Chrome on Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {LIKE_GECKO} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
            "Edge on Windows",
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {OF_APPLE} Version/17.5 Safari/605.1.15",
            "Safari on Mac",
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {OF_APPLE} Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) {OF_APPLE} CriOS/126.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPad",
        ),
        (f"Mozilla/5.0 (Linux; Android 14; K) {LIKE_GECKO} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {LIKE_GECKO} Chrome/126.0.0.0 Safari/537.36",
            "Chrome on Chromebook",
        ),
        ("curl/8.5.0", "an unknown browser"),
        ("", "an unknown browser"),
    ],
)
def test_a_browser_is_named_in_a_few_words(sent: str, expected: str) -> None:
    assert browser_name(sent) == expected
    assert len(browser_name(sent)) <= 60


def test_nothing_that_somebody_sends_gets_into_the_name() -> None:
    assert browser_name("Amir is a client <script> Windows") == "an unknown browser on Windows"
