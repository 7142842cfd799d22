"""Every route has an access rule, and none comes or goes unnoticed."""

from cm_tracker import create_app
from cm_tracker.domain.staff.roles import MAY
from cm_tracker.web.access import KIOSK, OPEN_ENDPOINTS, PAIRING, PUBLIC

# endpoint: methods, rule. Typed by hand: a new route is a line here, and somebody thinks about it.
ROUTES = {
    "start.show": ("GET", "account:own"),
    "start.sign_in": ("GET POST", PUBLIC),
    "start.sign_out": ("POST", PUBLIC),
    "start.password": ("GET POST", "account:own"),
    "codes.redeem": ("GET POST", PUBLIC),
    "account.show": ("GET", "account:own"),
    "account.end": ("POST", "account:own"),
    "account.end_others": ("POST", "account:own"),
    "proof.second": ("GET POST", PUBLIC),
    "proof.passkey": ("POST", PUBLIC),
    "proof.again": ("GET POST", "account:own"),
    "factor.show": ("GET", "account:own"),
    "factor.app": ("GET POST", "account:own"),
    "factor.drop_app": ("POST", "account:own"),
    "factor.new_passkey": ("GET POST", "account:own"),
    "factor.passkey": ("GET POST", "account:own"),
    "factor.drop_passkey": ("POST", "account:own"),
    "factor.codes": ("POST", "account:own"),
    "styleguide.show": ("GET", "account:own"),
    "desk.at_risk": ("GET", "desk:view"),
    "caseload.show": ("GET", "caseload:view"),
    "clients.index": ("GET POST", "client:find"),
    "clients.new": ("GET POST", "client:create"),
    "clients.show": ("GET", "client:find"),
    "clients.edit": ("GET POST", "client:change"),
    "clients.pin": ("GET POST", "client:change"),
    "clients.unlock": ("POST", "client:change"),
    "clients.enroll": ("GET POST", "client:enroll"),
    "transfers.new": ("GET POST", "client:transfer"),
    "id_cards.index": ("GET POST", "card:issue"),
    "id_cards.sheet": ("GET", "card:issue"),
    "id_cards.of_client": ("GET POST", "card:issue"),
    "counselors.change": ("GET POST", "counselor:assign"),
    "consents.index": ("GET", "consent:view"),
    "consents.new": ("GET POST", "consent:change"),
    "consents.revoke": ("GET POST", "consent:change"),
    "consents.agreement": ("GET POST", "consent:change"),
    "consents.disclose": ("GET POST", "disclosure:record"),
    "consents.sheet": ("GET", "consent:view"),
    "consents.account": ("GET", "consent:view"),
    "monthly_statements.show": ("GET", "visit:view"),
    "transfers.code": ("GET POST", "client:change"),
    "merges.index": ("GET", "merge:view"),
    "merges.find": ("GET POST", "merge:request"),
    "merges.new": ("GET POST", "merge:request"),
    "merges.show": ("GET POST", "merge:view"),
    "enrollments.show": ("GET", "client:view"),
    "enrollments.end": ("GET POST", "client:enroll"),
    "enrollments.pause": ("GET POST", "client:enroll"),
    "enrollments.resume": ("GET POST", "client:enroll"),
    "enrollments.move": ("GET POST", "enrollment:move"),
    "moves.listed": ("GET POST", "enrollment:move"),
    "enrollments.withdraw": ("GET POST", "enrollment:move"),
    "plans.change": ("GET POST", "plan:change"),
    "plans.week": ("GET", "plan:view"),
    "plans.print_week": ("GET", "plan:view"),
    "goals.index": ("GET", "goal:view"),
    "goals.new": ("GET POST", "goal:change"),
    "goals.tick": ("POST", "goal:change"),
    "goals.more": ("POST", "goal:change"),
    "goals.meet": ("GET POST", "goal:meet"),
    "goals.move": ("GET POST", "goal:change"),
    "goals.drop": ("GET POST", "goal:change"),
    "reviews.new": ("GET POST", "review:change"),
    "reviews.show": ("GET POST", "review:change"),
    "reviews.repeat": ("POST", "review:repeat"),
    "meeting_slips.new": ("GET POST", "slip:decide"),
    "meeting_slips.show": ("GET POST", "slip:decide"),
    "due.first": ("GET", "goal:view"),
    "due.index": ("GET", "goal:view"),
    "goal_list.index": ("GET POST", "goal-list:manage"),
    "goal_list.start": ("POST", "goal-list:manage"),
    "goal_list.rename": ("GET POST", "goal-list:manage"),
    "goal_list.retire": ("POST", "goal-list:manage"),
    "visits.new": ("GET POST", "test:record"),
    "visits.absent": ("GET POST", "visit:record"),
    "visits.show": ("GET", "visit:own"),
    "hours.new": ("GET POST", "visit:record"),
    "corrections.new": ("GET POST", "test:record"),
    "adjustments.index": ("GET", "adjustment:view"),
    "adjustments.new": ("GET POST", "adjustment:request"),
    "adjustments.show": ("GET POST", "adjustment:view"),
    "services.sites": ("GET", "service:view"),
    "services.index": ("GET", "service:view"),
    "services.new": ("GET POST", "service:manage"),
    "services.change": ("GET POST", "service:manage"),
    "services.retire": ("GET POST", "service:manage"),
    "sample_program.choose": ("GET POST", "service:manage"),
    "calendar.index": ("GET", "service:view"),
    "calendar.close": ("GET POST", "calendar:manage"),
    "calendar.away": ("GET POST", "calendar:manage"),
    "calendar.holidays": ("GET POST", "calendar:manage"),
    "closed_days.show": ("GET POST", "day:close"),
    "calls.show": ("GET POST", "day:note"),
    "week_hours.show": ("GET POST", "visit:record"),
    "calendar.withdraw": ("POST", "calendar:manage"),
    "prizes.index": ("GET", "stock:view"),
    "prizes.show_picture": ("GET", PUBLIC),
    "prizes.new": ("GET POST", "prize:manage"),
    "prizes.edit": ("GET POST", "prize:manage"),
    "prizes.deliver": ("GET POST", "stock:deliver"),
    "offers.new": ("GET POST", "prize:redeem"),
    "offers.show": ("GET POST", "prize:redeem"),
    "offers.withdraw": ("POST", "prize:redeem"),
    "offers.answer_at_kiosk": ("POST", KIOSK),
    "redemptions.index": ("GET", "prize:redeem"),
    "redemptions.waiting": ("GET", "prize:view"),
    "redemptions.give": ("GET POST", "prize:redeem"),
    "redemptions.show": ("GET", "prize:redeem"),
    "redemptions.undo": ("GET POST", "redemption:undo"),
    "schedules.index": ("GET", "schedule:view"),
    "schedules.show": ("GET", "schedule:view"),
    "schedules.show_preset": ("GET", "schedule:view"),
    "presets.index": ("GET", "schedule:view"),
    "schedule_files.of_version": ("GET", "schedule:view"),
    "schedule_files.of_draft": ("GET", "schedule:edit"),
    "schedule_files.open_file": ("GET POST", "schedule:edit"),
    "schedules.create": ("POST", "schedule:edit"),
    "schedules.edit": ("GET POST", "schedule:edit"),
    "schedules.keep": ("POST", "schedule:edit"),
    "schedules.edit_document": ("GET POST", "schedule:edit"),
    "schedules.difference": ("GET", "schedule:view"),
    "schedules.draft_difference": ("GET", "schedule:edit"),
    "trials.show_trial": ("GET", "schedule:edit"),
    "trials.run_trial": ("GET", "schedule:edit"),
    "trials.show_backtest": ("GET", "schedule:edit"),
    "trials.show_replay": ("GET", "schedule:edit"),
    "approvals.publish": ("GET POST", "schedule:publish"),
    "approvals.review": ("GET POST", "schedule:publish"),
    "approvals.take_back": ("POST", "schedule:edit"),
    "approvals.one_lead": ("GET POST", "schedule:publish"),
    "approvals.revoke_one_lead": ("POST", "schedule:publish"),
    "schedules.retire": ("GET POST", "schedule:publish"),
    "schedules.rename": ("GET POST", "schedule:publish"),
    "schedules.sites": ("GET POST", "schedule:publish"),
    "schedules.discard": ("POST", "schedule:edit"),
    "purchases.index": ("GET", "stock:view"),
    "purchases.new": ("GET POST", "stock:deliver"),
    "purchases.show": ("GET POST", "stock:view"),
    "handed_out.index": ("GET", "money:view"),
    "handed_out.download": ("GET", "money:view"),
    "keys.index": ("GET", "stock:view"),
    "keys.new": ("GET POST", "prize:manage"),
    "keys.take_back": ("GET POST", "prize:manage"),
    "money.index": ("GET", "money:view"),
    "money.tax_year": ("GET", "money:view"),
    "money.tax_year_file": ("GET", "money:view"),
    "sources.new": ("GET POST", "funding:manage"),
    "sources.show": ("GET POST", "money:view"),
    "sources.choose": ("GET POST", "funding:manage"),
    "ledger.index": ("GET", "ledger:view"),
    "ledger.download": ("GET", "ledger:view"),
    "ledger.show": ("GET", "ledger:view"),
    "checks.index": ("GET", "ledger:verify"),
    "checks.run": ("POST", "ledger:verify"),
    "checks.show": ("GET POST", "ledger:verify"),
    "checks.checkpoint": ("GET POST", "ledger:verify"),
    "checks.compare": ("GET POST", "ledger:verify"),
    "audit.index": ("GET", "audit:view"),
    "audit.download": ("GET", "audit:view"),
    "viewings.index": ("GET", "viewing:list"),
    "viewings.download": ("GET", "viewing:list"),
    "viewings.of_client": ("GET", "viewing:client"),
    "viewings.print_for_client": ("GET", "viewing:client"),
    "identities.index": ("GET", "identity:view"),
    "identities.new": ("GET POST", "identity:open"),
    "identities.show": ("GET", "identity:open"),
    "staff.index": ("GET", "staff:manage"),
    "staff.new": ("GET POST", "staff:manage"),
    "staff.edit": ("GET POST", "staff:manage"),
    "staff.code": ("GET POST", "staff:manage"),
    "staff.sign_out": ("POST", "staff:manage"),
    "staff.lift": ("POST", "staff:manage"),
    "staff.lift_place": ("POST", "staff:manage"),
    "staff.take_away": ("POST", "staff:manage"),
    "trades.new": ("GET POST", "prize:redeem"),
    "sites.index": ("GET", "site:view"),
    "sites.new": ("GET POST", "site:manage"),
    "sites.picture": ("GET POST", "site:settings"),
    "sites.settings": ("GET POST", "site:settings"),
    "people.show": ("GET", "training:view"),
    "people.own": ("GET", "account:own"),
    "people.train": ("GET POST", "training:record"),
    "people.withdraw": ("GET POST", "training:record"),
    "people.rate": ("GET POST", "session:rate"),
    "readiness.show": ("GET POST", "readiness:view"),
    "panels.index": ("GET", "panel:manage"),
    "panels.new": ("GET POST", "panel:manage"),
    "panels.new_lot": ("GET POST", "panel:manage"),
    "panels.retire": ("POST", "panel:manage"),
    "prizes.report": ("GET", "stock:view"),
    "reports.index": ("GET", "report:view"),
    "reports.show": ("GET", "report:view"),
    "reports.clients": ("GET", "report:clients"),
    "reports.download": ("GET", "report:view"),
    "lists.index": ("GET", "list:view"),
    "lists.show": ("GET", "list:view"),
    "lists.download": ("GET", "list:view"),
    "lists.columns": ("GET", "list:view"),
    "prizes.price_list": ("GET", "stock:view"),
    "prizes.shelf_tags": ("GET", "stock:view"),
    "day.changes": ("GET", "day:view"),
    "day.after_a_refusal": ("GET", "day:view"),
    "day.show": ("GET", "day:view"),
    "day.record": ("POST", "day:note"),
    "closing.close": ("GET POST", "day:close"),
    "closing.reopen": ("POST", "day:reopen"),
    "imports.index": ("GET", "import:run"),
    "imports.new": ("GET POST", "import:run"),
    "imports.columns": ("GET POST", "import:run"),
    "imports.show": ("GET", "import:run"),
    "imports.progress": ("GET", "import:run"),
    "imports.check": ("POST", "import:run"),
    "imports.run": ("POST", "import:run"),
    "imports.stop": ("POST", "import:run"),
    "imports.remove": ("POST", "import:run"),
    "imports.rejects": ("GET", "import:run"),
    "imports.mended": ("POST", "import:run"),
    "sheets.show": ("GET", "day:view"),
    "sheets.save": ("POST", "visit:record"),
    "sheets.printed": ("GET", "day:view"),
    "counts.index": ("GET", "stock:view"),
    "counts.new": ("GET POST", "stock:count"),
    "counts.show": ("GET", "stock:view"),
    "counts.begin": ("GET POST", "stock:count"),
    "counts.stop": ("POST", "stock:count"),
    "counts.check": ("POST", "stock:count"),
    "counts.sign": ("POST", "count:sign"),
    "draws.begin_at_kiosk": ("POST", KIOSK),
    "draws.kiosk": ("GET POST", KIOSK),
    "draws.begin": ("POST", "draw:make"),
    "draws.of_client": ("GET", "draw:make"),
    "draws.bowl": ("GET POST", "draw:make"),
    "draws.show": ("GET", "draw:view"),
    "draws.fairness": ("GET", "draw:view"),
    "draws.choose": ("GET POST", "prize:redeem"),
    "slips.choose": ("GET POST", "prize:redeem"),
    "slips.confirm": ("GET POST", "prize:redeem"),
    "slips.confirm_at_kiosk": ("POST", KIOSK),
    "kiosk.start": ("GET", KIOSK),
    "kiosk.ready": ("GET", KIOSK),
    "kiosk.away": ("GET", PUBLIC),
    "kiosk.sign_in": ("GET POST", KIOSK),
    "kiosk_pairing.pair": ("GET POST", PAIRING),
    "kiosk_pairing.demonstration": ("GET", PAIRING),
    "kiosk_pins.approve": ("GET POST", KIOSK),
    "kiosk_pins.choose": ("GET POST", KIOSK),
    "devices.index": ("GET", "device:view"),
    "devices.new": ("GET POST", "device:manage"),
    "devices.revoke": ("POST", "device:manage"),
    "devices.release": ("POST", "device:manage"),
    "kiosk_cards.show": ("GET", KIOSK),
    "kiosk_history.show": ("GET", KIOSK),
    "kiosk_cards.more": ("POST", KIOSK),
    "kiosk_cards.close": ("POST", KIOSK),
    "kiosk_looks.choose": ("GET", KIOSK),
    "kiosk_looks.look": ("POST", KIOSK),
    "kiosk_looks.language": ("POST", KIOSK),
    "kiosk_moments.seen": ("POST", KIOSK),
    "kiosk_rewards.show": ("GET", KIOSK),
    "kiosk_rewards.touch": ("POST", KIOSK),
    "kiosk_questions.show": ("GET POST", KIOSK),
    "kiosk_questions.read": ("POST", KIOSK),
    "kiosk_slips.choose": ("GET POST", KIOSK),
    "requests.show": ("GET POST", "prize:redeem"),
    "questions.show": ("GET POST", "question:answer"),
}

# Pages that open only for somebody who has just proved who they are. Typed by hand, too: an act that could do much harm
# at a screen that somebody left is a line here. For those that people also read, it is asked only before their form counts.
FRESH = {
    "adjustments.new", "approvals.one_lead", "approvals.publish", "audit.download", "factor.app", "factor.codes",
    "factor.drop_app", "factor.drop_passkey", "factor.new_passkey", "factor.passkey", "factor.show", "handed_out.download", "identities.new",
    "ledger.download", "lists.download", "merges.new", "money.tax_year_file", "reports.download", "staff.code", "staff.edit", "staff.lift", "staff.lift_place", "staff.new", "staff.sign_out",
    "imports.rejects", "imports.run", "staff.take_away",
    "viewings.download",
}  # fmt: skip
FRESH_TO_SEND = {"adjustments.show", "approvals.review", "checks.show", "merges.show", "sites.settings"}


def found() -> dict[str, tuple[str, str | None]]:
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    routes: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in OPEN_ENDPOINTS:
            routes.setdefault(rule.endpoint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    return {
        name: (" ".join(sorted(methods)), getattr(app.view_functions[name], "access", None))
        for name, methods in routes.items()
    }


def test_the_routes_and_their_rules_are_these() -> None:
    assert found() == ROUTES


def test_these_pages_and_no_others_ask_again_who_somebody_is() -> None:
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    asked = {name: methods for name, view in app.view_functions.items() if (methods := getattr(view, "fresh", None))}
    assert {name for name, methods in asked.items() if "GET" in methods} == FRESH
    assert {name for name, methods in asked.items() if "GET" not in methods} == FRESH_TO_SEND
    assert all("POST" in methods for methods in asked.values())


def test_every_rule_is_an_act_that_roles_know() -> None:
    for endpoint, (_, rule) in found().items():
        assert rule in MAY or rule in (PUBLIC, KIOSK, PAIRING), endpoint


def test_only_few_pages_are_open_to_everybody() -> None:
    # A prize's picture is one of them: the kiosk shows it, and it says nothing about anybody. So is what the kiosk shows
    # while the server is gone.
    public = {name for name, (_, rule) in found().items() if rule == PUBLIC}
    assert public == {
        "start.sign_in", "start.sign_out", "codes.redeem", "prizes.show_picture", "kiosk.away", "proof.second",
        "proof.passkey",
    }  # fmt: skip


def test_every_address_of_the_kiosk_demands_a_paired_tablet_but_those_that_pair() -> None:
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    of_kiosk = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/kiosk")}
    rules = found()
    assert {name for name in of_kiosk if rules[name][1] != KIOSK} == {
        "kiosk_pairing.pair",
        "kiosk_pairing.demonstration",
        "kiosk.away",
    }
    assert {name for name, (_, rule) in rules.items() if rule in (KIOSK, PAIRING)} == of_kiosk - {"kiosk.away"}


def test_a_route_without_a_rule_is_refused() -> None:
    app = create_app({"SECRET_KEY": "x", "HASH_MEMORY_KIB": 64, "HASH_PASSES": 1})
    app.add_url_rule("/forgotten", "forgotten", lambda: "never seen")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert b"never seen" not in answer.data
