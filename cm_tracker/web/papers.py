"""Papers: what a client takes along, in their language, on a page of staff to print, or as PDF.

The page around a paper is in the language of the staff. With `as=pdf` in its address it is the paper alone.
"""

from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, abort, current_app, render_template, request
from flask_login import current_user
from markupsafe import Markup

from cm_tracker import clock
from cm_tracker.i18n import currency, using_language
from cm_tracker.pdf import can_make_pdf, pdf_of


def show_paper(
    around: str, paper: str, /, *, language: str, code: str, time_zone: str, **context: object
) -> str | Response:
    """Return the template `around` with a paper in it, which is the template `paper` in a client's language; or its PDF.

    `code` is the client's: a file is called by it, and by nothing else of the client. Both templates get the `context`. At
    its end the paper says who printed it, and when.
    """
    made = part_in(
        language,
        f"papers/{paper}.html",
        code=code,
        time_zone=time_zone,
        printed_by=current_user.person.display_name,
        printed_at=clock.now(),
        **context,
    )
    if "as" not in request.args:
        return render_template(around, paper=made, spoken=language, **context)
    if request.args["as"] != "pdf" or not can_make_pdf():
        abort(404)
    made_pdf = pdf_of(
        made, title=code, language=language, currency=currency(), styles=Path(current_app.static_folder or "") / "css"
    )
    answer = Response(made_pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{code}.pdf")
    return answer


def part_in(language: str, template: str, /, **context: object) -> Markup:
    """Return a part of a page in another language than the page's own."""
    with using_language(language):
        return Markup(render_template(template, **context))  # noqa: S704 - a template has escaped it


def _pdf_address() -> str | None:
    """Return the address of the current page as PDF, or None where none can be made."""
    if not can_make_pdf():
        return None
    # Not by `url_for`: what stands in the address may have the names of its own parameters.
    return f"{request.path}?{urlencode({**request.args, 'as': 'pdf'})}"


def init_app(app: Flask) -> None:
    """Give the templates the function `pdf_address`."""
    app.jinja_env.globals["pdf_address"] = _pdf_address
