"""All blueprints in one list. A new blueprint is one line here."""

from cm_tracker.web import styleguide
from cm_tracker.web.audit import identities, trail, viewings
from cm_tracker.web.clients import clients, consents, counselors, enrollments, id_cards, merges, moves, transfers
from cm_tracker.web.day import (
    calendar,
    calls,
    closed_days,
    closing,
    plans,
    questions,
    sample_program,
    services,
    sheets,
    today,
    week_hours,
)
from cm_tracker.web.fidelity import people, readiness
from cm_tracker.web.goals import due, goal_list, goals, meeting_slips, reviews
from cm_tracker.web.kiosk import cards, devices, history, looks, moments, pairing, pins, rewards, sign_in
from cm_tracker.web.kiosk import questions as kiosk_questions
from cm_tracker.web.ledger import adjustments, transactions, verifications
from cm_tracker.web.prizes import catalog, counts, draws, kiosk_slips, offers, redemptions, requests, slips, trades
from cm_tracker.web.schedules import approvals, presets, schedules
from cm_tracker.web.staff import account, accounts, codes, factor, proofs, sites, start
from cm_tracker.web.visits import corrections, hours, panels, visits

BLUEPRINTS = (
    start.blueprint,
    codes.blueprint,
    account.blueprint,
    proofs.blueprint,
    factor.blueprint,
    today.blueprint,
    sheets.blueprint,
    closing.blueprint,
    clients.blueprint,
    enrollments.blueprint,
    moves.blueprint,
    transfers.blueprint,
    counselors.blueprint,
    consents.blueprint,
    id_cards.blueprint,
    merges.blueprint,
    plans.blueprint,
    goals.blueprint,
    reviews.blueprint,
    meeting_slips.blueprint,
    due.blueprint,
    goal_list.blueprint,
    visits.blueprint,
    hours.blueprint,
    corrections.blueprint,
    adjustments.blueprint,
    catalog.blueprint,
    offers.blueprint,
    redemptions.blueprint,
    requests.blueprint,
    schedules.blueprint,
    presets.blueprint,
    approvals.blueprint,
    transactions.blueprint,
    verifications.blueprint,
    trail.blueprint,
    viewings.blueprint,
    identities.blueprint,
    accounts.blueprint,
    sites.blueprint,
    people.blueprint,
    readiness.blueprint,
    panels.blueprint,
    services.blueprint,
    sample_program.blueprint,
    calendar.blueprint,
    week_hours.blueprint,
    closed_days.blueprint,
    calls.blueprint,
    questions.blueprint,
    sign_in.blueprint,
    cards.blueprint,
    pairing.blueprint,
    pins.blueprint,
    devices.blueprint,
    history.blueprint,
    looks.blueprint,
    moments.blueprint,
    rewards.blueprint,
    kiosk_questions.blueprint,
    draws.blueprint,
    slips.blueprint,
    kiosk_slips.blueprint,
    trades.blueprint,
    counts.blueprint,
    styleguide.blueprint,
)
