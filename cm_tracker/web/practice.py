"""The tag of practice clients, wherever a page of staff shows one.

A page about one client has it above its title (`templates/base.html`), and a list has it beside the code. Both ask by the
code that the page shows anyway, so that no query and no view has to pass it on. The codes come with who is signed in.
"""

from flask import Flask
from flask_login import current_user
from jinja2 import pass_context
from jinja2.runtime import Context

# What views call the client, or the record of one, that their page is about.
NAMES = ("card", "client", "page", "line", "receipt", "into")


def is_practice_code(code: object) -> bool:
    """Return whether a code is that of a practice client."""
    return current_user.is_authenticated and code in current_user.person.practice_codes


@pass_context
def is_about_practice(context: Context) -> bool:
    """Return whether the page that is being rendered is about a practice client.

    A page about no client does not ask who is signed in: the page for a failure reads nothing from the database.
    """
    of = [context.get(name) for name in NAMES]
    codes = [
        code for one in of for name in ("code", "client_code") if isinstance(code := getattr(one, name, None), str)
    ]
    return any(is_practice_code(code) for code in codes)


def init_app(app: Flask) -> None:
    """Let templates ask for it."""
    app.jinja_env.globals.update(is_practice_code=is_practice_code, is_about_practice=is_about_practice)
