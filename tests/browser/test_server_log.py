"""The log of the server, which every browser test checks at its end for names, codes and results (`conftest.live`)."""

import json
import logging
import os
from pathlib import Path

from flask import Flask

from tests.browser.conftest import Visitor
from tests.private_words import private_words_in


def test_the_log_that_is_checked_is_that_of_the_server(
    live: tuple[Flask, str], visitor: Visitor, server_log: Path
) -> None:
    """A line with a name that the server writes while it answers is found; so the check of other tests sees it, too."""
    app, _ = live

    @app.teardown_request
    def say(error: BaseException | None) -> None:
        logging.getLogger("cm_tracker.web").warning("Amir was here")

    visitor.sign_in("rosa")
    visitor.go("/clients/1")
    logged = server_log.read_text(encoding="utf-8")
    assert private_words_in(logged) == ["Amir"]
    pages = [line.get("endpoint") for line in map(json.loads, logged.splitlines())]
    assert {"start.sign_in", "clients.show"} <= set(pages)
    app.teardown_request_funcs[None].remove(say)
    # The server may still answer what the page asked for last.
    visitor.page.wait_for_load_state("networkidle")
    os.truncate(server_log, 0)
    visitor.go("/")
