"""Every look at a client's record is noted: who, when, which page, from where; and who was refused.

It is on by default. Whatever a member of staff opens is noted, unless its endpoint stands in `WITHOUT_CLIENTS`. Whose
record it is, the names in the address say (`SUBJECTS`): `visit_id` is a visit, and a visit is a client's. A page with a
name in its address that is in neither table fails a test, and so does an endpoint that has no word for people.

Nothing is noted of what a client does at the kiosk, which the audit trail has, and of a redirect, which shows nothing.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import MultiDict

from cm_tracker import clock
from cm_tracker.domain.audit.browsers import browser_name
from cm_tracker.domain.audit.viewings import REFUSED, VIEW, WRONG, Subject, Viewing
from cm_tracker.domain.errors import BadInput, CodeRefused, ProofRefused, Refused, SignInRefused
from cm_tracker.forms.base import id_in
from cm_tracker.web.access import KIOSK, MACHINE, OPEN_ENDPOINTS, PAIRING, PUBLIC
from cm_tracker.web.view_log import ViewLog

# As long as a code may be that narrows a list.
MOST_OF_CODE = 20
# A name in an address, and the noun of the record that it names (`queries.audit.subjects`).
SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "site_id": "site",
        "service_id": "service",
        "client_id": "client",
        "from_id": "client",
        "enrollment_id": "enrollment",
        "visit_id": "visit",
        "goal_id": "goal",
        "review_id": "review",
        "slip_id": "meeting_slip",
        "offer_id": "offer",
        "redemption_id": "redemption",
        "draw_id": "draw",
        "question_id": "question",
        "transaction_id": "transaction",
        "opening_id": "identity_opening",
        "consent_id": "consent",
        "agreement_id": "signed_agreement",
        "disclosure_id": "disclosure",
    }
)
# Several kinds of requests have the same name in their addresses.
REQUESTS: Mapping[str, str] = MappingProxyType(
    {"adjustments": "adjustment_request", "merges": "merge_request", "requests": "prize_request"}
)
# What else stands in the address of a page with clients: none of it names one.
OTHER_NAMES = frozenset(
    {
        "event_id",
        "number",
        "way",
        "on",
        "version_id",
        "draft_id",
        "check_id",
        "session_id",
        "staff_id",
        "name",
        "saved_id",
        "group",
        "kind",
        "import_id",
    }
)

# Pages on which no client stands. Every other page of staff is noted.
WITHOUT_CLIENTS = frozenset(
    {
        "start.password",
        "account.show",
        "account.language",
        "account.end",
        "account.end_others",
        "proof.again",
        "factor.show",
        "factor.app",
        "factor.drop_app",
        "factor.new_passkey",
        "factor.passkey",
        "factor.drop_passkey",
        "factor.codes",
        "styleguide.show",
        "services.sites",
        "services.index",
        "services.new",
        "services.change",
        "service_codes.show",
        "sample_program.choose",
        "calendar.index",
        "calendar.close",
        "calendar.away",
        "calendar.holidays",
        "calendar.withdraw",
        "prizes.index",
        "prizes.new",
        "prizes.edit",
        "prizes.deliver",
        "prizes.report",
        "prizes.price_list",
        "prizes.shelf_tags",
        "keys.index",
        "keys.new",
        "keys.take_back",
        "installation.show",
        "purchases.end",
        "purchases.index",
        "purchases.new",
        "purchases.show",
        "counts.index",
        "counts.new",
        "counts.show",
        "counts.begin",
        "counts.stop",
        "counts.check",
        "counts.sign",
        "schedules.index",
        "schedules.show",
        "schedules.show_preset",
        "schedules.create",
        "schedules.edit",
        "schedules.keep",
        "schedules.edit_document",
        "schedules.difference",
        "schedules.draft_difference",
        "schedules.retire",
        "schedules.rename",
        "schedules.sites",
        "schedules.discard",
        "schedule_files.of_version",
        "schedule_files.of_draft",
        "schedule_files.open_file",
        "presets.index",
        "trials.show_trial",
        "trials.run_trial",
        "approvals.publish",
        "approvals.review",
        "approvals.take_back",
        "approvals.one_lead",
        "approvals.revoke_one_lead",
        "sources.new",
        "sources.show",
        "goal_list.index",
        "goal_list.start",
        "goal_list.rename",
        "goal_list.retire",
        "panels.index",
        "panels.new",
        "panels.new_lot",
        "panels.retire",
        "devices.index",
        "devices.new",
        "devices.revoke",
        "devices.release",
        "staff.index",
        "staff.lift",
        "staff.lift_place",
        "staff.new",
        "staff.edit",
        "staff.code",
        "staff.sign_out",
        "staff.take_away",
        "sites.index",
        "sites.new",
        "sites.picture",
        "sites.settings",
        "readiness.show",
        "reports.index",
        "lists.index",
        "lists.show",
        "lists.columns",
        "lists.research",
        "lists.research_file",
        "saved_reports.new",
        "saved_reports.change",
        "saved_reports.remove",
        "people.own",
        "people.train",
        "people.withdraw",
        "checks.index",
        "checks.run",
        "checks.checkpoint",
        "checks.compare",
    }
)


def is_noted(endpoint: str) -> bool:
    """Return whether a page of staff may show a client."""
    view = current_app.view_functions.get(endpoint)
    rule = getattr(view, "access", None)
    return view is not None and rule not in (None, PUBLIC, MACHINE, KIOSK, PAIRING) and endpoint not in WITHOUT_CLIENTS


def _note(response: Response) -> Response:
    # Nothing that goes wrong here may cost anybody their page.
    try:
        if request.endpoint not in OPEN_ENDPOINTS and (kind := _kind(response.status_code)) is not None:
            view_log(current_app).add(_viewing(kind))
    except Exception as error:
        current_app.logger.error("%s: a viewing of %s is not noted", type(error).__name__, request.endpoint)
    return response


def _kind(status: int) -> str | None:
    """Return what happened in this request, or None for what is not noted."""
    endpoint = request.endpoint or ""
    if _is_wrong_password(g.get("refusal")):
        return WRONG
    if _staff_id() is None:
        return None
    if status == 403:
        return REFUSED
    if not is_noted(endpoint) or 300 <= status < 400 or status in (204, 400, 405) or status >= 500:
        return None
    return REFUSED if status == 404 else VIEW


def _is_wrong_password(error: Refused | None) -> bool:
    """Return whether somebody typed a wrong password or code, or whether their passkey was refused."""
    is_wrong = isinstance(error, SignInRefused | CodeRefused | ProofRefused)
    return is_wrong or (isinstance(error, BadInput) and error.field == "old")


def _viewing(kind: str) -> Viewing:
    return Viewing(
        at=clock.now(),
        kind=kind,
        page=(request.endpoint or "")[:60],
        subjects=tuple(_subjects()),
        staff_id=_staff_id(),
        address=(request.remote_addr or "")[:45],
        browser=browser_name(request.user_agent.string),
        username=_tried_username() if kind == WRONG else "",
        client_code=_typed_code(),
    )


def _typed_code() -> str:
    """Return the code by which a list is narrowed to one client, as it was typed, or an empty text."""
    typed = request.args.get("client_code", "").strip()
    return typed if typed.isprintable() and len(typed) <= MOST_OF_CODE else ""


def _tried_username() -> str:
    """Return at which account something wrong was typed: what stands in the form, or whose second step it was."""
    refusal = g.get("refusal")
    typed = refusal.username if isinstance(refusal, ProofRefused) else request.form.get("username", "")
    return str(typed).strip().lower()[:60]


def _staff_id() -> int | None:
    """Return who is signed in, as far as this request has asked already: it must not ask the database now."""
    person = getattr(g.get("_login_user"), "person", None)
    return None if person is None else int(person.staff_id)


def _subjects() -> Iterator[Subject]:
    """Return the records that the address names: first those of lists, last the one that the page is about."""
    for name in ("client", "clients"):
        for number in _numbers(request.args, name):
            yield "client", number
    for name, value in (request.view_args or {}).items():
        noun = SUBJECTS.get(name)
        if name == "request_id":
            noun = REQUESTS.get(request.blueprint or "")
        if noun is not None and isinstance(value, int):
            yield noun, value


def _numbers(args: MultiDict[str, str], name: str) -> Iterator[int]:
    for text in args.get(name, "").split("-")[:100]:
        if number := id_in(text):
            yield number


def view_log(app: Flask) -> ViewLog:
    """Return the queue of an application."""
    log: ViewLog = app.extensions["cm_view_log"]
    return log


def init_app(app: Flask) -> None:
    """Note every answer of the application."""
    app.config.setdefault("VIEWINGS_IN_BACKGROUND", True)
    app.extensions["cm_view_log"] = ViewLog(app)
    app.after_request(_note)
